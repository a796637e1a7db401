//! The channel with a bound: sending waits while it is full. Keeping room is in `reserve`.

use std::fmt;

use vitte_context::trace::WaitKind;

use super::channel::{Channel, Tx};
use super::error::{SendError, TrySendError};
use super::gate::Permits;
use super::receiver::Receiver;
use super::weak::WeakSender;
use crate::batch_semaphore::{BatchSemaphore, TryAcquireError};
use crate::blocking;

/// Sends to the [`Receiver`] of a bounded channel; made by [`channel`].
///
/// Clone it to give several tasks a sender each. The channel stays open until the last clone is
/// dropped, or until the receiver is dropped or closed.
///
/// # Examples
///
/// ```
/// # #[vitte::main]
/// # async fn main() {
/// use vitte::sync::mpsc;
///
/// let (tx, mut rx) = mpsc::channel(8);
/// for id in 0..3 {
///     let tx = tx.clone();
///     vitte::spawn(async move { tx.send(id).await });
/// }
/// drop(tx); // or `recv` would wait for this sender too
///
/// let mut sum = 0;
/// while let Some(id) = rx.recv().await {
///     sum += id;
/// }
/// assert_eq!(sum, 0 + 1 + 2);
/// # }
/// ```
pub struct Sender<T> {
    pub(super) tx: Tx<T, Permits>,
}

