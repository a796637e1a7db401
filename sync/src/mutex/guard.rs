//! The guards of a whole value.

use std::sync::Arc;

use vitte_context::trace::Fact;

use super::{MappedMutexGuard, Mutex, OwnedMappedMutexGuard};
use crate::guard::{read_through, write_through};

/// The one permit of a mutex, given back when this is dropped.
pub(super) struct Locked<'a, T: ?Sized>(pub(super) &'a Mutex<T>);

impl<T: ?Sized> Drop for Locked<'_, T> {
    #[inline]
    fn drop(&mut self) {
        self.0.permit.release(1);
        self.0.permit.owner().report(Fact::Locked(false));
    }
}

/// [`Locked`] that keeps the mutex alive.
pub(super) struct OwnedLocked<T: ?Sized>(pub(super) Arc<Mutex<T>>);

impl<T: ?Sized> Drop for OwnedLocked<T> {
    #[inline]
    fn drop(&mut self) {
        self.0.permit.release(1);
        self.0.permit.owner().report(Fact::Locked(false));
    }
}

/// Access to the value of a [`Mutex`]; made by [`Mutex::lock`]. Dropping it unlocks the mutex.
///
/// # Examples
///
/// ```
/// # #[vitte::main]
/// # async fn main() {
/// use vitte::sync::{Mutex, MutexGuard};
///
/// fn double(mut number: MutexGuard<'_, u32>) {
///     *number *= 2;
/// } // unlocked here
///
/// let mutex = Mutex::new(4);
/// double(mutex.lock().await);
/// assert_eq!(*mutex.lock().await, 8);
/// # }
/// ```
#[clippy::has_significant_drop]
#[must_use = "if unused the Mutex will immediately unlock"]
pub struct MutexGuard<'a, T: ?Sized> {
    lock: Locked<'a, T>,
}

// SAFETY: sharing the guard shares the value. (Without this, `T: Send` would do.)
unsafe impl<T: ?Sized + Send + Sync> Sync for MutexGuard<'_, T> {}

