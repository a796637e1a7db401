//! What a worker of the multi-thread scheduler shows of itself while it is inside a poll.
//!
//! The worker writes it with plain stores, at each task; the [sentinel](crate::sentinel) reads it,
//! some hundred times a second at most. It has a cache line of its own, away from the ring, so
//! that thieves, which look at the ring, do not slow the worker down here.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use vitte_context::primitive::CachePadded;

use crate::queue::LifoSlot;
use crate::task::header::Task;

/// Stands for the time at which a worker goes to work that has nothing to do.
const IDLE: u64 = u64::MAX;

/// The part of a worker's core that others reach while its thread is busy.
#[derive(Debug)]
pub(crate) struct Vitals {
    pub(crate) lifo: LifoSlot<Task>,
    /// How many tasks the worker has taken up; not those that it ran right after another one, out
    /// of the LIFO slot.
    taken: AtomicU64,
    /// When the worker last went to work, and how many tasks it had taken up then, the first one
    /// included; no time if it has none to do. See [`Vitals::first_since`].
    went_to_work: AtomicU64,
    taken_first: AtomicU64,
}

impl Vitals {
    pub(crate) fn new() -> Arc<CachePadded<Self>> {
        Arc::new(CachePadded(Vitals {
            lifo: LifoSlot::new(),
            taken: AtomicU64::new(0),
            went_to_work: AtomicU64::new(IDLE),
            taken_first: AtomicU64::new(0),
        }))
    }

    /// How many tasks the worker has taken up.
    pub(crate) fn taken(&self) -> u64 {
        // Relaxed: readers compare two readings to see that nothing has changed.
        self.taken.load(Ordering::Relaxed)
    }

    /// The worker takes up a task. Only the thread that has the core calls this.
    #[inline]
    pub(crate) fn note_taken(&self) {
        // Not an atomic addition: there is one writer.
        let taken = self.taken.load(Ordering::Relaxed);
        self.taken.store(taken + 1, Ordering::Relaxed);
    }

    /// The worker has taken up a task after it slept or searched. Only the thread that has the core
    /// calls this, and `note_idle`.
    pub(crate) fn note_went_to_work(&self, nanos: u64) {
        self.went_to_work.store(nanos, Ordering::Relaxed);
        // Release: pairs with the Acquire in `first_since`: a reader that sees the number sees the
        // time.
        self.taken_first.store(self.taken(), Ordering::Release);
    }

    /// The worker goes to sleep, or begins to search.
    pub(crate) fn note_idle(&self) {
        self.went_to_work.store(IDLE, Ordering::Relaxed);
    }

    /// Since when the worker is in the first task since it went to work (or in what followed that
    /// from the LIFO slot); `None` if it is in a later one, or idle.
    pub(crate) fn first_since(&self) -> Option<u64> {
        let taken = self.taken();
        // Acquire: pairs with the Release in `note_went_to_work`. The time may be a later one than
        // belongs to the number, which makes the worker seem to be at work for less long.
        let first = self.taken_first.load(Ordering::Acquire);
        let since = self.went_to_work.load(Ordering::Relaxed);
        (taken == first && since != IDLE).then_some(since)
    }
}
