//! Room in a bounded channel that a sender keeps for messages to come.

use std::fmt;
use std::iter::FusedIterator;
use std::mem;

use super::bounded::Sender;
use super::channel::{Channel, Tx};
use super::gate::Permits;

/// Room for one message in a bounded channel; made by [`Sender::reserve`] and
/// [`Sender::try_reserve`].
///
/// If it is dropped unused, it gives the room back.
///
/// # Examples
///
/// ```
/// use vitte::sync::mpsc;
///
/// let (tx, mut rx) = mpsc::channel(1);
/// let permit = tx.try_reserve().unwrap();
/// assert!(tx.try_send(1).is_err());
/// permit.send(2);
/// assert_eq!(rx.try_recv(), Ok(2));
/// ```
pub struct Permit<'a, T> {
    channel: &'a Channel<T, Permits>,
}

impl<'a, T> Permit<'a, T> {
    pub(super) fn new(channel: &'a Channel<T, Permits>) -> Self {
        Permit { channel }
    }

    /// Sends a message into the room that was kept. It neither waits nor fails.
    ///
    /// If the receiver is gone by now, the message is dropped.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() {
    /// let (tx, mut rx) = vitte::sync::mpsc::channel(8);
    /// tx.reserve().await.unwrap().send("hello");
    /// assert_eq!(rx.recv().await, Some("hello"));
    /// # }
    /// ```
    #[inline]
    pub fn send(self, value: T) {
        let channel = self.channel;
        // The receiver gives the place back when it takes the message out.
        mem::forget(self);
        channel.send(value);
    }
}

impl<T> Drop for Permit<'_, T> {
    fn drop(&mut self) {
        self.channel.give_back(1);
    }
}

impl<T> fmt::Debug for Permit<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Permit")
            .field("chan", &self.channel)
            .finish()
    }
}

/// Room for several messages in a bounded channel, as an iterator of [`Permit`]s; made by
/// [`Sender::reserve_many`] and [`Sender::try_reserve_many`].
///
/// If it is dropped before its end, it gives the rest of the room back.
///
/// # Examples
///
/// ```
/// let (tx, mut rx) = vitte::sync::mpsc::channel(4);
/// let mut permits = tx.try_reserve_many(3).unwrap();
/// permits.next().unwrap().send("one");
/// drop(permits); // two places are free again
/// assert_eq!(tx.capacity(), 3);
/// # assert_eq!(rx.try_recv(), Ok("one"));
/// ```
pub struct PermitIterator<'a, T> {
    channel: &'a Channel<T, Permits>,
    n: usize,
}

impl<'a, T> PermitIterator<'a, T> {
    pub(super) fn new(channel: &'a Channel<T, Permits>, n: usize) -> Self {
        PermitIterator { channel, n }
    }
}

impl<'a, T> Iterator for PermitIterator<'a, T> {
    type Item = Permit<'a, T>;

    fn next(&mut self) -> Option<Self::Item> {
        self.n = self.n.checked_sub(1)?;
        Some(Permit::new(self.channel))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.n, Some(self.n))
    }
}

impl<T> ExactSizeIterator for PermitIterator<'_, T> {}
impl<T> FusedIterator for PermitIterator<'_, T> {}

impl<T> Drop for PermitIterator<'_, T> {
    fn drop(&mut self) {
        if self.n > 0 {
            self.channel.give_back(self.n);
        }
    }
}

impl<T> fmt::Debug for PermitIterator<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PermitIterator")
            .field("chan", &self.channel)
            .field("capacity", &self.n)
            .finish()
    }
}

/// Room for one message in a bounded channel, together with its sender; made by
/// [`Sender::reserve_owned`] and [`Sender::try_reserve_owned`].
///
/// If it is dropped unused, it gives the room back and drops the sender.
///
/// # Examples
///
/// ```
/// let (tx, mut rx) = vitte::sync::mpsc::channel(1);
/// let permit = tx.try_reserve_owned().unwrap();
/// let tx = permit.send("one"); // gives the sender back
/// assert!(tx.try_reserve_owned().is_err()); // full
/// # assert_eq!(rx.try_recv(), Ok("one"));
/// ```
pub struct OwnedPermit<T> {
    /// `None` once it was used.
    tx: Option<Tx<T, Permits>>,
}

impl<T> OwnedPermit<T> {
    pub(super) fn new(tx: Tx<T, Permits>) -> Self {
        OwnedPermit { tx: Some(tx) }
    }

    /// Sends a message into the room that was kept, and returns the sender.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() {
    /// let (tx, mut rx) = vitte::sync::mpsc::channel(1);
    /// let permit = tx.reserve_owned().await.unwrap();
    /// let tx = permit.send("hello");
    /// assert_eq!(rx.recv().await, Some("hello"));
    /// # drop(tx);
    /// # }
    /// ```
    pub fn send(mut self, value: T) -> Sender<T> {
        let tx = self.take();
        tx.0.send(value);
        Sender::new(tx)
    }

    /// Gives the room back and returns the sender.
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, _rx) = vitte::sync::mpsc::channel::<u32>(1);
    /// let tx = tx.try_reserve_owned().unwrap().release();
    /// assert_eq!(tx.capacity(), 1);
    /// ```
    pub fn release(mut self) -> Sender<T> {
        let tx = self.take();
        tx.0.give_back(1);
        Sender::new(tx)
    }

    /// Returns true if both permits are for the same channel.
    pub fn same_channel(&self, other: &Self) -> bool {
        let both = self.tx.as_ref().zip(other.tx.as_ref());
        both.is_some_and(|(one, other)| one.same_channel(other))
    }

    /// Returns true if the permit is for the channel that `sender` sends to.
    pub fn same_channel_as_sender(&self, sender: &Sender<T>) -> bool {
        let tx = self.tx.as_ref();
        tx.is_some_and(|tx| tx.same_channel(&sender.tx))
    }

    fn take(&mut self) -> Tx<T, Permits> {
        match self.tx.take() {
            Some(tx) => tx,
            None => unreachable!("using a permit consumes it"),
        }
    }
}

impl<T> Drop for OwnedPermit<T> {
    fn drop(&mut self) {
        if let Some(tx) = self.tx.take() {
            tx.0.give_back(1);
        }
    }
}

impl<T> fmt::Debug for OwnedPermit<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let channel = self.tx.as_ref().map(|tx| &tx.0);
        f.debug_struct("OwnedPermit")
            .field("chan", &channel)
            .finish()
    }
}
