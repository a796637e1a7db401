//! Where receivers wait for a change: several queues, so that they do not all contend for one lock.
//!
//! # Protocol
//!
//! A receiver queues up, says so in `occupied`, and then looks at the version once more; a sender
//! changes the version and then looks at `occupied`. All four are SeqCst: one of the two sees the
//! other. A bit of `occupied` is set and cleared under the mutex of its queue; while it is clear
//! the queue is empty, so a change that no receiver waits for costs one load here.

use std::pin::Pin;

use vitte_context::block;
use vitte_context::primitive::atomic::Ordering::{Relaxed, Release, SeqCst};
use vitte_context::primitive::atomic::{AtomicBool, AtomicUsize, fence};
use vitte_context::primitive::{CachePadded, Mutex, MutexGuard, lock};

use crate::waiters::{WaitList, Waiter, release_all};

/// How many queues there are. Workers are spread over them.
#[cfg(not(vitte_loom))]
const QUEUES: usize = 8;
#[cfg(vitte_loom)]
const QUEUES: usize = 2;

/// Whether a waiter is queued. Written under the mutex of its queue.
pub(super) type Queued = AtomicBool;

type Queue = Mutex<WaitList<Queued>>;

pub(super) struct WaitingRoom {
    /// A bit for every queue that may not be empty.
    occupied: CachePadded<AtomicUsize>,
    queues: [Queue; QUEUES],
}

impl WaitingRoom {
    pub(super) fn new() -> Self {
        WaitingRoom {
            occupied: CachePadded(AtomicUsize::new(0)),
            queues: std::array::from_fn(|_| Mutex::new(WaitList::new())),
        }
    }

    /// The queue for this thread: that of its worker.
    pub(super) fn choose(&self) -> usize {
        block::worker_index().map_or(0, |worker| worker + 1) % QUEUES
    }

    pub(super) fn lock(&self, queue: usize) -> MutexGuard<'_, WaitList<Queued>> {
        lock(&self.queues[queue])
    }

    /// Adds a waiter. The caller looks at the version afterwards, still under the lock.
    ///
    /// # Safety
    ///
    /// As for [`WaitList::push_back`]; `list` is the queue with that number.
    pub(super) unsafe fn add(
        &self,
        queue: usize,
        list: &mut WaitList<Queued>,
        waiter: Pin<&Waiter<Queued>>,
    ) {
        // Relaxed: the mutex of the queue is held.
        waiter.payload().store(true, Relaxed);
        // SAFETY: the caller's promise.
        unsafe { list.push_back(waiter) };
        // SeqCst, and a full barrier: stands before the look at the version. A bit that is set
        // already stays set, as the mutex is held; it is not written, but the order is kept.
        if self.occupied.load(Relaxed) & 1 << queue == 0 {
            self.occupied.fetch_or(1 << queue, SeqCst);
        }
        fence(SeqCst);
    }

    /// Wakes all receivers that wait now. The caller has changed the version before.
    pub(super) fn release_everybody(&self) {
        fence(SeqCst);
        // SeqCst: comes after the change of the version.
        let mut occupied = self.occupied.load(SeqCst);
        while occupied != 0 {
            let queue = occupied.trailing_zeros() as usize;
            occupied &= occupied - 1;
            /// Wakes the other queues too if a waker panics.
            struct Rest<'a>(&'a WaitingRoom, usize);
            impl Drop for Rest<'_> {
                fn drop(&mut self) {
                    if std::thread::panicking() && self.1 != 0 {
                        self.0.release_everybody();
                    }
                }
            }
            let _rest = Rest(self, occupied);
            self.release(queue);
        }
    }

    fn release(&self, queue: usize) {
        let list = self.lock(queue);
        // Under the mutex: a receiver that queues up later sets the bit again. Relaxed: such a
        // receiver looks at the version after it has queued up.
        self.occupied.fetch_and(!(1 << queue), Relaxed);
        // Release: pairs with the Acquire in `Changed`; the last touch of the waiter.
        let release = |queued: &Queued| queued.store(false, Release);
        release_all(&self.queues[queue], list, |list| list, release);
    }
}
