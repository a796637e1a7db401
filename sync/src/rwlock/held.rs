//! Permits of a lock that the guard keeps alive.

use std::sync::Arc;

use vitte_context::trace::Ending;

use super::RwLock;

/// Some permits of a lock, given back when this is dropped. The owned twin of
/// [`Held`](crate::batch_semaphore::Held).
pub(super) struct OwnedHeld<T: ?Sized> {
    lock: Arc<RwLock<T>>,
    permits: u32,
    ending: Ending,
}

impl<T: ?Sized> OwnedHeld<T> {
    /// Takes charge of permits that the caller has acquired.
    #[inline]
    pub(super) fn new(lock: Arc<RwLock<T>>, permits: u32, ending: Ending) -> Self {
        OwnedHeld {
            lock,
            permits,
            ending,
        }
    }

    /// Whose permits these are.
    #[inline]
    pub(super) fn lock(&self) -> &Arc<RwLock<T>> {
        &self.lock
    }

    /// Gives back all permits but one.
    pub(super) fn keep_one(&mut self) {
        // First, as `release` may run a waker that panics.
        let permits = std::mem::replace(&mut self.permits, 1);
        self.lock.permits.release(permits as usize - 1);
        self.ending.downgrade(self.lock.permits.owner());
    }
}

impl<T: ?Sized> Drop for OwnedHeld<T> {
    #[inline]
    fn drop(&mut self) {
        self.lock.permits.release(self.permits as usize);
        self.ending.report(self.lock.permits.owner());
    }
}
