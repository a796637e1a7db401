//! The free functions that spawn onto the current runtime.

use std::future::Future;

use vitte_context::trace::Origin;
use vitte_executor::Scheduler;
use vitte_executor::task::large::boxed_if_large;

use super::JoinHandle;

pub use vitte_executor::block_in_place;
pub use vitte_executor::blocking::spawn_blocking;

/// Spawns a task on the current runtime.
///
/// The task begins to run at once, whether the handle is awaited or not. Dropping the handle lets
/// it run on; [`JoinHandle::abort`] ends it. The future must own what it uses (`'static`) and be
/// able to move between threads (`Send`), even on a current-thread runtime;
/// [`spawn_local`](super::spawn_local()) takes futures that are not `Send`.
///
/// # Panics
///
/// If the thread is not inside a runtime.
///
/// # Examples
///
/// ```
/// # #[vitte::main(flavor = "current_thread")]
/// # async fn main() {
/// let task = vitte::spawn(async { 1 + 1 });
/// assert_eq!(task.await.unwrap(), 2);
/// # }
/// ```
#[track_caller]
pub fn spawn<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    let origin = Origin::caller();
    boxed_if_large!(
        F,
        future,
        origin,
        Scheduler::with_current(|scheduler| scheduler.spawn(future, origin))
    )
}
