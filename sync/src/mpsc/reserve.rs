//! Keeping room in a bounded channel before there is a message to send.

use super::bounded::{Sender, refused};
use super::error::{SendError, TrySendError};
use super::permit::{OwnedPermit, Permit, PermitIterator};

impl<T> Sender<T> {
    /// Waits while the channel is full, and then keeps the room for one message.
    ///
    /// Sending with the permit does not wait and cannot fail. So a message can be made once there
    /// is room for it, and `reserve` can stand in a `select!` without losing a message.
    ///
    /// # Errors
    ///
    /// [`SendError`] if the receiver was dropped or closed.
    ///
    /// # Cancel safety
    ///
    /// Nothing is lost but the place in the queue if the future is dropped before it is ready.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() {
    /// use vitte::sync::mpsc;
    ///
    /// let (tx, mut rx) = mpsc::channel(1);
    /// let permit = tx.reserve().await.unwrap();
    /// assert!(tx.try_send("other").is_err()); // the only place is kept
    ///
    /// permit.send("mine");
    /// assert_eq!(rx.recv().await, Some("mine"));
    /// # }
    /// ```
    pub async fn reserve(&self) -> Result<Permit<'_, T>, SendError<()>> {
        self.take(1).await?;
        Ok(Permit::new(&self.tx.0))
    }

    /// Waits until there is room for `n` messages at once, and keeps it.
    ///
    /// # Errors
    ///
    /// [`SendError`] if the receiver was dropped or closed, or if `n` is greater than
    /// [`max_capacity`](Self::max_capacity).
    ///
    /// # Cancel safety
    ///
    /// Nothing is lost but the place in the queue if the future is dropped before it is ready.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() {
    /// use vitte::sync::mpsc;
    ///
    /// let (tx, mut rx) = mpsc::channel(4);
    /// let permits = tx.reserve_many(2).await.unwrap();
    /// for (permit, message) in permits.zip(["a", "b"]) {
    ///     permit.send(message);
    /// }
    /// assert_eq!(rx.recv().await, Some("a"));
    /// assert_eq!(rx.recv().await, Some("b"));
    /// # }
    /// ```
    pub async fn reserve_many(&self, n: usize) -> Result<PermitIterator<'_, T>, SendError<()>> {
        self.take(n).await?;
        Ok(PermitIterator::new(&self.tx.0, n))
    }

    /// [`reserve`](Self::reserve) that takes the sender, so that the permit borrows nothing.
    ///
    /// # Errors
    ///
    /// [`SendError`] if the receiver was dropped or closed. The sender is dropped then.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped before it is ready, the sender is dropped, and its place in the
    /// queue is lost. Clone the sender first to keep one.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() {
    /// use vitte::sync::mpsc;
    ///
    /// let (tx, mut rx) = mpsc::channel(1);
    /// let permit = tx.reserve_owned().await.unwrap();
    /// vitte::spawn(async move { permit.send("from a task") });
    /// assert_eq!(rx.recv().await, Some("from a task"));
    /// # }
    /// ```
    pub async fn reserve_owned(self) -> Result<OwnedPermit<T>, SendError<()>> {
        self.take(1).await?;
        Ok(OwnedPermit::new(self.tx))
    }

    /// Keeps room for one message unless the channel is full. It never waits.
    ///
    /// # Errors
    ///
    /// [`TrySendError::Full`] if the channel is full, and [`TrySendError::Closed`] if the receiver
    /// was dropped or closed.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::sync::mpsc;
    ///
    /// let (tx, mut rx) = mpsc::channel(1);
    /// let permit = tx.try_reserve().unwrap();
    /// assert!(tx.try_reserve().is_err());
    /// permit.send(1);
    /// assert_eq!(rx.try_recv(), Ok(1));
    /// ```
    pub fn try_reserve(&self) -> Result<Permit<'_, T>, TrySendError<()>> {
        self.try_take(1).map_err(|error| refused(error, ()))?;
        Ok(Permit::new(&self.tx.0))
    }

    /// Keeps room for `n` messages if there is enough. It never waits.
    ///
    /// # Errors
    ///
    /// [`TrySendError::Full`] if there is not enough room, and [`TrySendError::Closed`] if the
    /// receiver was dropped or closed.
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, _rx) = vitte::sync::mpsc::channel::<u32>(4);
    /// let permits = tx.try_reserve_many(3).unwrap();
    /// assert_eq!(permits.len(), 3);
    /// assert_eq!(tx.capacity(), 1);
    /// ```
    pub fn try_reserve_many(&self, n: usize) -> Result<PermitIterator<'_, T>, TrySendError<()>> {
        if n > self.max_capacity() {
            return Err(TrySendError::Full(()));
        }
        self.try_take(n).map_err(|error| refused(error, ()))?;
        Ok(PermitIterator::new(&self.tx.0, n))
    }

    /// [`try_reserve`](Self::try_reserve) that takes the sender, so that the permit borrows
    /// nothing.
    ///
    /// # Errors
    ///
    /// Both return the sender: [`TrySendError::Full`] if the channel is full, and
    /// [`TrySendError::Closed`] if the receiver was dropped or closed.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::sync::mpsc;
    ///
    /// let (tx, mut rx) = mpsc::channel(1);
    /// let permit = tx.try_reserve_owned().unwrap();
    /// let tx = permit.send(1); // gives the sender back
    /// let full = tx.try_reserve_owned().unwrap_err();
    /// assert_eq!(full.into_inner().max_capacity(), 1);
    /// # assert_eq!(rx.try_recv(), Ok(1));
    /// ```
    pub fn try_reserve_owned(self) -> Result<OwnedPermit<T>, TrySendError<Self>> {
        match self.try_take(1) {
            Ok(()) => Ok(OwnedPermit::new(self.tx)),
            Err(error) => Err(refused(error, self)),
        }
    }
}
