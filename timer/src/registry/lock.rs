//! The shard's lock: taken for a few dozen instructions at a time, nearly always uncontended.
//!
//! A mutex costs two atomic read-modify-writes, one to lock and one to unlock, since the thread
//! that unlocks has to learn whether another one sleeps. Here no thread sleeps: one that finds the
//! lock taken spins for a moment, and then yields its time slice before each further look. So
//! unlocking is a plain store, which saves a sixth of the cost of registering and cancelling a
//! timer.
//!
//! That is acceptable because of what the lock is for. Its holder never waits for anything, and
//! the only others that want it are the driver, a few times per turn, and tasks that were stolen
//! from the shard's worker while they had a timer.

use std::fmt;
use std::ops::{Deref, DerefMut};

use vitte_context::primitive::atomic::{AtomicBool, Ordering};
use vitte_context::primitive::{UnsafeCell, hint, thread};

/// How often a waiter looks again before it yields its time slice.
const SPINS: u32 = 64;

/// A value behind a lock that is held only briefly.
pub(super) struct ShardLock<T> {
    taken: AtomicBool,
    value: UnsafeCell<T>,
}

// SAFETY: the lock gives one thread at a time access to the value.
unsafe impl<T: Send> Send for ShardLock<T> {}
// SAFETY: as above.
unsafe impl<T: Send> Sync for ShardLock<T> {}

impl<T> ShardLock<T> {
    pub(super) fn new(value: T) -> Self {
        ShardLock {
            taken: AtomicBool::new(false),
            value: UnsafeCell::new(value),
        }
    }

    /// Takes the lock.
    #[inline]
    pub(super) fn lock(&self) -> ShardGuard<'_, T> {
        if !self.try_take() {
            self.wait();
        }
        ShardGuard { lock: self }
    }

    #[inline]
    fn try_take(&self) -> bool {
        // Acquire: pairs with the Release in `ShardGuard::drop`; the value is as it was left.
        self.taken
            .compare_exchange(false, true, Ordering::Acquire, Ordering::Relaxed)
            .is_ok()
    }

    #[cold]
    fn wait(&self) {
        let mut looked = 0u32;
        loop {
            // Relaxed: only a look, so that waiters do not take the cache line from the holder.
            if !self.taken.load(Ordering::Relaxed) && self.try_take() {
                return;
            }
            looked += 1;
            if looked < SPINS {
                hint::spin_loop();
            } else {
                thread::yield_now();
            }
        }
    }
}

/// Access to the value of a [`ShardLock`].
pub(super) struct ShardGuard<'a, T> {
    lock: &'a ShardLock<T>,
}

impl<T> Deref for ShardGuard<'_, T> {
    type Target = T;
    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: the guard holds the lock.
        self.lock.value.with(|value| unsafe { &*value })
    }
}

impl<T> DerefMut for ShardGuard<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: the guard holds the lock, and is borrowed exclusively.
        self.lock.value.with_mut(|value| unsafe { &mut *value })
    }
}

impl<T> Drop for ShardGuard<'_, T> {
    #[inline]
    fn drop(&mut self) {
        // Release: pairs with the Acquire in `try_take`; publishes the value.
        self.lock.taken.store(false, Ordering::Release);
    }
}

impl<T> fmt::Debug for ShardLock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ShardLock").finish_non_exhaustive()
    }
}

#[cfg(all(test, vitte_loom))]
mod loom_model {
    use super::*;
    use vitte_context::primitive::Arc;

    /// Loom reports a race if two threads reach the value at a time, or if one misses what the
    /// other has left: with either ordering relaxed the model fails.
    #[test]
    fn loom_lock_gives_one_thread_at_a_time_access() {
        loom::model(|| {
            let lock = Arc::new(ShardLock::new(0));
            let theirs = lock.clone();
            let other = thread::spawn(move || *theirs.lock() += 1);
            *lock.lock() += 1;
            other.join().unwrap();
            assert_eq!(*lock.lock(), 2);
        });
    }
}
