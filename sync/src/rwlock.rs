//! `RwLock`: shared or exclusive access to a value, for tasks.
//!
//! A batch semaphore with as many permits as there may be readers. A reader takes one, a writer
//! takes all. As the semaphore is first in, first out, a writer that waits holds up the readers
//! that come after it, and no task starves.

mod held;
mod owned;
mod owned_read_guard;
mod owned_write_guard;
mod owned_write_guard_mapped;
mod read_guard;
mod write_guard;
mod write_guard_mapped;

#[cfg(all(test, not(vitte_loom)))]
mod tests;

use std::cell::UnsafeCell;
use std::fmt;

use vitte_context::trace::{self, Ending, Fact, SemaphoreResources, WaitKind};

use crate::TryLockError;
use crate::batch_semaphore::{Acquire, AcquireError, BatchSemaphore, Held};
use crate::blocking::block_on;

pub use owned_read_guard::OwnedRwLockReadGuard;
pub use owned_write_guard::OwnedRwLockWriteGuard;
pub use owned_write_guard_mapped::OwnedRwLockMappedWriteGuard;
pub use read_guard::RwLockReadGuard;
pub use write_guard::RwLockWriteGuard;
pub use write_guard_mapped::RwLockMappedWriteGuard;

/// How many readers a lock admits by default; also the most that it can admit.
const MAX_READS: u32 = u32::MAX >> 3;

/// A lock that admits many readers or one writer, and whose guards may be held across an `.await`.
///
/// It is fair: tasks are admitted in the order in which they asked. So a task that holds a read
/// guard and asks for another one waits forever if a writer has queued in between.
///
/// # Examples
///
/// ```
/// # #[vitte::main]
/// # async fn main() {
/// use vitte::sync::RwLock;
///
/// let lock = RwLock::new(5);
/// {
///     let first = lock.read().await;
///     let second = lock.read().await; // both at once
///     assert_eq!(*first + *second, 10);
/// }
/// *lock.write().await += 1;
/// assert_eq!(*lock.read().await, 6);
/// # }
/// ```
pub struct RwLock<T: ?Sized> {
    /// How many permits a writer takes: all.
    max_reads: u32,
    permits: BatchSemaphore,
    value: UnsafeCell<T>,
}

// SAFETY: the value moves with the lock.
unsafe impl<T: ?Sized + Send> Send for RwLock<T> {}
// SAFETY: many threads may read the value at once, hence `Sync`; one may take it out, hence `Send`.
unsafe impl<T: ?Sized + Send + Sync> Sync for RwLock<T> {}

impl<T: ?Sized> RwLock<T> {
    /// Creates an unlocked lock.
    ///
    /// # Examples
    ///
    /// ```
    /// let lock = vitte::sync::RwLock::new(5);
    /// assert_eq!(*lock.try_read().unwrap(), 5);
    /// ```
    #[track_caller]
    pub fn new(value: T) -> RwLock<T>
    where
        T: Sized,
    {
        RwLock::with_max_readers(value, MAX_READS)
    }

    /// Creates an unlocked lock that admits at most `max_reads` readers at once.
    ///
    /// # Panics
    ///
    /// If `max_reads` is 0 or greater than `u32::MAX >> 3`.
    ///
    /// # Examples
    ///
    /// ```
    /// let lock = vitte::sync::RwLock::with_max_readers(5, 1);
    /// let reader = lock.try_read().unwrap();
    /// assert!(lock.try_read().is_err());
    /// # drop(reader);
    /// ```
    #[track_caller]
    pub fn with_max_readers(value: T, max_reads: u32) -> RwLock<T>
    where
        T: Sized,
    {
        assert_ne!(max_reads, 0, "a RwLock may not be created with 0 readers");
        assert!(
            max_reads <= MAX_READS,
            "a RwLock may not be created with more than {MAX_READS} readers"
        );
        RwLock {
            max_reads,
            permits: BatchSemaphore::of(SemaphoreResources::rwlock(max_reads), max_reads as usize),
            value: UnsafeCell::new(value),
        }
    }

