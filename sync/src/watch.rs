//! A channel for a state, of which only the newest value counts.
//!
//! Senders replace the value; receivers borrow it, wait until it changes, and may miss values in
//! between. It suits configuration, progress, and "shut down now". If every value matters, use
//! [`broadcast`](crate::broadcast).
//!
//! Each receiver remembers which value it has seen: [`changed`](Receiver::changed) waits for one
//! that it has not, and [`borrow_and_update`](Receiver::borrow_and_update) marks the newest one as
//! seen. The value is locked while it is borrowed, so a [`Ref`] must not be held across an
//! `.await`.
//!
//! # Examples
//!
//! ```
//! # #[vitte::main]
//! # async fn main() {
//! use vitte::sync::watch;
//!
//! let (shutdown, mut signal) = watch::channel(false);
//! let worker = vitte::spawn(async move {
//!     // Work, until the value is true or the sender is gone.
//!     let _ = signal.wait_for(|&stop| stop).await;
//!     println!("stopping");
//! });
//!
//! shutdown.send(true).unwrap();
//! worker.await.unwrap();
//! # }
//! ```

// The value lies behind a reader-writer lock. Beside it is its version, a number that goes up with
// every change; a receiver remembers the version that it has seen (`value`). Receivers that wait do
// so in several queues (`waiting_room`).

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

/// Creates a channel that holds `init`, which counts as seen.
///
/// # Examples
///
/// ```
/// # #[vitte::main]
/// # async fn main() {
/// use vitte::sync::watch;
///
/// let (tx, mut rx) = watch::channel("off");
/// vitte::spawn(async move { tx.send("on") });
/// rx.changed().await.unwrap();
/// assert_eq!(*rx.borrow_and_update(), "on");
/// # }
/// ```
pub fn channel<T>(init: T) -> (Sender<T>, Receiver<T>) {
    let watched = Arc::new(Watched::new(init));
    let rx = Receiver::first(watched.clone(), Version::INITIAL);
    (Sender::first(watched), rx)
}
