//! The sending half, strong and weak.

use std::fmt;

use vitte_context::primitive::Arc;
use vitte_context::primitive::atomic::Ordering::{AcqRel, Acquire, Relaxed};
use vitte_context::trace::WaitKind;

use super::error::SendError;
use super::receiver::Receiver;
use super::ring::Ring;
use crate::named::named;

/// Sends to every [`Receiver`]; made by [`channel`](super::channel).
///
/// Clone it to give several tasks a sender each. The channel stays open until the last one is
/// dropped.
///
/// # Examples
///
/// ```
/// # #[vitte::main]
/// # async fn main() {
/// use vitte::sync::broadcast;
///
/// let (tx, mut rx) = broadcast::channel(16);
/// let other = tx.clone();
/// vitte::spawn(async move { other.send("from a task") });
/// assert_eq!(rx.recv().await, Ok("from a task"));
/// # }
/// ```
pub struct Sender<T> {
    ring: Arc<Ring<T>>,
}

/// A [`Sender`] that does not keep its channel open; made by [`Sender::downgrade`].
///
/// # Examples
///
/// ```
/// # #[vitte::main]
/// # async fn main() {
/// use vitte::sync::broadcast::{self, error::RecvError};
///
/// let (tx, mut rx) = broadcast::channel::<u32>(16);
/// let weak = tx.downgrade();
/// drop(tx);
/// assert_eq!(rx.recv().await, Err(RecvError::Closed));
/// assert!(weak.upgrade().is_none());
/// # }
/// ```
pub struct WeakSender<T> {
    ring: Arc<Ring<T>>,
}

impl<T> Sender<T> {
    /// Creates a sender that has no receiver yet; [`subscribe`](Self::subscribe) creates them.
    ///
    /// # Panics
    ///
    /// If `capacity` is 0 or greater than `usize::MAX / 2`.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::sync::broadcast;
    ///
    /// let events = broadcast::Sender::new(16);
    /// assert!(events.send("unheard").is_err());
    /// let mut rx = events.subscribe();
    /// events.send("heard").unwrap();
    /// assert_eq!(rx.try_recv(), Ok("heard"));
    /// ```
    #[track_caller]
    pub fn new(capacity: usize) -> Self {
        Sender::first(Arc::new(Ring::new(capacity, 0)))
    }

    /// The sender that a new ring counts already.
    pub(super) fn first(ring: Arc<Ring<T>>) -> Self {
        Sender { ring }
    }

    /// Sends a value to all receivers that exist now, and returns how many they are.
    ///
    /// It never waits: when the channel is full, the oldest value is overwritten, and receivers
    /// that had not seen it get [`RecvError::Lagged`](super::error::RecvError::Lagged).
    ///
    /// # Errors
    ///
    /// [`SendError`] with the value, if there is no receiver.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() {
    /// use vitte::sync::broadcast;
    ///
    /// let (tx, mut rx) = broadcast::channel(16);
    /// assert_eq!(tx.send("hello").unwrap(), 1);
    /// assert_eq!(rx.recv().await, Ok("hello"));
    /// # }
    /// ```
    pub fn send(&self, value: T) -> Result<usize, SendError<T>> {
        self.ring.send(value).map_err(SendError)
    }

    /// Creates a receiver of everything that is sent from now on.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() {
    /// use vitte::sync::broadcast;
    ///
    /// let (tx, _rx) = broadcast::channel(16);
    /// tx.send("before").unwrap();
    /// let mut late = tx.subscribe();
    /// tx.send("after").unwrap();
    /// assert_eq!(late.recv().await, Ok("after"));
    /// # }
    /// ```
    pub fn subscribe(&self) -> Receiver<T> {
        Receiver::new(self.ring.clone(), self.ring.subscribe())
    }

    /// Creates a sender that does not keep the channel open.
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, _rx) = vitte::sync::broadcast::channel::<u32>(16);
    /// let weak = tx.downgrade();
    /// assert_eq!((tx.strong_count(), tx.weak_count()), (1, 1));
    /// # drop(weak);
    /// ```
    #[must_use = "Downgrade creates a WeakSender without destroying the original non-weak sender."]
    pub fn downgrade(&self) -> WeakSender<T> {
        self.ring.add_weak();
        WeakSender {
            ring: self.ring.clone(),
        }
    }

    /// Returns how many values there are that at least one receiver has yet to see.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::sync::broadcast;
    ///
    /// let (tx, mut one) = broadcast::channel(16);
    /// let _two = tx.subscribe();
    /// tx.send("hello").unwrap();
    /// one.try_recv().unwrap();
    /// assert_eq!(tx.len(), 1); // the second receiver has not seen it
    /// ```
    pub fn len(&self) -> usize {
        self.ring.len()
    }

    /// Returns true if every receiver has seen every value.
    pub fn is_empty(&self) -> bool {
        self.ring.is_empty()
    }

    /// Returns how many receivers there are.
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, rx) = vitte::sync::broadcast::channel::<u32>(16);
    /// assert_eq!(tx.receiver_count(), 1);
    /// drop(rx);
    /// assert_eq!(tx.receiver_count(), 0);
    /// ```
    pub fn receiver_count(&self) -> usize {
        self.ring.lock_tail().receivers
    }

    /// Returns true if both senders send to the same channel.
    pub fn same_channel(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.ring, &other.ring)
    }

    /// Waits until there is no receiver.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: a later call waits again, or is ready at once if there is still no receiver.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() {
    /// use vitte::sync::broadcast;
    ///
    /// let (tx, rx) = broadcast::channel::<u32>(16);
    /// vitte::spawn(async move { drop(rx) });
    /// tx.closed().await;
    /// assert_eq!(tx.receiver_count(), 0);
    /// # }
    /// ```
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

    /// Returns how many senders keep the channel open.
    pub fn strong_count(&self) -> usize {
        self.ring.strong_count()
    }

    /// Returns how many weak senders there are.
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
        // AcqRel: a receiver that finds no sender sees all that they did.
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
    /// Creates a sender that keeps the channel open, or returns `None` if the last one was dropped
    /// already.
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, _rx) = vitte::sync::broadcast::channel::<u32>(16);
    /// let weak = tx.downgrade();
    /// assert!(weak.upgrade().is_some());
    /// drop(tx);
    /// assert!(weak.upgrade().is_none());
    /// ```
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

    /// Returns how many senders keep the channel open.
    pub fn strong_count(&self) -> usize {
        self.ring.strong_count()
    }

    /// Returns how many weak senders there are.
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
