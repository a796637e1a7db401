//! Tasks with a name.

use std::future::Future;
use std::io;

use vitte_context::trace::Origin;
use vitte_executor::{Scheduler, blocking, local_set};

use super::{JoinHandle, LocalSet};
use crate::runtime::Handle;

/// Spawns a task that has a name, which helps to find it when the program is traced: with the
/// feature `tracing` the name is in the task's span, and so in tokio-console.
///
/// The spawning methods return a `Result`, as tokio's do; only those that need a thread for
/// blocking code can fail.
///
/// # Examples
///
/// ```
/// use vitte::task::Builder;
///
/// # #[vitte::main(flavor = "current_thread")]
/// # async fn main() -> std::io::Result<()> {
/// let task = Builder::new().name("sum").spawn(async { 1 + 1 })?;
/// assert_eq!(task.await.unwrap(), 2);
/// # Ok(())
/// # }
/// ```
#[derive(Default, Debug)]
pub struct Builder<'a> {
    name: Option<&'a str>,
}

impl<'a> Builder<'a> {
    /// Makes a builder of a task without a name.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::task::Builder;
    ///
    /// # #[vitte::main(flavor = "current_thread")]
    /// # async fn main() -> std::io::Result<()> {
    /// let task = Builder::new().spawn(async { 1 + 1 })?;
    /// assert_eq!(task.await.unwrap(), 2);
    /// # Ok(())
    /// # }
    /// ```
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns a builder of a task with that name.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::task::Builder;
    ///
    /// # #[vitte::main(flavor = "current_thread")]
    /// # async fn main() -> std::io::Result<()> {
    /// let task = Builder::new().name("accept loop").spawn(async {})?;
    /// task.await.unwrap();
    /// # Ok(())
    /// # }
    /// ```
    pub fn name(&self, name: &'a str) -> Self {
        Self { name: Some(name) }
    }

    /// What the task's span will say.
    #[track_caller]
    fn origin(&self) -> Origin<'a> {
        Origin::caller().named(self.name)
    }

    /// Spawns the task on the current runtime; see [`spawn`](super::spawn()).
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
    /// # #[vitte::main(flavor = "current_thread")]
    /// # async fn main() -> std::io::Result<()> {
    /// let task = vitte::task::Builder::new().name("sum").spawn(async { 1 + 1 })?;
    /// assert_eq!(task.await.unwrap(), 2);
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    pub fn spawn<Fut>(self, future: Fut) -> io::Result<JoinHandle<Fut::Output>>
    where
        Fut: Future + Send + 'static,
        Fut::Output: Send + 'static,
    {
        let origin = self.origin();
        Ok(Scheduler::with_current(|scheduler| {
            scheduler.spawn(future, origin)
        }))
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
    /// use vitte::runtime::Runtime;
    /// use vitte::task::Builder;
    ///
    /// # fn main() -> std::io::Result<()> {
    /// let runtime = Runtime::new()?;
    /// let task = Builder::new().name("sum").spawn_on(async { 1 + 1 }, runtime.handle())?;
    /// assert_eq!(runtime.block_on(task).unwrap(), 2);
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    pub fn spawn_on<Fut>(self, future: Fut, handle: &Handle) -> io::Result<JoinHandle<Fut::Output>>
    where
        Fut: Future + Send + 'static,
        Fut::Output: Send + 'static,
    {
        Ok(handle.scheduler().spawn(future, self.origin()))
    }

    /// Spawns the task on this thread; see [`spawn_local`](super::spawn_local()).
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
    /// use vitte::runtime::LocalRuntime;
    /// use vitte::task::Builder;
    ///
    /// # fn main() -> std::io::Result<()> {
    /// let runtime = LocalRuntime::new()?;
    /// runtime.block_on(async {
    ///     let task = Builder::new().name("sum").spawn_local(async { 1 + 1 })?;
    ///     assert_eq!(task.await.unwrap(), 2);
    ///     Ok(())
    /// })
    /// # }
    /// ```
    #[track_caller]
    pub fn spawn_local<Fut>(self, future: Fut) -> io::Result<JoinHandle<Fut::Output>>
    where
        Fut: Future + 'static,
        Fut::Output: 'static,
    {
        Ok(local_set::spawn_local_from(self.origin(), future))
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
    /// use vitte::task::{Builder, LocalSet};
    ///
    /// # #[vitte::main(flavor = "current_thread")]
    /// # async fn main() -> std::io::Result<()> {
    /// let set = LocalSet::new();
    /// let task = Builder::new().name("sum").spawn_local_on(async { 1 + 1 }, &set)?;
    /// assert_eq!(set.run_until(task).await.unwrap(), 2);
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    pub fn spawn_local_on<Fut>(
        self,
        future: Fut,
        local_set: &LocalSet,
    ) -> io::Result<JoinHandle<Fut::Output>>
    where
        Fut: Future + 'static,
        Fut::Output: 'static,
    {
        Ok(local_set.spawn_local_from(self.origin(), future))
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
    /// # Panics
    ///
    /// If the thread is not inside a runtime.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main(flavor = "current_thread")]
    /// # async fn main() -> std::io::Result<()> {
    /// let task = vitte::task::Builder::new().name("sum").spawn_blocking(|| 1 + 1)?;
    /// assert_eq!(task.await.unwrap(), 2);
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    pub fn spawn_blocking<Function, Output>(
        self,
        function: Function,
    ) -> io::Result<JoinHandle<Output>>
    where
        Function: FnOnce() -> Output + Send + 'static,
        Output: Send + 'static,
    {
        let handle = Handle::current();
        self.spawn_blocking_on(function, &handle)
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
    /// use vitte::runtime::Runtime;
    /// use vitte::task::Builder;
    ///
    /// # fn main() -> std::io::Result<()> {
    /// let runtime = Runtime::new()?;
    /// let task = Builder::new().name("sum").spawn_blocking_on(|| 1 + 1, runtime.handle())?;
    /// assert_eq!(runtime.block_on(task).unwrap(), 2);
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    pub fn spawn_blocking_on<Function, Output>(
        self,
        function: Function,
        handle: &Handle,
    ) -> io::Result<JoinHandle<Output>>
    where
        Function: FnOnce() -> Output + Send + 'static,
        Output: Send + 'static,
    {
        blocking::try_spawn_blocking_on(handle.core(), self.origin(), function)
    }
}
