//! A runtime for futures that stay on one thread.

use std::fmt;
use std::future::Future;
use std::io;
use std::marker::PhantomData;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::time::Duration;

use vitte_context::trace::Origin;

use super::builder::Builder;
use super::handle::{EnterGuard, Handle};
use super::metrics::RuntimeMetrics;
use super::runtime::Runtime;
use crate::task::JoinHandle;

/// Options of a [`LocalRuntime`]; there are none as yet.
#[derive(Default, Debug)]
#[non_exhaustive]
pub struct LocalOptions {
    /// The runtime stays on the thread that made it.
    _not_send: PhantomData<*mut ()>,
}

/// A current-thread runtime that cannot leave its thread, and therefore takes futures that are
/// not `Send`: [`spawn_local`](crate::task::spawn_local) works everywhere inside it.
pub struct LocalRuntime {
    runtime: Runtime,
    _not_send: PhantomData<*mut ()>,
}

impl UnwindSafe for LocalRuntime {}
impl RefUnwindSafe for LocalRuntime {}

impl LocalRuntime {
    pub(super) fn from_runtime(runtime: Runtime) -> Self {
        LocalRuntime {
            runtime,
            _not_send: PhantomData,
        }
    }

    /// A local runtime with timers and io.
    ///
    /// # Errors
    ///
    /// When the operating system has no file descriptors left.
    pub fn new() -> io::Result<LocalRuntime> {
        Builder::new_current_thread()
            .enable_all()
            .build_local(LocalOptions::default())
    }

    /// A handle to the runtime. Through it, only `Send` futures can be spawned.
    pub fn handle(&self) -> &Handle {
        self.runtime.handle()
    }

    /// Spawns a task whose future need not be `Send`.
    #[track_caller]
    pub fn spawn_local<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        // SAFETY: the scheduler is a current-thread one that only this thread drives and shuts
        // down, since `LocalRuntime` is not `Send`; nor is the handle, if its output is not.
        unsafe {
            self.handle()
                .scheduler()
                .spawn_unchecked(future, Origin::caller())
        }
    }

    /// Runs a closure on the runtime's blocking pool.
    #[track_caller]
    pub fn spawn_blocking<F, R>(&self, func: F) -> JoinHandle<R>
    where
        F: FnOnce() -> R + Send + 'static,
        R: Send + 'static,
    {
        self.runtime.spawn_blocking(func)
    }

    /// Runs a future to completion, and all tasks meanwhile.
    ///
    /// # Panics
    ///
    /// When called from within a runtime, and when the future panics.
    #[track_caller]
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.runtime.block_on(future)
    }

    /// Enters the runtime's context; see [`Handle::enter`].
    pub fn enter(&self) -> EnterGuard<'_> {
        self.runtime.enter()
    }

    /// Ends the runtime, and waits at most that long for blocking jobs.
    ///
    /// # Panics
    ///
    /// From within async code, unless the duration is zero.
    #[track_caller]
    pub fn shutdown_timeout(self, duration: Duration) {
        self.runtime.shutdown_timeout(duration);
    }

    /// Ends the runtime without waiting for anything.
    pub fn shutdown_background(self) {
        self.runtime.shutdown_background();
    }

    /// What the runtime counts.
    pub fn metrics(&self) -> RuntimeMetrics {
        self.runtime.metrics()
    }
}

impl fmt::Debug for LocalRuntime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalRuntime")
            .field("runtime", &self.runtime)
            .finish()
    }
}
