//! A channel for one value: one sender, one receiver, one allocation.
//!
//! Both halves point to one `Channel`, which has no reference count: the word that holds the
//! channel's state also says who has left, and whoever leaves second frees it. A request that is
//! answered before it is awaited costs one atomic read-modify-write in all, one that is awaited
//! first costs three.

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

/// Makes a channel through which one value can be sent.
///
/// # Examples
///
/// ```
/// use vitte_context::park::block_on;
/// use vitte_sync::oneshot;
///
/// let (tx, rx) = oneshot::channel();
/// tx.send("done").unwrap();
/// assert_eq!(block_on(rx), Ok("done"));
/// ```
#[track_caller]
pub fn channel<T>() -> (Sender<T>, Receiver<T>) {
    let resource = Resource::oneshot();
    let (first, second) = Half::pair();
    let sender = Sender::new(first, resource.clone());
    (sender, Receiver::new(second, resource))
}
