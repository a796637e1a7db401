//! `OnceCell`: a value that is computed at most once, by whichever task comes first.
//!
//! A semaphore of one permit decides which caller initialises the cell. The holder of the permit
//! may write the value; then it closes the semaphore, which wakes all callers that waited for their
//! turn. If the initialiser fails or is dropped, its permit goes to the next caller.

mod error;

#[cfg(all(test, not(vitte_loom)))]
mod tests;

use std::convert::Infallible;
use std::fmt;
use std::future::Future;
use std::mem;

use vitte_context::trace::{self, Ending, SemaphoreResources, WaitKind};

use crate::batch_semaphore::{BatchSemaphore, Held, TryAcquireError};
use crate::write_once::WriteOnce;

pub use error::SetError;

/// A cell that is written once, usually with a value that takes time to make.
///
/// To wait for a value that another task sets, use [`SetOnce`](crate::SetOnce).
///
/// # Examples
///
/// ```
/// # #[vitte::main]
/// # async fn main() {
/// use vitte::sync::OnceCell;
///
/// static CONFIG: OnceCell<String> = OnceCell::const_new();
///
/// async fn config() -> &'static str {
///     CONFIG.get_or_init(async || "read from a file".to_owned()).await
/// }
///
/// assert_eq!(config().await, "read from a file"); // makes the value
/// assert_eq!(config().await, "read from a file"); // finds it
/// # }
/// ```
pub struct OnceCell<T> {
    cell: WriteOnce<T>,
    turn: BatchSemaphore,
}

impl<T> OnceCell<T> {
    /// Creates an empty cell.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() {
    /// let cell = vitte::sync::OnceCell::new();
    /// assert_eq!(cell.get_or_init(|| async { 1 }).await, &1);
    /// # }
    /// ```
    pub fn new() -> Self {
        OnceCell {
            cell: WriteOnce::new(None),
            turn: BatchSemaphore::of(SemaphoreResources::semaphore(1), 1),
        }
    }

    /// [`new`](Self::new) for statics.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::sync::OnceCell;
    ///
    /// static CELL: OnceCell<u32> = OnceCell::const_new();
    /// assert_eq!(CELL.get(), None);
    /// ```
    #[cfg(not(vitte_loom))]
    pub const fn const_new() -> Self {
        OnceCell {
            cell: WriteOnce::new(None),
            turn: BatchSemaphore::const_new(1),
        }
    }

    /// Creates a cell that has the value, or an empty one.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::sync::OnceCell;
    ///
    /// assert_eq!(OnceCell::new_with(Some(1)).get(), Some(&1));
    /// assert_eq!(OnceCell::<u32>::new_with(None).get(), None);
    /// ```
    pub fn new_with(value: Option<T>) -> Self {
        match value {
            Some(value) => OnceCell::from(value),
            None => OnceCell::new(),
        }
    }

    /// Creates a cell that has the value, for statics.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::sync::OnceCell;
    ///
    /// static CELL: OnceCell<u32> = OnceCell::const_new_with(1);
    /// assert_eq!(CELL.get(), Some(&1));
    /// ```
    #[cfg(not(vitte_loom))]
    pub const fn const_new_with(value: T) -> Self {
        OnceCell {
            cell: WriteOnce::new(Some(value)),
            turn: BatchSemaphore::const_new_closed(),
        }
    }

    /// Returns true if the cell has a value.
    ///
    /// # Examples
    ///
    /// ```
    /// let cell = vitte::sync::OnceCell::new();
    /// assert!(!cell.initialized());
    /// cell.set(1).unwrap();
    /// assert!(cell.initialized());
    /// ```
    #[inline]
    pub fn initialized(&self) -> bool {
        self.cell.is_set()
    }

    /// Returns the value, if there is one. It never waits.
    ///
    /// # Examples
    ///
    /// ```
    /// let cell = vitte::sync::OnceCell::new();
    /// assert_eq!(cell.get(), None);
    /// cell.set(1).unwrap();
    /// assert_eq!(cell.get(), Some(&1));
    /// ```
    #[inline]
    pub fn get(&self) -> Option<&T> {
        self.cell.get()
    }

    /// Returns the value to be changed, if there is one.
    pub fn get_mut(&mut self) -> Option<&mut T> {
        self.cell.get_mut()
    }

