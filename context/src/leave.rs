//! Leaving a waker behind a lock.
//!
//! Cloning somebody else's waker runs their code, which may panic, or come back for the very lock.
//! So the clone is made before the lock is taken; but not for the waker of the task that is being
//! polled, which is one of vitte's own and harmless: that one is cloned when it is needed, which it
//! often is not, because an equal one is there already.

use std::task::Waker;

use crate::block;

/// A waker that is to be left behind a lock. Made before the lock is taken, dropped after.
#[derive(Debug)]
pub struct Leaving<'a> {
    waker: &'a Waker,
    /// `None` for the current task's waker, and once it was left.
    clone: Option<Waker>,
}

impl<'a> Leaving<'a> {
    /// Prepares to leave a clone of `waker`.
    #[inline]
    pub fn new(waker: &'a Waker) -> Self {
        let clone = (!block::is_current_task(waker)).then(|| waker.clone());
        Leaving { waker, clone }
    }

    /// Leaves the waker in `place`, unless one that wakes the same task is there. Returns the one
    /// that was replaced, to be dropped once the lock is free.
    #[inline]
    pub fn leave_in(&mut self, place: &mut Option<Waker>) -> Option<Waker> {
        match place {
            Some(left) if left.will_wake(self.waker) => None,
            _ => place.replace(self.take()),
        }
    }

    /// The clone.
    #[inline]
    pub fn take(&mut self) -> Waker {
        self.clone.take().unwrap_or_else(|| self.waker.clone())
    }
}
