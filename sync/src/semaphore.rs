//! `Semaphore`: a number of permits that tasks take and give back.
//!
//! The public face of [`BatchSemaphore`], which does the work; permits know their semaphore and
//! give themselves back.

mod owned_permit;
mod permit;

#[cfg(all(test, not(vitte_loom)))]
mod tests;

use std::future::Future;
use std::sync::Arc;

use vitte_context::trace::{self, SemaphoreResources, WaitKind};

use crate::batch_semaphore::{AcquireError, BatchSemaphore, TryAcquireError};
use crate::blocking::block_on;

pub use owned_permit::OwnedSemaphorePermit;
pub use permit::SemaphorePermit;

/// A counting semaphore: it holds a number of permits, and tasks that need one wait for it.
///
/// It is fair: permits go to waiting tasks in the order in which they asked. A request for many
/// permits therefore holds up smaller ones that came later, even if those could be met at once.
///
/// # Examples
///
/// Limit how many of a kind of work run at once:
///
/// ```
/// use vitte_sync::Semaphore;
///
/// static CONNECTIONS: Semaphore = Semaphore::const_new(2);
///
/// async fn request() {
///     let _permit = CONNECTIONS.acquire().await.expect("never closed");
///     // At most two tasks are here.
/// }
/// # vitte_context::park::block_on(request());
/// ```
#[derive(Debug)]
pub struct Semaphore {
    permits: BatchSemaphore,
}

impl Semaphore {
    /// The largest number of permits that a semaphore can hold: `usize::MAX >> 3`.
    pub const MAX_PERMITS: usize = BatchSemaphore::MAX_PERMITS;

    /// A semaphore with that many permits.
    ///
    /// # Panics
    ///
    /// When there are more than [`MAX_PERMITS`](Self::MAX_PERMITS).
    #[track_caller]
    pub fn new(permits: usize) -> Self {
        Semaphore {
            permits: BatchSemaphore::of(SemaphoreResources::semaphore(permits), permits),
        }
    }

    /// [`new`](Self::new) for statics.
    ///
    /// # Panics
    ///
    /// When there are more than [`MAX_PERMITS`](Self::MAX_PERMITS).
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte_sync::Semaphore;
    ///
    /// static SEMAPHORE: Semaphore = Semaphore::const_new(1);
    /// assert_eq!(SEMAPHORE.available_permits(), 1);
    /// ```
    #[cfg(not(vitte_loom))]
    pub const fn const_new(permits: usize) -> Self {
        Semaphore {
            permits: BatchSemaphore::const_new(permits),
        }
    }

    /// How many permits are free at this moment.
    pub fn available_permits(&self) -> usize {
        self.permits.available_permits()
    }

    /// Adds permits; those who wait get them first.
    ///
    /// # Panics
    ///
    /// When the semaphore would hold more than [`MAX_PERMITS`](Self::MAX_PERMITS).
    pub fn add_permits(&self, n: usize) {
        self.permits.release(n);
    }

    /// Takes up to `n` free permits away for good, and returns how many those were.
    pub fn forget_permits(&self, n: usize) -> usize {
        self.permits.forget(n)
    }

