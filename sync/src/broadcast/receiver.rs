//! The receiving half: a reference to the ring, and the position of the next value to read.

use std::fmt;

use vitte_context::primitive::Arc;

use super::error::{RecvError, TryRecvError};
use super::recv::Recv;
use super::ring::{Read, Ring};
use crate::blocking;
use crate::cooperative::cooperative;

/// Receives everything that is sent while it exists; made by [`channel`](super::channel) and
/// [`Sender::subscribe`](super::Sender::subscribe).
///
/// # Examples
///
/// ```
/// # #[vitte::main]
/// # async fn main() {
/// use vitte::sync::broadcast;
///
/// let (tx, _) = broadcast::channel(16);
/// let mut tasks = Vec::new();
/// for id in 0..2 {
///     let mut events = tx.subscribe();
///     tasks.push(vitte::spawn(async move {
///         while let Ok(event) = events.recv().await {
///             println!("{id} saw {event}");
///         }
///     }));
/// }
/// tx.send("start").unwrap();
/// drop(tx); // ends the tasks
/// for task in tasks {
///     task.await.unwrap();
/// }
/// # }
/// ```
pub struct Receiver<T> {
    pub(super) ring: Arc<Ring<T>>,
    /// The position of the next value.
    next: u64,
}

impl<T> Receiver<T> {
    /// A receiver that the ring counts already.
    pub(super) fn new(ring: Arc<Ring<T>>, next: u64) -> Self {
        Receiver { ring, next }
    }

    /// Returns how many values were sent that this receiver has not received.
    ///
    /// It may be greater than the capacity: then the oldest of them are overwritten.
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, rx) = vitte::sync::broadcast::channel(16);
    /// tx.send("one").unwrap();
    /// tx.send("two").unwrap();
    /// assert_eq!(rx.len(), 2);
    /// ```
    pub fn len(&self) -> usize {
        self.ring.published().wrapping_sub(self.next) as usize
    }

    /// Returns true if this receiver has received every value that was sent.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns true if both receivers belong to the same channel.
    pub fn same_channel(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.ring, &other.ring)
    }

    /// Returns how many senders keep the channel open.
    pub fn sender_strong_count(&self) -> usize {
        self.ring.strong_count()
    }

    /// Returns how many weak senders there are.
    pub fn sender_weak_count(&self) -> usize {
        self.ring.weak_count()
    }

    /// Returns true if every sender was dropped. There may still be values to receive.
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, mut rx) = vitte::sync::broadcast::channel(16);
    /// tx.send("last").unwrap();
    /// drop(tx);
    /// assert!(rx.is_closed());
    /// assert_eq!(rx.try_recv(), Ok("last"));
    /// ```
    pub fn is_closed(&self) -> bool {
        self.ring.strong_count() == 0
    }

    /// Lets `take` have the next value; `None` if there is none yet.
    #[inline]
    pub(super) fn next<V>(&mut self, take: impl FnOnce(&T) -> V) -> Option<Result<V, u64>> {
        let position = self.next;
        // Before `take` runs, which may panic: the value counts as received then.
        self.next = position.wrapping_add(1);
        match self.ring.read(position, take) {
            Read::Value(value) => Some(Ok(value)),
            Read::Empty => {
                self.next = position;
                None
            }
            Read::Lost { oldest } => {
                self.next = oldest;
                Some(Err(oldest.wrapping_sub(position)))
            }
        }
    }

    /// Whether something was sent since the last receive; the tail is locked.
    pub(super) fn is_behind(&self, tail_position: u64) -> bool {
        self.next != tail_position
    }
}

impl<T: Clone> Receiver<T> {
    /// Creates another receiver for the same channel, which receives what is sent from now on.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::sync::broadcast;
    ///
    /// let (tx, rx) = broadcast::channel(16);
    /// tx.send("before").unwrap();
    /// let mut fresh = rx.resubscribe();
    /// tx.send("after").unwrap();
    /// assert_eq!(fresh.try_recv(), Ok("after"));
    /// ```
    pub fn resubscribe(&self) -> Self {
        Receiver::new(self.ring.clone(), self.ring.subscribe())
    }

