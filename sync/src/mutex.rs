//! `Mutex`: exclusive access to a value, for tasks.
//!
//! A batch semaphore of one permit. The holder of the permit may touch the value. A guard holds it
//! and gives it back when it is dropped. There is no poisoning: a panic just unlocks.

mod guard;
mod mapped_guard;

#[cfg(all(test, not(vitte_loom)))]
mod tests;

use std::cell::UnsafeCell;
use std::error::Error;
use std::fmt;
use std::sync::Arc;

use vitte_context::trace::{self, Fact, SemaphoreResources, WaitKind};

use crate::batch_semaphore::{AcquireError, BatchSemaphore};
use crate::blocking::block_on;

use guard::{Locked, OwnedLocked};

pub use guard::{MutexGuard, OwnedMutexGuard};
pub use mapped_guard::{MappedMutexGuard, OwnedMappedMutexGuard};

/// A mutex that is locked with `.await`, and may stay locked across an `.await`.
///
/// It is fair: tasks get the lock in the order in which they asked for it. A panic does not poison
/// it.
///
/// If the lock is never held across an `.await`, `std::sync::Mutex` does as well and is cheaper.
///
/// # Examples
///
/// ```
/// # #[vitte::main]
/// # async fn main() {
/// use std::sync::Arc;
/// use vitte::sync::Mutex;
///
/// # struct Connection;
/// # impl Connection { async fn query(&mut self, _: &str) {} }
/// let connection = Arc::new(Mutex::new(Connection));
///
/// let shared = connection.clone();
/// let task = vitte::spawn(async move {
///     let mut connection = shared.lock().await;
///     connection.query("one").await; // the lock is held meanwhile
/// });
/// connection.lock().await.query("two").await;
/// task.await.unwrap();
/// # }
/// ```
pub struct Mutex<T: ?Sized> {
    permit: BatchSemaphore,
    value: UnsafeCell<T>,
}

// SAFETY: the value moves with the mutex.
unsafe impl<T: ?Sized + Send> Send for Mutex<T> {}
// SAFETY: the one permit gives access to one thread at a time; so the value has to be `Send`,
// but not `Sync`.
unsafe impl<T: ?Sized + Send> Sync for Mutex<T> {}

/// The error of `try_lock` and its like: the lock is held, so the call would have to wait.
///
/// # Examples
///
/// ```
/// use vitte::sync::{Mutex, TryLockError};
///
/// let mutex = Mutex::new(1);
/// let guard = mutex.try_lock().unwrap();
/// let error: TryLockError = mutex.try_lock().unwrap_err();
/// assert_eq!(error.to_string(), "operation would block");
/// # drop(guard);
/// ```
#[derive(Debug)]
pub struct TryLockError(pub(crate) ());

impl fmt::Display for TryLockError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("operation would block")
    }
}

impl Error for TryLockError {}

impl<T: ?Sized> Mutex<T> {
    /// Creates an unlocked mutex.
    ///
    /// # Examples
    ///
    /// ```
    /// let mutex = vitte::sync::Mutex::new(5);
    /// assert_eq!(*mutex.try_lock().unwrap(), 5);
    /// ```
    #[track_caller]
    pub fn new(t: T) -> Self
    where
        T: Sized,
    {
        Mutex {
            permit: BatchSemaphore::of(SemaphoreResources::mutex(), 1),
            value: UnsafeCell::new(t),
        }
    }

    /// [`new`](Self::new) for statics.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() {
    /// use vitte::sync::Mutex;
    ///
    /// static NAMES: Mutex<Vec<String>> = Mutex::const_new(Vec::new());
    ///
    /// NAMES.lock().await.push("Ada".to_owned());
    /// # }
    /// ```
    #[cfg(not(vitte_loom))]
    pub const fn const_new(t: T) -> Self
    where
        T: Sized,
    {
        Mutex {
            permit: BatchSemaphore::const_new(1),
            value: UnsafeCell::new(t),
        }
    }

