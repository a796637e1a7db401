//! The guard of a reader.

use std::marker::PhantomData;

use crate::batch_semaphore::Held;
use crate::guard::read_through;

/// Shared access to the value of an [`RwLock`](super::RwLock); made by
/// [`read`](super::RwLock::read). Dropping it unlocks the lock.
///
/// # Examples
///
/// ```
/// # #[vitte::main]
/// # async fn main() {
/// use vitte::sync::{RwLock, RwLockReadGuard};
///
/// let lock = RwLock::new(vec![1, 2]);
/// let list: RwLockReadGuard<'_, Vec<u32>> = lock.read().await;
/// assert_eq!(list.len(), 2);
/// # }
/// ```
#[clippy::has_significant_drop]
#[must_use = "if unused the RwLock will immediately unlock"]
pub struct RwLockReadGuard<'a, T: ?Sized> {
    held: Held<'a>,
    data: *const T,
    _data: PhantomData<&'a T>,
}

// SAFETY: the guard is a `&T`.
unsafe impl<T> Send for RwLockReadGuard<'_, T> where T: ?Sized + Sync {}
// SAFETY: sharing the guard shares the data.
unsafe impl<T> Sync for RwLockReadGuard<'_, T> where T: ?Sized + Send + Sync {}

read_through!(['a, T: ?Sized] RwLockReadGuard<'a, T> => T, |this| this.data);

impl<'a, T: ?Sized> RwLockReadGuard<'a, T> {
    /// `data` is what the lock protects, or a part of it, and `held` locks it for reading.
    #[inline]
    pub(super) fn new(held: Held<'a>, data: *const T) -> Self {
        RwLockReadGuard {
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
    /// use vitte::sync::{RwLock, RwLockReadGuard};
    ///
    /// let lock = RwLock::new((1, 2));
    /// let guard = lock.try_read().unwrap();
    /// let second = RwLockReadGuard::map(guard, |pair| &pair.1);
    /// assert_eq!(*second, 2);
    /// ```
    #[inline]
    pub fn map<F, U: ?Sized>(this: Self, f: F) -> RwLockReadGuard<'a, U>
    where
        F: FnOnce(&T) -> &U,
    {
        let data: *const U = f(&*this);
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
    /// use vitte::sync::{RwLock, RwLockReadGuard};
    ///
    /// let lock = RwLock::new(vec![1, 2]);
    /// let guard = lock.try_read().unwrap();
    /// let guard = RwLockReadGuard::try_map(guard, |list| list.get(7)).unwrap_err();
    /// assert_eq!(guard.len(), 2);
    /// ```
    #[inline]
    pub fn try_map<F, U: ?Sized>(this: Self, f: F) -> Result<RwLockReadGuard<'a, U>, Self>
    where
        F: FnOnce(&T) -> Option<&U>,
    {
        let data: *const U = match f(&*this) {
            Some(data) => data,
            None => return Err(this),
        };
        Ok(RwLockReadGuard::new(this.held, data))
    }
}
