//! A permit that keeps its semaphore alive.

use std::sync::Arc;

use super::Semaphore;

/// One or more permits of a [`Semaphore`] that this keeps alive; made by
/// [`acquire_owned`](Semaphore::acquire_owned) and its like. Dropping it gives the permits back.
///
/// # Examples
///
/// ```
/// # #[vitte::main]
/// # async fn main() {
/// use std::sync::Arc;
/// use vitte::sync::{OwnedSemaphorePermit, Semaphore};
///
/// struct Connection {
///     _slot: OwnedSemaphorePermit, // given back when the connection is dropped
/// }
///
/// let slots = Arc::new(Semaphore::new(1));
/// let connection = Connection {
///     _slot: slots.clone().acquire_owned().await.unwrap(),
/// };
/// assert_eq!(slots.available_permits(), 0);
/// drop(connection);
/// assert_eq!(slots.available_permits(), 1);
/// # }
/// ```
#[must_use]
#[clippy::has_significant_drop]
#[derive(Debug)]
pub struct OwnedSemaphorePermit {
    semaphore: Arc<Semaphore>,
    permits: usize,
}

impl OwnedSemaphorePermit {
    #[inline]
    pub(super) fn new(semaphore: Arc<Semaphore>, permits: usize) -> Self {
        OwnedSemaphorePermit { semaphore, permits }
    }

    /// Never gives the permits back: the semaphore has that many fewer from now on.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::Arc;
    /// use vitte::sync::Semaphore;
    ///
    /// let semaphore = Arc::new(Semaphore::new(10));
    /// semaphore.clone().try_acquire_many_owned(7).unwrap().forget();
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
    /// use std::sync::Arc;
    /// use vitte::sync::Semaphore;
    ///
    /// let semaphore = Arc::new(Semaphore::new(10));
    /// let mut permit = semaphore.clone().try_acquire_owned().unwrap();
    /// permit.merge(semaphore.clone().try_acquire_many_owned(2).unwrap());
    /// assert_eq!(permit.num_permits(), 3);
    /// ```
    #[track_caller]
    pub fn merge(&mut self, mut other: Self) {
        assert!(
            Arc::ptr_eq(&self.semaphore, &other.semaphore),
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
    /// use std::sync::Arc;
    /// use vitte::sync::Semaphore;
    ///
    /// let semaphore = Arc::new(Semaphore::new(10));
    /// let mut permit = semaphore.clone().try_acquire_many_owned(3).unwrap();
    /// let part = permit.split(2).unwrap();
    /// assert_eq!((permit.num_permits(), part.num_permits()), (1, 2));
    /// ```
    pub fn split(&mut self, n: usize) -> Option<Self> {
        self.permits = self.permits.checked_sub(n)?;
        Some(OwnedSemaphorePermit::new(self.semaphore.clone(), n))
    }

    /// Returns the semaphore that the permits belong to.
    pub fn semaphore(&self) -> &Arc<Semaphore> {
        &self.semaphore
    }

    /// Returns how many permits these are.
    pub fn num_permits(&self) -> usize {
        self.permits
    }
}

impl Drop for OwnedSemaphorePermit {
    #[inline]
    fn drop(&mut self) {
        self.semaphore.add_permits(self.permits);
    }
}