read_through!(['a, T: ?Sized] MutexGuard<'a, T> => T, |this| this.lock.0.value.get());
write_through!(['a, T: ?Sized] MutexGuard<'a, T> => T, |this| this.lock.0.value.get());

impl<'a, T: ?Sized> MutexGuard<'a, T> {
    #[inline]
    pub(super) fn new(lock: Locked<'a, T>) -> Self {
        MutexGuard { lock }
    }

    /// Narrows the guard to a part of the value.
    ///
    /// This is an associated function, called as `MutexGuard::map(guard, …)`, so that it does not
    /// hide a method `map` of the value.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::sync::{Mutex, MutexGuard};
    ///
    /// let mutex = Mutex::new((1, 2));
    /// let mut second = MutexGuard::map(mutex.try_lock().unwrap(), |pair| &mut pair.1);
    /// *second = 3;
    /// drop(second);
    /// assert_eq!(mutex.into_inner(), (1, 3));
    /// ```
    #[inline]
    pub fn map<U, F>(mut this: Self, f: F) -> MappedMutexGuard<'a, U>
    where
        U: ?Sized,
        F: FnOnce(&mut T) -> &mut U,
    {
        let data: *mut U = f(&mut *this);
        MappedMutexGuard::new(this.lock, data)
    }

    /// Narrows the guard to a part of the value, if there is one.
    ///
    /// # Errors
    ///
    /// Returns the guard, if the closure returns `None`.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::sync::{Mutex, MutexGuard};
    ///
    /// let mutex = Mutex::new(vec![1, 2]);
    /// let guard = mutex.try_lock().unwrap();
    /// let guard = MutexGuard::try_map(guard, |list| list.get_mut(2)).unwrap_err();
    /// let first = MutexGuard::try_map(guard, |list| list.get_mut(0)).unwrap();
    /// assert_eq!(*first, 1);
    /// ```
    #[inline]
    pub fn try_map<U, F>(mut this: Self, f: F) -> Result<MappedMutexGuard<'a, U>, Self>
    where
        U: ?Sized,
        F: FnOnce(&mut T) -> Option<&mut U>,
    {
        match f(&mut *this) {
            Some(data) => {
                let data: *mut U = data;
                Ok(MappedMutexGuard::new(this.lock, data))
            }
            None => Err(this),
        }
    }

    /// The mutex that this guard locks.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::sync::{Mutex, MutexGuard};
    ///
    /// let mutex = Mutex::new(1);
    /// let guard = mutex.try_lock().unwrap();
    /// assert!(MutexGuard::mutex(&guard).try_lock().is_err());
    /// ```
    #[inline]
    pub fn mutex(this: &Self) -> &'a Mutex<T> {
        this.lock.0
    }
}

/// Access to the value of a [`Mutex`] that it keeps alive; made by [`Mutex::lock_owned`]. Dropping
/// it unlocks the mutex.
///
/// # Examples
///
/// ```
/// # #[vitte::main]
/// # async fn main() {
/// use std::sync::Arc;
/// use vitte::sync::{Mutex, OwnedMutexGuard};
///
/// let mutex = Arc::new(Mutex::new(vec![1]));
/// let guard: OwnedMutexGuard<Vec<u32>> = mutex.lock_owned().await;
/// vitte::spawn(async move { println!("{guard:?}") });
/// # }
/// ```
#[clippy::has_significant_drop]
pub struct OwnedMutexGuard<T: ?Sized> {
    lock: OwnedLocked<T>,
}

// SAFETY: sharing the guard shares the value. (Without this, `T: Send` would do.)
unsafe impl<T: ?Sized + Send + Sync> Sync for OwnedMutexGuard<T> {}

read_through!([T: ?Sized] OwnedMutexGuard<T> => T, |this| this.lock.0.value.get());
write_through!([T: ?Sized] OwnedMutexGuard<T> => T, |this| this.lock.0.value.get());

impl<T: ?Sized> OwnedMutexGuard<T> {
    #[inline]
    pub(super) fn new(lock: OwnedLocked<T>) -> Self {
        OwnedMutexGuard { lock }
    }

    /// Narrows the guard to a part of the value; see [`MutexGuard::map`].
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::Arc;
    /// use vitte::sync::{Mutex, OwnedMutexGuard};
    ///
    /// let mutex = Arc::new(Mutex::new((1, 2)));
    /// let guard = mutex.clone().try_lock_owned().unwrap();
    /// let first = OwnedMutexGuard::map(guard, |pair| &mut pair.0);
    /// assert_eq!(*first, 1);
    /// ```
    #[inline]
    pub fn map<U, F>(mut this: Self, f: F) -> OwnedMappedMutexGuard<T, U>
    where
        U: ?Sized,
        F: FnOnce(&mut T) -> &mut U,
    {
        let data: *mut U = f(&mut *this);
        OwnedMappedMutexGuard::new(this.lock, data)
    }

    /// Narrows the guard to a part of the value if there is one; see [`MutexGuard::try_map`].
    ///
    /// # Errors
    ///
    /// Returns the guard, if the closure returns `None`.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::Arc;
    /// use vitte::sync::{Mutex, OwnedMutexGuard};
    ///
    /// let mutex = Arc::new(Mutex::new(vec![1, 2]));
    /// let guard = mutex.try_lock_owned().unwrap();
    /// let guard = OwnedMutexGuard::try_map(guard, |list| list.get_mut(7)).unwrap_err();
    /// assert_eq!(guard.len(), 2);
    /// ```
    #[inline]
    pub fn try_map<U, F>(mut this: Self, f: F) -> Result<OwnedMappedMutexGuard<T, U>, Self>
    where
        U: ?Sized,
        F: FnOnce(&mut T) -> Option<&mut U>,
    {
        match f(&mut *this) {
            Some(data) => {
                let data: *mut U = data;
                Ok(OwnedMappedMutexGuard::new(this.lock, data))
            }
            None => Err(this),
        }
    }

    /// The mutex that this guard locks.
    #[inline]
    pub fn mutex(this: &Self) -> &Arc<Mutex<T>> {
        &this.lock.0
    }
}