    /// [`new`](Self::new) for statics.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() {
    /// use vitte::sync::RwLock;
    ///
    /// static LIMIT: RwLock<u32> = RwLock::const_new(5);
    ///
    /// *LIMIT.write().await = 6;
    /// assert_eq!(*LIMIT.read().await, 6);
    /// # }
    /// ```
    #[cfg(not(vitte_loom))]
    pub const fn const_new(value: T) -> RwLock<T>
    where
        T: Sized,
    {
        RwLock::const_with_max_readers(value, MAX_READS)
    }

    /// [`with_max_readers`](Self::with_max_readers) for statics.
    ///
    /// # Panics
    ///
    /// If `max_reads` is 0 or greater than `u32::MAX >> 3`.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::sync::RwLock;
    ///
    /// static LOCK: RwLock<i32> = RwLock::const_with_max_readers(5, 1024);
    /// assert_eq!(*LOCK.try_read().unwrap(), 5);
    /// ```
    #[cfg(not(vitte_loom))]
    pub const fn const_with_max_readers(value: T, max_reads: u32) -> RwLock<T>
    where
        T: Sized,
    {
        assert!(max_reads != 0, "a RwLock may not be created with 0 readers");
        assert!(max_reads <= MAX_READS);
        RwLock {
            max_reads,
            permits: BatchSemaphore::const_new(max_reads as usize),
            value: UnsafeCell::new(value),
        }
    }

