//! `Semaphore`: a number of permits that tasks take and give back.
//!
//! The public face of [`BatchSemaphore`], which does the work. A permit knows its semaphore and
//! gives itself back when it is dropped.

mod owned;
mod owned_permit;
mod permit;

#[cfg(all(test, not(vitte_loom)))]
mod tests;

use std::future::Future;

use vitte_context::trace::{self, SemaphoreResources, WaitKind};

use crate::batch_semaphore::{AcquireError, BatchSemaphore, TryAcquireError};
use crate::blocking::block_on;

pub use owned_permit::OwnedSemaphorePermit;
pub use permit::SemaphorePermit;

/// A counting semaphore: it holds permits, and tasks that need one wait until one is free.
///
/// It is fair: permits go to waiting tasks in the order in which they asked. So a request for many
/// permits holds up smaller ones that came later, even if there are enough for those.
///
/// # Examples
///
/// Limit how many requests run at once:
///
/// ```
/// # #[vitte::main]
/// # async fn main() {
/// use std::sync::Arc;
/// use vitte::sync::Semaphore;
///
/// # async fn request(_: u32) {}
/// let limit = Arc::new(Semaphore::new(2));
/// let mut tasks = Vec::new();
/// for id in 0..10 {
///     let permit = limit.clone().acquire_owned().await.unwrap();
///     tasks.push(vitte::spawn(async move {
///         request(id).await;
///         drop(permit); // lets the next one start
///     }));
/// }
/// # for task in tasks {
/// #     task.await.unwrap();
/// # }
/// # assert_eq!(limit.available_permits(), 2);
/// # }
/// ```
#[derive(Debug)]
pub struct Semaphore {
    permits: BatchSemaphore,
}

impl Semaphore {
    /// The largest number of permits that a semaphore can hold: `usize::MAX >> 3`.
    pub const MAX_PERMITS: usize = BatchSemaphore::MAX_PERMITS;

    /// Creates a semaphore with `permits` permits.
    ///
    /// # Panics
    ///
    /// If `permits` is greater than [`MAX_PERMITS`](Self::MAX_PERMITS).
    ///
    /// # Examples
    ///
    /// ```
    /// let semaphore = vitte::sync::Semaphore::new(3);
    /// assert_eq!(semaphore.available_permits(), 3);
    /// ```
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
    /// If `permits` is greater than [`MAX_PERMITS`](Self::MAX_PERMITS).
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() {
    /// use vitte::sync::Semaphore;
    ///
    /// static DOWNLOADS: Semaphore = Semaphore::const_new(4);
    ///
    /// let _permit = DOWNLOADS.acquire().await.unwrap();
    /// assert_eq!(DOWNLOADS.available_permits(), 3);
    /// # }
    /// ```
    #[cfg(not(vitte_loom))]
    pub const fn const_new(permits: usize) -> Self {
        Semaphore {
            permits: BatchSemaphore::const_new(permits),
        }
    }

    /// Returns how many permits are free at this moment.
    ///
    /// # Examples
    ///
    /// ```
    /// let semaphore = vitte::sync::Semaphore::new(3);
    /// let permit = semaphore.try_acquire().unwrap();
    /// assert_eq!(semaphore.available_permits(), 2);
    /// # drop(permit);
    /// ```
    pub fn available_permits(&self) -> usize {
        self.permits.available_permits()
    }

    /// Adds `n` permits. Tasks that wait get them first.
    ///
    /// # Panics
    ///
    /// If the semaphore would have more than [`MAX_PERMITS`](Self::MAX_PERMITS) free permits.
    ///
    /// # Examples
    ///
    /// A semaphore that is refilled from outside:
    ///
    /// ```
    /// use vitte::sync::Semaphore;
    ///
    /// let tokens = Semaphore::new(0);
    /// assert!(tokens.try_acquire().is_err());
    /// tokens.add_permits(2);
    /// tokens.try_acquire().unwrap().forget(); // used up
    /// assert_eq!(tokens.available_permits(), 1);
    /// ```
    pub fn add_permits(&self, n: usize) {
        self.permits.release(n);
    }

    /// Takes up to `n` free permits away for good, and returns how many it took.
    ///
    /// # Examples
    ///
    /// ```
    /// let semaphore = vitte::sync::Semaphore::new(3);
    /// assert_eq!(semaphore.forget_permits(2), 2);
    /// assert_eq!(semaphore.forget_permits(2), 1);
    /// ```
    pub fn forget_permits(&self, n: usize) -> usize {
        self.permits.forget(n)
    }

    /// Takes one permit, and waits for it if none is free. Dropping the permit gives it back.
    ///
    /// # Errors
    ///
    /// [`AcquireError`] if the semaphore is [closed](Self::close), before or while this waits.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, its place in the queue is lost.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() {
    /// use vitte::sync::Semaphore;
    ///
    /// let semaphore = Semaphore::new(2);
    /// let permit = semaphore.acquire().await.unwrap();
    /// assert_eq!(semaphore.available_permits(), 1);
    /// drop(permit);
    /// assert_eq!(semaphore.available_permits(), 2);
    /// # }
    /// ```
    pub async fn acquire(&self) -> Result<SemaphorePermit<'_>, AcquireError> {
        self.take(1, "Semaphore::acquire").await?;
        Ok(SemaphorePermit::new(self, 1))
    }

