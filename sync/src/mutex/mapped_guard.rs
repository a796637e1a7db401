//! The guards of a part of a value.

use std::marker::PhantomData;

use vitte_context::trace::{Ending, Fact};

use super::guard::{Locked, OwnedLocked};
use crate::batch_semaphore::Held;
use crate::guard::{read_through, write_through};

/// Access to a part of a mutex's value; made by [`MutexGuard::map`](super::MutexGuard::map).
/// Dropping it unlocks the mutex.
///
/// # Examples
///
/// ```
/// # #[vitte::main]
/// # async fn main() {
/// use vitte::sync::{MappedMutexGuard, Mutex, MutexGuard};
///
/// struct Pool {
///     free: Vec<u32>,
/// }
///
/// async fn free(pool: &Mutex<Pool>) -> MappedMutexGuard<'_, Vec<u32>> {
///     MutexGuard::map(pool.lock().await, |pool| &mut pool.free)
/// }
///
/// let pool = Mutex::new(Pool { free: vec![1, 2] });
/// assert_eq!(free(&pool).await.pop(), Some(2));
/// # }
/// ```
#[clippy::has_significant_drop]
#[must_use = "if unused the Mutex will immediately unlock"]
pub struct MappedMutexGuard<'a, T: ?Sized> {
    lock: Held<'a>,
    data: *mut T,
    _data: PhantomData<&'a mut T>,
}

// SAFETY: the guard is a `&mut T` with a lock.
unsafe impl<'a, T: ?Sized + Sync + 'a> Sync for MappedMutexGuard<'a, T> {}
// SAFETY: as above.
unsafe impl<'a, T: ?Sized + Send + 'a> Send for MappedMutexGuard<'a, T> {}

read_through!(['a, T: ?Sized] MappedMutexGuard<'a, T> => T, |this| this.data);
write_through!(['a, T: ?Sized] MappedMutexGuard<'a, T> => T, |this| this.data);

impl<'a, T: ?Sized> MappedMutexGuard<'a, T> {
    /// `data` is a part of the value that the lock protects.
    #[inline]
    pub(super) fn new<V: ?Sized>(lock: Locked<'a, V>, data: *mut T) -> Self {
        let mutex = lock.0;
        std::mem::forget(lock);
        MappedMutexGuard {
            // It takes over the permit of the lock that was forgotten.
            lock: Held::new(&mutex.permit, 1, Ending::told_as(Fact::Locked(false))),
            data,
            _data: PhantomData,
        }
    }

    /// Narrows the guard further; see [`MutexGuard::map`](super::MutexGuard::map).
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::sync::{MappedMutexGuard, Mutex, MutexGuard};
    ///
    /// let mutex = Mutex::new(((1, 2), 3));
    /// let pair = MutexGuard::map(mutex.try_lock().unwrap(), |value| &mut value.0);
    /// let second = MappedMutexGuard::map(pair, |pair| &mut pair.1);
    /// assert_eq!(*second, 2);
    /// ```
    #[inline]
    pub fn map<U, F>(mut this: Self, f: F) -> MappedMutexGuard<'a, U>
    where
        F: FnOnce(&mut T) -> &mut U,
    {
        let data: *mut U = f(&mut *this);
        this.with(data)
    }

    /// Narrows the guard further, if there is such a part; see
    /// [`MutexGuard::try_map`](super::MutexGuard::try_map).
    ///
    /// # Errors
    ///
    /// Returns the guard, if the closure returns `None`.
    #[inline]
    pub fn try_map<U, F>(mut this: Self, f: F) -> Result<MappedMutexGuard<'a, U>, Self>
    where
        F: FnOnce(&mut T) -> Option<&mut U>,
    {
        match f(&mut *this) {
            Some(data) => {
                let data: *mut U = data;
                Ok(this.with(data))
            }
            None => Err(this),
        }
    }

    fn with<U: ?Sized>(self, data: *mut U) -> MappedMutexGuard<'a, U> {
        MappedMutexGuard {
            lock: self.lock,
            data,
            _data: PhantomData,
        }
    }
}

/// Access to a part of the value of a mutex that it keeps alive; made by
/// [`OwnedMutexGuard::map`](super::OwnedMutexGuard::map). Dropping it unlocks the mutex.
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
/// use vitte::sync::{Mutex, OwnedMappedMutexGuard, OwnedMutexGuard};
///
/// let mutex = Arc::new(Mutex::new((1, "one")));
/// let guard = mutex.clone().try_lock_owned().unwrap();
/// let name: OwnedMappedMutexGuard<_, &str> = OwnedMutexGuard::map(guard, |pair| &mut pair.1);
/// assert_eq!(*name, "one");
/// ```
#[clippy::has_significant_drop]
#[must_use = "if unused the Mutex will immediately unlock"]
pub struct OwnedMappedMutexGuard<T: ?Sized, U: ?Sized = T> {
    lock: OwnedLocked<T>,
    data: *mut U,
}

// SAFETY: sharing the guard shares the part, and the mutex with it.
unsafe impl<T, U> Sync for OwnedMappedMutexGuard<T, U>
where
    T: ?Sized + Send + Sync,
    U: ?Sized + Send + Sync,
{
}
// SAFETY: the guard is a `&mut U` and a reference to the mutex.
unsafe impl<T, U> Send for OwnedMappedMutexGuard<T, U>
where
    T: ?Sized + Send,
    U: ?Sized + Send,
{
}

read_through!([T: ?Sized, U: ?Sized] OwnedMappedMutexGuard<T, U> => U, |this| this.data);
write_through!([T: ?Sized, U: ?Sized] OwnedMappedMutexGuard<T, U> => U, |this| this.data);

impl<T: ?Sized, U: ?Sized> OwnedMappedMutexGuard<T, U> {
    /// `data` is a part of the value that the lock protects.
    #[inline]
    pub(super) fn new(lock: OwnedLocked<T>, data: *mut U) -> Self {
        OwnedMappedMutexGuard { lock, data }
    }

    /// Narrows the guard further; see [`MutexGuard::map`](super::MutexGuard::map).
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::Arc;
    /// use vitte::sync::{Mutex, OwnedMappedMutexGuard, OwnedMutexGuard};
    ///
    /// let mutex = Arc::new(Mutex::new(((1, 2), 3)));
    /// let guard = mutex.try_lock_owned().unwrap();
    /// let pair = OwnedMutexGuard::map(guard, |value| &mut value.0);
    /// let second = OwnedMappedMutexGuard::map(pair, |pair| &mut pair.1);
    /// assert_eq!(*second, 2);
    /// ```
    #[inline]
    pub fn map<S, F>(mut this: Self, f: F) -> OwnedMappedMutexGuard<T, S>
    where
        F: FnOnce(&mut U) -> &mut S,
    {
        let data: *mut S = f(&mut *this);
        OwnedMappedMutexGuard::new(this.lock, data)
    }

    /// Narrows the guard further, if there is such a part; see
    /// [`MutexGuard::try_map`](super::MutexGuard::try_map).
    ///
    /// # Errors
    ///
    /// Returns the guard, if the closure returns `None`.
    #[inline]
    pub fn try_map<S, F>(mut this: Self, f: F) -> Result<OwnedMappedMutexGuard<T, S>, Self>
    where
        F: FnOnce(&mut U) -> Option<&mut S>,
    {
        match f(&mut *this) {
            Some(data) => {
                let data: *mut S = data;
                Ok(OwnedMappedMutexGuard::new(this.lock, data))
            }
            None => Err(this),
        }
    }
}
