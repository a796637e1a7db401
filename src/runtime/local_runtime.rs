//! [`LocalRuntime`]: a current-thread runtime for futures that stay on one thread.
//!
//! It is a [`Runtime`] whose scheduler is configured for that (`Config::local`), in a type that is
//! not `Send`.

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

/// Options of a [`LocalRuntime`]; there are none yet.
///
/// # Examples
///
/// ```
/// use vitte::runtime::{Builder, LocalOptions};
///
/// let runtime = Builder::new_current_thread().build_local(LocalOptions::default()).unwrap();
/// # drop(runtime);
/// ```
#[derive(Default, Debug)]
#[non_exhaustive]
pub struct LocalOptions {
    /// The runtime stays on the thread that made it.
    _not_send: PhantomData<*mut ()>,
}

/// A current-thread runtime that cannot leave its thread, and therefore takes futures that are
/// not `Send`.
///
/// Everywhere inside it, [`task::spawn_local`](crate::task::spawn_local()) works without a
/// [`LocalSet`](crate::task::LocalSet). Dropping it drops the futures of its tasks, and waits for
/// blocking jobs that have begun.
///
/// # Panics
///
/// Dropping it from within async code panics.
///
/// # Examples
///
/// ```
/// use std::cell::Cell;
/// use std::rc::Rc;
/// use vitte::runtime::LocalRuntime;
///
/// # fn main() -> std::io::Result<()> {
/// let runtime = LocalRuntime::new()?;
/// let count = Rc::new(Cell::new(0));
/// runtime.block_on(async {
///     let shared = count.clone();
///     let task = vitte::task::spawn_local(async move { shared.set(shared.get() + 1) });
///     task.await.unwrap();
/// });
/// assert_eq!(count.get(), 1);
/// # Ok(())
/// # }
/// ```
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

    /// Makes a local runtime with timers and io. [`Builder::build_local`] makes one with other
    /// options.
    ///
    /// # Errors
    ///
    /// If the process has no file descriptor left for the reactor, the error of the operating
    /// system.
    ///
    /// # Examples
    ///
    /// ```
    /// let runtime = vitte::runtime::LocalRuntime::new().unwrap();
    /// assert_eq!(runtime.block_on(async { 40 + 2 }), 42);
    /// ```
    pub fn new() -> io::Result<LocalRuntime> {
        Builder::new_current_thread()
            .enable_all()
            .build_local(LocalOptions::default())
    }

    /// Returns a handle to the runtime. Through it, only `Send` futures can be spawned.
    ///
    /// # Examples
    ///
    /// ```
    /// let runtime = vitte::runtime::LocalRuntime::new().unwrap();
    /// let handle = runtime.handle().clone();
    /// let task = std::thread::spawn(move || handle.spawn(async { 1 })).join().unwrap();
    /// assert_eq!(runtime.block_on(task).unwrap(), 1);
    /// ```
    pub fn handle(&self) -> &Handle {
        self.runtime.handle()
    }

    /// Spawns a task whose future need not be `Send`. It runs while this thread is inside
    /// [`block_on`](Self::block_on).
    ///
    /// # Examples
    ///
    /// ```
    /// use std::rc::Rc;
    ///
    /// let runtime = vitte::runtime::LocalRuntime::new().unwrap();
    /// let text = Rc::new("not Send");
    /// let task = runtime.spawn_local(async move { text.len() });
    /// assert_eq!(runtime.block_on(task).unwrap(), 8);
    /// ```
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

    /// Runs a closure on the runtime's blocking pool; see
    /// [`task::spawn_blocking`](crate::task::spawn_blocking()).
    ///
    /// # Panics
    ///
    /// If the operating system does not start the pool's first thread.
    ///
    /// # Examples
    ///
    /// ```
    /// let runtime = vitte::runtime::LocalRuntime::new().unwrap();
    /// let sum = runtime.spawn_blocking(|| (1..=1000u64).sum::<u64>());
    /// assert_eq!(runtime.block_on(sum).unwrap(), 500_500);
    /// ```
    #[track_caller]
    pub fn spawn_blocking<F, R>(&self, func: F) -> JoinHandle<R>
    where
        F: FnOnce() -> R + Send + 'static,
        R: Send + 'static,
    {
        self.runtime.spawn_blocking(func)
    }

    /// Runs a future to completion, and all tasks in the meantime. The future need not be `Send`.
    ///
    /// # Panics
    ///
    /// If the thread is already inside a runtime, and if the future panics.
    ///
    /// # Examples
    ///
    /// ```
    /// let runtime = vitte::runtime::LocalRuntime::new().unwrap();
    /// let task = runtime.spawn_local(async { "runs during block_on" });
    /// assert_eq!(runtime.block_on(task).unwrap(), "runs during block_on");
    /// ```
    #[track_caller]
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.runtime.block_on(future)
    }

    /// Makes the runtime the current one of this thread, until the guard is dropped; see
    /// [`Handle::enter`].
    ///
    /// # Examples
    ///
    /// ```
    /// let runtime = vitte::runtime::LocalRuntime::new().unwrap();
    /// let task = {
    ///     let _guard = runtime.enter();
    ///     vitte::task::spawn_local(async { 1 })
    /// };
    /// assert_eq!(runtime.block_on(task).unwrap(), 1);
    /// ```
    pub fn enter(&self) -> EnterGuard<'_> {
        self.runtime.enter()
    }

    /// Ends the runtime, and waits at most that long for blocking jobs. Their threads run on after
    /// that, until they are done.
    ///
    /// # Panics
    ///
    /// If called from within async code, unless the duration is zero.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let runtime = vitte::runtime::LocalRuntime::new().unwrap();
    /// runtime.spawn_blocking(|| std::thread::sleep(Duration::from_secs(10)));
    /// runtime.shutdown_timeout(Duration::from_millis(10));
    /// ```
    #[track_caller]
    pub fn shutdown_timeout(self, duration: Duration) {
        self.runtime.shutdown_timeout(duration);
    }

    /// Ends the runtime without waiting for anything. Unlike a drop it is allowed in async code.
    ///
    /// # Examples
    ///
    /// ```
    /// let runtime = vitte::runtime::LocalRuntime::new().unwrap();
    /// runtime.spawn_blocking(|| std::thread::sleep(std::time::Duration::from_secs(10)));
    /// runtime.shutdown_background();
    /// ```
    pub fn shutdown_background(self) {
        self.runtime.shutdown_background();
    }

    /// Returns a view of what the runtime counts.
    ///
    /// # Examples
    ///
    /// ```
    /// let runtime = vitte::runtime::LocalRuntime::new().unwrap();
    /// runtime.spawn_local(async {});
    /// assert_eq!(runtime.metrics().num_alive_tasks(), 1);
    /// ```
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
