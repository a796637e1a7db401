//! How far a task has come, for those who want to abort it.
//!
//! An abort sets a bit and then wakes the task, which finds the bit when it is polled next. That is
//! the contract of every waker, and needs no more: if the task is queued already the wake does
//! nothing, and if it is being polled it is polled once more.

use std::sync::atomic::{AtomicU8, Ordering};

/// Someone asked the task to end.
const ABORTED: u8 = 1;
/// The task's future is dropped and its output known.
const FINISHED: u8 = 2;

/// See the module.
#[derive(Debug)]
pub(super) struct Stage(AtomicU8);

impl Stage {
    /// A task that was just made.
    pub(super) const fn new() -> Self {
        Stage(AtomicU8::new(0))
    }

    /// Asks the task to end at its next poll. Returns whether the caller has to wake it for that:
    /// not if someone else has asked before, and wakes it, or if it has finished.
    #[must_use]
    pub(super) fn abort(&self) -> bool {
        // Release: pairs with the Acquire in `is_aborted`: what the aborter did before is seen by
        // the destructors that the abort runs.
        self.0.fetch_or(ABORTED, Ordering::Release) == 0
    }

    #[inline]
    pub(super) fn is_aborted(&self) -> bool {
        // Acquire: pairs with the Release in `abort`.
        self.0.load(Ordering::Acquire) & ABORTED != 0
    }

    /// The task has finished.
    #[inline]
    pub(super) fn finish(&self) {
        // An abort that is overwritten came too late anyway. Release: pairs with the Acquire in
        // `is_finished`.
        self.0.store(FINISHED, Ordering::Release);
    }

    pub(super) fn is_finished(&self) -> bool {
        // Acquire: pairs with the Release in `finish`; what the task did is then visible.
        self.0.load(Ordering::Acquire) & FINISHED != 0
    }
}
