//! The channel with a bound: sending waits while it is full.

use std::fmt;

use vitte_context::trace::WaitKind;

use super::channel::{Channel, Tx};
use super::error::{SendError, TrySendError};
use super::gate::Permits;
use super::permit::{OwnedPermit, Permit, PermitIterator};
use super::receiver::Receiver;
use super::weak::WeakSender;
use crate::batch_semaphore::{BatchSemaphore, TryAcquireError};
use crate::blocking;

/// Sends to a [`Receiver`]; made by [`channel`]. Clones send to the same.
pub struct Sender<T> {
    pub(super) tx: Tx<T, Permits>,
}

/// Makes a channel that holds up to `buffer` messages.
///
/// # Panics
///
/// When `buffer` is 0, or more than a semaphore can count.
///
/// # Examples
///
/// ```
/// use vitte_context::park::block_on;
/// use vitte_sync::mpsc;
///
/// let (tx, mut rx) = mpsc::channel(8);
/// block_on(tx.send("a")).unwrap();
/// drop(tx);
/// assert_eq!(block_on(rx.recv()), Some("a"));
/// assert_eq!(block_on(rx.recv()), None);
/// ```
#[track_caller]
pub fn channel<T>(buffer: usize) -> (Sender<T>, Receiver<T>) {
    assert!(buffer > 0, "mpsc bounded channel requires buffer > 0");
    let tx = Channel::open(Permits {
        semaphore: BatchSemaphore::new(buffer),
        bound: buffer,
    });
    let rx = Receiver::new(tx.0.clone());
    (Sender::new(tx), rx)
}

impl<T> Sender<T> {
    pub(super) fn new(tx: Tx<T, Permits>) -> Self {
        Sender { tx }
    }

    /// Sends a message, and waits for a free place if there is none.
    ///
    /// # Errors
    ///
    /// Returns the message when the receiver was dropped or closed.
    ///
    /// # Cancel safety
    ///
    /// Dropped before it is ready, it drops the message unsent, and its place in the queue is
    /// lost. Use [`reserve`](Self::reserve) to keep the message.
    pub async fn send(&self, value: T) -> Result<(), SendError<T>> {
        match self.reserve().await {
            Ok(permit) => {
                permit.send(value);
                Ok(())
            }
            Err(_) => Err(SendError(value)),
        }
    }

    /// Waits until the receiver is dropped or closed.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: once the channel is closed, every later call is ready at once.
    pub async fn closed(&self) {
        self.tx.closed().await;
    }

    /// Sends a message if there is a free place.
    ///
    /// # Errors
    ///
    /// Returns the message when there is none, or when the channel is closed.
    #[inline]
    pub fn try_send(&self, message: T) -> Result<(), TrySendError<T>> {
        match self.try_take(1) {
            Ok(()) => {
                self.tx.0.send(message);
                Ok(())
            }
            Err(error) => Err(refused(error, message)),
        }
    }

    /// [`send`](Self::send), blocking this thread.
    ///
    /// # Errors
    ///
    /// Returns the message when the receiver was dropped or closed.
    ///
    /// # Panics
    ///
    /// When the thread drives a runtime.
    #[track_caller]
    pub fn blocking_send(&self, value: T) -> Result<(), SendError<T>> {
        blocking::block_on(self.send(value))
    }

    /// Whether the receiver was dropped or closed.
    pub fn is_closed(&self) -> bool {
        self.tx.0.is_closed()
    }

