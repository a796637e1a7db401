//! The channel without a bound: sending never waits.

use std::fmt;

use super::channel::{Channel, Tx};
use super::error::SendError;
use super::gate::Open;
use super::receiver::UnboundedReceiver;
use super::weak::WeakUnboundedSender;

/// Sends to an [`UnboundedReceiver`]; made by [`unbounded_channel`]. Clones send to the same.
pub struct UnboundedSender<T> {
    tx: Tx<T, Open>,
}

/// Makes a channel whose senders never wait. It grows as long as they outrun the receiver.
///
/// # Examples
///
/// ```
/// use vitte_sync::mpsc;
///
/// let (tx, mut rx) = mpsc::unbounded_channel();
/// tx.send(1).unwrap();
/// drop(tx);
/// assert_eq!(rx.blocking_recv(), Some(1));
/// assert_eq!(rx.blocking_recv(), None);
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

    /// Sends a message, without ever waiting.
    ///
    /// # Errors
    ///
    /// Returns the message when the receiver was dropped or closed.
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
    pub async fn closed(&self) {
        self.tx.closed().await;
    }

    /// Whether the receiver was dropped or closed.
    pub fn is_closed(&self) -> bool {
        self.tx.0.is_closed()
    }

    /// Whether both send to the same channel.
    pub fn same_channel(&self, other: &Self) -> bool {
        self.tx.same_channel(&other.tx)
    }

    /// A sender that does not keep the channel open.
    #[must_use = "Downgrade creates a WeakSender without destroying the original non-weak sender."]
    pub fn downgrade(&self) -> WeakUnboundedSender<T> {
        WeakUnboundedSender::new(&self.tx)
    }

    /// How many senders keep the channel open.
    pub fn strong_count(&self) -> usize {
        self.tx.0.strong_count()
    }

    /// How many weak senders there are.
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
