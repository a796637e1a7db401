//! The channel without a bound: sending never waits.

use std::fmt;

use super::channel::{Channel, Tx};
use super::error::SendError;
use super::gate::Open;
use super::receiver::UnboundedReceiver;
use super::weak::WeakUnboundedSender;

/// Sends to an [`UnboundedReceiver`] without ever waiting; made by [`unbounded_channel`].
///
/// Clone it to give several tasks a sender each. The channel stays open until the last clone is
/// dropped, or until the receiver is dropped or closed.
///
/// # Examples
///
/// ```
/// # #[vitte::main]
/// # async fn main() {
/// let (tx, mut rx) = vitte::sync::mpsc::unbounded_channel();
/// let other = tx.clone();
/// std::thread::spawn(move || other.send("from a thread")); // no runtime needed
/// drop(tx);
/// assert_eq!(rx.recv().await, Some("from a thread"));
/// assert_eq!(rx.recv().await, None);
/// # }
/// ```
pub struct UnboundedSender<T> {
    tx: Tx<T, Open>,
}

/// Creates a channel without a bound.
///
/// Its senders never wait, so nothing slows them down when the receiver falls behind: the channel
/// grows until memory runs out. Prefer [`channel`](super::channel) unless something else limits the
/// messages.
///
/// # Examples
///
/// ```
/// # #[vitte::main]
/// # async fn main() {
/// use vitte::sync::mpsc;
///
/// let (tx, mut rx) = mpsc::unbounded_channel();
/// tx.send(1).unwrap();
/// tx.send(2).unwrap();
/// drop(tx);
/// assert_eq!(rx.recv().await, Some(1));
/// assert_eq!(rx.recv().await, Some(2));
/// assert_eq!(rx.recv().await, None);
/// # }
/// ```
pub fn unbounded_channel<T>() -> (UnboundedSender<T>, UnboundedReceiver<T>) {
    let tx = Channel::open(Open);
    let rx = UnboundedReceiver::new(tx.0.clone());
    (UnboundedSender::new(tx), rx)
}

impl<T> UnboundedSender<T> {
    pub(super) fn new(tx: Tx<T, Open>) -> Self {
        UnboundedSender { tx }
    }

    /// Sends a message. It never waits, so it can be called anywhere.
    ///
    /// Success means that the message is in the channel, not that it was received.
    ///
    /// # Errors
    ///
    /// [`SendError`] with the message, if the receiver was dropped or closed.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::sync::mpsc::{self, error::SendError};
    ///
    /// let (tx, rx) = mpsc::unbounded_channel();
    /// assert_eq!(tx.send(1), Ok(()));
    /// drop(rx);
    /// assert_eq!(tx.send(2), Err(SendError(2)));
    /// ```
    #[inline]
    pub fn send(&self, message: T) -> Result<(), SendError<T>> {
        let channel = &*self.tx.0;
        channel.tail.push(message).map_err(SendError)?;
        channel.rx_waker.wake();
        Ok(())
    }

    /// Waits until the receiver is dropped or closed.
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
    /// let (tx, rx) = vitte::sync::mpsc::unbounded_channel::<u32>();
    /// vitte::spawn(async move { drop(rx) });
    /// tx.closed().await;
    /// # }
    /// ```
    pub async fn closed(&self) {
        self.tx.closed().await;
    }

    /// Returns true if the receiver was dropped or closed.
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, rx) = vitte::sync::mpsc::unbounded_channel::<u32>();
    /// assert!(!tx.is_closed());
    /// drop(rx);
    /// assert!(tx.is_closed());
    /// ```
    pub fn is_closed(&self) -> bool {
        self.tx.0.is_closed()
    }

    /// Returns true if both senders send to the same channel.
    pub fn same_channel(&self, other: &Self) -> bool {
        self.tx.same_channel(&other.tx)
    }

    /// Creates a sender that does not keep the channel open.
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, _rx) = vitte::sync::mpsc::unbounded_channel::<u32>();
    /// let weak = tx.downgrade();
    /// assert!(weak.upgrade().is_some());
    /// drop(tx);
    /// assert!(weak.upgrade().is_none());
    /// ```
    #[must_use = "Downgrade creates a WeakSender without destroying the original non-weak sender."]
    pub fn downgrade(&self) -> WeakUnboundedSender<T> {
        WeakUnboundedSender::new(&self.tx)
    }

    /// Returns how many senders keep the channel open.
    pub fn strong_count(&self) -> usize {
        self.tx.0.strong_count()
    }

    /// Returns how many weak senders there are.
    pub fn weak_count(&self) -> usize {
        self.tx.0.weak_count()
    }
}

impl<T> Clone for UnboundedSender<T> {
    fn clone(&self) -> Self {
        UnboundedSender::new(self.tx.clone())
    }
}

impl<T> fmt::Debug for UnboundedSender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnboundedSender")
            .field("chan", &self.tx.0)
            .finish()
    }
}
