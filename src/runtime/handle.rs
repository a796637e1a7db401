//! [`Handle`]: how a runtime is reached from inside and outside.
//!
//! A handle is a reference to the context's `RuntimeCore`. Any thread may have one, also after the
//! runtime has ended: tasks that are spawned then are dropped at once.

use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::Arc;

use vitte_context::runtime::{self, RuntimeCore, SetCurrent};
use vitte_context::trace::{self, Origin};
use vitte_context::{enter, park};
use vitte_executor::task::large::boxed_if_large;
use vitte_executor::{Flavor, Scheduler};

use super::error::TryCurrentError;
use super::id::Id;
use super::metrics::RuntimeMetrics;
use crate::task::JoinHandle;

/// The kind of scheduler that a runtime has; from [`Handle::runtime_flavor`].
///
/// # Examples
///
/// ```
/// use vitte::runtime::{Handle, RuntimeFlavor};
///
/// # #[vitte::main(flavor = "current_thread")]
/// # async fn main() {
/// assert_eq!(Handle::current().runtime_flavor(), RuntimeFlavor::CurrentThread);
/// # }
/// ```
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RuntimeFlavor {
    /// Everything runs on the thread that calls `block_on`.
    CurrentThread,
    /// Several worker threads share the work.
    MultiThread,
}

/// A reference to a runtime, by which tasks are spawned on it from anywhere.
///
/// It is cheap to clone, and does not keep the runtime running: a task that is spawned after the
/// runtime has ended is dropped at once, and joining it gives an error for which
/// [`JoinError::is_cancelled`](crate::task::JoinError::is_cancelled) is true.
///
/// # Examples
///
/// ```
/// use vitte::runtime::Handle;
///
/// # #[vitte::main]
/// # async fn main() {
/// let handle = Handle::current();
/// let thread = std::thread::spawn(move || {
///     // This thread has nothing to do with the runtime, but for the handle.
///     handle.block_on(async { vitte::spawn(async { 1 + 1 }).await })
/// });
/// assert_eq!(thread.join().unwrap().unwrap(), 2);
/// # }
/// ```
#[derive(Clone)]
pub struct Handle {
    core: Arc<RuntimeCore>,
}

impl UnwindSafe for Handle {}
impl RefUnwindSafe for Handle {}

/// Makes a runtime the current one of its thread until it is dropped; from [`Handle::enter`].
///
/// # Examples
///
/// ```
/// use vitte::runtime::{Handle, Runtime};
///
/// let runtime = Runtime::new().unwrap();
/// let guard = runtime.enter();
/// assert!(Handle::try_current().is_ok());
/// drop(guard);
/// assert!(Handle::try_current().is_err());
/// ```
#[derive(Debug)]
#[must_use = "Creating and dropping a guard does nothing"]
pub struct EnterGuard<'a> {
    _current: SetCurrent,
    _handle: PhantomData<&'a Handle>,
}

impl Handle {
    pub(crate) fn new(core: Arc<RuntimeCore>) -> Self {
        Handle { core }
    }

    pub(crate) fn core(&self) -> &Arc<RuntimeCore> {
        &self.core
    }

    pub(crate) fn scheduler(&self) -> &Arc<Scheduler> {
        Scheduler::of(&self.core)
    }