    /// Receives the next value, and waits for it if there is none yet.
    ///
    /// # Errors
    ///
    /// - [`RecvError::Lagged`] if values were overwritten before this receiver saw them. It says
    ///   how many; the next call returns the oldest value that is left.
    /// - [`RecvError::Closed`] if every sender was dropped and every value was received.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: no value is lost if the future is dropped before it is ready.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() {
    /// use vitte::sync::broadcast::{self, error::RecvError};
    ///
    /// let (tx, mut rx) = broadcast::channel(2);
    /// for i in 0..3 {
    ///     tx.send(i).unwrap();
    /// }
    /// assert_eq!(rx.recv().await, Err(RecvError::Lagged(1))); // 0 was overwritten
    /// assert_eq!(rx.recv().await, Ok(1));
    /// assert_eq!(rx.recv().await, Ok(2));
    /// # }
    /// ```
    pub async fn recv(&mut self) -> Result<T, RecvError> {
        cooperative(Recv::new(self)).await
    }

    /// Receives the next value if there is one. It never waits.
    ///
    /// # Errors
    ///
    /// - [`TryRecvError::Empty`] if there is no value yet.
    /// - [`TryRecvError::Lagged`] and [`TryRecvError::Closed`] as for [`recv`](Self::recv).
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::sync::broadcast::{self, error::TryRecvError};
    ///
    /// let (tx, mut rx) = broadcast::channel(16);
    /// assert_eq!(rx.try_recv(), Err(TryRecvError::Empty));
    /// tx.send(1).unwrap();
    /// assert_eq!(rx.try_recv(), Ok(1));
    /// ```
    pub fn try_recv(&mut self) -> Result<T, TryRecvError> {
        loop {
            match self.next(T::clone) {
                Some(result) => return result.map_err(TryRecvError::Lagged),
                None => {
                    let tail = self.ring.lock_tail();
                    if !self.is_behind(tail.position) {
                        return Err(match tail.closed {
                            true => TryRecvError::Closed,
                            false => TryRecvError::Empty,
                        });
                    }
                }
            }
        }
    }

    /// [`recv`](Self::recv) for code that is not async: blocks the thread until there is a value.
    ///
    /// # Errors
    ///
    /// As for [`recv`](Self::recv).
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
    /// use vitte::sync::broadcast;
    ///
    /// let (tx, mut rx) = broadcast::channel(16);
    /// let thread = std::thread::spawn(move || rx.blocking_recv());
    /// tx.send("hello").unwrap();
    /// assert_eq!(thread.join().unwrap(), Ok("hello"));
    /// # }
    /// ```
    #[track_caller]
    pub fn blocking_recv(&mut self) -> Result<T, RecvError> {
        blocking::block_on(self.recv())
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        /// Goes on after a value panicked when it was dropped.
        struct Leave<'a, T> {
            receiver: &'a mut Receiver<T>,
            until: u64,
            is_last: bool,
        }

        impl<T> Drop for Leave<'_, T> {
            fn drop(&mut self) {
                while self.receiver.next < self.until {
                    let rest = Leave {
                        receiver: self.receiver,
                        until: self.until,
                        is_last: self.is_last,
                    };
                    // Sees the value, or skips those that were overwritten.
                    rest.receiver.next(|_value| ());
                    std::mem::forget(rest);
                }
                if self.is_last {
                    self.receiver.ring.receivers_gone.notify_waiters();
                }
            }
        }

        let mut tail = self.ring.lock_tail();
        tail.receivers -= 1;
        let is_last = tail.receivers == 0;
        if is_last {
            tail.closed = true;
        }
        let until = tail.position;
        drop(tail);
        drop(Leave {
            receiver: self,
            until,
            is_last,
        });
    }
}

impl<T> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("broadcast::Receiver")
    }
}
