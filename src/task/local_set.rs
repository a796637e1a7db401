//! `LocalSet`: tasks that need not be `Send`, on any runtime.
//!
//! The set itself is in the executor; here is its public face, which names runtimes.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use vitte_context::trace::Origin;
use vitte_executor::local_set::{LocalEnterGuard, LocalTasks};
use vitte_executor::task::large::boxed_if_large;

use super::JoinHandle;
use crate::runtime::{Id, Runtime, UnhandledPanic};

/// A set of tasks that run on the thread that made the set.
///
/// The tasks run while the set is polled: within [`run_until`](Self::run_until) or
/// [`block_on`](Self::block_on), or when the set itself is awaited, which waits for all of them.
/// In a set, [`spawn_local`](super::spawn_local) adds tasks to it; [`spawn`](super::spawn()) still
/// spawns on the runtime.
///
/// Dropping the set drops the futures of all its tasks.
///
/// # Examples
///
/// ```
/// use std::rc::Rc;
/// use vitte::task::{self, LocalSet};
///
/// # #[vitte::main(flavor = "current_thread")]
/// # async fn main() {
/// let shared = Rc::new("not Send");
/// let set = LocalSet::new();
/// set.run_until(async move {
///     let theirs = shared.clone();
///     let task = task::spawn_local(async move { theirs.len() });
///     assert_eq!(task.await.unwrap(), shared.len());
/// })
/// .await;
/// # }
/// ```
pub struct LocalSet {
    tasks: LocalTasks,
}

impl LocalSet {
    /// An empty set, which belongs to this thread.
    pub fn new() -> LocalSet {
        LocalSet {
            tasks: LocalTasks::new(),
        }
    }

    /// Makes this the set that [`spawn_local`](super::spawn_local) adds to on this thread, until
    /// the guard is dropped.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::task::{self, LocalSet};
    ///
    /// # #[vitte::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let set = LocalSet::new();
    /// let task = {
    ///     let _guard = set.enter();
    ///     task::spawn_local(async { 1 + 1 })
    /// };
    /// assert_eq!(set.run_until(task).await.unwrap(), 2);
    /// # }
    /// ```
    pub fn enter(&self) -> LocalEnterGuard {
        self.tasks.enter()
    }

    /// Adds a task to the set. It begins to run when the set is polled.
    #[track_caller]
    pub fn spawn_local<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        let origin = Origin::caller();
        boxed_if_large!(F, future, origin, self.tasks.spawn_local(future, origin))
    }

    /// The same, from elsewhere or with a name.
    pub(super) fn spawn_local_from<F>(&self, origin: Origin<'_>, future: F) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        self.tasks.spawn_local(future, origin)
    }

    /// Runs a future to completion on that runtime, and the set's tasks meanwhile.
    ///
    /// The tasks that are left then stay in the set.
    ///
    /// # Panics
    ///
    /// When called from within a runtime, and when the future panics.
    #[track_caller]
    pub fn block_on<F>(&self, rt: &Runtime, future: F) -> F::Output
    where
        F: Future,
    {
        rt.block_on(self.run_until(future))
    }

    /// Runs a future to completion, and the set's tasks meanwhile.
    ///
    /// The tasks that are left then stay in the set.
    ///
    /// # Cancel safety
    ///
    /// As cancel safe as the future.
    pub async fn run_until<F>(&self, future: F) -> F::Output
    where
        F: Future,
    {
        self.tasks.run_until(future).await
    }

    /// Sets what happens when a task of the set panics. With [`UnhandledPanic::ShutdownRuntime`]
    /// the other tasks are dropped, and whoever polls the set panics.
    ///
    /// # Panics
    ///
    /// When the set has been used.
    #[track_caller]
    pub fn unhandled_panic(&mut self, behavior: UnhandledPanic) -> &mut Self {
        self.tasks.shut_down_on_panic(behavior.shuts_down());
        self
    }

    /// The set's id, which no runtime and no other set has.
    pub fn id(&self) -> Id {
        Id::new(self.tasks.id())
    }
}

impl Future for LocalSet {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.tasks.poll(cx)
    }
}

impl Default for LocalSet {
    fn default() -> LocalSet {
        LocalSet::new()
    }
}

impl fmt::Debug for LocalSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalSet").finish()
    }
}
