//! The guard of a writer.

use std::marker::PhantomData;

use super::{RwLockMappedWriteGuard, RwLockReadGuard};
use crate::batch_semaphore::Held;
use crate::guard::{read_through, write_through};

/// Exclusive access to the value of an [`RwLock`](super::RwLock); made by
/// [`write`](super::RwLock::write). Dropping it unlocks the lock.
///
/// # Examples
///
/// ```
/// # #[vitte::main]
/// # async fn main() {
/// use vitte::sync::{RwLock, RwLockWriteGuard};
///
/// let lock = RwLock::new(vec![1]);
/// let mut list: RwLockWriteGuard<'_, Vec<u32>> = lock.write().await;
/// list.push(2);
/// drop(list);
/// assert_eq!(*lock.read().await, [1, 2]);
/// # }
/// ```
#[clippy::has_significant_drop]
#[must_use = "if unused the RwLock will immediately unlock"]
pub struct RwLockWriteGuard<'a, T: ?Sized> {
    held: Held<'a>,
    data: *mut T,
    _data: PhantomData<&'a mut T>,
}

// SAFETY: the guard is a `&mut` to the data, and admits readers when downgraded.
unsafe impl<T> Send for RwLockWriteGuard<'_, T> where T: ?Sized + Send + Sync {}
// SAFETY: sharing the guard shares the data.
unsafe impl<T> Sync for RwLockWriteGuard<'_, T> where T: ?Sized + Send + Sync {}

read_through!(['a, T: ?Sized] RwLockWriteGuard<'a, T> => T, |this| this.data);
write_through!(['a, T: ?Sized] RwLockWriteGuard<'a, T> => T, |this| this.data);

impl<'a, T: ?Sized> RwLockWriteGuard<'a, T> {
    /// `data` is what the lock protects, or a part of it, and `held` locks it for writing.
    #[inline]
    pub(super) fn new(held: Held<'a>, data: *mut T) -> Self {
        RwLockWriteGuard {
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
    /// use vitte::sync::{RwLock, RwLockWriteGuard};
    ///
    /// let lock = RwLock::new((1, 2));
    /// let guard = lock.try_write().unwrap();
    /// *RwLockWriteGuard::map(guard, |pair| &mut pair.1) = 3;
    /// assert_eq!(lock.try_read().unwrap().1, 3);
    /// ```
    #[inline]
    pub fn map<F, U: ?Sized>(mut this: Self, f: F) -> RwLockMappedWriteGuard<'a, U>
    where
        F: FnOnce(&mut T) -> &mut U,
    {
        let data: *mut U = f(&mut *this);
        RwLockMappedWriteGuard::new(this.held, data)
    }

    /// Narrows the guard to a part of the value and turns it into a read guard, in one step: no
    /// writer comes in between.
    ///
    /// The closure gets the value only for reading.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::sync::{RwLock, RwLockWriteGuard};
    ///
    /// let lock = RwLock::new((1, 2));
    /// let guard = lock.try_write().unwrap();
    /// let first = RwLockWriteGuard::downgrade_map(guard, |pair| &pair.0);
    /// assert_eq!(*first, 1);
    /// assert!(lock.try_read().is_ok());
    /// ```
    #[inline]
    pub fn downgrade_map<F, U: ?Sized>(mut this: Self, f: F) -> RwLockReadGuard<'a, U>
    where
        F: FnOnce(&T) -> &U,
    {
        let data: *const U = f(&*this);
        this.held.keep_one();
        RwLockReadGuard::new(this.held, data)
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
    /// use vitte::sync::{RwLock, RwLockWriteGuard};
    ///
    /// let lock = RwLock::new(vec![1, 2]);
    /// let guard = lock.try_write().unwrap();
    /// let guard = RwLockWriteGuard::try_map(guard, |list| list.get_mut(7)).unwrap_err();
    /// assert_eq!(guard.len(), 2);
    /// ```
    #[inline]
    pub fn try_map<F, U: ?Sized>(
        mut this: Self,
        f: F,
    ) -> Result<RwLockMappedWriteGuard<'a, U>, Self>
    where
        F: FnOnce(&mut T) -> Option<&mut U>,
    {
        let data: *mut U = match f(&mut *this) {
            Some(data) => data,
            None => return Err(this),
        };
        Ok(RwLockMappedWriteGuard::new(this.held, data))
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
    ) -> Result<RwLockReadGuard<'a, U>, Self>
    where
        F: FnOnce(&T) -> Option<&U>,
    {
        let data: *const U = match f(&*this) {
            Some(data) => data,
            None => return Err(this),
        };
        this.held.keep_one();
        Ok(RwLockReadGuard::new(this.held, data))
    }

    /// Turns the guard into a mapped guard of the whole value.
    #[inline]
    pub fn into_mapped(this: Self) -> RwLockMappedWriteGuard<'a, T> {
        RwLockMappedWriteGuard::new(this.held, this.data)
    }

    /// Turns the guard into a read guard, in one step: no writer comes in between.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::sync::RwLock;
    ///
    /// let lock = RwLock::new(1);
    /// let mut writer = lock.try_write().unwrap();
    /// *writer = 2;
    /// let reader = writer.downgrade();
    /// assert!(lock.try_read().is_ok());
    /// assert!(lock.try_write().is_err());
    /// # drop(reader);
    /// ```
    #[inline]
    pub fn downgrade(mut self) -> RwLockReadGuard<'a, T> {
        self.held.keep_one();
        RwLockReadGuard::new(self.held, self.data)
    }
}
