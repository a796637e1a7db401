//! The guard of a writer of a part.

use std::marker::PhantomData;

use crate::batch_semaphore::Held;
use crate::guard::{read_through, write_through};

/// Exclusive access to a part of the value of an [`RwLock`](super::RwLock); made by
/// [`RwLockWriteGuard::map`](super::RwLockWriteGuard::map). Dropping it unlocks the lock.
///
/// # Examples
///
/// ```
/// use vitte::sync::{RwLock, RwLockMappedWriteGuard, RwLockWriteGuard};
///
/// let lock = RwLock::new((1, 2));
/// let guard = lock.try_write().unwrap();
/// let mut first: RwLockMappedWriteGuard<'_, u32> =
///     RwLockWriteGuard::map(guard, |pair| &mut pair.0);
/// *first = 7;
/// drop(first);
/// assert_eq!(lock.into_inner(), (7, 2));
/// ```
#[clippy::has_significant_drop]
pub struct RwLockMappedWriteGuard<'a, T: ?Sized> {
    held: Held<'a>,
    data: *mut T,
    _data: PhantomData<&'a mut T>,
}

// SAFETY: the guard is a `&mut` to the data, and admits readers when downgraded.
unsafe impl<T> Send for RwLockMappedWriteGuard<'_, T> where T: ?Sized + Send + Sync {}
// SAFETY: sharing the guard shares the data.
unsafe impl<T> Sync for RwLockMappedWriteGuard<'_, T> where T: ?Sized + Send + Sync {}

read_through!(['a, T: ?Sized] RwLockMappedWriteGuard<'a, T> => T, |this| this.data);
write_through!(['a, T: ?Sized] RwLockMappedWriteGuard<'a, T> => T, |this| this.data);

impl<'a, T: ?Sized> RwLockMappedWriteGuard<'a, T> {
    /// `data` is what the lock protects, or a part of it, and `held` locks it for writing.
    #[inline]
    pub(super) fn new(held: Held<'a>, data: *mut T) -> Self {
        RwLockMappedWriteGuard {
            held,
            data,
            _data: PhantomData,
        }
    }

    /// Narrows the guard further; see [`RwLockWriteGuard::map`](super::RwLockWriteGuard::map).
    #[inline]
    pub fn map<F, U: ?Sized>(mut this: Self, f: F) -> RwLockMappedWriteGuard<'a, U>
    where
        F: FnOnce(&mut T) -> &mut U,
    {
        let data: *mut U = f(&mut *this);
        RwLockMappedWriteGuard::new(this.held, data)
    }

    /// Narrows the guard further, if there is such a part.
    ///
    /// # Errors
    ///
    /// Returns the guard, if the closure returns `None`.
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
}
