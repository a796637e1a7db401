//! The guard of a writer.

use std::marker::PhantomData;

use super::{RwLockMappedWriteGuard, RwLockReadGuard};
use crate::batch_semaphore::Held;
use crate::guard::{read_through, write_through};

/// Exclusive access to the data of an [`RwLock`](super::RwLock); unlocks it when dropped.
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

    /// Narrows the guard to a part of the data.
    ///
    /// An associated function, so that it does not hide a method of the data.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte_sync::{RwLock, RwLockWriteGuard};
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

    /// Narrows the guard to a part of the data and becomes a reader, as one step: no writer comes
    /// in between.
    ///
    /// Unlike the guards of a writer, the closure gets the data only to read.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte_sync::{RwLock, RwLockWriteGuard};
    ///
    /// let lock = RwLock::new((1, 2));
    /// let guard = lock.try_write().unwrap();
    /// let first = RwLockWriteGuard::downgrade_map(guard, |pair| &pair.0);
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

    /// Narrows the guard to a part of the data, if there is one; otherwise gives it back.
    ///
    /// # Errors
    ///
    /// The guard, when the closure returns `None`.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte_sync::{RwLock, RwLockWriteGuard};
    ///
    /// let lock = RwLock::new((1, 2));
    /// let guard = lock.try_write().unwrap();
    /// assert!(RwLockWriteGuard::try_map(guard, |_| None::<&mut i32>).is_err());
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

    /// [`downgrade_map`](Self::downgrade_map) if there is such a part; otherwise gives the guard
    /// back, still a writer's.
    ///
    /// # Errors
    ///
    /// The guard, when the closure returns `None`.
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

    /// The same guard as one of a part, which is the whole.
    #[inline]
    pub fn into_mapped(this: Self) -> RwLockMappedWriteGuard<'a, T> {
        RwLockMappedWriteGuard::new(this.held, this.data)
    }

    /// Becomes a reader, as one step: no writer comes in between.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte_sync::RwLock;
    ///
    /// let lock = RwLock::new((1, 2));
    /// let guard = lock.try_write().unwrap();
    /// let reader = guard.downgrade();
    /// assert!(lock.try_read().is_ok());
    /// assert!(lock.try_write().is_err());
    /// ```
    #[inline]
    pub fn downgrade(mut self) -> RwLockReadGuard<'a, T> {
        self.held.keep_one();
        RwLockReadGuard::new(self.held, self.data)
    }
}
