//! Leaving a waker behind a lock.
//!
//! Cloning somebody else's waker runs their code, which may panic, or come back for the very lock.
//! So the clone is made before the lock is taken; but not for the waker of the task that is being
//! polled, which is one of vitte's own and harmless: that one is cloned when it is needed, which it
//! often is not, because an equal one is there already.

use std::task::Waker;

use crate::block;
use crate::primitive::atomic::{AtomicUsize, Ordering};

/// Which waker a future has left behind a lock, for polls by the same task to find without the
/// lock that it is there.
///
/// It knows wakers of vitte's tasks only, and these by their address. That is still their own as
/// long as the waker that was left is behind the lock, so whoever takes it from there says so, by
/// what the future looks at first, before the waker is dropped.
#[derive(Debug, Default)]
pub struct Left {
    /// The data of the waker; 0 for none that it knows.
    task: usize,
}

impl Left {
    /// Nobody's.
    pub const NONE: Left = Left { task: 0 };

    /// Of a waker that was just left.
    #[inline]
    pub fn of(waker: &Waker) -> Self {
        match block::is_current_task(waker) {
            true => Left {
                task: waker.data().addr(),
            },
            false => Left::NONE,
        }
    }

    /// Whether it was none that is known.
    #[inline]
    pub fn is_none(&self) -> bool {
        self.task == 0
    }

    /// Whether it was `waker`, which then need not be left again.
    #[inline]
    pub fn is(&self, waker: &Waker) -> bool {
        self.task == waker.data().addr() && self.task != 0 && block::is_current_task(waker)
    }
}

/// [`Left`] where several tasks may leave a waker: whoever does so, or takes one out, sets it under
/// the lock, and anybody may look.
#[derive(Debug, Default)]
pub struct SharedLeft(AtomicUsize);

impl SharedLeft {
    /// Whose waker is left. The lock is held.
    #[inline]
    pub fn set(&self, left: Left) {
        // Relaxed: who looks without the lock compares with a waker that it holds. If that is the
        // one that was left, its task has set this itself, or was handed on by the one that did; if
        // another one was left since, at the same time as the look, then it might have been after.
        self.0.store(left.task, Ordering::Relaxed);
    }

    /// Whose waker is left, or was a moment ago.
    #[inline]
    pub fn get(&self) -> Left {
        // Relaxed: see `set`.
        Left {
            task: self.0.load(Ordering::Relaxed),
        }
    }
}

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
