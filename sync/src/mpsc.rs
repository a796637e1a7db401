//! A channel for many senders and one receiver, bounded or not.
//!
//! Both kinds are one [`channel`]: a lock-free [`list`] of blocks that senders append to and the
//! receiver consumes, a [`RxWaker`](rx_waker::RxWaker) that senders wake, and a
//! [`Gate`](gate::Gate) that says who may append. The bounded channel's gate is the batch
//! semaphore; the unbounded one's is a bit in the list's own tail, so that a send without bound is
//! two atomic read-modify-writes.

mod block;
mod bounded;
mod channel;
mod gate;
mod list;
mod permit;
mod receiver;
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