    /// Waits for a free place and keeps it for one message.
    ///
    /// # Errors
    ///
    /// When the receiver was dropped or closed.
    ///
    /// # Cancel safety
    ///
    /// Dropped before it is ready, it loses its place in the queue, and nothing else.
    pub async fn reserve(&self) -> Result<Permit<'_, T>, SendError<()>> {
        self.take(1).await?;
        Ok(Permit::new(&self.tx.0))
    }

    /// Waits for `n` free places and keeps them.
    ///
    /// # Errors
    ///
    /// When the receiver was dropped or closed, or when the channel never has that many places.
    ///
    /// # Cancel safety
    ///
    /// Dropped before it is ready, it loses its place in the queue, and nothing else.
    pub async fn reserve_many(&self, n: usize) -> Result<PermitIterator<'_, T>, SendError<()>> {
        self.take(n).await?;
        Ok(PermitIterator::new(&self.tx.0, n))
    }

    /// [`reserve`](Self::reserve) that takes the sender, so that the permit borrows nothing.
    ///
    /// # Errors
    ///
    /// When the receiver was dropped or closed; the sender is dropped.
    ///
    /// # Cancel safety
    ///
    /// Dropped before it is ready, it drops the sender and loses its place in the queue.
    pub async fn reserve_owned(self) -> Result<OwnedPermit<T>, SendError<()>> {
        self.take(1).await?;
        Ok(OwnedPermit::new(self.tx))
    }

    /// Keeps a free place for one message, if there is one.
    ///
    /// # Errors
    ///
    /// When there is none, or when the channel is closed.
    pub fn try_reserve(&self) -> Result<Permit<'_, T>, TrySendError<()>> {
        self.try_take(1).map_err(|error| refused(error, ()))?;
        Ok(Permit::new(&self.tx.0))
    }

    /// Keeps `n` free places, if there are as many.
    ///
    /// # Errors
    ///
    /// When there are not, or when the channel is closed.
    pub fn try_reserve_many(&self, n: usize) -> Result<PermitIterator<'_, T>, TrySendError<()>> {
        if n > self.max_capacity() {
            return Err(TrySendError::Full(()));
        }
        self.try_take(n).map_err(|error| refused(error, ()))?;
        Ok(PermitIterator::new(&self.tx.0, n))
    }

    /// [`try_reserve`](Self::try_reserve) that takes the sender.
    ///
    /// # Errors
    ///
    /// Returns the sender when there is no free place, or when the channel is closed.
    pub fn try_reserve_owned(self) -> Result<OwnedPermit<T>, TrySendError<Self>> {
        match self.try_take(1) {
            Ok(()) => Ok(OwnedPermit::new(self.tx)),
            Err(error) => Err(refused(error, self)),
        }
    }

    /// Whether both send to the same channel.
    pub fn same_channel(&self, other: &Self) -> bool {
        self.tx.same_channel(&other.tx)
    }

    /// How many messages could be sent at this moment without waiting.
    pub fn capacity(&self) -> usize {
        self.tx.0.gate.semaphore.available_permits()
    }

    /// A sender that does not keep the channel open.
    #[must_use = "Downgrade creates a WeakSender without destroying the original non-weak sender."]
    pub fn downgrade(&self) -> WeakSender<T> {
        WeakSender::new(&self.tx)
    }

    /// How many messages the channel holds at most.
    pub fn max_capacity(&self) -> usize {
        self.tx.0.gate.bound
    }

    /// How many senders keep the channel open.
    pub fn strong_count(&self) -> usize {
        self.tx.0.strong_count()
    }

    /// How many weak senders there are.
    pub fn weak_count(&self) -> usize {
        self.tx.0.weak_count()
    }

    #[inline]
    fn try_take(&self, n: usize) -> Result<(), TryAcquireError> {
        self.tx.0.gate.semaphore.try_acquire(n)
    }

    /// Waits for `n` permits.
    async fn take(&self, n: usize) -> Result<(), SendError<()>> {
        /// A wait that is given up gives back what it had; a receiver may wait for just that.
        struct WakeOnDrop<'a, T>(&'a Channel<T, Permits>);

        impl<T> Drop for WakeOnDrop<'_, T> {
            fn drop(&mut self) {
                self.0.wake_if_idle();
            }
        }

        if n > self.max_capacity() {
            return Err(SendError(()));
        }
        let channel = &*self.tx.0;
        // Made first, hence dropped after the future that gives the permits back.
        let wake = WakeOnDrop(channel);
        let taken = channel.gate.semaphore.acquire(n, WaitKind::Mpsc).await;
        if taken.is_ok() {
            std::mem::forget(wake);
        }
        taken.map_err(|_closed| SendError(()))
    }
}

/// Why the semaphore gave no permit, with what was to be sent.
fn refused<V>(error: TryAcquireError, value: V) -> TrySendError<V> {
    match error {
        TryAcquireError::Closed => TrySendError::Closed(value),
        TryAcquireError::NoPermits => TrySendError::Full(value),
    }
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Self {
        Sender::new(self.tx.clone())
    }
}

impl<T> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender").field("chan", &self.tx.0).finish()
    }
}
