//! A permit that borrows its semaphore.

use super::Semaphore;

/// One or more permits of a [`Semaphore`]; made by [`acquire`](Semaphore::acquire) and its like.
/// Dropping it gives the permits back.
///
/// # Examples
///
/// ```
/// # #[vitte::main]
/// # async fn main() {
/// use vitte::sync::{Semaphore, SemaphorePermit};
///
/// let semaphore = Semaphore::new(5);
/// let permits: SemaphorePermit<'_> = semaphore.acquire_many(2).await.unwrap();
/// assert_eq!(permits.num_permits(), 2);
/// drop(permits);
/// assert_eq!(semaphore.available_permits(), 5);
/// # }
/// ```
#[must_use]
#[clippy::has_significant_drop]
#[derive(Debug)]
pub struct SemaphorePermit<'a> {
    semaphore: &'a Semaphore,
    permits: usize,
}

impl<'a> SemaphorePermit<'a> {
    #[inline]
    pub(super) fn new(semaphore: &'a Semaphore, permits: usize) -> Self {
        SemaphorePermit { semaphore, permits }
    }

    /// Never gives the permits back: the semaphore has that many fewer from now on.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::sync::Semaphore;
    ///
    /// let semaphore = Semaphore::new(10);
    /// semaphore.try_acquire_many(7).unwrap().forget();
    /// assert_eq!(semaphore.available_permits(), 3);
    /// ```
    pub fn forget(mut self) {
        self.permits = 0;
    }

    /// Takes over the permits of `other`.
    ///
    /// # Panics
    ///
    /// If `other` belongs to another semaphore.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::sync::Semaphore;
    ///
    /// let semaphore = Semaphore::new(10);
    /// let mut permit = semaphore.try_acquire().unwrap();
    /// permit.merge(semaphore.try_acquire_many(2).unwrap());
    /// assert_eq!(permit.num_permits(), 3);
    /// ```
    #[track_caller]
    pub fn merge(&mut self, mut other: Self) {
        assert!(
            std::ptr::eq(self.semaphore, other.semaphore),
            "merging permits from different semaphore instances"
        );
        self.permits = self
            .permits
            .checked_add(other.permits)
            .expect("number of permits overflowed");
        other.permits = 0;
    }

    /// Splits `n` permits off, or returns `None` if there are fewer.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::sync::Semaphore;
    ///
    /// let semaphore = Semaphore::new(10);
    /// let mut permit = semaphore.try_acquire_many(3).unwrap();
    /// let part = permit.split(2).unwrap();
    /// assert_eq!((permit.num_permits(), part.num_permits()), (1, 2));
    /// ```
    pub fn split(&mut self, n: usize) -> Option<Self> {
        self.permits = self.permits.checked_sub(n)?;
        Some(SemaphorePermit::new(self.semaphore, n))
    }

    /// Returns the semaphore that the permits belong to.
    pub fn semaphore(&self) -> &Semaphore {
        self.semaphore
    }

    /// Returns how many permits these are.
    ///
    /// # Examples
    ///
    /// ```
    /// let semaphore = vitte::sync::Semaphore::new(5);
    /// assert_eq!(semaphore.try_acquire_many(3).unwrap().num_permits(), 3);
    /// ```
    pub fn num_permits(&self) -> usize {
        self.permits
    }
}

impl Drop for SemaphorePermit<'_> {
    #[inline]
    fn drop(&mut self) {
        self.semaphore.add_permits(self.permits);
    }
}
