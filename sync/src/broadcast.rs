//! A channel whose every receiver gets every value: a ring buffer, read by all.
//!
//! A receiver that falls behind by more than the capacity loses the oldest values and is told how
//! many.

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

/// Makes a channel that keeps the last `capacity` values (rounded up to a power of two).
///
/// # Panics
///
/// When the capacity is 0 or more than `usize::MAX / 2`.
///
/// # Examples
///
/// ```
/// use vitte_context::park::block_on;
/// use vitte_sync::broadcast;
///
/// let (tx, mut one) = broadcast::channel(16);
/// let mut two = tx.subscribe();
/// assert_eq!(tx.send("hello").unwrap(), 2);
/// assert_eq!(block_on(one.recv()), Ok("hello"));
/// assert_eq!(block_on(two.recv()), Ok("hello"));
/// ```
#[track_caller]
pub fn channel<T: Clone>(capacity: usize) -> (Sender<T>, Receiver<T>) {
    let ring = Arc::new(Ring::new(capacity, 1));
    (Sender::first(ring.clone()), Receiver::new(ring, 0))
}