    /// Makes the runtime the current one of this thread, until the guard is dropped: `spawn`,
    /// timers and sockets then find this runtime.
    ///
    /// # Panics
    ///
    /// Guards must be dropped in the reverse order of their making; otherwise the drop panics.
    ///
    /// # Examples
    ///
    /// ```
    /// let runtime = vitte::runtime::Runtime::new().unwrap();
    /// let task = {
    ///     let _guard = runtime.handle().enter();
    ///     vitte::spawn(async { 1 + 1 })
    /// };
    /// assert_eq!(runtime.block_on(task).unwrap(), 2);
    /// ```
    pub fn enter(&self) -> EnterGuard<'_> {
        EnterGuard {
            _current: SetCurrent::new(self.core.clone()),
            _handle: PhantomData,
        }
    }

    /// Returns a handle to the current runtime.
    ///
    /// # Panics
    ///
    /// If the thread is not inside a runtime: neither in async code that one runs, nor in
    /// [`enter`](Self::enter), nor in a blocking job.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::runtime::Handle;
    ///
    /// # #[vitte::main]
    /// # async fn main() {
    /// let handle = Handle::current();
    /// // For code that has no runtime of its own, a callback for instance.
    /// let callback = move || handle.spawn(async { "called" });
    /// assert_eq!(std::thread::spawn(callback).join().unwrap().await.unwrap(), "called");
    /// # }
    /// ```
    #[track_caller]
    pub fn current() -> Self {
        match runtime::current() {
            Some(core) => Handle { core },
            None => panic!("{}", runtime::NO_RUNTIME),
        }
    }

    /// Returns a handle to the current runtime, if there is one.
    ///
    /// # Errors
    ///
    /// [`TryCurrentError`] if the thread is not inside a runtime.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::runtime::Handle;
    ///
    /// assert!(Handle::try_current().is_err());
    /// # #[vitte::main(flavor = "current_thread")]
    /// # async fn inside() {
    /// // In async code:
    /// assert!(Handle::try_current().is_ok());
    /// # }
    /// # inside();
    /// ```
    pub fn try_current() -> Result<Self, TryCurrentError> {
        runtime::current()
            .map(Handle::new)
            .ok_or_else(TryCurrentError::no_context)
    }

    /// Spawns a task on this runtime; it begins to run at once, whether the returned handle is
    /// polled or not.
    ///
    /// # Examples
    ///
    /// ```
    /// let runtime = vitte::runtime::Runtime::new().unwrap();
    /// let task = runtime.handle().spawn(async { 1 + 1 });
    /// assert_eq!(runtime.block_on(task).unwrap(), 2);
    /// ```
    #[track_caller]
    pub fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let origin = Origin::caller();
        boxed_if_large!(F, future, origin, self.scheduler().spawn(future, origin))
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
    /// let line = runtime.handle().spawn_blocking(|| std::fs::read_to_string("Cargo.toml"));
    /// assert!(runtime.block_on(line).unwrap().is_ok());
    /// ```
    #[track_caller]
    pub fn spawn_blocking<F, R>(&self, func: F) -> JoinHandle<R>
    where
        F: FnOnce() -> R + Send + 'static,
        R: Send + 'static,
    {
        vitte_executor::blocking::spawn_blocking_on(&self.core, func)
    }

    /// Runs a future to completion on this thread, within the runtime's context.
    ///
    /// On a current-thread runtime this drives neither tasks nor timers nor sockets: some thread
    /// has to be inside [`Runtime::block_on`](super::Runtime::block_on) for that.
    ///
    /// # Panics
    ///
    /// If the thread is already inside async code, and if the future panics. From a blocking job it
    /// may be called.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::runtime::Handle;
    ///
    /// # #[vitte::main]
    /// # async fn main() {
    /// let answer = vitte::task::spawn_blocking(|| {
    ///     // Back into async code from code that blocks.
    ///     Handle::current().block_on(async { 6 * 7 })
    /// });
    /// assert_eq!(answer.await.unwrap(), 42);
    /// # }
    /// ```
    #[track_caller]
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        let origin = Origin::caller();
        boxed_if_large!(F, future, origin, {
            let future = trace::root(future, origin);
            let _entered = enter::enter_runtime(&self.core, true);
            park::block_on(future)
        })
    }

    /// Returns which kind of scheduler the runtime has.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::runtime::{Handle, RuntimeFlavor};
    ///
    /// # #[vitte::main]
    /// # async fn main() {
    /// assert_eq!(Handle::current().runtime_flavor(), RuntimeFlavor::MultiThread);
    /// # }
    /// ```
    pub fn runtime_flavor(&self) -> RuntimeFlavor {
        match self.scheduler().flavor() {
            Flavor::MultiThread => RuntimeFlavor::MultiThread,
            _ => RuntimeFlavor::CurrentThread,
        }
    }

    /// Returns the runtime's id.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::runtime::Runtime;
    ///
    /// let (one, other) = (Runtime::new().unwrap(), Runtime::new().unwrap());
    /// assert_ne!(one.handle().id(), other.handle().id());
    /// ```
    pub fn id(&self) -> Id {
        Id::new(self.core.id())
    }

    /// Returns the name that the runtime was given by [`Builder::name`](super::Builder::name).
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::runtime::Handle;
    ///
    /// # #[vitte::main(name = "api")]
    /// # async fn main() {
    /// assert_eq!(Handle::current().name(), Some("api"));
    /// # }
    /// ```
    pub fn name(&self) -> Option<&str> {
        self.core.name()
    }

    /// Returns a view of what the runtime counts.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::runtime::Handle;
    ///
    /// # #[vitte::main(flavor = "current_thread")]
    /// # async fn main() {
    /// assert_eq!(Handle::current().metrics().num_workers(), 1);
    /// # }
    /// ```
    pub fn metrics(&self) -> RuntimeMetrics {
        RuntimeMetrics::new(self.clone())
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handle")
            .field("id", &self.core.id())
            .field("flavor", &self.runtime_flavor())
            .finish_non_exhaustive()
    }
}