    /// Locks the mutex, and waits while another task holds the lock.
    ///
    /// Dropping the guard unlocks it.
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
    /// use vitte::sync::Mutex;
    ///
    /// let mutex = Mutex::new(1);
    /// let mut guard = mutex.lock().await;
    /// *guard += 1;
    /// drop(guard);
    /// assert_eq!(*mutex.lock().await, 2);
    /// # }
    /// ```
    pub async fn lock(&self) -> MutexGuard<'_, T> {
        let hold = || self.hold();
        let owner = self.permit.owner();
        let locked = trace::operation(owner, "Mutex::lock", "poll", false, hold).await;
        self.permit.owner().report(Fact::Locked(true));
        MutexGuard::new(locked)
    }

    /// [`lock`](Self::lock) for code that is not async: blocks the thread while the lock is held.
    ///
    /// # Panics
    ///
    /// If the thread is driving async tasks. Call it on a thread of your own, or in
    /// `spawn_blocking`.
    ///
    /// # Examples
    ///
    /// ```
    /// let mutex = vitte::sync::Mutex::new(1);
    /// *mutex.blocking_lock() += 1;
    /// assert_eq!(*mutex.blocking_lock(), 2);
    /// ```
    #[track_caller]
    #[doc(alias = "lock_blocking")]
    pub fn blocking_lock(&self) -> MutexGuard<'_, T> {
        block_on(self.lock())
    }

    /// [`lock_owned`](Self::lock_owned) for code that is not async: blocks the thread while the
    /// lock is held.
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
    /// use vitte::sync::Mutex;
    ///
    /// let mutex = Arc::new(Mutex::new(1));
    /// let guard = mutex.clone().blocking_lock_owned();
    /// assert!(mutex.try_lock().is_err());
    /// drop(guard);
    /// assert!(mutex.try_lock().is_ok());
    /// ```
    #[track_caller]
    pub fn blocking_lock_owned(self: Arc<Self>) -> OwnedMutexGuard<T> {
        block_on(self.lock_owned())
    }

    /// [`lock`](Self::lock) whose guard keeps the mutex alive instead of borrowing it.
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
    /// use vitte::sync::Mutex;
    ///
    /// let mutex = Arc::new(Mutex::new(1));
    /// let mut guard = mutex.clone().lock_owned().await;
    /// let task = vitte::spawn(async move { *guard = 2 }); // the lock moves into the task
    /// task.await.unwrap();
    /// assert_eq!(*mutex.lock().await, 2);
    /// # }
    /// ```
    pub async fn lock_owned(self: Arc<Self>) -> OwnedMutexGuard<T> {
        let owner = self.permit.owner().clone();
        let hold = || self.hold_owned();
        let locked = trace::operation(&owner, "Mutex::lock_owned", "poll", false, hold).await;
        owner.report(Fact::Locked(true));
        OwnedMutexGuard::new(locked)
    }

    async fn hold(&self) -> Locked<'_, T> {
        expect_open(self.permit.acquire(1, WaitKind::Mutex).await);
        Locked(self)
    }

    async fn hold_owned(self: Arc<Self>) -> OwnedLocked<T> {
        expect_open(self.permit.acquire(1, WaitKind::Mutex).await);
        OwnedLocked(self)
    }

    /// Locks the mutex if it is not locked. It never waits.
    ///
    /// # Errors
    ///
    /// [`TryLockError`] if the lock is held.
    ///
    /// # Examples
    ///
    /// ```
    /// let mutex = vitte::sync::Mutex::new(1);
    /// let guard = mutex.try_lock().unwrap();
    /// assert!(mutex.try_lock().is_err());
    /// # drop(guard);
    /// ```
    pub fn try_lock(&self) -> Result<MutexGuard<'_, T>, TryLockError> {
        self.try_take()?;
        let locked = Locked(self);
        self.permit.owner().report(Fact::Locked(true));
        Ok(MutexGuard::new(locked))
    }

    /// Returns a mutable reference to the value without locking: the borrow proves that no other
    /// task has access.
    ///
    /// # Examples
    ///
    /// ```
    /// let mut mutex = vitte::sync::Mutex::new(1);
    /// *mutex.get_mut() = 2;
    /// assert_eq!(mutex.into_inner(), 2);
    /// ```
    pub fn get_mut(&mut self) -> &mut T {
        self.value.get_mut()
    }

    /// [`try_lock`](Self::try_lock) whose guard keeps the mutex alive instead of borrowing it.
    ///
    /// # Errors
    ///
    /// [`TryLockError`] if the lock is held.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::Arc;
    /// use vitte::sync::Mutex;
    ///
    /// let mutex = Arc::new(Mutex::new(1));
    /// let guard = mutex.clone().try_lock_owned().unwrap();
    /// std::thread::spawn(move || drop(guard)).join().unwrap();
    /// assert!(mutex.try_lock().is_ok());
    /// ```
    pub fn try_lock_owned(self: Arc<Self>) -> Result<OwnedMutexGuard<T>, TryLockError> {
        self.try_take()?;
        let locked = OwnedLocked(self);
        locked.0.permit.owner().report(Fact::Locked(true));
        Ok(OwnedMutexGuard::new(locked))
    }

    #[inline]
    fn try_take(&self) -> Result<(), TryLockError> {
        self.permit.try_acquire(1).map_err(|_| TryLockError(()))
    }

    /// Returns the value and drops the mutex.
    ///
    /// # Examples
    ///
    /// ```
    /// let mutex = vitte::sync::Mutex::new(1);
    /// assert_eq!(mutex.into_inner(), 1);
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
        unreachable!("nobody closes the semaphore of a mutex");
    }
}

impl<T> From<T> for Mutex<T> {
    fn from(value: T) -> Self {
        Mutex::new(value)
    }
}

impl<T: Default> Default for Mutex<T> {
    fn default() -> Self {
        Mutex::new(T::default())
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for Mutex<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut output = f.debug_struct("Mutex");
        match self.try_lock() {
            Ok(guard) => output.field("data", &&*guard),
            Err(_) => output.field("data", &format_args!("<locked>")),
        };
        output.finish()
    }
}
