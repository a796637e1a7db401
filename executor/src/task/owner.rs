//! The owner of a set of tasks: the part that a scheduler and a `LocalSet` have in common.
//!
//! It knows which tasks are suspended, how many are alive, and whether it is closed. A task is
//! always in exactly one of three places: in a queue, being polled, or in the registry; shutdown
//! goes through the three until nothing is left, so that every task that ever started has its
//! future dropped while the owner still exists.

use std::sync::atomic::{AtomicBool, AtomicIsize, Ordering};

use vitte_context::park::Unparker;
use vitte_context::primitive::{CachePadded, Mutex, lock};

use super::registry::{Key, Registry, Suspended};
use crate::scheduler;

/// The tasks of one scheduler or one `LocalSet`.
#[derive(Debug)]
pub(crate) struct Owner {
    pub(crate) registry: Registry,
    closed: AtomicBool,
    /// How many tasks were spawned minus how many completed, per worker; the last entry is for
    /// all other threads. An entry may be negative: a task can complete on another thread.
    /// A worker's entry is written only by the thread that has its core. An owner without workers
    /// belongs to one thread, which alone spawns and polls.
    alive: Box<[CachePadded<AtomicIsize>]>,
    /// Who waits, during shutdown, for the last tasks to complete.
    drainer: Mutex<Option<Unparker>>,
}

impl Owner {
    /// An owner whose tasks are touched by that many workers, besides other threads.
    pub(crate) fn new(workers: usize) -> Self {
        Owner {
            registry: Registry::new(workers),
            closed: AtomicBool::new(false),
            alive: (0..=workers).map(|_| CachePadded::default()).collect(),
            drainer: Mutex::new(None),
        }
    }

    /// From here on every poll ends its task as cancelled.
    pub(crate) fn close(&self) {
        // Release: pairs with the Acquire in `is_closed`. A task that does not see it yet is
        // caught by the sweep of the registry, under whose locks it registers.
        self.closed.store(true, Ordering::Release);
    }

    #[inline]
    pub(crate) fn is_closed(&self) -> bool {
        // Acquire: pairs with the store in `close`.
        self.closed.load(Ordering::Acquire)
    }

    /// Says whom to unpark whenever a task completes or becomes ready from now on.
    pub(crate) fn set_drainer(&self, unparker: Unparker) {
        *lock(&self.drainer) = Some(unparker);
    }

    /// Unparks whoever drains this owner, if anyone does.
    pub(crate) fn unpark_drainer(&self) {
        let drainer = lock(&self.drainer).clone();
        if let Some(drainer) = drainer {
            drainer.unpark();
        }
    }

    /// Takes a task that is complete out of the registry. The last step of its life that touches
    /// the owner.
    pub(crate) fn complete(&self, key: Key) -> Option<Suspended> {
        let mut drainer = None;
        let removed = self
            .registry
            .remove(key, || drainer = lock(&self.drainer).clone());
        if let Some(drainer) = drainer {
            drainer.unpark();
        }
        removed
    }

    /// Counts a task that was spawned.
    #[inline]
    pub(crate) fn count_spawned(&self) {
        self.count(1);
    }

    /// Counts a task that completed.
    #[inline]
    pub(crate) fn count_completed(&self) {
        self.count(-1);
    }

    #[inline]
    fn count(&self, by: isize) {
        let others = self.alive.len() - 1;
        let own = match others {
            0 => Some(0),
            _ => scheduler::worker_with_core_of(self),
        };
        match own {
            Some(own) => {
                // Not an atomic addition: this thread is the only one that writes the entry.
                let count = &self.alive[own];
                count.store(count.load(Ordering::Relaxed) + by, Ordering::Relaxed);
            }
            None => {
                self.alive[others].fetch_add(by, Ordering::Relaxed);
            }
        }
    }

    /// How many tasks are alive. Exact once the threads involved have synchronised.
    pub(crate) fn alive(&self) -> usize {
        let sum: isize = self
            .alive
            .iter()
            .map(|count| count.load(Ordering::Relaxed))
            .sum();
        sum.max(0) as usize
    }
}
