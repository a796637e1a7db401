//! The receiving half.

use std::fmt;

use vitte_context::primitive::Arc;

use super::error::{RecvError, TryRecvError};
use super::recv::Recv;
use super::ring::{Read, Ring};
use crate::blocking;
use crate::cooperative::cooperative;

/// Receives everything that is sent while it exists; made by [`channel`](super::channel) and
/// [`Sender::subscribe`](super::Sender::subscribe).
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

    /// How many values were sent and not received. It may exceed the capacity.
    pub fn len(&self) -> usize {
        self.ring.published().wrapping_sub(self.next) as usize
    }

    /// Whether everything that was sent was received.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether both receive from the same channel.
    pub fn same_channel(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.ring, &other.ring)
    }

    /// How many senders keep the channel open.
    pub fn sender_strong_count(&self) -> usize {
        self.ring.strong_count()
    }

    /// How many weak senders there are.
    pub fn sender_weak_count(&self) -> usize {
        self.ring.weak_count()
    }

    /// Whether every sender is gone. There may still be values to receive.
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
    /// A receiver of everything that is sent from now on.
    pub fn resubscribe(&self) -> Self {
        Receiver::new(self.ring.clone(), self.ring.subscribe())
    }

    /// Receives the next value.
    ///
    /// # Errors
    ///
    /// [`RecvError::Lagged`] when values were overwritten unseen; the next call returns the oldest
    /// one that is left. [`RecvError::Closed`] when no value can come any more.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: no value is lost when the future is dropped before it is ready.
    pub async fn recv(&mut self) -> Result<T, RecvError> {
        cooperative(Recv::new(self)).await
    }

    /// Receives the next value if there is one.
    ///
    /// # Errors
    ///
    /// As for [`recv`](Self::recv), and [`TryRecvError::Empty`] when there is nothing yet.
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

    /// [`recv`](Self::recv), blocking this thread.
    ///
    /// # Errors
    ///
    /// As for [`recv`](Self::recv).
    ///
    /// # Panics
    ///
    /// When the thread drives a runtime.
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
