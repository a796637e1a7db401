//! Panics of code that is not vitte's: wakers, destructors, hooks.
//!
//! Such code is called in the middle of vitte's own work, often on behalf of other tasks. Its panic
//! must not keep them from being woken, nor end a worker. If there is a caller whom the panic
//! concerns, [`Panicked`] keeps it until the work is done and then resumes it; otherwise
//! [`contain`] ends it. The panic hook has printed it in either case.

use std::any::Any;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// Calls someone else's code where a panic has nowhere to go.
///
/// The payload is dropped. If that panics, so is the payload of that panic, and so on, but not
/// forever: the last one is leaked.
pub fn contain(f: impl FnOnce()) {
    const PAYLOADS_MAX: usize = 8;
    let mut result = catch_unwind(AssertUnwindSafe(f));
    for _ in 0..PAYLOADS_MAX {
        let Err(payload) = result else { return };
        result = catch_unwind(AssertUnwindSafe(|| drop(payload)));
    }
    mem::forget(result);
}

/// The first panic of several calls, kept until all are made.
#[derive(Debug, Default)]
#[must_use]
pub struct Panicked(Option<Box<dyn Any + Send>>);

impl Panicked {
    /// Makes a call.
    #[inline]
    pub fn call(&mut self, f: impl FnOnce()) {
        if let Err(payload) = catch_unwind(AssertUnwindSafe(f)) {
            self.note(Panicked(Some(payload)));
        }
    }

    /// Keeps the first panic of both.
    #[inline]
    pub fn note(&mut self, later: Panicked) {
        match &self.0 {
            None => self.0 = later.0,
            // The payload's own drop may panic as well.
            Some(_) => contain(|| drop(later.0)),
        }
    }

    /// Goes on with the panic, if there was one.
    #[inline]
    pub fn resume(self) {
        if let Some(payload) = self.0 {
            resume_unwind(payload);
        }
    }
}
