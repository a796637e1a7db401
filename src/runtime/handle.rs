//! Handles: how a runtime is reached from inside and outside.

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

/// Which scheduler a runtime has.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RuntimeFlavor {
    /// Everything runs on the thread that calls `block_on`.
    CurrentThread,
    /// Several worker threads share the work.
    MultiThread,
}

/// A reference to a runtime. Cheap to clone; does not keep the runtime running.
#[derive(Clone)]
pub struct Handle {
    core: Arc<RuntimeCore>,
}

impl UnwindSafe for Handle {}
impl RefUnwindSafe for Handle {}

/// Makes a runtime the thread's current one until dropped; from [`Handle::enter`].
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

    /// Enters the runtime's context: `spawn`, timers and sockets then find this runtime.
    ///
    /// # Panics
    ///
    /// Guards have to be dropped in the reverse order of their making; else the drop panics.
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

    /// The current runtime.
    ///
    /// # Panics
    ///
    /// Outside of a runtime.
    #[track_caller]
    pub fn current() -> Self {
        match runtime::current() {
            Some(core) => Handle { core },
            None => panic!("{}", runtime::NO_RUNTIME),
        }
    }

    /// The current runtime, if there is one.
    ///
    /// # Errors
    ///
    /// Outside of a runtime.
    pub fn try_current() -> Result<Self, TryCurrentError> {
        runtime::current()
            .map(Handle::new)
            .ok_or_else(TryCurrentError::no_context)
    }

    /// Spawns a task on this runtime; it begins to run at once, whether the handle is polled or
    /// not.
    #[track_caller]
    pub fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let origin = Origin::caller();
        boxed_if_large!(F, future, origin, self.scheduler().spawn(future, origin))
    }

    /// Runs a closure on the runtime's blocking pool.
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
    /// When called from within a runtime.
    #[track_caller]
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        let origin = Origin::caller();
        boxed_if_large!(F, future, origin, {
            let future = trace::root(future, origin);
            let _entered = enter::enter_runtime(&self.core, true);
            park::block_on(future)
        })
    }

    /// Which scheduler the runtime has.
    pub fn runtime_flavor(&self) -> RuntimeFlavor {
        match self.scheduler().flavor() {
            Flavor::MultiThread => RuntimeFlavor::MultiThread,
            _ => RuntimeFlavor::CurrentThread,
        }
    }

    /// The runtime's id.
    pub fn id(&self) -> Id {
        Id::new(self.core.id())
    }

    /// The name that the runtime was given.
    pub fn name(&self) -> Option<&str> {
        self.core.name()
    }

    /// What the runtime counts.
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
