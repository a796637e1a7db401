//! Tasks with a name.

use std::future::Future;
use std::io;

use vitte_context::trace::Origin;
use vitte_executor::{Scheduler, blocking, local_set};

use super::{JoinHandle, LocalSet};
use crate::runtime::Handle;

/// Spawns a task that has a name, for whoever traces the program: with the feature `tracing` it is
/// in the task's span, and so in tokio-console.
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
    /// A builder of a task without a name.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same with that name.
    pub fn name(&self, name: &'a str) -> Self {
        Self { name: Some(name) }
    }

    /// What the task's span is to say.
    #[track_caller]
    fn origin(&self) -> Origin<'a> {
        Origin::caller().named(self.name)
    }

    /// Spawns the task on the current runtime; see [`spawn`](super::spawn()).
    ///
    /// # Errors
    ///
    /// None as yet.
    ///
    /// # Panics
    ///
    /// Outside of a runtime.
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

    /// Spawns the task on a certain runtime.
    ///
    /// # Errors
    ///
    /// None as yet.
    #[track_caller]
    pub fn spawn_on<Fut>(self, future: Fut, handle: &Handle) -> io::Result<JoinHandle<Fut::Output>>
    where
        Fut: Future + Send + 'static,
        Fut::Output: Send + 'static,
    {
        Ok(handle.scheduler().spawn(future, self.origin()))
    }

    /// Spawns the task on this thread; see [`spawn_local`](super::spawn_local).
    ///
    /// # Errors
    ///
    /// None as yet.
    ///
    /// # Panics
    ///
    /// Outside of a [`LocalSet`] and of a [`LocalRuntime`](crate::runtime::LocalRuntime).
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
    /// None as yet.
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
    /// When the operating system does not start the pool's first thread.
    ///
    /// # Panics
    ///
    /// Outside of a runtime.
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

    /// Runs a closure on a certain runtime's blocking pool.
    ///
    /// # Errors
    ///
    /// When the operating system does not start the pool's first thread.
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