/// Creates a channel that holds up to `buffer` messages.
///
/// When it is full, [`send`](Sender::send) waits until the receiver has taken a message out.
///
/// # Panics
///
/// If `buffer` is 0 or greater than [`Semaphore::MAX_PERMITS`](crate::Semaphore::MAX_PERMITS).
///
/// # Examples
///
/// ```
/// # #[vitte::main]
/// # async fn main() {
/// use vitte::sync::mpsc;
///
/// let (tx, mut rx) = mpsc::channel(8);
/// vitte::spawn(async move {
///     for i in 0..10 {
///         if tx.send(i).await.is_err() {
///             return; // the receiver is gone
///         }
///     }
/// });
///
/// while let Some(i) = rx.recv().await {
///     println!("got {i}");
/// }
/// # }
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

    /// Sends a message, and waits while the channel is full.
    ///
    /// Success means that the message is in the channel, not that it was received: the receiver may
    /// be dropped before it takes the message out.
    ///
    /// # Errors
    ///
    /// [`SendError`] with the message, if the receiver was dropped or closed.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped before it is ready, the message is dropped unsent, and its place in
    /// the queue is lost. To keep the message, await [`reserve`](Self::reserve) and send with the
    /// permit.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() {
    /// use vitte::sync::mpsc;
    ///
    /// let (tx, mut rx) = mpsc::channel(1);
    /// vitte::spawn(async move {
    ///     tx.send("first").await.unwrap();
    ///     tx.send("second").await.unwrap(); // waits until "first" is received
    /// });
    ///
    /// assert_eq!(rx.recv().await, Some("first"));
    /// assert_eq!(rx.recv().await, Some("second"));
    /// # }
    /// ```
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
    /// Useful to stop work whose result nobody will receive.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: once the channel is closed, every later call is ready at once.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() {
    /// use vitte::sync::mpsc;
    ///
    /// let (tx, rx) = mpsc::channel::<u32>(8);
    /// vitte::spawn(async move { drop(rx) });
    /// tx.closed().await;
    /// assert!(tx.is_closed());
    /// # }
    /// ```
    pub async fn closed(&self) {
        self.tx.closed().await;
    }

    /// Sends a message unless the channel is full. It never waits.
    ///
    /// # Errors
    ///
    /// Both return the message: [`TrySendError::Full`] if the channel is full, and
    /// [`TrySendError::Closed`] if the receiver was dropped or closed.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::sync::mpsc::{self, error::TrySendError};
    ///
    /// let (tx, _rx) = mpsc::channel(1);
    /// assert_eq!(tx.try_send("first"), Ok(()));
    /// assert_eq!(tx.try_send("second"), Err(TrySendError::Full("second")));
    /// ```
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

    /// [`send`](Self::send) for code that is not async: blocks the thread while the channel is
    /// full.
    ///
    /// # Errors
    ///
    /// [`SendError`] with the message, if the receiver was dropped or closed.
    ///
    /// # Panics
    ///
    /// If the thread is driving async tasks. Call it on a thread of your own, or in
    /// `spawn_blocking`.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() {
    /// use vitte::sync::mpsc;
    ///
    /// let (tx, mut rx) = mpsc::channel(1);
    /// std::thread::spawn(move || {
    ///     for line in ["a", "b", "c"] {
    ///         tx.blocking_send(line).unwrap();
    ///     }
    /// });
    ///
    /// assert_eq!(rx.recv().await, Some("a"));
    /// # }
    /// ```
    #[track_caller]
    pub fn blocking_send(&self, value: T) -> Result<(), SendError<T>> {
        blocking::block_on(self.send(value))
    }

    /// Returns true if the receiver was dropped or closed.
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, rx) = vitte::sync::mpsc::channel::<()>(1);
    /// assert!(!tx.is_closed());
    /// drop(rx);
    /// assert!(tx.is_closed());
    /// ```
    pub fn is_closed(&self) -> bool {
        self.tx.0.is_closed()
    }

    /// Returns true if both senders send to the same channel.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::sync::mpsc;
    ///
    /// let (one, _rx) = mpsc::channel::<u32>(1);
    /// let (two, _other_rx) = mpsc::channel::<u32>(1);
    /// assert!(one.same_channel(&one.clone()));
    /// assert!(!one.same_channel(&two));
    /// ```
    pub fn same_channel(&self, other: &Self) -> bool {
        self.tx.same_channel(&other.tx)
    }

    /// Returns how many messages could be sent at this moment without waiting.
    ///
    /// Room that permits keep does not count. Compare [`max_capacity`](Self::max_capacity).
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, _rx) = vitte::sync::mpsc::channel(4);
    /// tx.try_send("message").unwrap();
    /// assert_eq!((tx.capacity(), tx.max_capacity()), (3, 4));
    /// ```
    pub fn capacity(&self) -> usize {
        self.tx.0.gate.semaphore.available_permits()
    }

    /// Creates a sender that does not keep the channel open.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() {
    /// use vitte::sync::mpsc;
    ///
    /// let (tx, mut rx) = mpsc::channel::<u32>(1);
    /// let weak = tx.downgrade();
    /// drop(tx);
    /// assert_eq!(rx.recv().await, None);
    /// assert!(weak.upgrade().is_none());
    /// # }
    /// ```
    #[must_use = "Downgrade creates a WeakSender without destroying the original non-weak sender."]
    pub fn downgrade(&self) -> WeakSender<T> {
        WeakSender::new(&self.tx)
    }

    /// Returns how many messages the channel holds at most: the `buffer` of [`channel`].
    pub fn max_capacity(&self) -> usize {
        self.tx.0.gate.bound
    }

    /// Returns how many senders keep the channel open.
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, _rx) = vitte::sync::mpsc::channel::<u32>(1);
    /// let _other = tx.clone();
    /// let _weak = tx.downgrade(); // does not count
    /// assert_eq!((tx.strong_count(), tx.weak_count()), (2, 1));
    /// ```
    pub fn strong_count(&self) -> usize {
        self.tx.0.strong_count()
    }

    /// Returns how many weak senders there are.
    pub fn weak_count(&self) -> usize {
        self.tx.0.weak_count()
    }

    /// Takes `n` permits if that many are free.
    #[inline]
    pub(super) fn try_take(&self, n: usize) -> Result<(), TryAcquireError> {
        self.tx.0.gate.semaphore.try_acquire(n)
    }

    /// Waits for `n` permits.
    pub(super) async fn take(&self, n: usize) -> Result<(), SendError<()>> {
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
pub(super) fn refused<V>(error: TryAcquireError, value: V) -> TrySendError<V> {
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