    /// Takes one permit, and waits for it if none is free.
    ///
    /// # Errors
    ///
    /// When the semaphore was [closed](Self::close).
    ///
    /// # Cancel safety
    ///
    /// Cancelling a call loses the place in the queue.
    ///
    /// # Examples
    ///
    /// ```
    /// # vitte_context::park::block_on(async {
    /// use vitte_sync::Semaphore;
    ///
    /// let semaphore = Semaphore::new(2);
    /// let permit = semaphore.acquire().await.unwrap();
    /// assert_eq!(semaphore.available_permits(), 1);
    /// drop(permit);
    /// assert_eq!(semaphore.available_permits(), 2);
    /// # });
    /// ```
    pub async fn acquire(&self) -> Result<SemaphorePermit<'_>, AcquireError> {
        self.take(1, "Semaphore::acquire").await?;
        Ok(SemaphorePermit::new(self, 1))
    }

    /// Takes `n` permits, and waits until it has them all.
    ///
    /// # Errors
    ///
    /// When the semaphore was [closed](Self::close).
    ///
    /// # Cancel safety
    ///
    /// Cancelling a call loses the place in the queue.
    ///
    /// # Examples
    ///
    /// ```
    /// # vitte_context::park::block_on(async {
    /// let semaphore = vitte_sync::Semaphore::new(5);
    /// let permit = semaphore.acquire_many(3).await.unwrap();
    /// assert_eq!(semaphore.available_permits(), 2);
    /// # });
    /// ```
    pub async fn acquire_many(&self, n: u32) -> Result<SemaphorePermit<'_>, AcquireError> {
        self.take(n as usize, "Semaphore::acquire_many").await?;
        Ok(SemaphorePermit::new(self, n as usize))
    }

    /// Takes one permit if one is free.
    ///
    /// # Errors
    ///
    /// [`TryAcquireError::NoPermits`] when none is, [`TryAcquireError::Closed`] when the semaphore
    /// was [closed](Self::close).
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte_sync::{Semaphore, TryAcquireError};
    ///
    /// let semaphore = Semaphore::new(1);
    /// let permit = semaphore.try_acquire().unwrap();
    /// assert_eq!(semaphore.try_acquire().err(), Some(TryAcquireError::NoPermits));
    /// ```
    pub fn try_acquire(&self) -> Result<SemaphorePermit<'_>, TryAcquireError> {
        self.permits.try_acquire(1)?;
        Ok(SemaphorePermit::new(self, 1))
    }

    /// Takes `n` permits if that many are free.
    ///
    /// # Errors
    ///
    /// As for [`try_acquire`](Self::try_acquire).
    ///
    /// # Examples
    ///
    /// ```
    /// let semaphore = vitte_sync::Semaphore::new(4);
    /// let permit = semaphore.try_acquire_many(3).unwrap();
    /// assert!(semaphore.try_acquire_many(2).is_err());
    /// ```
    pub fn try_acquire_many(&self, n: u32) -> Result<SemaphorePermit<'_>, TryAcquireError> {
        self.permits.try_acquire(n as usize)?;
        Ok(SemaphorePermit::new(self, n as usize))
    }

    /// [`acquire`](Self::acquire) that blocks the thread.
    ///
    /// # Errors
    ///
    /// When the semaphore was [closed](Self::close).
    ///
    /// # Panics
    ///
    /// When called on a thread that drives a runtime.
    ///
    /// # Examples
    ///
    /// ```
    /// let semaphore = vitte_sync::Semaphore::new(1);
    /// let permit = semaphore.blocking_acquire().unwrap();
    /// assert_eq!(semaphore.available_permits(), 0);
    /// ```
    #[track_caller]
    pub fn blocking_acquire(&self) -> Result<SemaphorePermit<'_>, AcquireError> {
        block_on(self.acquire())
    }

    /// [`acquire_many`](Self::acquire_many) that blocks the thread.
    ///
    /// # Errors
    ///
    /// When the semaphore was [closed](Self::close).
    ///
    /// # Panics
    ///
    /// When called on a thread that drives a runtime.
    #[track_caller]
    pub fn blocking_acquire_many(&self, n: u32) -> Result<SemaphorePermit<'_>, AcquireError> {
        block_on(self.acquire_many(n))
    }

    /// [`acquire`](Self::acquire) whose permit keeps the semaphore alive instead of borrowing it.
    ///
    /// # Errors
    ///
    /// When the semaphore was [closed](Self::close).
    ///
    /// # Cancel safety
    ///
    /// Cancelling a call loses the place in the queue.
    ///
    /// # Examples
    ///
    /// ```
    /// # vitte_context::park::block_on(async {
    /// use std::sync::Arc;
    /// use vitte_sync::Semaphore;
    ///
    /// let semaphore = Arc::new(Semaphore::new(3));
    /// let permit = semaphore.clone().acquire_owned().await.unwrap();
    /// std::thread::spawn(move || drop(permit)).join().unwrap();
    /// assert_eq!(semaphore.available_permits(), 3);
    /// # });
    /// ```
    pub async fn acquire_owned(self: Arc<Self>) -> Result<OwnedSemaphorePermit, AcquireError> {
        self.take(1, "Semaphore::acquire_owned").await?;
        Ok(OwnedSemaphorePermit::new(self, 1))
    }

    /// [`acquire_many`](Self::acquire_many) whose permit keeps the semaphore alive.
    ///
    /// # Errors
    ///
    /// When the semaphore was [closed](Self::close).
    ///
    /// # Cancel safety
    ///
    /// Cancelling a call loses the place in the queue.
    pub async fn acquire_many_owned(
        self: Arc<Self>,
        n: u32,
    ) -> Result<OwnedSemaphorePermit, AcquireError> {
        self.take(n as usize, "Semaphore::acquire_many_owned")
            .await?;
        Ok(OwnedSemaphorePermit::new(self, n as usize))
    }

    /// [`try_acquire`](Self::try_acquire) whose permit keeps the semaphore alive.
    ///
    /// # Errors
    ///
    /// As for `try_acquire`.
    pub fn try_acquire_owned(self: Arc<Self>) -> Result<OwnedSemaphorePermit, TryAcquireError> {
        self.permits.try_acquire(1)?;
        Ok(OwnedSemaphorePermit::new(self, 1))
    }

    /// [`try_acquire_many`](Self::try_acquire_many) whose permit keeps the semaphore alive.
    ///
    /// # Errors
    ///
    /// As for [`try_acquire`](Self::try_acquire).
    pub fn try_acquire_many_owned(
        self: Arc<Self>,
        n: u32,
    ) -> Result<OwnedSemaphorePermit, TryAcquireError> {
        self.permits.try_acquire(n as usize)?;
        Ok(OwnedSemaphorePermit::new(self, n as usize))
    }

    /// [`acquire_owned`](Self::acquire_owned) that blocks the thread.
    ///
    /// # Errors
    ///
    /// When the semaphore was [closed](Self::close).
    ///
    /// # Panics
    ///
    /// When called on a thread that drives a runtime.
    #[track_caller]
    pub fn blocking_acquire_owned(self: Arc<Self>) -> Result<OwnedSemaphorePermit, AcquireError> {
        block_on(self.acquire_owned())
    }

    /// [`acquire_many_owned`](Self::acquire_many_owned) that blocks the thread.
    ///
    /// # Errors
    ///
    /// When the semaphore was [closed](Self::close).
    ///
    /// # Panics
    ///
    /// When called on a thread that drives a runtime.
    #[track_caller]
    pub fn blocking_acquire_many_owned(
        self: Arc<Self>,
        n: u32,
    ) -> Result<OwnedSemaphorePermit, AcquireError> {
        block_on(self.acquire_many_owned(n))
    }

    /// Closes the semaphore: nobody gets permits any more, and all who wait for them fail.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte_sync::{Semaphore, TryAcquireError};
    ///
    /// let semaphore = Semaphore::new(1);
    /// semaphore.close();
    /// assert_eq!(semaphore.try_acquire().err(), Some(TryAcquireError::Closed));
    /// ```
    pub fn close(&self) {
        self.permits.close();
    }

    /// Whether the semaphore was [closed](Self::close).
    pub fn is_closed(&self) -> bool {
        self.permits.is_closed()
    }

    /// The future that takes permits without making a guard.
    #[inline]
    fn take(
        &self,
        n: usize,
        source: &'static str,
    ) -> impl Future<Output = Result<(), AcquireError>> {
        let acquire = move || self.permits.acquire(n, WaitKind::Semaphore);
        trace::operation(self.permits.owner(), source, "poll", true, acquire)
    }
}
