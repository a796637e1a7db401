//! The owner of a set of tasks: the part that a scheduler and a `LocalSet` have in common.
//!
//! It knows which tasks are suspended, how many are alive, and whether it is closed. A task is
//! always in exactly one of three places: in a queue, being polled, or in the registry; shutdown
//! goes through the three until nothing is left, so that every task that ever started has its
//! future dropped while the owner still exists.

use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};

use vitte_context::block;
use vitte_context::park::Unparker;
use vitte_context::primitive::{CachePadded, Mutex, lock};

use super::hooks::Listeners;
use super::registry::{Key, Registry, Suspended};
use crate::scheduler;

/// What is counted of tasks. A task may be spawned on one thread and complete on another.
#[derive(Debug, Default)]
struct TaskCounts {
    spawned: AtomicU64,
    completed: AtomicU64,
    /// Tasks that were woken on a thread that is no worker. Those that were spawned on one are
    /// counted as that.
    injected: AtomicU64,
}

/// How many entries threads share that are no workers.
const SHARED_COUNTS: usize = 4;

/// The tasks of one scheduler or one `LocalSet`.
#[derive(Debug)]
pub(crate) struct Owner {
    pub(crate) registry: Registry,
    closed: AtomicBool,
    /// What is to be noticed about the tasks: a [`Listeners`]. Beside `closed`, which every poll reads.
    listeners: AtomicU8,
    /// What is counted per worker, and after that, in [`SHARED_COUNTS`] entries, on other threads. A
    /// worker's entry is written only by the thread that has its core. An owner without workers
    /// belongs to one thread, which alone spawns and polls, and has one entry.
    counts: Box<[CachePadded<TaskCounts>]>,
    /// Who waits, during shutdown, for the last tasks to complete.
    drainer: Mutex<Option<Unparker>>,
}

impl Owner {
    /// An owner whose tasks are touched by that many workers, besides other threads.
    pub(crate) fn new(workers: usize) -> Self {
        let shared = if workers == 0 { 1 } else { SHARED_COUNTS };
        Owner {
            registry: Registry::new(workers),
            closed: AtomicBool::new(false),
            listeners: AtomicU8::new(Listeners::NOTHING.bits()),
            counts: (0..workers + shared)
                .map(|_| CachePadded::default())
                .collect(),
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

    /// Says what is to be noticed about the tasks. Called before there are any.
    pub(crate) fn set_listeners(&self, listeners: Listeners) {
        self.listeners.store(listeners.bits(), Ordering::Relaxed);
    }

    #[inline]
    pub(crate) fn listeners(&self) -> Listeners {
        // Relaxed: it was set before the first task was made.
        Listeners::from_bits(self.listeners.load(Ordering::Relaxed))
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
    pub(crate) fn complete(&self, key: Key) -> Suspended {
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
        self.count(|counts| &counts.spawned);
    }

    /// Counts a task that completed.
    #[inline]
    pub(crate) fn count_completed(&self) {
        self.count(|counts| &counts.completed);
    }

    /// Counts a task that was woken on a thread that is no worker.
    #[inline]
    pub(crate) fn count_injected(&self) {
        self.shared_counts()
            .injected
            .fetch_add(1, Ordering::Relaxed);
    }

    #[inline]
    fn count(&self, which: impl Fn(&TaskCounts) -> &AtomicU64) {
        let own = match self.counts.len() {
            1 => Some(0),
            _ => scheduler::worker_with_core_of(self),
        };
        match own {
            Some(own) => {
                // Not an atomic addition: this thread is the only one that writes the entry.
                let count = which(&self.counts[own]);
                count.store(count.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
            }
            None => {
                which(self.shared_counts()).fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    /// The entry that this thread, which is no worker, shares with some others.
    #[inline]
    fn shared_counts(&self) -> &TaskCounts {
        let shared = block::thread_id() as usize % SHARED_COUNTS;
        &self.counts[self.counts.len() - 1 - shared]
    }

    fn sum(&self, which: impl Fn(&TaskCounts) -> &AtomicU64) -> u64 {
        self.counts
            .iter()
            .map(|counts| which(counts).load(Ordering::Relaxed))
            .sum()
    }

    /// How many tasks are alive. Exact once the threads involved have synchronised.
    pub(crate) fn alive(&self) -> usize {
        let completed = self.sum(|counts| &counts.completed);
        self.spawned().saturating_sub(completed) as usize
    }

    /// How many tasks there ever were.
    pub(crate) fn spawned(&self) -> u64 {
        self.sum(|counts| &counts.spawned)
    }

    /// How many tasks became ready on threads that are no workers.
    pub(crate) fn injected(&self) -> u64 {
        let shared = &self.counts[self.counts.len().saturating_sub(SHARED_COUNTS)..];
        let spawned = shared
            .iter()
            .map(|counts| counts.spawned.load(Ordering::Relaxed));
        self.sum(|counts| &counts.injected) + spawned.sum::<u64>()
    }
}
