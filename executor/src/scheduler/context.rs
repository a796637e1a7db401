//! Which scheduler the current thread works for.
//!
//! Every spawn and every wake asks that: a thread that works for the task's scheduler puts the task
//! into its own queue, any other thread into the injector.

use std::ptr::{self, NonNull};
use std::sync::Arc;

use vitte_context::block;

use super::Scheduler;

/// Which scheduler a thread works for; the first field of each flavor's thread context.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct ThreadContext {
    pub(crate) scheduler: Arc<Scheduler>,
}

/// The scheduler that this thread works for, and the thread's context, which is of the type that
/// the scheduler's flavor has.
#[inline]
pub(crate) fn here<'a>() -> Option<(&'a Arc<Scheduler>, *const ())> {
    let context = block::scheduler();
    if context.is_null() {
        return None;
    }
    // SAFETY: a non-null pointer in the block is to a flavor's context, whose first field is a
    // `ThreadContext`, and which lives until it takes the pointer out again.
    let thread = unsafe { &*context.cast::<ThreadContext>() };
    Some((&thread.scheduler, context))
}

/// Whether this thread works for that scheduler.
#[inline]
pub(super) fn runs_here(scheduler: NonNull<Scheduler>) -> bool {
    here().is_some_and(|(here, _)| ptr::eq(Arc::as_ptr(here), scheduler.as_ptr()))
}
