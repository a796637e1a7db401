//! What a worker of the multi-thread scheduler shows of itself while it is inside a poll.
//!
//! The worker writes it with plain stores, at each task; the [sentinel](crate::sentinel) reads it,
//! some hundred times a second at most. It has a cache line of its own, away from the ring, so
//! that thieves who look at the ring do not slow the worker down here.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use vitte_context::primitive::CachePadded;

use crate::queue::LifoSlot;
use crate::task::harness::Task;

/// The part of a worker's core that others reach while its thread is busy.
#[derive(Debug)]
pub(crate) struct Shown {
    pub(crate) lifo: LifoSlot<Task>,
    /// How many tasks the worker has taken up; not those that it ran right after another one, out
    /// of the LIFO slot.
    taken: AtomicU64,
}

impl Shown {
    pub(crate) fn new() -> Arc<CachePadded<Self>> {
        Arc::new(CachePadded(Shown {
            lifo: LifoSlot::new(),
            taken: AtomicU64::new(0),
        }))
    }

    /// How many tasks the worker has taken up.
    pub(crate) fn taken(&self) -> u64 {
        // Relaxed: whoever compares two readings looks for what does not change.
        self.taken.load(Ordering::Relaxed)
    }

    /// The worker takes up a task. Only the thread that has the core calls this.
    #[inline]
    pub(crate) fn note_taken(&self) {
        // Not an atomic addition: there is one writer.
        let taken = self.taken.load(Ordering::Relaxed);
        self.taken.store(taken + 1, Ordering::Relaxed);
    }
}
