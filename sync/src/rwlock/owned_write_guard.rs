//! The guard of a writer that keeps the lock alive.

use std::marker::PhantomData;
use std::sync::Arc;

use super::held::OwnedHeld;
use super::{OwnedRwLockMappedWriteGuard, OwnedRwLockReadGuard, RwLock};
use crate::guard::{read_through, write_through};

/// Exclusive access to the value of an [`RwLock`](super::RwLock) that it keeps alive; made by
/// [`write_owned`](super::RwLock::write_owned). Dropping it unlocks the lock.
///
/// # Examples
///
/// ```
/// # #[vitte::main]
/// # async fn main() {
/// use std::sync::Arc;
/// use vitte::sync::{OwnedRwLockWriteGuard, RwLock};
///
/// let lock = Arc::new(RwLock::new(1));
/// let mut number: OwnedRwLockWriteGuard<u32> = lock.clone().write_owned().await;
/// let task = vitte::spawn(async move { *number += 1 });
/// task.await.unwrap();
/// assert_eq!(*lock.read().await, 2);
/// # }
/// ```
#[clippy::has_significant_drop]
pub struct OwnedRwLockWriteGuard<T: ?Sized> {
    held: OwnedHeld<T>,
    data: *mut T,
    _data: PhantomData<T>,
}

// SAFETY: the guard is a `&mut` to the data and a reference to the lock, and admits readers when
// downgraded.
unsafe impl<T> Send for OwnedRwLockWriteGuard<T> where T: ?Sized + Send + Sync {}
// SAFETY: sharing the guard shares the data.
unsafe impl<T> Sync for OwnedRwLockWriteGuard<T> where T: ?Sized + Send + Sync {}

read_through!([T: ?Sized] OwnedRwLockWriteGuard<T> => T, |this| this.data);
write_through!([T: ?Sized] OwnedRwLockWriteGuard<T> => T, |this| this.data);

impl<T: ?Sized> OwnedRwLockWriteGuard<T> {
    /// `data` is what the lock protects, or a part of it, and `held` locks it for writing.
    #[inline]
    pub(super) fn new(held: OwnedHeld<T>, data: *mut T) -> Self {
        OwnedRwLockWriteGuard {
            held,
            data,
            _data: PhantomData,
        }
    }

    /// Narrows the guard to a part of the value.
    ///
    /// This is an associated function, so that it does not hide a method `map` of the value.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::Arc;
    /// use vitte::sync::{OwnedRwLockWriteGuard, RwLock};
    ///
    /// let lock = Arc::new(RwLock::new((1, 2)));
    /// let guard = lock.clone().try_write_owned().unwrap();
    /// *OwnedRwLockWriteGuard::map(guard, |pair| &mut pair.1) = 3;
    /// assert_eq!(lock.try_read().unwrap().1, 3);
    /// ```
    #[inline]
    pub fn map<F, U: ?Sized>(mut this: Self, f: F) -> OwnedRwLockMappedWriteGuard<T, U>
    where
        F: FnOnce(&mut T) -> &mut U,
    {
        let data: *mut U = f(&mut *this);
        OwnedRwLockMappedWriteGuard::new(this.held, data)
    }

    /// Narrows the guard to a part of the value and turns it into a read guard, in one step: no
    /// writer comes in between.
    ///
    /// The closure gets the value only for reading.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::Arc;
    /// use vitte::sync::{OwnedRwLockWriteGuard, RwLock};
    ///
    /// let lock = Arc::new(RwLock::new((1, 2)));
    /// let guard = lock.clone().try_write_owned().unwrap();
    /// let first = OwnedRwLockWriteGuard::downgrade_map(guard, |pair| &pair.0);
    /// assert_eq!(*first, 1);
    /// assert!(lock.try_read().is_ok());
    /// ```
    #[inline]
    pub fn downgrade_map<F, U: ?Sized>(mut this: Self, f: F) -> OwnedRwLockReadGuard<T, U>
    where
        F: FnOnce(&T) -> &U,
    {
        let data: *const U = f(&*this);
        this.held.keep_one();
        OwnedRwLockReadGuard::new(this.held, data)
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
    /// use std::sync::Arc;
    /// use vitte::sync::{OwnedRwLockWriteGuard, RwLock};
    ///
    /// let lock = Arc::new(RwLock::new(vec![1, 2]));
    /// let guard = lock.try_write_owned().unwrap();
    /// let guard = OwnedRwLockWriteGuard::try_map(guard, |list| list.get_mut(7)).unwrap_err();
    /// assert_eq!(guard.len(), 2);
    /// ```
    #[inline]
    pub fn try_map<F, U: ?Sized>(
        mut this: Self,
        f: F,
    ) -> Result<OwnedRwLockMappedWriteGuard<T, U>, Self>
    where
        F: FnOnce(&mut T) -> Option<&mut U>,
    {
        let data: *mut U = match f(&mut *this) {
            Some(data) => data,
            None => return Err(this),
        };
        Ok(OwnedRwLockMappedWriteGuard::new(this.held, data))
    }

    /// [`downgrade_map`](Self::downgrade_map), if there is such a part.
    ///
    /// # Errors
    ///
    /// Returns the guard, which is still a write guard, if the closure returns `None`.
    #[inline]
    pub fn try_downgrade_map<F, U: ?Sized>(
        mut this: Self,
        f: F,
    ) -> Result<OwnedRwLockReadGuard<T, U>, Self>
    where
        F: FnOnce(&T) -> Option<&U>,
    {
        let data: *const U = match f(&*this) {
            Some(data) => data,
            None => return Err(this),
        };
        this.held.keep_one();
        Ok(OwnedRwLockReadGuard::new(this.held, data))
    }

    /// Turns the guard into a mapped guard of the whole value.
    #[inline]
    pub fn into_mapped(this: Self) -> OwnedRwLockMappedWriteGuard<T> {
        OwnedRwLockMappedWriteGuard::new(this.held, this.data)
    }

    /// Turns the guard into a read guard, in one step: no writer comes in between.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::Arc;
    /// use vitte::sync::RwLock;
    ///
    /// let lock = Arc::new(RwLock::new(1));
    /// let reader = lock.clone().try_write_owned().unwrap().downgrade();
    /// assert!(lock.try_read().is_ok());
    /// assert!(lock.try_write().is_err());
    /// # drop(reader);
    /// ```
    #[inline]
    pub fn downgrade(mut self) -> OwnedRwLockReadGuard<T> {
        self.held.keep_one();
        OwnedRwLockReadGuard::new(self.held, self.data)
    }

    /// Returns the lock that this guard holds.
    #[inline]
    pub fn rwlock(this: &Self) -> &Arc<RwLock<T>> {
        this.held.lock()
    }
}
