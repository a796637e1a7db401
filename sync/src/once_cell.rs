//! `OnceCell`: a value that is computed at most once, by whichever task comes first.
//!
//! A semaphore of one permit decides who initialises. Who holds the permit may write the value;
//! when it has, the semaphore is closed, which wakes all who waited for their turn. If the
//! initialiser fails or is dropped, its permit goes to the next one.

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

/// A cell that can be written once, usually to hold a value that takes time to make.
///
/// # Examples
///
/// ```
/// use vitte_sync::OnceCell;
///
/// static ANSWER: OnceCell<u32> = OnceCell::const_new();
///
/// async fn answer() -> u32 {
///     *ANSWER.get_or_init(|| async { 6 * 7 }).await
/// }
/// # assert_eq!(vitte_context::park::block_on(answer()), 42);
/// ```
pub struct OnceCell<T> {
    cell: WriteOnce<T>,
    turn: BatchSemaphore,
}

impl<T> OnceCell<T> {
    /// An empty cell.
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
    /// use vitte_sync::OnceCell;
    ///
    /// static CELL: OnceCell<u32> = OnceCell::const_new();
    /// ```
    #[cfg(not(vitte_loom))]
    pub const fn const_new() -> Self {
        OnceCell {
            cell: WriteOnce::new(None),
            turn: BatchSemaphore::const_new(1),
        }
    }

    /// A cell with a value, or an empty one.
    pub fn new_with(value: Option<T>) -> Self {
        match value {
            Some(value) => OnceCell::from(value),
            None => OnceCell::new(),
        }
    }

    /// A cell with a value, for statics.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte_sync::OnceCell;
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

    /// The value, if there is one.
    pub fn get_mut(&mut self) -> Option<&mut T> {
        self.cell.get_mut()
    }

    /// Puts a value in.
    ///
    /// # Errors
    ///
    /// [`SetError::AlreadyInitializedError`] when there is one, and
    /// [`SetError::InitializingError`] when somebody is making one at this moment.
    ///
    /// # Examples
    ///
    /// ```
    /// let cell = vitte_sync::OnceCell::new();
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

    /// The value; made by the future that `f` returns, if there is none.
    ///
    /// If several tasks call this at once, one of them makes the value and the others wait for
    /// it. If that one is cancelled or panics, the next one tries.
    ///
    /// Calling this on a cell from the future that makes its value waits for ever.
    ///
    /// # Cancel safety
    ///
    /// Cancelling a call drops the future that makes the value.
    ///
    /// # Examples
    ///
    /// ```
    /// # vitte_context::park::block_on(async {
    /// let cell = vitte_sync::OnceCell::new();
    /// assert_eq!(cell.get_or_init(|| async { 1 }).await, &1);
    /// assert_eq!(cell.get_or_init(|| async { 2 }).await, &1);
    /// # });
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
    /// Those of the future. The cell stays empty then, and the next call tries again.
    ///
    /// # Cancel safety
    ///
    /// Cancelling a call drops the future that makes the value.
    ///
    /// # Examples
    ///
    /// ```
    /// # vitte_context::park::block_on(async {
    /// let cell = vitte_sync::OnceCell::new();
    /// assert_eq!(cell.get_or_try_init(|| async { Err("no") }).await, Err("no"));
    /// assert_eq!(cell.get_or_try_init(|| async { Ok::<_, ()>(1) }).await, Ok(&1));
    /// # });
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

    /// Writes the value; the one permit says that nobody else does.
    fn fill(&self, value: T, permit: Held<'_>) {
        // SAFETY: only the holder of the permit fills the cell, and then closes the semaphore.
        unsafe { self.cell.fill(value) };
        self.turn.close();
        permit.forget();
    }

    /// The value, out of the cell.
    pub fn into_inner(self) -> Option<T> {
        self.cell.into_inner()
    }

    /// Takes the value out and leaves the cell empty, to be written once more.
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
