//! [`Runtime`]: the owner of everything that runs.
//!
//! It is a handle that ends what it refers to when it is dropped. The runtime itself is the
//! context's `RuntimeCore`, which the threads of the runtime share.

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

/// A runtime: a scheduler for tasks, timers, the reactor that watches sockets, and a pool of
/// threads for code that blocks.
///
/// # Shutdown
///
/// Dropping a runtime ends it: the future of every task is dropped, inside the runtime's context,
/// and the threads are joined. This waits for polls and for blocking jobs that have begun.
/// [`shutdown_timeout`](Self::shutdown_timeout) waits for a limited time, and
/// [`shutdown_background`](Self::shutdown_background) does not wait.
///
/// # Panics
///
/// Dropping a runtime from within async code panics, because the thread must not wait there. Use
/// [`shutdown_background`](Self::shutdown_background) there.
///
/// # Examples
///
/// ```
/// use vitte::runtime::Runtime;
///
/// # fn main() -> std::io::Result<()> {
/// let runtime = Runtime::new()?;
/// let task = runtime.spawn(async { "from a task" });
/// assert_eq!(runtime.block_on(task).unwrap(), "from a task");
/// # Ok(())
/// # }
/// ```
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

    /// Makes a multi-thread runtime with timers and io; the same as
    /// `Builder::new_multi_thread().enable_all().build()`.
    ///
    /// # Errors
    ///
    /// If the process has no file descriptor left for the reactor, the error of the operating
    /// system.
    ///
    /// # Panics
    ///
    /// See [`Builder::build`].
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

    /// Returns a handle to the runtime. Clone it to keep it.
    ///
    /// # Examples
    ///
    /// ```
    /// let runtime = vitte::runtime::Runtime::new().unwrap();
    /// let handle = runtime.handle().clone();
    /// let task = std::thread::spawn(move || handle.spawn(async { 1 })).join().unwrap();
    /// assert_eq!(runtime.block_on(task).unwrap(), 1);
    /// ```
    pub fn handle(&self) -> &Handle {
        &self.handle
    }

    /// Spawns a task; it begins to run at once, whether the handle is polled or not. On a
    /// current-thread runtime it runs while some thread is inside [`block_on`](Self::block_on).
    ///
    /// # Examples
    ///
    /// ```
    /// let runtime = vitte::runtime::Runtime::new().unwrap();
    /// let task = runtime.spawn(async { 1 + 1 });
    /// assert_eq!(runtime.block_on(task).unwrap(), 2);
    /// ```
    #[track_caller]
    pub fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let (scheduler, origin) = (self.handle.scheduler(), Origin::caller());
        boxed_if_large!(F, future, origin, scheduler.spawn(future, origin))
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
    /// let runtime = vitte::runtime::Runtime::new().unwrap();
    /// let sum = runtime.spawn_blocking(|| (1..=1000u64).sum::<u64>());
    /// assert_eq!(runtime.block_on(sum).unwrap(), 500_500);
    /// ```
    #[track_caller]
    pub fn spawn_blocking<F, R>(&self, func: F) -> JoinHandle<R>
    where
        F: FnOnce() -> R + Send + 'static,
        R: Send + 'static,
    {
        self.handle.spawn_blocking(func)
    }

    /// Runs a future to completion on this thread. This is the entry point of the runtime.
    ///
    /// On a current-thread runtime, all tasks run on this thread in the meantime, and stand still
    /// when the call returns. On a multi-thread runtime this thread runs the given future and
    /// nothing else; spawn the future to run it on a worker.
    ///
    /// # Panics
    ///
    /// If the thread is already inside a runtime, and if the future panics.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let runtime = vitte::runtime::Runtime::new().unwrap();
    /// runtime.block_on(async {
    ///     vitte::time::sleep(Duration::from_millis(1)).await;
    ///     println!("one millisecond later");
    /// });
    /// ```
    #[track_caller]
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        let (scheduler, core) = (self.handle.scheduler(), self.handle.core());
        let origin = Origin::caller();
        boxed_if_large!(F, future, origin, scheduler.block_on(core, future, origin))
    }

    /// Makes the runtime the current one of this thread, until the guard is dropped; see
    /// [`Handle::enter`].
    ///
    /// # Examples
    ///
    /// ```
    /// let runtime = vitte::runtime::Runtime::new().unwrap();
    /// let _guard = runtime.enter();
    /// // Finds the runtime, although this is not async code.
    /// vitte::spawn(async { println!("on a worker") });
    /// ```
    pub fn enter(&self) -> EnterGuard<'_> {
        self.handle.enter()
    }

    /// Ends the runtime, and waits at most that long for blocking jobs and for polls that do not
    /// return. Their threads run on after that, until they are done.
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
    /// let runtime = vitte::runtime::Runtime::new().unwrap();
    /// runtime.spawn_blocking(|| std::thread::sleep(Duration::from_secs(10)));
    /// // Returns long before the job does.
    /// runtime.shutdown_timeout(Duration::from_millis(10));
    /// ```
    #[track_caller]
    pub fn shutdown_timeout(self, duration: Duration) {
        self.end(Some(duration));
    }

    /// Ends the runtime without waiting for anything. Unlike a drop it is allowed in async code.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::runtime::Builder;
    ///
    /// # #[vitte::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let other = Builder::new_multi_thread().build().unwrap();
    /// other.spawn(async { println!("elsewhere") });
    /// other.shutdown_background();
    /// # }
    /// ```
    pub fn shutdown_background(self) {
        self.shutdown_timeout(Duration::ZERO);
    }

    /// Returns a view of what the runtime counts.
    ///
    /// # Examples
    ///
    /// ```
    /// let runtime = vitte::runtime::Runtime::new().unwrap();
    /// assert_eq!(runtime.metrics().num_alive_tasks(), 0);
    /// ```
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
