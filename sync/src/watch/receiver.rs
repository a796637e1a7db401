//! The receiving half.

use vitte_context::primitive::Arc;
use vitte_context::primitive::atomic::Ordering::Relaxed;

use super::changed::Changed;
use super::error::RecvError;
use super::value::{Ref, Version, Watched};
use crate::cooperative::cooperative;

/// Sees the newest value, and whether it has changed; made by [`channel`](super::channel) and
/// [`Sender::subscribe`](super::Sender::subscribe). Clones have seen what the original has seen.
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

    /// The newest value. It does not count as seen by this.
    pub fn borrow(&self) -> Ref<'_, T> {
        self.shared.borrow(self.version).0
    }

    /// The newest value, which counts as seen from now on.
    pub fn borrow_and_update(&mut self) -> Ref<'_, T> {
        let (value, version) = self.shared.borrow(self.version);
        self.version = version;
        value
    }

    /// Whether there is a value that was not seen.
    ///
    /// # Errors
    ///
    /// When every sender is gone.
    pub fn has_changed(&self) -> Result<bool, RecvError> {
        let state = self.shared.snapshot();
        if state.is_closed() {
            return Err(RecvError(()));
        }
        Ok(state.version() != self.version)
    }

    /// Whether every sender is gone.
    pub fn is_closed(&self) -> bool {
        self.shared.snapshot().is_closed()
    }

    /// Makes the value count as not seen.
    pub fn mark_changed(&mut self) {
        self.version = self.version.before();
    }

    /// Makes the value count as seen.
    pub fn mark_unchanged(&mut self) {
        self.version = self.shared.snapshot().version();
    }

    /// Waits until there is a value that was not seen; it counts as seen then.
    ///
    /// # Errors
    ///
    /// When every sender is gone and the last value was seen.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: dropped before it is ready, it has marked nothing as seen.
    pub async fn changed(&mut self) -> Result<(), RecvError> {
        cooperative(Changed::new(&self.shared, &mut self.version)).await
    }

    /// Waits until the value is one that `f` approves, beginning with the present one; values
    /// count as seen when `f` has seen them.
    ///
    /// # Errors
    ///
    /// When every sender is gone and `f` has not approved the last value.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: call it again to wait on.
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

    /// Whether both receive from the same channel.
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
