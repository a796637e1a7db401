//! [`JoinSet`]: many tasks with one type of output, joined in the order in which they complete.
//
// The set itself is in the executor (`task/join_set.rs`), and knows handles only; here is its
// public face. The methods that spawn, which name runtimes and local sets, are in `spawn`, those
// that spawn tasks with a name in `builder`.

mod builder;
mod spawn;

use std::fmt;
use std::future::poll_fn;
use std::panic;
use std::task::{Context, Poll};

use vitte_executor::task::join_set::Joining;

pub use builder::Builder;

use super::{AbortHandle, Id, JoinError, JoinHandle};

/// A collection of tasks with one type of output.
///
/// Tasks are joined in the order in which they complete. Dropping the set aborts those that it
/// still has, and does not wait for them; [`shutdown`](Self::shutdown) waits, and
/// [`detach_all`](Self::detach_all) lets them run on.
///
/// # Examples
///
/// ```
/// use vitte::task::JoinSet;
///
/// # #[vitte::main(flavor = "current_thread")]
/// # async fn main() {
/// let mut set = JoinSet::new();
/// for n in 0..10 {
///     set.spawn(async move { n });
/// }
///
/// let mut sum = 0;
/// while let Some(joined) = set.join_next().await {
///     sum += joined.unwrap();
/// }
/// assert_eq!(sum, 45);
/// # }
/// ```
pub struct JoinSet<T> {
    tasks: Joining<T>,
}

impl<T> JoinSet<T> {
    /// Makes an empty set.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::task::JoinSet;
    ///
    /// let set = JoinSet::<u32>::new();
    /// assert!(set.is_empty());
    /// ```
    pub fn new() -> Self {
        JoinSet {
            tasks: Joining::default(),
        }
    }

    /// Returns how many tasks are in the set: spawned, and not joined yet.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::task::JoinSet;
    ///
    /// # #[vitte::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut set = JoinSet::new();
    /// set.spawn(async {});
    /// assert_eq!(set.len(), 1);
    /// set.join_next().await;
    /// assert_eq!(set.len(), 0);
    /// # }
    /// ```
    pub fn len(&self) -> usize {
        self.tasks.len()
    }

    /// Returns whether the set has no tasks: all were joined.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::task::JoinSet;
    ///
    /// # #[vitte::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut set = JoinSet::new();
    /// set.spawn(async {});
    /// assert!(!set.is_empty());
    /// # }
    /// ```
    pub fn is_empty(&self) -> bool {
        self.tasks.is_empty()
    }
}

