//! Tasks with a name in a [`JoinSet`].

use std::fmt;
use std::future::Future;
use std::io;

use super::JoinSet;
use crate::runtime::Handle;
use crate::task::{AbortHandle, Builder as TaskBuilder, LocalSet};

/// Spawns a task that has a name into a [`JoinSet`]; from [`JoinSet::build_task`].
///
/// # Examples
///
/// ```
/// use vitte::task::JoinSet;
///
/// # #[vitte::main(flavor = "current_thread")]
/// # async fn main() -> std::io::Result<()> {
/// let mut set = JoinSet::new();
/// set.build_task().name("sum").spawn(async { 1 + 1 })?;
/// assert_eq!(set.join_next().await.unwrap().unwrap(), 2);
/// # Ok(())
/// # }
/// ```
#[must_use = "builders do nothing unless used to spawn a task"]
pub struct Builder<'a, T> {
    set: &'a mut JoinSet<T>,
    task: TaskBuilder<'a>,
}

impl<'a, T: 'static> Builder<'a, T> {
    pub(super) fn new(set: &'a mut JoinSet<T>) -> Self {
        let task = TaskBuilder::new();
        Builder { set, task }
    }

    /// Gives the task a name.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::task::JoinSet;
    ///
    /// # #[vitte::main(flavor = "current_thread")]
    /// # async fn main() -> std::io::Result<()> {
    /// let mut set = JoinSet::new();
    /// set.build_task().name("sum").spawn(async { 1 + 1 })?;
    /// assert_eq!(set.join_all().await, [2]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn name(self, name: &'a str) -> Self {
        let task = self.task.name(name);
        Self { task, ..self }
    }

    /// Spawns the task on the current runtime.
    ///
    /// # Errors
    ///
    /// None; the result is there for tokio's signature.
    ///
    /// # Panics
    ///
    /// If the thread is not inside a runtime.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::task::JoinSet;
    ///
    /// # #[vitte::main(flavor = "current_thread")]
    /// # async fn main() -> std::io::Result<()> {
    /// let mut set = JoinSet::new();
    /// set.build_task().name("sum").spawn(async { 1 + 1 })?;
    /// assert_eq!(set.join_all().await, [2]);
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    pub fn spawn<F>(self, future: F) -> io::Result<AbortHandle>
    where
        F: Future<Output = T>,
        F: Send + 'static,
        T: Send,
    {
        Ok(self.set.insert(self.task.spawn(future)?))
    }

    /// Spawns the task on the given runtime.
    ///
    /// # Errors
    ///
    /// None; the result is there for tokio's signature.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::task::JoinSet;
    ///
    /// # #[vitte::main(flavor = "current_thread")]
    /// # async fn main() -> std::io::Result<()> {
    /// let mut set = JoinSet::new();
    /// let handle = vitte::runtime::Handle::current();
    /// set.build_task().name("sum").spawn_on(async { 1 + 1 }, &handle)?;
    /// assert_eq!(set.join_all().await, [2]);
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    pub fn spawn_on<F>(self, future: F, handle: &Handle) -> io::Result<AbortHandle>
    where
        F: Future<Output = T>,
        F: Send + 'static,
        T: Send,
    {
        Ok(self.set.insert(self.task.spawn_on(future, handle)?))
    }

    /// Runs a closure on the current runtime's blocking pool.
    ///
    /// # Errors
    ///
    /// The error of the operating system if the pool has no thread and none can be started.
    ///
    /// # Panics
    ///
    /// If the thread is not inside a runtime.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::task::JoinSet;
    ///
    /// # #[vitte::main(flavor = "current_thread")]
    /// # async fn main() -> std::io::Result<()> {
    /// let mut set = JoinSet::new();
    /// set.build_task().name("sum").spawn_blocking(|| 1 + 1)?;
    /// assert_eq!(set.join_all().await, [2]);
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    pub fn spawn_blocking<F>(self, f: F) -> io::Result<AbortHandle>
    where
        F: FnOnce() -> T,
        F: Send + 'static,
        T: Send,
    {
        Ok(self.set.insert(self.task.spawn_blocking(f)?))
    }

    /// Runs a closure on the given runtime's blocking pool.
    ///
    /// # Errors
    ///
    /// The error of the operating system if the pool has no thread and none can be started.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::task::JoinSet;
    ///
    /// # #[vitte::main(flavor = "current_thread")]
    /// # async fn main() -> std::io::Result<()> {
    /// let mut set = JoinSet::new();
    /// let handle = vitte::runtime::Handle::current();
    /// set.build_task().name("sum").spawn_blocking_on(|| 1 + 1, &handle)?;
    /// assert_eq!(set.join_all().await, [2]);
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    pub fn spawn_blocking_on<F>(self, f: F, handle: &Handle) -> io::Result<AbortHandle>
    where
        F: FnOnce() -> T,
        F: Send + 'static,
        T: Send,
    {
        Ok(self.set.insert(self.task.spawn_blocking_on(f, handle)?))
    }

    /// Spawns the task on this thread; see
    /// [`spawn_local`](crate::task::spawn_local()).
    ///
    /// # Errors
    ///
    /// None; the result is there for tokio's signature.
    ///
    /// # Panics
    ///
    /// If the thread is neither inside a [`LocalSet`] nor inside a
    /// [`LocalRuntime`](crate::runtime::LocalRuntime).
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::task::JoinSet;
    ///
    /// # fn main() -> std::io::Result<()> {
    /// let runtime = vitte::runtime::LocalRuntime::new()?;
    /// runtime.block_on(async {
    ///     let mut set = JoinSet::new();
    ///     set.build_task().name("sum").spawn_local(async { 1 + 1 })?;
    ///     assert_eq!(set.join_all().await, [2]);
    ///     Ok(())
    /// })
    /// # }
    /// ```
    #[track_caller]
    pub fn spawn_local<F>(self, future: F) -> io::Result<AbortHandle>
    where
        F: Future<Output = T>,
        F: 'static,
    {
        Ok(self.set.insert(self.task.spawn_local(future)?))
    }

    /// Spawns the task on a [`LocalSet`].
    ///
    /// # Errors
    ///
    /// None; the result is there for tokio's signature.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::task::{JoinSet, LocalSet};
    ///
    /// # #[vitte::main(flavor = "current_thread")]
    /// # async fn main() -> std::io::Result<()> {
    /// let local = LocalSet::new();
    /// let mut set = JoinSet::new();
    /// set.build_task().name("sum").spawn_local_on(async { 1 + 1 }, &local)?;
    /// assert_eq!(local.run_until(set.join_all()).await, [2]);
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    pub fn spawn_local_on<F>(self, future: F, local_set: &LocalSet) -> io::Result<AbortHandle>
    where
        F: Future<Output = T>,
        F: 'static,
    {
        Ok(self
            .set
            .insert(self.task.spawn_local_on(future, local_set)?))
    }
}

impl<T> fmt::Debug for Builder<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("join_set::Builder")
            .field("joinset", &self.set)
            .field("builder", &self.task)
            .finish()
    }
}