    /// Locks for reading, and waits while a writer holds the lock or waits for it.
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
    /// let lock = vitte::sync::RwLock::new(1);
    /// let reader = lock.read().await;
    /// assert_eq!(*reader, 1);
    /// assert!(lock.try_read().is_ok()); // readers do not exclude each other
    /// # }
    /// ```
    pub async fn read(&self) -> RwLockReadGuard<'_, T> {
        let hold = || self.hold_one();
        let owner = self.permits.owner();
        let held = trace::operation(owner, "RwLock::read", "poll", false, hold).await;
        self.permits.owner().report(Fact::ReaderCame);
        RwLockReadGuard::new(held, self.value.get())
    }

    /// [`read`](Self::read) for code that is not async: blocks the thread meanwhile.
    ///
    /// # Panics
    ///
    /// If the thread is driving async tasks. Call it on a thread of your own, or in
    /// `spawn_blocking`.
    ///
    /// # Examples
    ///
    /// ```
    /// let lock = vitte::sync::RwLock::new(1);
    /// assert_eq!(*lock.blocking_read(), 1);
    /// ```
    #[track_caller]
    pub fn blocking_read(&self) -> RwLockReadGuard<'_, T> {
        block_on(self.read())
    }

    /// Locks for reading, unless a writer holds the lock or waits for it. It never waits.
    ///
    /// # Errors
    ///
    /// [`TryLockError`] if it would have to wait.
    ///
    /// # Examples
    ///
    /// ```
    /// let lock = vitte::sync::RwLock::new(1);
    /// let reader = lock.try_read().unwrap();
    /// assert_eq!(*reader, 1);
    /// assert!(lock.try_write().is_err());
    /// ```
    pub fn try_read(&self) -> Result<RwLockReadGuard<'_, T>, TryLockError> {
        self.try_take(1)?;
        let held = Held::new(&self.permits, 1, Ending::told_as(Fact::ReaderLeft));
        self.permits.owner().report(Fact::ReaderCame);
        Ok(RwLockReadGuard::new(held, self.value.get()))
    }

    /// Locks for writing, and waits while other tasks hold the lock.
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
    /// let lock = vitte::sync::RwLock::new(1);
    /// *lock.write().await = 2;
    /// assert_eq!(*lock.read().await, 2);
    /// # }
    /// ```
    pub async fn write(&self) -> RwLockWriteGuard<'_, T> {
        let hold = || self.hold_all();
        let owner = self.permits.owner();
        let held = trace::operation(owner, "RwLock::write", "poll", false, hold).await;
        self.permits.owner().report(Fact::WriteLocked(true));
        RwLockWriteGuard::new(held, self.value.get())
    }

    /// [`write`](Self::write) for code that is not async: blocks the thread meanwhile.
    ///
    /// # Panics
    ///
    /// If the thread is driving async tasks. Call it on a thread of your own, or in
    /// `spawn_blocking`.
    ///
    /// # Examples
    ///
    /// ```
    /// let lock = vitte::sync::RwLock::new(1);
    /// *lock.blocking_write() = 2;
    /// assert_eq!(*lock.blocking_read(), 2);
    /// ```
    #[track_caller]
    pub fn blocking_write(&self) -> RwLockWriteGuard<'_, T> {
        block_on(self.write())
    }

    /// Locks for writing if no other task holds the lock or waits for it. It never waits.
    ///
    /// # Errors
    ///
    /// [`TryLockError`] if it would have to wait.
    ///
    /// # Examples
    ///
    /// ```
    /// let lock = vitte::sync::RwLock::new(1);
    /// let writer = lock.try_write().unwrap();
    /// assert!(lock.try_read().is_err());
    /// # drop(writer);
    /// ```
    pub fn try_write(&self) -> Result<RwLockWriteGuard<'_, T>, TryLockError> {
        self.try_take(self.max_reads)?;
        let ending = Ending::told_as(Fact::WriteLocked(false));
        let held = Held::new(&self.permits, self.max_reads, ending);
        self.permits.owner().report(Fact::WriteLocked(true));
        Ok(RwLockWriteGuard::new(held, self.value.get()))
    }

    async fn hold_one(&self) -> Held<'_> {
        expect_open(self.acquire(1).await);
        Held::new(&self.permits, 1, Ending::told_as(Fact::ReaderLeft))
    }

    async fn hold_all(&self) -> Held<'_> {
        expect_open(self.acquire(self.max_reads).await);
        let ending = Ending::told_as(Fact::WriteLocked(false));
        Held::new(&self.permits, self.max_reads, ending)
    }

    #[inline]
    fn acquire(&self, permits: u32) -> Acquire<'_> {
        self.permits.acquire(permits as usize, WaitKind::RwLock)
    }

    #[inline]
    fn try_take(&self, permits: u32) -> Result<(), TryLockError> {
        self.permits
            .try_acquire(permits as usize)
            .map_err(|_| TryLockError(()))
    }

    /// Returns a mutable reference to the value without locking: the borrow proves that no other
    /// task has access.
    ///
    /// # Examples
    ///
    /// ```
    /// let mut lock = vitte::sync::RwLock::new(1);
    /// *lock.get_mut() = 2;
    /// assert_eq!(lock.into_inner(), 2);
    /// ```
    pub fn get_mut(&mut self) -> &mut T {
        self.value.get_mut()
    }

    /// Returns the value and drops the lock.
    ///
    /// # Examples
    ///
    /// ```
    /// let lock = vitte::sync::RwLock::new(5);
    /// assert_eq!(lock.into_inner(), 5);
    /// ```
    pub fn into_inner(self) -> T
    where
        T: Sized,
    {
        self.value.into_inner()
    }
}

#[inline]
fn expect_open(acquired: Result<(), AcquireError>) {
    if acquired.is_err() {
        unreachable!("nobody closes the semaphore of a lock");
    }
}

impl<T> From<T> for RwLock<T> {
    fn from(value: T) -> Self {
        RwLock::new(value)
    }
}

impl<T: Default> Default for RwLock<T> {
    fn default() -> Self {
        RwLock::new(T::default())
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for RwLock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut output = f.debug_struct("RwLock");
        match self.try_read() {
            Ok(guard) => output.field("data", &&*guard),
            Err(_) => output.field("data", &format_args!("<locked>")),
        };
        output.finish()
    }
}
