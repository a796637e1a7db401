//! Acquiring permits that keep the semaphore alive instead of borrowing it.

use std::sync::Arc;

use super::{OwnedSemaphorePermit, Semaphore};
use crate::batch_semaphore::{AcquireError, TryAcquireError};
use crate::blocking::block_on;

impl Semaphore {
    /// [`acquire`](Self::acquire) whose permit keeps the semaphore alive instead of borrowing it,
    /// so that it can move into a task.
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
    /// use std::sync::Arc;
    /// use vitte::sync::Semaphore;
    ///
    /// let semaphore = Arc::new(Semaphore::new(3));
    /// let permit = semaphore.clone().acquire_owned().await.unwrap();
    /// let task = vitte::spawn(async move { drop(permit) });
    /// task.await.unwrap();
    /// assert_eq!(semaphore.available_permits(), 3);
    /// # }
    /// ```
    pub async fn acquire_owned(self: Arc<Self>) -> Result<OwnedSemaphorePermit, AcquireError> {
        self.take(1, "Semaphore::acquire_owned").await?;
        Ok(OwnedSemaphorePermit::new(self, 1))
    }

    /// [`acquire_many`](Self::acquire_many) whose permits keep the semaphore alive instead of
    /// borrowing it.
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
    /// use std::sync::Arc;
    /// use vitte::sync::Semaphore;
    ///
    /// let megabytes = Arc::new(Semaphore::new(64));
    /// let permits = megabytes.clone().acquire_many_owned(16).await.unwrap();
    /// let task = vitte::spawn(async move {
    ///     println!("uses up to {} MB", permits.num_permits());
    /// });
    /// task.await.unwrap();
    /// assert_eq!(megabytes.available_permits(), 64);
    /// # }
    /// ```
    pub async fn acquire_many_owned(
        self: Arc<Self>,
        n: u32,
    ) -> Result<OwnedSemaphorePermit, AcquireError> {
        self.take(n as usize, "Semaphore::acquire_many_owned")
            .await?;
        Ok(OwnedSemaphorePermit::new(self, n as usize))
    }

    /// [`try_acquire`](Self::try_acquire) whose permit keeps the semaphore alive instead of
    /// borrowing it.
    ///
    /// # Errors
    ///
    /// As for [`try_acquire`](Self::try_acquire).
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::Arc;
    /// use vitte::sync::Semaphore;
    ///
    /// let semaphore = Arc::new(Semaphore::new(1));
    /// let permit = semaphore.clone().try_acquire_owned().unwrap();
    /// std::thread::spawn(move || drop(permit)).join().unwrap();
    /// assert_eq!(semaphore.available_permits(), 1);
    /// ```
    pub fn try_acquire_owned(self: Arc<Self>) -> Result<OwnedSemaphorePermit, TryAcquireError> {
        self.permits.try_acquire(1)?;
        Ok(OwnedSemaphorePermit::new(self, 1))
    }

    /// [`try_acquire_many`](Self::try_acquire_many) whose permits keep the semaphore alive instead
    /// of borrowing it.
    ///
    /// # Errors
    ///
    /// As for [`try_acquire_many`](Self::try_acquire_many).
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::Arc;
    /// use vitte::sync::Semaphore;
    ///
    /// let semaphore = Arc::new(Semaphore::new(4));
    /// let permits = semaphore.clone().try_acquire_many_owned(3).unwrap();
    /// assert!(semaphore.clone().try_acquire_many_owned(2).is_err());
    /// # drop(permits);
    /// ```
    pub fn try_acquire_many_owned(
        self: Arc<Self>,
        n: u32,
    ) -> Result<OwnedSemaphorePermit, TryAcquireError> {
        self.permits.try_acquire(n as usize)?;
        Ok(OwnedSemaphorePermit::new(self, n as usize))
    }

    /// [`acquire_owned`](Self::acquire_owned) for code that is not async: blocks the thread until a
    /// permit is free.
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
    /// use std::sync::Arc;
    /// use vitte::sync::Semaphore;
    ///
    /// let semaphore = Arc::new(Semaphore::new(1));
    /// let permit = semaphore.clone().blocking_acquire_owned().unwrap();
    /// std::thread::spawn(move || drop(permit)).join().unwrap();
    /// assert_eq!(semaphore.available_permits(), 1);
    /// ```
    #[track_caller]
    pub fn blocking_acquire_owned(self: Arc<Self>) -> Result<OwnedSemaphorePermit, AcquireError> {
        block_on(self.acquire_owned())
    }

    /// [`acquire_many_owned`](Self::acquire_many_owned) for code that is not async: blocks the
    /// thread until that many permits are free.
    ///
    /// # Errors
    ///
    /// [`AcquireError`] if the semaphore is [closed](Self::close), before or while this waits.
    ///
    /// # Panics
    ///
    /// If the thread is driving async tasks. Call it on a thread of your own, or in
    /// `spawn_blocking`.
    #[track_caller]
    pub fn blocking_acquire_many_owned(
        self: Arc<Self>,
        n: u32,
    ) -> Result<OwnedSemaphorePermit, AcquireError> {
        block_on(self.acquire_many_owned(n))
    }
}
