//! The runtime: the owner of everything that runs.

use std::fmt;
use std::future::Future;
use std::io;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::Arc;
use std::time::Duration;

use vitte_context::RuntimeCore;
use vitte_context::runtime::SetCurrent;
use vitte_context::trace::Origin;
use vitte_executor::task::large::boxed_if_large;

use super::builder::Builder;
use super::handle::{EnterGuard, Handle};
use super::metrics::RuntimeMetrics;
use crate::task::JoinHandle;

/// A runtime: its scheduler, its timers, its reactor, its blocking pool.
///
/// Dropping it ends it: every task has its future dropped, inside the runtime's context, and the
/// threads are joined. That waits for blocking jobs that have begun, and for what their threads
/// would have done next; [`shutdown_timeout`](Self::shutdown_timeout) and
/// [`shutdown_background`](Self::shutdown_background) do not.
///
/// # Panics
///
/// Dropping a runtime from within async code panics: the thread must not wait there.
pub struct Runtime {
    handle: Handle,
}

impl UnwindSafe for Runtime {}
impl RefUnwindSafe for Runtime {}

impl Runtime {
    pub(super) fn from_core(core: Arc<RuntimeCore>) -> Self {
        Runtime {
            handle: Handle::new(core),
        }
    }

    /// A multi-thread runtime with timers and io, as [`Builder::new_multi_thread`] makes it.
    ///
    /// # Errors
    ///
    /// When the operating system has no file descriptors left.
    ///
    /// # Examples
    ///
    /// ```
    /// let runtime = vitte::runtime::Runtime::new().unwrap();
    /// assert_eq!(runtime.block_on(async { 40 + 2 }), 42);
    /// ```
    pub fn new() -> io::Result<Runtime> {
        Builder::new_multi_thread().enable_all().build()
    }

    /// A handle to the runtime.
    pub fn handle(&self) -> &Handle {
        &self.handle
    }

    /// Spawns a task; it begins to run at once, whether the handle is polled or not. On a
    /// current-thread runtime it runs while some thread is inside [`block_on`](Self::block_on).
    #[track_caller]
    pub fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let (scheduler, origin) = (self.handle.scheduler(), Origin::caller());
        boxed_if_large!(F, future, origin, scheduler.spawn(future, origin))
    }

    /// Runs a closure on the runtime's blocking pool.
    #[track_caller]
    pub fn spawn_blocking<F, R>(&self, func: F) -> JoinHandle<R>
    where
        F: FnOnce() -> R + Send + 'static,
        R: Send + 'static,
    {
        self.handle.spawn_blocking(func)
    }

    /// Runs a future to completion on this thread. The entry point of the runtime.
    ///
    /// On a current-thread runtime, all tasks run here meanwhile. On a multi-thread runtime the
    /// future is not run by a worker; spawn it to have that.
    ///
    /// # Panics
    ///
    /// When called from within a runtime, and when the future panics.
    #[track_caller]
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        let (scheduler, core) = (self.handle.scheduler(), self.handle.core());
        let origin = Origin::caller();
        boxed_if_large!(F, future, origin, scheduler.block_on(core, future, origin))
    }

    /// Enters the runtime's context; see [`Handle::enter`].
    pub fn enter(&self) -> EnterGuard<'_> {
        self.handle.enter()
    }

    /// Ends the runtime, and waits at most that long for blocking jobs and for polls that do not
    /// return.
    ///
    /// # Panics
    ///
    /// From within async code, unless the duration is zero.
    #[track_caller]
    pub fn shutdown_timeout(self, duration: Duration) {
        self.end(Some(duration));
    }

    /// Ends the runtime without waiting for anything.
    pub fn shutdown_background(self) {
        self.shutdown_timeout(Duration::ZERO);
    }

    /// What the runtime counts.
    pub fn metrics(&self) -> RuntimeMetrics {
        self.handle.metrics()
    }

    fn end(&self, timeout: Option<Duration>) {
        let _current = SetCurrent::new(self.handle.core().clone());
        self.handle
            .scheduler()
            .shutdown(self.handle.core(), timeout);
    }
}

impl Drop for Runtime {
    fn drop(&mut self) {
        // After an explicit shutdown this finds nothing left to do, and does not wait.
        self.end(None);
    }
}

impl fmt::Debug for Runtime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Runtime")
            .field("handle", &self.handle)
            .finish()
    }
}
