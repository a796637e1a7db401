//! The semaphore's word: free permits and two flags.

use super::{BatchSemaphore, overflow};

const CLOSED: usize = 1;
const QUEUED: usize = 2;
/// The permits lie above the flags. `MAX_PERMITS` leaves room for one flag more.
const SHIFT: u32 = 2;

/// The word at one moment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Snapshot(usize);

impl Snapshot {
    pub(super) const fn with_permits(permits: usize) -> Self {
        Snapshot(permits << SHIFT)
    }

    pub(super) const fn from_word(word: usize) -> Self {
        Snapshot(word)
    }

    pub(super) const fn word(self) -> usize {
        self.0
    }

    pub(super) const fn permits(self) -> usize {
        self.0 >> SHIFT
    }

    /// Whether no more permits are given out.
    pub(super) const fn is_closed(self) -> bool {
        self.0 & CLOSED != 0
    }

    /// Whether the queue is not empty.
    pub(super) const fn is_queued(self) -> bool {
        self.0 & QUEUED != 0
    }

    pub(super) const fn closed(self) -> Self {
        Snapshot(self.0 | CLOSED)
    }

    pub(super) const fn unqueued(self) -> Self {
        Snapshot(self.0 & !QUEUED)
    }

    /// All free permits are taken, by a request that queues for more.
    pub(super) const fn exhausted_and_queued(self) -> Self {
        Snapshot(self.0 & CLOSED | QUEUED)
    }

    /// `permits` fewer, or `None` if there are not that many.
    #[inline]
    pub(super) fn minus(self, permits: usize) -> Option<Self> {
        if self.permits() < permits {
            return None;
        }
        Some(Snapshot(self.0 - (permits << SHIFT)))
    }

    /// Up to `permits` fewer, and how many those are.
    pub(super) fn minus_up_to(self, permits: usize) -> (Self, usize) {
        let taken = self.permits().min(permits);
        (Snapshot(self.0 - (taken << SHIFT)), taken)
    }

    /// `permits` more, or `None` if a semaphore cannot hold that many.
    #[inline]
    pub(super) fn checked_plus(self, permits: usize) -> Option<Self> {
        // Both are below `usize::MAX >> 3` once the first test has passed: no overflow.
        let fits = permits <= BatchSemaphore::MAX_PERMITS
            && self.permits() + permits <= BatchSemaphore::MAX_PERMITS;
        fits.then(|| Snapshot(self.0 + (permits << SHIFT)))
    }

    /// `permits` more; panics if a semaphore cannot hold that many.
    #[inline]
    pub(super) fn plus(self, permits: usize) -> Self {
        match self.checked_plus(permits) {
            Some(sum) => sum,
            None => overflow(permits),
        }
    }
}
