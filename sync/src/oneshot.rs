//! A channel for one value, from one sender to one receiver.
//!
//! The usual way to answer a request: the request carries the [`Sender`], and its [`Receiver`] is a
//! future of the answer. Sending never waits. If the sender is dropped without sending, the
//! receiver gets an error instead of waiting forever.
//!
//! # Examples
//!
//! ```
//! # #[vitte::main]
//! # async fn main() {
//! use vitte::sync::oneshot;
//!
//! let (tx, rx) = oneshot::channel();
//! vitte::spawn(async move {
//!     if tx.send(6 * 7).is_err() {
//!         println!("the receiver is gone");
//!     }
//! });
//!
//! match rx.await {
//!     Ok(answer) => assert_eq!(answer, 42),
//!     Err(_) => println!("the sender is gone"),
//! }
//! # }
//! ```

// Both halves point to one `Channel`, a single allocation without a reference count: the word that
// holds the channel's state also says which halves were dropped, and the second one to go frees
// it. A request that is answered before it is awaited costs one atomic read-modify-write in all;
// one that is awaited first costs three.

mod channel;
mod receiver;
mod sender;
mod state;

#[cfg(all(test, vitte_loom))]
mod loom_model;
#[cfg(all(test, not(vitte_loom)))]
mod tests;

pub mod error;

use vitte_context::trace::Resource;

use channel::Half;

pub use receiver::Receiver;
pub use sender::Sender;

/// Creates a channel through which one value can be sent.
///
/// # Examples
///
/// ```
/// # #[vitte::main]
/// # async fn main() {
/// use vitte::sync::oneshot;
///
/// let (tx, rx) = oneshot::channel();
/// vitte::spawn(async move { tx.send("done") });
/// assert_eq!(rx.await, Ok("done"));
/// # }
/// ```
#[track_caller]
pub fn channel<T>() -> (Sender<T>, Receiver<T>) {
    let resource = Resource::oneshot();
    let (first, second) = Half::pair();
    let sender = Sender::new(first, resource.clone());
    (sender, Receiver::new(second, resource))
}