    /// Sets the value.
    ///
    /// # Errors
    ///
    /// Both return the value: [`SetError::AlreadyInitializedError`] if the cell has a value, and
    /// [`SetError::InitializingError`] if a call of [`get_or_init`](Self::get_or_init) is making
    /// one.
    ///
    /// # Examples
    ///
    /// ```
    /// let cell = vitte::sync::OnceCell::new();
    /// assert!(cell.set(1).is_ok());
    /// assert!(cell.set(2).is_err());
    /// assert_eq!(cell.get(), Some(&1));
    /// ```
    pub fn set(&self, value: T) -> Result<(), SetError<T>> {
        if self.initialized() {
            return Err(SetError::AlreadyInitializedError(value));
        }
        match self.turn.try_acquire(1) {
            Ok(()) => {
                self.fill(value, Held::new(&self.turn, 1, Ending::SILENT));
                Ok(())
            }
            Err(TryAcquireError::NoPermits) => Err(SetError::InitializingError(value)),
            Err(TryAcquireError::Closed) => Err(SetError::AlreadyInitializedError(value)),
        }
    }

    /// Returns the value; if there is none, makes it with the future that `f` returns.
    ///
    /// If several tasks call this at once, one of them makes the value and the others wait for it.
    /// If that one is cancelled or panics, the next one tries.
    ///
    /// A call on the cell from the future that makes its value waits forever.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the future that makes the value is dropped with it. Another caller
    /// then starts anew.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() {
    /// use vitte::sync::OnceCell;
    ///
    /// let cell = OnceCell::new();
    /// assert_eq!(cell.get_or_init(|| async { 1 }).await, &1);
    /// assert_eq!(cell.get_or_init(|| async { 2 }).await, &1);
    /// # }
    /// ```
    pub async fn get_or_init<F, Fut>(&self, f: F) -> &T
    where
        F: FnOnce() -> Fut,
        Fut: Future<Output = T>,
    {
        let make = || async { Ok::<T, Infallible>(f().await) };
        match self.get_or_try_init(make).await {
            Ok(value) => value,
            Err(never) => match never {},
        }
    }

    /// [`get_or_init`](Self::get_or_init) with a future that may fail.
    ///
    /// # Errors
    ///
    /// Returns the error of the future. The cell stays empty, and the next call tries again.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the future that makes the value is dropped with it. Another caller
    /// then starts anew.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() {
    /// use vitte::sync::OnceCell;
    ///
    /// let cell = OnceCell::new();
    /// assert_eq!(cell.get_or_try_init(|| async { Err("no") }).await, Err("no"));
    /// assert_eq!(cell.get_or_try_init(|| async { Ok::<_, ()>(1) }).await, Ok(&1));
    /// # }
    /// ```
    pub async fn get_or_try_init<E, F, Fut>(&self, f: F) -> Result<&T, E>
    where
        F: FnOnce() -> Fut,
        Fut: Future<Output = Result<T, E>>,
    {
        if let Some(value) = self.get() {
            return Ok(value);
        }
        let acquire = || self.turn.acquire(1, WaitKind::OnceCell);
        let owner = self.turn.owner();
        let turn = trace::operation(owner, "Semaphore::acquire", "poll", true, acquire);
        if turn.await.is_ok() {
            let permit = Held::new(&self.turn, 1, Ending::SILENT);
            self.fill(f().await?, permit);
        }
        match self.get() {
            Some(value) => Ok(value),
            None => unreachable!("the semaphore of a cell is closed only once there is a value"),
        }
    }

    /// Writes the value. `permit` is the only one, so no other caller does.
    fn fill(&self, value: T, permit: Held<'_>) {
        // SAFETY: only the holder of the permit fills the cell, and then closes the semaphore.
        unsafe { self.cell.fill(value) };
        self.turn.close();
        permit.forget();
    }

    /// Returns the value, if there is one, and drops the cell.
    pub fn into_inner(self) -> Option<T> {
        self.cell.into_inner()
    }

    /// Takes the value out and leaves the cell empty, to be set once more.
    ///
    /// # Examples
    ///
    /// ```
    /// let mut cell = vitte::sync::OnceCell::new_with(Some(1));
    /// assert_eq!(cell.take(), Some(1));
    /// assert!(cell.set(2).is_ok());
    /// ```
    pub fn take(&mut self) -> Option<T> {
        mem::take(self).into_inner()
    }
}

impl<T> Default for OnceCell<T> {
    fn default() -> Self {
        OnceCell::new()
    }
}

impl<T: fmt::Debug> fmt::Debug for OnceCell<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OnceCell")
            .field("value", &self.get())
            .finish()
    }
}

impl<T: Clone> Clone for OnceCell<T> {
    fn clone(&self) -> Self {
        OnceCell::new_with(self.get().cloned())
    }
}

impl<T: PartialEq> PartialEq for OnceCell<T> {
    fn eq(&self, other: &OnceCell<T>) -> bool {
        self.get() == other.get()
    }
}

impl<T: Eq> Eq for OnceCell<T> {}

impl<T> From<T> for OnceCell<T> {
    fn from(value: T) -> Self {
        OnceCell {
            cell: WriteOnce::new(Some(value)),
            turn: BatchSemaphore::new_closed(),
        }
    }
}
