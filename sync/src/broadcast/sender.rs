//! The sending half, strong and weak.

use std::fmt;

use vitte_context::primitive::Arc;
use vitte_context::primitive::atomic::Ordering::{AcqRel, Acquire, Relaxed};
use vitte_context::trace::WaitKind;

use super::error::SendError;
use super::receiver::Receiver;
use super::ring::Ring;
use crate::named::named;

/// Sends to every [`Receiver`]; made by [`channel`](super::channel). Clones send to the same.
pub struct Sender<T> {
    ring: Arc<Ring<T>>,
}

/// A [`Sender`] that does not keep its channel open; made by [`Sender::downgrade`].
pub struct WeakSender<T> {
    ring: Arc<Ring<T>>,
}

impl<T> Sender<T> {
    /// A sender without any receiver; [`subscribe`](Self::subscribe) makes them.
    ///
    /// # Panics
    ///
    /// When the capacity is 0 or more than `usize::MAX / 2`.
    #[track_caller]
    pub fn new(capacity: usize) -> Self {
        Sender::first(Arc::new(Ring::new(capacity, 0)))
    }

    /// The sender that a new ring counts already.
    pub(super) fn first(ring: Arc<Ring<T>>) -> Self {
        Sender { ring }
    }

    /// Sends a value to all receivers of this moment, and says how many they are. It never waits.
    ///
    /// # Errors
    ///
    /// Returns the value when there is no receiver.
    pub fn send(&self, value: T) -> Result<usize, SendError<T>> {
        self.ring.send(value).map_err(SendError)
    }

    /// A receiver of everything that is sent from now on.
    pub fn subscribe(&self) -> Receiver<T> {
        Receiver::new(self.ring.clone(), self.ring.subscribe())
    }

    /// A sender that does not keep the channel open.
    #[must_use = "Downgrade creates a WeakSender without destroying the original non-weak sender."]
    pub fn downgrade(&self) -> WeakSender<T> {
        self.ring.add_weak();
        WeakSender {
            ring: self.ring.clone(),
        }
    }

    /// How many values there are that some receiver has yet to see.
    pub fn len(&self) -> usize {
        self.ring.len()
    }

    /// Whether every receiver has seen every value.
    pub fn is_empty(&self) -> bool {
        self.ring.is_empty()
    }

    /// How many receivers there are.
    pub fn receiver_count(&self) -> usize {
        self.ring.lock_tail().receivers
    }

    /// Whether both send to the same channel.
    pub fn same_channel(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.ring, &other.ring)
    }

    /// Waits until there is no receiver.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe.
    pub async fn closed(&self) {
        loop {
            // Made before looking, so that a departure in between is noticed.
            let notified = self.ring.receivers_gone.notified();
            if self.ring.lock_tail().closed {
                return;
            }
            named(WaitKind::Broadcast, &*self.ring, notified).await;
        }
    }

    /// How many senders keep the channel open.
    pub fn strong_count(&self) -> usize {
        self.ring.strong_count()
    }

    /// How many weak senders there are.
    pub fn weak_count(&self) -> usize {
        self.ring.weak_count()
    }
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Self {
        // Relaxed: this sender keeps the count above zero.
        self.ring.senders.fetch_add(1, Relaxed);
        Sender {
            ring: self.ring.clone(),
        }
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        // AcqRel: whoever finds no sender sees all that they did.
        if self.ring.senders.fetch_sub(1, AcqRel) == 1 {
            let mut tail = self.ring.lock_tail();
            tail.closed = true;
            self.ring.release_waiters(tail);
        }
    }
}

impl<T> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("broadcast::Sender")
    }
}

impl<T> WeakSender<T> {
    /// A sender that keeps the channel open; `None` if the last one was dropped already.
    #[must_use]
    pub fn upgrade(&self) -> Option<Sender<T>> {
        let mut senders = self.ring.senders.load(Acquire);
        while senders != 0 {
            // AcqRel: a count that lives on keeps what was published with it.
            match self
                .ring
                .senders
                .compare_exchange_weak(senders, senders + 1, AcqRel, Acquire)
            {
                Ok(_) => return Some(Sender::first(self.ring.clone())),
                Err(actual) => senders = actual,
            }
        }
        None
    }

    /// How many senders keep the channel open.
    pub fn strong_count(&self) -> usize {
        self.ring.strong_count()
    }

    /// How many weak senders there are.
    pub fn weak_count(&self) -> usize {
        self.ring.weak_count()
    }
}

impl<T> Clone for WeakSender<T> {
    fn clone(&self) -> Self {
        self.ring.add_weak();
        WeakSender {
            ring: self.ring.clone(),
        }
    }
}

impl<T> Drop for WeakSender<T> {
    fn drop(&mut self) {
        // AcqRel: as for strong senders.
        self.ring.weak_senders.fetch_sub(1, AcqRel);
    }
}

impl<T> fmt::Debug for WeakSender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("broadcast::WeakSender")
    }
}
