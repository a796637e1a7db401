//! Permits that a guard holds.

use vitte_context::trace::Ending;

use super::BatchSemaphore;

/// Some permits of a semaphore, given back when this is dropped.
pub(crate) struct Held<'a> {
    semaphore: &'a BatchSemaphore,
    permits: u32,
    ending: Ending,
}

impl<'a> Held<'a> {
    /// Takes charge of permits that the caller has acquired.
    #[inline]
    pub(crate) fn new(semaphore: &'a BatchSemaphore, permits: u32, ending: Ending) -> Self {
        Held {
            semaphore,
            permits,
            ending,
        }
    }

    /// Never gives the permits back.
    pub(crate) fn forget(self) {
        std::mem::forget(self);
    }

    /// Gives back all permits but one.
    pub(crate) fn keep_one(&mut self) {
        // First, as `release` may run a waker that panics.
        let permits = std::mem::replace(&mut self.permits, 1);
        self.semaphore.release(permits as usize - 1);
        self.ending.downgrade(self.semaphore.owner());
    }
}

impl Drop for Held<'_> {
    #[inline]
    fn drop(&mut self) {
        self.semaphore.release(self.permits as usize);
        self.ending.report(self.semaphore.owner());
    }
}