impl<T: 'static> JoinSet<T> {
    pub(super) fn insert(&mut self, handle: JoinHandle<T>) -> AbortHandle {
        let abort = handle.abort_handle();
        self.tasks.insert(handle);
        abort
    }

    /// Waits for the next task to complete, and returns its output; `None` if the set is empty.
    ///
    /// # Errors
    ///
    /// The inner result is a [`JoinError`] if the task panicked or was aborted.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: if the future is dropped, no task has been removed from the set, and no output
    /// is lost.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::task::JoinSet;
    ///
    /// # #[vitte::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut set = JoinSet::new();
    /// for n in 1..=3 {
    ///     set.spawn(async move { n });
    /// }
    /// let mut sum = 0;
    /// while let Some(joined) = set.join_next().await {
    ///     sum += joined.unwrap();
    /// }
    /// assert_eq!(sum, 6);
    /// # }
    /// ```
    pub async fn join_next(&mut self) -> Option<Result<T, JoinError>> {
        poll_fn(|cx| self.poll_join_next(cx)).await
    }

    /// Like [`join_next`](Self::join_next), with the task's id.
    ///
    /// # Errors
    ///
    /// The inner result is a [`JoinError`] if the task panicked or was aborted;
    /// [`JoinError::id`] says which one it was.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: if the future is dropped, no task has been removed from the set, and no output
    /// is lost.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::task::JoinSet;
    ///
    /// # #[vitte::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut set = JoinSet::new();
    /// let id = set.spawn(async { 1 }).id();
    /// assert_eq!(set.join_next_with_id().await.unwrap().unwrap(), (id, 1));
    /// # }
    /// ```
    pub async fn join_next_with_id(&mut self) -> Option<Result<(Id, T), JoinError>> {
        poll_fn(|cx| self.poll_join_next_with_id(cx)).await
    }

    /// Returns the output of a task that has completed; `None` if there is none at the moment, or
    /// if the set is empty.
    ///
    /// # Errors
    ///
    /// The inner result is a [`JoinError`] if the task panicked or was aborted.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::task::JoinSet;
    ///
    /// # #[vitte::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut set = JoinSet::new();
    /// set.spawn(async { 1 });
    /// assert!(set.try_join_next().is_none());
    /// vitte::task::yield_now().await;
    /// assert_eq!(set.try_join_next().unwrap().unwrap(), 1);
    /// # }
    /// ```
    pub fn try_join_next(&mut self) -> Option<Result<T, JoinError>> {
        self.tasks.try_next().map(|(_, output)| output)
    }

    /// Like [`try_join_next`](Self::try_join_next), with the task's id.
    ///
    /// # Errors
    ///
    /// The inner result is a [`JoinError`] if the task panicked or was aborted;
    /// [`JoinError::id`] says which one it was.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::task::JoinSet;
    ///
    /// # #[vitte::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut set = JoinSet::new();
    /// let id = set.spawn(async { 1 }).id();
    /// vitte::task::yield_now().await;
    /// assert_eq!(set.try_join_next_with_id().unwrap().unwrap(), (id, 1));
    /// # }
    /// ```
    pub fn try_join_next_with_id(&mut self) -> Option<Result<(Id, T), JoinError>> {
        self.tasks.try_next().map(with_id)
    }

    /// Aborts all tasks and waits until they have ended: afterwards their futures are dropped, and
    /// the set is empty.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, all tasks have been aborted (once it was polled), and those that
    /// have not ended are still in the set.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::task::JoinSet;
    ///
    /// # #[vitte::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut set = JoinSet::new();
    /// set.spawn(std::future::pending::<()>());
    /// set.shutdown().await;
    /// assert!(set.is_empty());
    /// # }
    /// ```
    pub async fn shutdown(&mut self) {
        self.abort_all();
        while self.join_next().await.is_some() {}
    }

    /// Waits for all tasks, and returns their outputs in the order of completion.
    ///
    /// # Panics
    ///
    /// If a task panicked, with the same payload, and if one was aborted. The other tasks are
    /// aborted then.
    ///
    /// # Cancel safety
    ///
    /// Not cancel safe: it owns the set, so if the future is dropped, the tasks that are left are
    /// aborted, and the outputs that it has collected are lost.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::task::JoinSet;
    ///
    /// # #[vitte::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut set = JoinSet::new();
    /// for n in 1..=3 {
    ///     set.spawn(async move { n });
    /// }
    /// let mut outputs = set.join_all().await;
    /// outputs.sort();
    /// assert_eq!(outputs, [1, 2, 3]);
    /// # }
    /// ```
    pub async fn join_all(mut self) -> Vec<T> {
        let mut outputs = Vec::with_capacity(self.len());
        while let Some(joined) = self.join_next().await {
            match joined {
                Ok(output) => outputs.push(output),
                Err(error) if error.is_panic() => panic::resume_unwind(error.into_panic()),
                Err(error) => panic!("{error}"),
            }
        }
        outputs
    }

    /// Aborts all tasks. They stay in the set: joining them gives errors, for which
    /// [`JoinError::is_cancelled`] is true unless they had completed.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::task::JoinSet;
    ///
    /// # #[vitte::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut set = JoinSet::new();
    /// set.spawn(std::future::pending::<()>());
    /// set.abort_all();
    /// assert!(set.join_next().await.unwrap().unwrap_err().is_cancelled());
    /// # }
    /// ```
    pub fn abort_all(&mut self) {
        self.tasks.abort_all();
    }

    /// Removes all tasks from the set and lets them run on.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::sync::oneshot;
    /// use vitte::task::JoinSet;
    ///
    /// # #[vitte::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut set = JoinSet::new();
    /// let (tx, rx) = oneshot::channel();
    /// set.spawn(async { tx.send("still running").unwrap() });
    /// set.detach_all();
    /// drop(set);
    /// assert_eq!(rx.await, Ok("still running"));
    /// # }
    /// ```
    pub fn detach_all(&mut self) {
        self.tasks.detach_all();
    }

    /// Polls for what [`join_next`](Self::join_next) waits for.
    ///
    /// After `Pending`, the waker of the most recent call is woken when a task completes. `Pending`
    /// is also returned when the budget of the current task is used up; see [`coop`](super::coop).
    ///
    /// # Examples
    ///
    /// ```
    /// use std::future::poll_fn;
    /// use vitte::task::JoinSet;
    ///
    /// # #[vitte::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut set = JoinSet::new();
    /// set.spawn(async { 1 });
    /// let joined = poll_fn(|cx| set.poll_join_next(cx)).await;
    /// assert_eq!(joined.unwrap().unwrap(), 1);
    /// # }
    /// ```
    pub fn poll_join_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<T, JoinError>>> {
        self.tasks
            .poll_next(cx)
            .map(|next| next.map(|(_, output)| output))
    }

    /// Polls for what [`join_next_with_id`](Self::join_next_with_id) waits for; see
    /// [`poll_join_next`](Self::poll_join_next).
    ///
    /// # Examples
    ///
    /// ```
    /// use std::future::poll_fn;
    /// use vitte::task::JoinSet;
    ///
    /// # #[vitte::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut set = JoinSet::new();
    /// let id = set.spawn(async { 1 }).id();
    /// let joined = poll_fn(|cx| set.poll_join_next_with_id(cx)).await;
    /// assert_eq!(joined.unwrap().unwrap(), (id, 1));
    /// # }
    /// ```
    pub fn poll_join_next_with_id(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<(Id, T), JoinError>>> {
        self.tasks.poll_next(cx).map(|next| next.map(with_id))
    }
}

fn with_id<T>((id, output): (Id, Result<T, JoinError>)) -> Result<(Id, T), JoinError> {
    output.map(|output| (id, output))
}

impl<T> fmt::Debug for JoinSet<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JoinSet").field("len", &self.len()).finish()
    }
}

impl<T> Default for JoinSet<T> {
    fn default() -> Self {
        JoinSet::new()
    }
}
