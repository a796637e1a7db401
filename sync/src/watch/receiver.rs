//! The receiving half: a reference to the value, and the version that was seen last.

use vitte_context::primitive::Arc;
use vitte_context::primitive::atomic::Ordering::Relaxed;

use super::changed::Changed;
use super::error::RecvError;
use super::value::{Ref, Version, Watched};
use crate::cooperative::cooperative;

/// Sees the newest value, and whether it has changed; made by [`channel`](super::channel) and
/// [`Sender::subscribe`](super::Sender::subscribe).
///
/// A clone has seen what the original has seen.
///
/// # Examples
///
/// ```
/// # #[vitte::main]
/// # async fn main() {
/// use vitte::sync::watch;
///
/// let (tx, mut rx) = watch::channel(0);
/// let task = vitte::spawn(async move {
///     let mut last = *rx.borrow();
///     while rx.changed().await.is_ok() {
///         last = *rx.borrow_and_update();
///     }
///     last
/// });
/// for i in 1..=3 {
///     tx.send(i).unwrap();
/// }
/// drop(tx); // ends the task
/// assert_eq!(task.await.unwrap(), 3);
/// # }
/// ```
#[derive(Debug)]
pub struct Receiver<T> {
    shared: Arc<Watched<T>>,
    version: Version,
}

impl<T> Receiver<T> {
    /// The receiver that a new channel counts already.
    pub(super) fn first(shared: Arc<Watched<T>>, version: Version) -> Self {
        Receiver { shared, version }
    }

    /// One more receiver, which has seen that version.
    pub(super) fn another(shared: Arc<Watched<T>>, version: Version) -> Self {
        // Relaxed: only a number.
        shared.receivers.fetch_add(1, Relaxed);
        Receiver { shared, version }
    }

    /// Borrows the newest value, without marking it as seen.
    ///
    /// The value stays locked while the [`Ref`] lives: drop it soon, and never hold it across an
    /// `.await`.
    ///
    /// # Examples
    ///
    /// ```
    /// let (_tx, rx) = vitte::sync::watch::channel("hello");
    /// assert_eq!(*rx.borrow(), "hello");
    /// ```
    pub fn borrow(&self) -> Ref<'_, T> {
        self.shared.borrow(self.version).0
    }

    /// Borrows the newest value and marks it as seen.
    ///
    /// In a loop around [`changed`](Self::changed) this is better than [`borrow`](Self::borrow): a
    /// change that comes between the two calls is not reported once more.
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, mut rx) = vitte::sync::watch::channel(1);
    /// tx.send(2).unwrap();
    /// assert_eq!(*rx.borrow_and_update(), 2);
    /// assert_eq!(rx.has_changed().unwrap(), false);
    /// ```
    pub fn borrow_and_update(&mut self) -> Ref<'_, T> {
        let (value, version) = self.shared.borrow(self.version);
        self.version = version;
        value
    }

    /// Returns true if the newest value has not been seen.
    ///
    /// # Errors
    ///
    /// [`RecvError`] if every sender was dropped.
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, mut rx) = vitte::sync::watch::channel(1);
    /// assert_eq!(rx.has_changed().unwrap(), false);
    /// tx.send(2).unwrap();
    /// assert_eq!(rx.has_changed().unwrap(), true);
    /// drop(tx);
    /// assert!(rx.has_changed().is_err());
    /// # rx.mark_unchanged();
    /// ```
    pub fn has_changed(&self) -> Result<bool, RecvError> {
        let state = self.shared.snapshot();
        if state.is_closed() {
            return Err(RecvError(()));
        }
        Ok(state.version() != self.version)
    }

    /// Returns true if every sender was dropped.
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, rx) = vitte::sync::watch::channel(1);
    /// drop(tx);
    /// assert!(rx.is_closed());
    /// assert_eq!(*rx.borrow(), 1); // the last value stays
    /// ```
    pub fn is_closed(&self) -> bool {
        self.shared.snapshot().is_closed()
    }

    /// Marks the value as not seen, so that [`changed`](Self::changed) is ready at once.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() {
    /// let (_tx, mut rx) = vitte::sync::watch::channel("initial");
    /// rx.mark_changed(); // treat the first value like any other
    /// while rx.has_changed().unwrap() {
    ///     rx.changed().await.unwrap();
    ///     println!("apply {}", *rx.borrow_and_update());
    /// }
    /// # }
    /// ```
    pub fn mark_changed(&mut self) {
        self.version = self.version.before();
    }

    /// Marks the value as seen, without looking at it.
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, mut rx) = vitte::sync::watch::channel(1);
    /// tx.send(2).unwrap();
    /// rx.mark_unchanged();
    /// assert_eq!(rx.has_changed().unwrap(), false);
    /// ```
    pub fn mark_unchanged(&mut self) {
        self.version = self.shared.snapshot().version();
    }

    /// Waits until there is a value that was not seen, and marks it as seen.
    ///
    /// Values may be skipped: only the newest one is kept.
    ///
    /// # Errors
    ///
    /// [`RecvError`] if every sender was dropped and the last value was seen.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: if the future is dropped before it is ready, nothing is marked as seen.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() {
    /// use vitte::sync::watch;
    ///
    /// let (tx, mut rx) = watch::channel("starting");
    /// vitte::spawn(async move { tx.send("ready") });
    ///
    /// rx.changed().await.unwrap();
    /// assert_eq!(*rx.borrow_and_update(), "ready");
    /// # }
    /// ```
    pub async fn changed(&mut self) -> Result<(), RecvError> {
        cooperative(Changed::new(&self.shared, &mut self.version)).await
    }

    /// Waits until `f` returns true for the value, beginning with the present one.
    ///
    /// Each value that `f` was called with counts as seen.
    ///
    /// # Errors
    ///
    /// [`RecvError`] if every sender was dropped and `f` returned false for the last value.
    ///
    /// # Panics
    ///
    /// If `f` panics.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: call it again to continue.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() {
    /// use vitte::sync::watch;
    ///
    /// let (tx, mut rx) = watch::channel(0);
    /// vitte::spawn(async move {
    ///     for percent in [30, 60, 100] {
    ///         tx.send(percent).unwrap();
    ///     }
    /// });
    /// let percent = *rx.wait_for(|&percent| percent >= 50).await.unwrap();
    /// assert!(percent >= 50);
    /// # }
    /// ```
    pub async fn wait_for(&mut self, f: impl FnMut(&T) -> bool) -> Result<Ref<'_, T>, RecvError> {
        cooperative(self.wait_for_approved(f)).await
    }

    async fn wait_for_approved(
        &mut self,
        mut f: impl FnMut(&T) -> bool,
    ) -> Result<Ref<'_, T>, RecvError> {
        let mut is_closed = false;
        loop {
            {
                let (value, version) = self.shared.borrow(self.version);
                self.version = version;
                if (!is_closed || value.has_changed()) && f(&value) {
                    return Ok(value);
                }
            }
            if is_closed {
                return Err(RecvError(()));
            }
            let changed = Changed::new(&self.shared, &mut self.version).await;
            is_closed = changed.is_err();
        }
    }

    /// Returns true if both receivers belong to the same channel.
    pub fn same_channel(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.shared, &other.shared)
    }
}

impl<T> Clone for Receiver<T> {
    fn clone(&self) -> Self {
        Receiver::another(self.shared.clone(), self.version)
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        self.shared.remove_receiver();
    }
}
