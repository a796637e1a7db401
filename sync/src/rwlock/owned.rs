//! Locking with guards that keep the lock alive instead of borrowing it.

use std::sync::Arc;

use vitte_context::trace::{self, Ending, Fact};

use super::held::OwnedHeld;
use super::{OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock, expect_open};
use crate::TryLockError;

impl<T: ?Sized> RwLock<T> {
    /// [`read`](Self::read) whose guard keeps the lock alive instead of borrowing it.
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
    /// use vitte::sync::RwLock;
    ///
    /// let lock = Arc::new(RwLock::new(1));
    /// let reader = lock.clone().read_owned().await;
    /// let task = vitte::spawn(async move { *reader + 1 });
    /// assert_eq!(task.await.unwrap(), 2);
    /// # }
    /// ```
    pub async fn read_owned(self: Arc<Self>) -> OwnedRwLockReadGuard<T> {
        let owner = self.permits.owner().clone();
        let hold = || self.hold_one_owned();
        let held = trace::operation(&owner, "RwLock::read_owned", "poll", false, hold).await;
        owner.report(Fact::ReaderCame);
        let data = held.lock().value.get();
        OwnedRwLockReadGuard::new(held, data)
    }

    /// [`try_read`](Self::try_read) whose guard keeps the lock alive instead of borrowing it.
    ///
    /// # Errors
    ///
    /// [`TryLockError`] if it would have to wait.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::Arc;
    /// use vitte::sync::RwLock;
    ///
    /// let lock = Arc::new(RwLock::new(1));
    /// let reader = lock.clone().try_read_owned().unwrap();
    /// assert!(lock.clone().try_read_owned().is_ok());
    /// assert!(lock.try_write().is_err());
    /// # drop(reader);
    /// ```
    pub fn try_read_owned(self: Arc<Self>) -> Result<OwnedRwLockReadGuard<T>, TryLockError> {
        self.try_take(1)?;
        let data = self.value.get();
        let held = OwnedHeld::new(self, 1, Ending::told_as(Fact::ReaderLeft));
        held.lock().permits.owner().report(Fact::ReaderCame);
        Ok(OwnedRwLockReadGuard::new(held, data))
    }

    /// [`write`](Self::write) whose guard keeps the lock alive instead of borrowing it.
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
    /// use vitte::sync::RwLock;
    ///
    /// let lock = Arc::new(RwLock::new(1));
    /// let mut writer = lock.clone().write_owned().await;
    /// let task = vitte::spawn(async move { *writer = 2 });
    /// task.await.unwrap();
    /// assert_eq!(*lock.read().await, 2);
    /// # }
    /// ```
    pub async fn write_owned(self: Arc<Self>) -> OwnedRwLockWriteGuard<T> {
        let owner = self.permits.owner().clone();
        let hold = || self.hold_all_owned();
        let held = trace::operation(&owner, "RwLock::write_owned", "poll", false, hold).await;
        owner.report(Fact::WriteLocked(true));
        let data = held.lock().value.get();
        OwnedRwLockWriteGuard::new(held, data)
    }

    /// [`try_write`](Self::try_write) whose guard keeps the lock alive instead of borrowing it.
    ///
    /// # Errors
    ///
    /// [`TryLockError`] if it would have to wait.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::Arc;
    /// use vitte::sync::RwLock;
    ///
    /// let lock = Arc::new(RwLock::new(1));
    /// let writer = lock.clone().try_write_owned().unwrap();
    /// assert!(lock.clone().try_read_owned().is_err());
    /// # drop(writer);
    /// ```
    pub fn try_write_owned(self: Arc<Self>) -> Result<OwnedRwLockWriteGuard<T>, TryLockError> {
        self.try_take(self.max_reads)?;
        let (permits, data) = (self.max_reads, self.value.get());
        let held = OwnedHeld::new(self, permits, Ending::told_as(Fact::WriteLocked(false)));
        held.lock().permits.owner().report(Fact::WriteLocked(true));
        Ok(OwnedRwLockWriteGuard::new(held, data))
    }

    async fn hold_one_owned(self: Arc<Self>) -> OwnedHeld<T> {
        expect_open(self.acquire(1).await);
        OwnedHeld::new(self, 1, Ending::told_as(Fact::ReaderLeft))
    }

    async fn hold_all_owned(self: Arc<Self>) -> OwnedHeld<T> {
        expect_open(self.acquire(self.max_reads).await);
        let permits = self.max_reads;
        OwnedHeld::new(self, permits, Ending::told_as(Fact::WriteLocked(false)))
    }
}
