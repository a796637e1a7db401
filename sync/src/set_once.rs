//! `SetOnce`: a value that is set once, and that tasks can wait for.
//!
//! A cell and a [`Notify`]. The value is written under the mutex of the `Notify`, so of several
//! setters one wins, and the others find it set.

mod error;

#[cfg(all(test, not(vitte_loom)))]
mod tests;

use std::fmt;

use vitte_context::trace::WaitKind;

use crate::Notify;
use crate::named::named;
use crate::write_once::WriteOnce;

pub use error::SetOnceError;

/// A cell that is set once, and whose readers can wait until it is.
///
/// To have the first reader make the value, use [`OnceCell`](crate::OnceCell).
///
/// # Examples
///
/// ```
/// # #[vitte::main]
/// # async fn main() {
/// use vitte::sync::SetOnce;
///
/// static PORT: SetOnce<u16> = SetOnce::const_new();
///
/// vitte::spawn(async { PORT.set(80) });
/// assert_eq!(PORT.wait().await, &80);
/// # }
/// ```
pub struct SetOnce<T> {
    cell: WriteOnce<T>,
    notify: Notify,
}

impl<T> SetOnce<T> {
    /// Creates an empty cell.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() {
    /// let cell = vitte::sync::SetOnce::new();
    /// cell.set(1).unwrap();
    /// assert_eq!(cell.wait().await, &1);
    /// # }
    /// ```
    pub fn new() -> Self {
        SetOnce {
            cell: WriteOnce::new(None),
            notify: Notify::new(),
        }
    }

    /// [`new`](Self::new) for statics.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::sync::SetOnce;
    ///
    /// static CELL: SetOnce<u32> = SetOnce::const_new();
    /// assert_eq!(CELL.get(), None);
    /// ```
    #[cfg(not(vitte_loom))]
    pub const fn const_new() -> Self {
        SetOnce {
            cell: WriteOnce::new(None),
            notify: Notify::const_new(),
        }
    }

    /// Creates a cell that has the value, or an empty one.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::sync::SetOnce;
    ///
    /// assert_eq!(SetOnce::new_with(Some(1)).get(), Some(&1));
    /// assert_eq!(SetOnce::<u32>::new_with(None).get(), None);
    /// ```
    pub fn new_with(value: Option<T>) -> Self {
        match value {
            Some(value) => SetOnce::from(value),
            None => SetOnce::new(),
        }
    }

    /// Creates a cell that has the value, for statics.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::sync::SetOnce;
    ///
    /// static CELL: SetOnce<u32> = SetOnce::const_new_with(1);
    /// assert_eq!(CELL.get(), Some(&1));
    /// ```
    #[cfg(not(vitte_loom))]
    pub const fn const_new_with(value: T) -> Self {
        SetOnce {
            cell: WriteOnce::new(Some(value)),
            notify: Notify::const_new(),
        }
    }

    /// Returns true if the cell has a value.
    #[inline]
    pub fn initialized(&self) -> bool {
        self.cell.is_set()
    }

    /// Returns the value, if there is one. It never waits.
    ///
    /// # Examples
    ///
    /// ```
    /// let cell = vitte::sync::SetOnce::new();
    /// assert_eq!(cell.get(), None);
    /// cell.set(1).unwrap();
    /// assert_eq!(cell.get(), Some(&1));
    /// ```
    #[inline]
    pub fn get(&self) -> Option<&T> {
        self.cell.get()
    }

    /// Sets the value, and wakes all tasks that wait for it.
    ///
    /// # Errors
    ///
    /// [`SetOnceError`] with the value, if the cell has a value.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::sync::{SetOnce, SetOnceError};
    ///
    /// let cell = SetOnce::new();
    /// assert_eq!(cell.set(1), Ok(()));
    /// assert_eq!(cell.set(2), Err(SetOnceError(2)));
    /// ```
    pub fn set(&self, value: T) -> Result<(), SetOnceError<T>> {
        if self.initialized() {
            return Err(SetOnceError(value));
        }
        let waiters = self.notify.lock_waiters();
        if self.initialized() {
            // The mutex first: dropping the value may run anything.
            drop(waiters);
            return Err(SetOnceError(value));
        }
        // SAFETY: only the holder of the mutex fills the cell, and it is empty, as just seen.
        unsafe { self.cell.fill(value) };
        waiters.notify_waiters();
        Ok(())
    }

    /// Returns the value, if there is one, and drops the cell.
    pub fn into_inner(self) -> Option<T> {
        self.cell.into_inner()
    }

    /// Waits for the value.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: once the value is set, every later call is ready at once.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() {
    /// use std::sync::Arc;
    /// use vitte::sync::SetOnce;
    ///
    /// let cell = Arc::new(SetOnce::new());
    /// let other = cell.clone();
    /// vitte::spawn(async move { other.set("hello") });
    /// assert_eq!(*cell.wait().await, "hello");
    /// # }
    /// ```
    pub async fn wait(&self) -> &T {
        loop {
            if let Some(value) = self.get() {
                return value;
            }
            // Made before the second look: a `set` after that look notifies it.
            let notified = self.notify.notified();
            if !self.initialized() {
                named(WaitKind::OnceCell, self, notified).await;
            }
        }
    }
}

impl<T> Default for SetOnce<T> {
    fn default() -> Self {
        SetOnce::new()
    }
}

impl<T: fmt::Debug> fmt::Debug for SetOnce<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SetOnce")
            .field("value", &self.get())
            .finish()
    }
}

impl<T: Clone> Clone for SetOnce<T> {
    fn clone(&self) -> Self {
        SetOnce::new_with(self.get().cloned())
    }
}

impl<T: PartialEq> PartialEq for SetOnce<T> {
    fn eq(&self, other: &SetOnce<T>) -> bool {
        self.get() == other.get()
    }
}

impl<T: Eq> Eq for SetOnce<T> {}

impl<T> From<T> for SetOnce<T> {
    fn from(value: T) -> Self {
        SetOnce {
            cell: WriteOnce::new(Some(value)),
            notify: Notify::new(),
        }
    }
}
