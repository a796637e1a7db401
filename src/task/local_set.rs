//! [`LocalSet`]: tasks that need not be `Send`, on any runtime.
//!
//! The set itself is in the executor (`local_set.rs`); here is its public face, which names
//! runtimes.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use vitte_context::trace::Origin;
use vitte_executor::local_set::{LocalEnterGuard, LocalTasks};
use vitte_executor::task::large::boxed_if_large;

use super::JoinHandle;
use crate::runtime::{Id, Runtime, UnhandledPanic};

/// A set of tasks that run on the thread that made the set, and need not be `Send`.
///
/// The tasks run while the set is polled: within [`run_until`](Self::run_until) or
/// [`block_on`](Self::block_on), or when the set itself is awaited, which waits for all of them.
/// Inside a set, [`spawn_local`](super::spawn_local()) adds tasks to it; [`spawn`](super::spawn())
/// still spawns on the runtime. A program whose tasks are all like that uses a
/// [`LocalRuntime`](crate::runtime::LocalRuntime) instead.
///
/// Dropping the set drops the futures of all its tasks.
///
/// # Panics
///
/// [`block_in_place`](super::block_in_place()) panics inside a set.
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
    /// Makes an empty set, which belongs to this thread.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::task::LocalSet;
    ///
    /// # #[vitte::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let set = LocalSet::new();
    /// let task = set.spawn_local(async { 1 });
    /// // Awaiting the set runs all of its tasks to their end.
    /// set.await;
    /// assert_eq!(task.await.unwrap(), 1);
    /// # }
    /// ```
    pub fn new() -> LocalSet {
        LocalSet {
            tasks: LocalTasks::new(),
        }
    }

    /// Makes this the set to which [`spawn_local`](super::spawn_local()) adds tasks on this thread,
    /// until the guard is dropped.
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
    ///
    /// # Examples
    ///
    /// ```
    /// use std::rc::Rc;
    /// use vitte::task::LocalSet;
    ///
    /// # #[vitte::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let set = LocalSet::new();
    /// let text = Rc::new("not Send");
    /// let task = set.spawn_local(async move { text.len() });
    /// assert_eq!(set.run_until(task).await.unwrap(), 8);
    /// # }
    /// ```
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

    /// Runs a future to completion on the given runtime, and the set's tasks in the meantime. Tasks
    /// that have not ended by then stay in the set.
    ///
    /// # Panics
    ///
    /// If the thread is already inside a runtime, and if the future panics.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::runtime::Runtime;
    /// use vitte::task::{self, LocalSet};
    ///
    /// let runtime = Runtime::new().unwrap();
    /// let set = LocalSet::new();
    /// let sum = set.block_on(&runtime, async { task::spawn_local(async { 1 + 1 }).await });
    /// assert_eq!(sum.unwrap(), 2);
    /// ```
    #[track_caller]
    pub fn block_on<F>(&self, rt: &Runtime, future: F) -> F::Output
    where
        F: Future,
    {
        rt.block_on(self.run_until(future))
    }

    /// Runs a future to completion, and the set's tasks in the meantime. Tasks that have not ended
    /// by then stay in the set, and go on when the set is polled again.
    ///
    /// # Cancel safety
    ///
    /// As cancel safe as the given future, which is dropped. The tasks stay in the set.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::task::{self, LocalSet};
    ///
    /// # #[vitte::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let set = LocalSet::new();
    /// let sum = set.run_until(async { task::spawn_local(async { 1 + 1 }).await.unwrap() });
    /// assert_eq!(sum.await, 2);
    /// # }
    /// ```
    pub async fn run_until<F>(&self, future: F) -> F::Output
    where
        F: Future,
    {
        self.tasks.run_until(future).await
    }

    /// Sets what happens when a task of the set panics. With [`UnhandledPanic::ShutdownRuntime`]
    /// the other tasks are dropped, and polling the set panics.
    ///
    /// # Panics
    ///
    /// If the set has been used: a task was spawned, or the set was entered.
    ///
    /// # Examples
    ///
    /// ```should_panic
    /// use vitte::runtime::UnhandledPanic;
    /// use vitte::task::LocalSet;
    ///
    /// # #[vitte::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut set = LocalSet::new();
    /// set.unhandled_panic(UnhandledPanic::ShutdownRuntime);
    /// set.spawn_local(async { panic!("this ends the set") });
    /// set.await;
    /// # }
    /// ```
    #[track_caller]
    pub fn unhandled_panic(&mut self, behavior: UnhandledPanic) -> &mut Self {
        self.tasks.shut_down_on_panic(behavior.shuts_down());
        self
    }

    /// Returns the set's id, which no runtime and no other set has.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::task::LocalSet;
    ///
    /// assert_ne!(LocalSet::new().id(), LocalSet::new().id());
    /// ```
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
