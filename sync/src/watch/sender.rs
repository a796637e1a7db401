//! The sending half.

use std::mem;

use vitte_context::primitive::Arc;
use vitte_context::primitive::atomic::Ordering::{AcqRel, Relaxed};
use vitte_context::trace::WaitKind;

use super::channel;
use super::error::SendError;
use super::receiver::Receiver;
use super::value::{Ref, Watched};
use crate::cooperative::cooperative;
use crate::named::named;

/// Replaces the value; made by [`channel`]. Clones send to the same receivers.
#[derive(Debug)]
pub struct Sender<T> {
    shared: Arc<Watched<T>>,
}

impl<T> Sender<T> {
    /// A sender without any receiver; [`subscribe`](Self::subscribe) makes them.
    pub fn new(init: T) -> Self {
        channel(init).0
    }

    /// The sender that a new channel counts already.
    pub(super) fn first(shared: Arc<Watched<T>>) -> Self {
        Sender { shared }
    }

    /// Replaces the value and wakes the receivers that wait.
    ///
    /// # Errors
    ///
    /// Returns the value when there is no receiver; the old one stays.
    pub fn send(&self, value: T) -> Result<(), SendError<T>> {
        if self.receiver_count() == 0 {
            return Err(SendError(value));
        }
        self.send_replace(value);
        Ok(())
    }

    /// Changes the value in place and wakes the receivers that wait, even if there is none.
    ///
    /// # Panics
    ///
    /// When `modify` does; the receivers are not told then.
    pub fn send_modify<F>(&self, modify: F)
    where
        F: FnOnce(&mut T),
    {
        self.send_if_modified(|value| {
            modify(value);
            true
        });
    }

    /// Changes the value in place, and wakes the receivers that wait if `modify` returns true;
    /// returns the same.
    ///
    /// # Panics
    ///
    /// When `modify` does; the receivers are not told then.
    pub fn send_if_modified<F>(&self, modify: F) -> bool
    where
        F: FnOnce(&mut T) -> bool,
    {
        self.shared.modify(modify)
    }

    /// Replaces the value, even if there is no receiver, and returns the old one.
    pub fn send_replace(&self, mut value: T) -> T {
        self.send_modify(|old| mem::swap(old, &mut value));
        value
    }

    /// The newest value.
    pub fn borrow(&self) -> Ref<'_, T> {
        Ref::unchanged(self.shared.read())
    }

    /// Whether there is no receiver.
    pub fn is_closed(&self) -> bool {
        self.receiver_count() == 0
    }

    /// Waits until there is no receiver.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe.
    pub async fn closed(&self) {
        cooperative(async {
            while self.receiver_count() > 0 {
                // Made before looking, so that a departure in between is noticed.
                let notified = self.shared.receivers_gone.notified();
                if self.receiver_count() == 0 {
                    return;
                }
                named(WaitKind::Watch, &*self.shared, notified).await;
            }
        })
        .await;
    }

    /// One more receiver, which has seen the present value.
    pub fn subscribe(&self) -> Receiver<T> {
        let version = self.shared.snapshot().version();
        Receiver::another(self.shared.clone(), version)
    }

    /// How many receivers there are.
    pub fn receiver_count(&self) -> usize {
        self.shared.receiver_count()
    }

    /// How many senders there are.
    pub fn sender_count(&self) -> usize {
        // Relaxed: only a number.
        self.shared.senders.load(Relaxed)
    }

    /// Whether both send to the same channel.
    pub fn same_channel(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.shared, &other.shared)
    }
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Self {
        // Relaxed: this sender keeps the count above zero.
        self.shared.senders.fetch_add(1, Relaxed);
        Sender {
            shared: self.shared.clone(),
        }
    }
}

impl<T: Default> Default for Sender<T> {
    fn default() -> Self {
        Sender::new(T::default())
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        // AcqRel: the last one passes on what the others did.
        if self.shared.senders.fetch_sub(1, AcqRel) == 1 {
            self.shared.close();
        }
    }
}
