//! How code on a worker's thread finds the worker: the context that the thread's block points to.
//!
//! `spawn`, wakes and `block_in_place` come this way. The core may leave during a poll, so no
//! reference to it is kept across one.

use std::cell::Cell;
use std::ptr;
use std::sync::Arc;

use vitte_context::RuntimeCore;
use vitte_context::defer::DeferList;

use super::Core;
use crate::events::Event;
use crate::metrics::WorkerMetrics;
use crate::scheduler::multi_thread::Workers;
use crate::scheduler::{self, Scheduler, ThreadContext};

/// A worker thread's view of its scheduler; the thread's block points here.
///
/// `ThreadContext` comes first: by it any thread context shows which scheduler it belongs to.
#[repr(C)]
pub(crate) struct WorkerContext {
    pub(super) thread: ThreadContext,
    /// The core, or null while this thread has none. Owned: made by `Box::into_raw`.
    pub(super) core: Cell<*mut Core>,
    pub(super) runtime: Arc<RuntimeCore>,
    pub(super) defer: DeferList,
}

impl WorkerContext {
    /// This thread's context, if it is a worker of that scheduler.
    #[inline]
    pub(crate) fn of(scheduler: &Scheduler) -> Option<&WorkerContext> {
        scheduler.flavor.workers()?;
        let (here, context) = scheduler::here()?;
        if !ptr::eq(Arc::as_ptr(here), scheduler) {
            return None;
        }
        // SAFETY: the threads of a multi-thread scheduler have a `WorkerContext`.
        Some(unsafe { &*context.cast::<WorkerContext>() })
    }

    /// This thread's context, if it is a worker of any multi-thread scheduler.
    #[inline]
    pub(crate) fn current<'a>() -> Option<&'a WorkerContext> {
        let (here, context) = scheduler::here()?;
        here.flavor.workers()?;
        // SAFETY: the threads of a multi-thread scheduler have a `WorkerContext`.
        Some(unsafe { &*context.cast::<WorkerContext>() })
    }

    /// The core, while this thread has it. Do not keep the reference across a poll.
    #[inline]
    pub(crate) fn core(&self) -> Option<&Core> {
        // SAFETY: a non-null pointer is to the core that this thread owns. It is given away only
        // by `take_core`, on this thread, during a poll.
        unsafe { self.core.get().as_ref() }
    }

    /// Gives the core up: this thread is not a worker from here on.
    pub(crate) fn take_core(&self) -> Option<Box<Core>> {
        let core = self.core.replace(ptr::null_mut());
        // SAFETY: the pointer came from `Box::into_raw`, and was just taken out.
        (!core.is_null()).then(|| unsafe { Box::from_raw(core) })
    }

    /// Makes this thread a worker again.
    pub(crate) fn put_core(&self, core: Box<Core>) {
        debug_assert!(self.core.get().is_null(), "a worker with two cores");
        self.core.set(Box::into_raw(core));
    }

    #[inline]
    pub(crate) fn scheduler(&self) -> &Arc<Scheduler> {
        &self.thread.scheduler
    }

    #[inline]
    pub(crate) fn runtime(&self) -> &Arc<RuntimeCore> {
        &self.runtime
    }

    /// Something happened to the worker, which this thread is.
    #[inline(always)]
    pub(super) fn note(&self, core: &Core, event: Event<'_>) {
        core.polling.note_with(self.metrics(core), event);
    }

    #[inline]
    pub(super) fn metrics(&self, core: &Core) -> &WorkerMetrics {
        &self.workers().remote(core.index).metrics
    }

    #[inline]
    pub(crate) fn workers(&self) -> &Workers {
        match self.thread.scheduler.flavor.workers() {
            Some(workers) => workers,
            None => unreachable!("a worker without workers"),
        }
    }
}
