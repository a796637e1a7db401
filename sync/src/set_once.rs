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

/// A cell that is written once, and whose readers can wait until it is.
///
/// Unlike [`OnceCell`](crate::OnceCell) it does not say how the value is made.
///
/// # Examples
///
/// ```
/// use vitte_sync::SetOnce;
///
/// static PORT: SetOnce<u16> = SetOnce::const_new();
///
/// let thread = std::thread::spawn(|| PORT.set(80));
/// assert_eq!(vitte_context::park::block_on(PORT.wait()), &80);
/// # thread.join().unwrap().unwrap();
/// ```
pub struct SetOnce<T> {
    cell: WriteOnce<T>,
    notify: Notify,
}

impl<T> SetOnce<T> {
    /// An empty cell.
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
    /// use vitte_sync::SetOnce;
    ///
    /// static CELL: SetOnce<u32> = SetOnce::const_new();
    /// ```
    #[cfg(not(vitte_loom))]
    pub const fn const_new() -> Self {
        SetOnce {
            cell: WriteOnce::new(None),
            notify: Notify::const_new(),
        }
    }

    /// A cell with a value, or an empty one.
    pub fn new_with(value: Option<T>) -> Self {
        match value {
            Some(value) => SetOnce::from(value),
            None => SetOnce::new(),
        }
    }

    /// A cell with a value, for statics.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte_sync::SetOnce;
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

    /// Whether the cell has a value.
    #[inline]
    pub fn initialized(&self) -> bool {
        self.cell.is_set()
    }

    /// The value, if there is one.
    #[inline]
    pub fn get(&self) -> Option<&T> {
        self.cell.get()
    }

    /// Puts the value in, and wakes all who wait for it.
    ///
    /// # Errors
    ///
    /// When there is one already.
    ///
    /// # Examples
    ///
    /// ```
    /// let cell = vitte_sync::SetOnce::new();
    /// assert!(cell.set(1).is_ok());
    /// assert_eq!(cell.set(2).unwrap_err().0, 2);
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

    /// The value, out of the cell.
    pub fn into_inner(self) -> Option<T> {
        self.cell.into_inner()
    }

    /// Waits for the value.
    ///
    /// # Cancel safety
    ///
    /// This method is cancel safe.
    ///
    /// # Examples
    ///
    /// ```
    /// # vitte_context::park::block_on(async {
    /// let cell = vitte_sync::SetOnce::new();
    /// cell.set(1).unwrap();
    /// assert_eq!(cell.wait().await, &1);
    /// # });
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
