//! The guard of a reader that keeps the lock alive.

use std::marker::PhantomData;
use std::sync::Arc;

use super::RwLock;
use super::held::OwnedHeld;
use crate::guard::read_through;

/// Shared access to the value of an [`RwLock`](super::RwLock) that it keeps alive; made by
/// [`read_owned`](super::RwLock::read_owned). Dropping it unlocks the lock.
///
/// # Examples
///
/// ```
/// # #[vitte::main]
/// # async fn main() {
/// use std::sync::Arc;
/// use vitte::sync::{OwnedRwLockReadGuard, RwLock};
///
/// let lock = Arc::new(RwLock::new("hello"));
/// let text: OwnedRwLockReadGuard<&str> = lock.read_owned().await;
/// let task = vitte::spawn(async move { text.len() });
/// assert_eq!(task.await.unwrap(), 5);
/// # }
/// ```
#[clippy::has_significant_drop]
pub struct OwnedRwLockReadGuard<T: ?Sized, U: ?Sized = T> {
    held: OwnedHeld<T>,
    data: *const U,
    _data: PhantomData<T>,
}

// SAFETY: the guard is a `&U` and a reference to the lock, which is `Sync`.
unsafe impl<T, U> Send for OwnedRwLockReadGuard<T, U>
where
    T: ?Sized + Send + Sync,
    U: ?Sized + Sync,
{
}
// SAFETY: sharing the guard shares the data.
unsafe impl<T, U> Sync for OwnedRwLockReadGuard<T, U>
where
    T: ?Sized + Send + Sync,
    U: ?Sized + Send + Sync,
{
}

read_through!([T: ?Sized, U: ?Sized] OwnedRwLockReadGuard<T, U> => U, |this| this.data);

impl<T: ?Sized, U: ?Sized> OwnedRwLockReadGuard<T, U> {
    /// `data` is what the lock protects, or a part of it, and `held` locks it for reading.
    #[inline]
    pub(super) fn new(held: OwnedHeld<T>, data: *const U) -> Self {
        OwnedRwLockReadGuard {
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
    /// use vitte::sync::{OwnedRwLockReadGuard, RwLock};
    ///
    /// let lock = Arc::new(RwLock::new((1, 2)));
    /// let guard = lock.clone().try_read_owned().unwrap();
    /// let second = OwnedRwLockReadGuard::map(guard, |pair| &pair.1);
    /// assert_eq!(*second, 2);
    /// ```
    #[inline]
    pub fn map<F, V: ?Sized>(this: Self, f: F) -> OwnedRwLockReadGuard<T, V>
    where
        F: FnOnce(&U) -> &V,
    {
        let data: *const V = f(&*this);
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
    /// use vitte::sync::{OwnedRwLockReadGuard, RwLock};
    ///
    /// let lock = Arc::new(RwLock::new(vec![1, 2]));
    /// let guard = lock.try_read_owned().unwrap();
    /// let guard = OwnedRwLockReadGuard::try_map(guard, |list| list.get(7)).unwrap_err();
    /// assert_eq!(guard.len(), 2);
    /// ```
    #[inline]
    pub fn try_map<F, V: ?Sized>(this: Self, f: F) -> Result<OwnedRwLockReadGuard<T, V>, Self>
    where
        F: FnOnce(&U) -> Option<&V>,
    {
        let data: *const V = match f(&*this) {
            Some(data) => data,
            None => return Err(this),
        };
        Ok(OwnedRwLockReadGuard::new(this.held, data))
    }

    /// Returns the lock that this guard holds.
    #[inline]
    pub fn rwlock(this: &Self) -> &Arc<RwLock<T>> {
        this.held.lock()
    }
}
