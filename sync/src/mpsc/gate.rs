//! Whether a sender may send: the part in which bounded and unbounded channels differ.

use super::list::{Head, Tail};
use crate::batch_semaphore::BatchSemaphore;

/// Lets messages into a channel, and closes it.
pub(super) trait Gate: Sized {
    /// The receiver has taken that many messages out.
    fn received(&self, n: usize);

    /// Lets no new message in.
    fn close<T>(&self, tail: &Tail<T>, head: &mut Head<T>);

    /// Whether it was closed.
    fn is_closed<T>(&self, tail: &Tail<T>) -> bool;

    /// Whether no message is in the channel nor can come, given that it was closed.
    fn is_idle<T>(&self, tail: &Tail<T>, head: &Head<T>) -> bool;
}

/// Any sender may send until the channel is closed. The closing is a bit in the list's tail.
pub(super) struct Open;

impl Gate for Open {
    #[inline]
    fn received(&self, _: usize) {}

    fn close<T>(&self, tail: &Tail<T>, head: &mut Head<T>) {
        head.close(tail);
    }

    #[inline]
    fn is_closed<T>(&self, tail: &Tail<T>) -> bool {
        tail.is_closed()
    }

    fn is_idle<T>(&self, tail: &Tail<T>, head: &Head<T>) -> bool {
        head.len(tail) == 0
    }
}

/// Who sends needs a permit, which the receiver gives back when it takes the message out.
pub(super) struct Permits {
    pub(super) semaphore: BatchSemaphore,
    pub(super) bound: usize,
}

impl Permits {
    #[inline]
    pub(super) fn is_all_free(&self) -> bool {
        self.semaphore.available_permits() == self.bound
    }
}

impl Gate for Permits {
    #[inline]
    fn received(&self, n: usize) {
        self.semaphore.release(n);
    }

    fn close<T>(&self, _: &Tail<T>, _: &mut Head<T>) {
        self.semaphore.close();
    }

    #[inline]
    fn is_closed<T>(&self, _: &Tail<T>) -> bool {
        self.semaphore.is_closed()
    }

    fn is_idle<T>(&self, _: &Tail<T>, _: &Head<T>) -> bool {
        self.is_all_free()
    }
}
