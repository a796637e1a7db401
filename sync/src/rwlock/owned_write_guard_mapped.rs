//! The guard of a writer of a part that keeps the lock alive.

use std::marker::PhantomData;
use std::sync::Arc;

use super::RwLock;
use super::held::OwnedHeld;
use crate::guard::{read_through, write_through};

/// Exclusive access to a part of the value of an [`RwLock`](super::RwLock) that it keeps alive;
/// made by [`OwnedRwLockWriteGuard::map`](super::OwnedRwLockWriteGuard::map). Dropping it unlocks
/// the lock.
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
/// use vitte::sync::{OwnedRwLockMappedWriteGuard, OwnedRwLockWriteGuard, RwLock};
///
/// let lock = Arc::new(RwLock::new((1, 2)));
/// let guard = lock.clone().try_write_owned().unwrap();
/// let mut first: OwnedRwLockMappedWriteGuard<_, u32> =
///     OwnedRwLockWriteGuard::map(guard, |pair| &mut pair.0);
/// *first = 7;
/// drop(first);
/// assert_eq!(lock.try_read().unwrap().0, 7);
/// ```
#[clippy::has_significant_drop]
pub struct OwnedRwLockMappedWriteGuard<T: ?Sized, U: ?Sized = T> {
    held: OwnedHeld<T>,
    data: *mut U,
    _data: PhantomData<T>,
}

// SAFETY: the guard is a `&mut` to the data and a reference to the lock, and admits readers when
// downgraded.
unsafe impl<T, U> Send for OwnedRwLockMappedWriteGuard<T, U>
where
    T: ?Sized + Send + Sync,
    U: ?Sized + Send + Sync,
{
}
// SAFETY: sharing the guard shares the data.
unsafe impl<T, U> Sync for OwnedRwLockMappedWriteGuard<T, U>
where
    T: ?Sized + Send + Sync,
    U: ?Sized + Send + Sync,
{
}

read_through!([T: ?Sized, U: ?Sized] OwnedRwLockMappedWriteGuard<T, U> => U, |this| this.data);
write_through!([T: ?Sized, U: ?Sized] OwnedRwLockMappedWriteGuard<T, U> => U, |this| this.data);

impl<T: ?Sized, U: ?Sized> OwnedRwLockMappedWriteGuard<T, U> {
    /// `data` is what the lock protects, or a part of it, and `held` locks it for writing.
    #[inline]
    pub(super) fn new(held: OwnedHeld<T>, data: *mut U) -> Self {
        OwnedRwLockMappedWriteGuard {
            held,
            data,
            _data: PhantomData,
        }
    }

    /// Narrows the guard further; see
    /// [`OwnedRwLockWriteGuard::map`](super::OwnedRwLockWriteGuard::map).
    #[inline]
    pub fn map<F, V: ?Sized>(mut this: Self, f: F) -> OwnedRwLockMappedWriteGuard<T, V>
    where
        F: FnOnce(&mut U) -> &mut V,
    {
        let data: *mut V = f(&mut *this);
        OwnedRwLockMappedWriteGuard::new(this.held, data)
    }

    /// Narrows the guard further, if there is such a part.
    ///
    /// # Errors
    ///
    /// Returns the guard, if the closure returns `None`.
    #[inline]
    pub fn try_map<F, V: ?Sized>(
        mut this: Self,
        f: F,
    ) -> Result<OwnedRwLockMappedWriteGuard<T, V>, Self>
    where
        F: FnOnce(&mut U) -> Option<&mut V>,
    {
        let data: *mut V = match f(&mut *this) {
            Some(data) => data,
            None => return Err(this),
        };
        Ok(OwnedRwLockMappedWriteGuard::new(this.held, data))
    }

    /// Returns the lock that this guard holds.
    #[inline]
    pub fn rwlock(this: &Self) -> &Arc<RwLock<T>> {
        this.held.lock()
    }
}
