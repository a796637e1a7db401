//! A channel for many values, from many senders to one receiver.
//!
//! Each value is received once, in the order in which its sender sent it.
//!
//! # Bounded or unbounded
//!
//! A channel made by [`channel`] holds a limited number of messages. When it is full,
//! [`Sender::send`] waits, so a fast producer is slowed down to the pace of the consumer (back
//! pressure), and memory is bounded. [`Sender::try_send`] fails instead of waiting, and
//! [`Sender::reserve`] waits for room before there is a message. A capacity of about as many
//! messages as arrive while the receiver is busy with one is a good start.
//!
//! A channel made by [`unbounded_channel`] never makes its senders wait, so
//! [`UnboundedSender::send`] can be called anywhere, also in code that is not async. Nothing limits
//! the number of messages in it: use it only where something else does.
//!
//! # How a channel ends
//!
//! [`Receiver::recv`] returns `None` once every sender was dropped and the channel is empty. From
//! the other side, senders get an error once the receiver was dropped or
//! [closed](Receiver::close).
//!
//! # Without a runtime
//!
//! Threads that run no async code use [`Sender::blocking_send`] and [`Receiver::blocking_recv`].
//! So one end of a channel can be in a thread and the other one in a task.
//!
//! # Examples
//!
//! ```
//! # #[vitte::main]
//! # async fn main() {
//! use vitte::sync::mpsc;
//!
//! let (tx, mut rx) = mpsc::channel(32);
//! for id in 0..3 {
//!     let tx = tx.clone();
//!     vitte::spawn(async move { tx.send(format!("from task {id}")).await });
//! }
//! drop(tx); // the tasks hold the other senders
//!
//! while let Some(message) = rx.recv().await {
//!     println!("{message}");
//! }
//! # }
//! ```

// Both kinds are one `Channel` (`channel`): a lock-free list of blocks that senders append to and
// the receiver consumes (`list`, `block`), a waker for the receiver (`rx_waker`), and a gate that
// says which sender may append (`gate`). The gate of a bounded channel is the batch semaphore. That
// of an unbounded one is a bit in the tail of the list, so that a send is two atomic
// read-modify-writes.

mod block;
mod bounded;
mod channel;
mod gate;
mod list;
mod permit;
mod receiver;
mod reserve;
mod rx;
mod rx_waker;
#[cfg(feature = "time")]
mod send_timeout;
mod unbounded;
mod weak;

#[cfg(all(test, vitte_loom))]
mod loom_model;
#[cfg(all(test, not(vitte_loom)))]
mod tests;

pub mod error;

pub use bounded::{Sender, channel};
pub use permit::{OwnedPermit, Permit, PermitIterator};
pub use receiver::{Receiver, UnboundedReceiver};
pub use unbounded::{UnboundedSender, unbounded_channel};
pub use weak::{WeakSender, WeakUnboundedSender};