    /// Takes `n` permits, and waits until it has all of them.
    ///
    /// # Errors
    ///
    /// [`AcquireError`] if the semaphore is [closed](Self::close), before or while this waits.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, its place in the queue is lost, and the permits that it had
    /// already received go to the next waiter.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() {
    /// let semaphore = vitte::sync::Semaphore::new(5);
    /// let permits = semaphore.acquire_many(3).await.unwrap();
    /// assert_eq!(semaphore.available_permits(), 2);
    /// # drop(permits);
    /// # }
    /// ```
    pub async fn acquire_many(&self, n: u32) -> Result<SemaphorePermit<'_>, AcquireError> {
        self.take(n as usize, "Semaphore::acquire_many").await?;
        Ok(SemaphorePermit::new(self, n as usize))
    }

    /// Takes one permit if one is free. It never waits.
    ///
    /// # Errors
    ///
    /// [`TryAcquireError::NoPermits`] if none is free, and [`TryAcquireError::Closed`] if the
    /// semaphore is [closed](Self::close).
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::sync::{Semaphore, TryAcquireError};
    ///
    /// let semaphore = Semaphore::new(1);
    /// let permit = semaphore.try_acquire().unwrap();
    /// assert_eq!(semaphore.try_acquire().err(), Some(TryAcquireError::NoPermits));
    /// # drop(permit);
    /// ```
    pub fn try_acquire(&self) -> Result<SemaphorePermit<'_>, TryAcquireError> {
        self.permits.try_acquire(1)?;
        Ok(SemaphorePermit::new(self, 1))
    }

    /// Takes `n` permits if that many are free. It never waits.
    ///
    /// # Errors
    ///
    /// [`TryAcquireError::NoPermits`] if fewer are free, and [`TryAcquireError::Closed`] if the
    /// semaphore is [closed](Self::close).
    ///
    /// # Examples
    ///
    /// ```
    /// let semaphore = vitte::sync::Semaphore::new(4);
    /// let permits = semaphore.try_acquire_many(3).unwrap();
    /// assert!(semaphore.try_acquire_many(2).is_err());
    /// # drop(permits);
    /// ```
    pub fn try_acquire_many(&self, n: u32) -> Result<SemaphorePermit<'_>, TryAcquireError> {
        self.permits.try_acquire(n as usize)?;
        Ok(SemaphorePermit::new(self, n as usize))
    }

    /// [`acquire`](Self::acquire) for code that is not async: blocks the thread until a permit is
    /// free.
    ///
    /// # Errors
    ///
    /// [`AcquireError`] if the semaphore is [closed](Self::close), before or while this waits.
    ///
    /// # Panics
    ///
    /// If the thread is driving async tasks. Call it on a thread of your own, or in
    /// `spawn_blocking`.
    ///
    /// # Examples
    ///
    /// ```
    /// let semaphore = vitte::sync::Semaphore::new(1);
    /// let permit = semaphore.blocking_acquire().unwrap();
    /// assert_eq!(semaphore.available_permits(), 0);
    /// # drop(permit);
    /// ```
    #[track_caller]
    pub fn blocking_acquire(&self) -> Result<SemaphorePermit<'_>, AcquireError> {
        block_on(self.acquire())
    }

    /// [`acquire_many`](Self::acquire_many) for code that is not async: blocks the thread until
    /// that many permits are free.
    ///
    /// # Errors
    ///
    /// [`AcquireError`] if the semaphore is [closed](Self::close), before or while this waits.
    ///
    /// # Panics
    ///
    /// If the thread is driving async tasks. Call it on a thread of your own, or in
    /// `spawn_blocking`.
    ///
    /// # Examples
    ///
    /// ```
    /// let semaphore = vitte::sync::Semaphore::new(3);
    /// let permits = semaphore.blocking_acquire_many(2).unwrap();
    /// assert_eq!(semaphore.available_permits(), 1);
    /// # drop(permits);
    /// ```
    #[track_caller]
    pub fn blocking_acquire_many(&self, n: u32) -> Result<SemaphorePermit<'_>, AcquireError> {
        block_on(self.acquire_many(n))
    }

    /// Closes the semaphore: no more permits can be acquired, and all tasks that wait for one get
    /// an error.
    ///
    /// Permits that were acquired before stay valid.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() {
    /// use std::sync::Arc;
    /// use vitte::sync::Semaphore;
    ///
    /// let semaphore = Arc::new(Semaphore::new(0));
    /// let other = semaphore.clone();
    /// let waiting = vitte::spawn(async move { other.acquire().await.is_err() });
    /// semaphore.close();
    /// assert!(waiting.await.unwrap());
    /// # }
    /// ```
    pub fn close(&self) {
        self.permits.close();
    }

    /// Returns true if the semaphore was [closed](Self::close).
    ///
    /// # Examples
    ///
    /// ```
    /// let semaphore = vitte::sync::Semaphore::new(3);
    /// assert!(!semaphore.is_closed());
    /// semaphore.close();
    /// assert!(semaphore.is_closed());
    /// ```
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
