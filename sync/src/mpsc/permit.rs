//! Places in a bounded channel that a sender has kept.

use std::fmt;
use std::iter::FusedIterator;
use std::mem;

use super::bounded::Sender;
use super::channel::{Channel, Tx};
use super::gate::Permits;

/// A place for one message; made by [`Sender::reserve`] and [`Sender::try_reserve`].
///
/// Dropped unused, it gives the place back.
///
/// # Examples
///
/// ```
/// use vitte_sync::mpsc;
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

    /// Sends a message in the place.
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

/// Several places; made by [`Sender::reserve_many`] and [`Sender::try_reserve_many`].
///
/// Dropped before its end, it gives the rest back.
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

/// A place for one message, with its sender; made by [`Sender::reserve_owned`].
///
/// Dropped unused, it gives the place back and drops the sender.
pub struct OwnedPermit<T> {
    /// `None` once it was used.
    tx: Option<Tx<T, Permits>>,
}

impl<T> OwnedPermit<T> {
    pub(super) fn new(tx: Tx<T, Permits>) -> Self {
        OwnedPermit { tx: Some(tx) }
    }

    /// Sends a message in the place and returns the sender.
    pub fn send(mut self, value: T) -> Sender<T> {
        let tx = self.take();
        tx.0.send(value);
        Sender::new(tx)
    }

    /// Gives the place back and returns the sender.
    pub fn release(mut self) -> Sender<T> {
        let tx = self.take();
        tx.0.give_back(1);
        Sender::new(tx)
    }

    /// Whether both are places in the same channel.
    pub fn same_channel(&self, other: &Self) -> bool {
        let both = self.tx.as_ref().zip(other.tx.as_ref());
        both.is_some_and(|(one, other)| one.same_channel(other))
    }

    /// Whether this is a place in the channel that `sender` sends to.
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
