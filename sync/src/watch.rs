//! A channel that keeps only the newest value: receivers see that it changed, and look at it.
//!
//! The value lies behind a reader-writer lock; beside it is its version, a number that goes up with
//! every change. A receiver remembers the version that it has seen and waits for another one.

mod changed;
mod receiver;
mod sender;
mod value;
mod waiting_room;

#[cfg(all(test, vitte_loom))]
mod loom_model;
#[cfg(all(test, not(vitte_loom)))]
mod tests;

pub mod error;

use vitte_context::primitive::Arc;

use value::{Version, Watched};

pub use receiver::Receiver;
pub use sender::Sender;
pub use value::Ref;

/// Makes a channel with a first value, which counts as seen.
///
/// # Examples
///
/// ```
/// use vitte_context::park::block_on;
/// use vitte_sync::watch;
///
/// let (tx, mut rx) = watch::channel("off");
/// tx.send("on").unwrap();
/// block_on(rx.changed()).unwrap();
/// assert_eq!(*rx.borrow(), "on");
/// ```
pub fn channel<T>(init: T) -> (Sender<T>, Receiver<T>) {
    let watched = Arc::new(Watched::new(init));
    let rx = Receiver::first(watched.clone(), Version::INITIAL);
    (Sender::first(watched), rx)
}
