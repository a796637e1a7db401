//! Storing a waker behind a lock, and remembering which one is stored.
//!
//! Cloning a foreign waker runs foreign code, which may panic, or call back into what the lock
//! protects. So a [`PreparedWaker`] clones the waker before the lock is taken. The waker of the
//! task that is being polled is vitte's own and harmless; it is cloned only if it is needed, which
//! is rare, because usually an equal one is stored already.
//!
//! A [`WakerId`] is what a future remembers of the waker that it stored, so that its next poll can
//! see without the lock that the waker is still there.

use std::task::Waker;

use crate::block;
use crate::primitive::atomic::{AtomicUsize, Ordering};

/// Identifies the waker that a future has stored behind a lock.
///
/// Only wakers of vitte's tasks have an identity, which is the task's address. No other task can
/// have that address while the stored waker exists. So code that takes a waker from behind the lock
/// must first record this where the future looks before it relies on the identity, and only then
/// drop the waker.
#[derive(Debug, Default)]
pub struct WakerId {
    /// The data of the waker; 0 if there is none, or it has no identity.
    task: usize,
}

impl WakerId {
    /// No waker.
    pub const NONE: WakerId = WakerId { task: 0 };

    /// The identity of a waker that was just stored.
    #[inline]
    pub fn of(waker: &Waker) -> Self {
        match block::is_current_task(waker) {
            true => WakerId {
                task: waker.data().addr(),
            },
            false => WakerId::NONE,
        }
    }

    /// Returns true if no waker with an identity is stored.
    #[inline]
    pub fn is_none(&self) -> bool {
        self.task == 0
    }

    /// Returns true if `waker` is the one that is stored, and so need not be stored again.
    #[inline]
    pub fn is(&self, waker: &Waker) -> bool {
        self.task == waker.data().addr() && self.task != 0 && block::is_current_task(waker)
    }
}

/// A [`WakerId`] for a place in which several tasks may store a waker. Code that stores or takes a
/// waker sets it under the lock; any thread may read it without.
#[derive(Debug, Default)]
pub struct SharedWakerId(AtomicUsize);

impl SharedWakerId {
    /// Sets which waker is stored. The caller holds the lock.
    #[inline]
    pub fn set(&self, stored: WakerId) {
        // Relaxed: a reader without the lock compares with a waker that it holds. If the two are
        // equal, the reader's task has set this itself, or received the future from the task that
        // did. If another waker is stored at the time of the read, the read may as well have come
        // first.
        self.0.store(stored.task, Ordering::Relaxed);
    }

    /// Which waker is stored, or was a moment ago.
    #[inline]
    pub fn get(&self) -> WakerId {
        // Relaxed: see `set`.
        WakerId {
            task: self.0.load(Ordering::Relaxed),
        }
    }
}

/// A waker that is to be stored behind a lock. Made before the lock is taken, dropped after.
#[derive(Debug)]
pub struct PreparedWaker<'a> {
    waker: &'a Waker,
    /// `None` for the current task's waker, and once it is stored.
    clone: Option<Waker>,
}

impl<'a> PreparedWaker<'a> {
    /// Prepares to store a clone of `waker`.
    #[inline]
    pub fn new(waker: &'a Waker) -> Self {
        let clone = (!block::is_current_task(waker)).then(|| waker.clone());
        PreparedWaker { waker, clone }
    }

    /// Stores the waker in `slot`, unless one that wakes the same task is there. Returns the one
    /// that was replaced, to be dropped once the lock is free.
    #[inline]
    pub fn store_in(&mut self, slot: &mut Option<Waker>) -> Option<Waker> {
        match slot {
            Some(stored) if stored.will_wake(self.waker) => None,
            _ => slot.replace(self.take()),
        }
    }

    /// The clone.
    #[inline]
    pub fn take(&mut self) -> Waker {
        self.clone.take().unwrap_or_else(|| self.waker.clone())
    }
}
