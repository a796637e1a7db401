//! A channel for many values, from many senders to many receivers, each of which gets every value.
//!
//! The values are cloned for the receivers. Sending never waits: the channel keeps the last values,
//! as many as its capacity, and a receiver that falls behind by more loses the oldest ones. It
//! learns how many from [`RecvError::Lagged`](error::RecvError::Lagged), and goes on with the
//! oldest value that is left.
//!
//! Receivers get what is sent while they exist. If only the newest value matters, use
//! [`watch`](crate::watch).
//!
//! # Examples
//!
//! ```
//! # #[vitte::main]
//! # async fn main() {
//! use vitte::sync::broadcast::{self, error::RecvError};
//!
//! let (tx, mut rx) = broadcast::channel(16);
//! let log = vitte::spawn(async move {
//!     loop {
//!         match rx.recv().await {
//!             Ok(event) => println!("{event}"),
//!             Err(RecvError::Lagged(missed)) => println!("missed {missed} events"),
//!             Err(RecvError::Closed) => break,
//!         }
//!     }
//! });
//!
//! tx.send("started").unwrap();
//! tx.send("stopped").unwrap();
//! drop(tx); // ends the loop
//! log.await.unwrap();
//! # }
//! ```

// A ring buffer that all receivers read (`ring`).

mod receiver;
mod recv;
mod ring;
mod sender;

#[cfg(all(test, vitte_loom))]
mod loom_model;
#[cfg(all(test, not(vitte_loom)))]
mod tests;

pub mod error;

use vitte_context::primitive::Arc;

use ring::Ring;

pub use receiver::Receiver;
pub use sender::{Sender, WeakSender};

/// Creates a channel that keeps the last `capacity` values, rounded up to a power of two.
///
/// # Panics
///
/// If `capacity` is 0 or greater than `usize::MAX / 2`.
///
/// # Examples
///
/// ```
/// # #[vitte::main]
/// # async fn main() {
/// use vitte::sync::broadcast;
///
/// let (tx, mut one) = broadcast::channel(16);
/// let mut two = tx.subscribe();
/// assert_eq!(tx.send("hello").unwrap(), 2); // to two receivers
/// assert_eq!(one.recv().await, Ok("hello"));
/// assert_eq!(two.recv().await, Ok("hello"));
/// # }
/// ```
#[track_caller]
pub fn channel<T: Clone>(capacity: usize) -> (Sender<T>, Receiver<T>) {
    let ring = Arc::new(Ring::new(capacity, 1));
    (Sender::first(ring.clone()), Receiver::new(ring, 0))
}
