//! The owner of a set of tasks: the part that a scheduler and a `LocalSet` have in common.
//!
//! It knows which tasks are suspended, how many are alive, and whether it is closed. A task is
//! always in exactly one of three places: in a queue, being polled, or in the registry; shutdown
//! goes through the three until nothing is left, so that every task that ever started has its
//! future dropped while the owner still exists.
//!
//! What embeds an owner (a scheduler, the queue of a `LocalSet`) is not known here: it hands in
//! what is done about the events that somebody [listens](Listeners) to.
//!
//! Three files import each other: a task's header points to its owner, the owner has the registry,
//! and the registry has headers.

use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::time::Duration;

use vitte_context::block;
use vitte_context::park::Unparker;
use vitte_context::primitive::{CachePadded, Mutex, lock};

use super::header::Header;
use super::listeners::Listeners;
use super::registry::{Key, Registry, Suspended};

/// What is done about the events in the lives of an owner's tasks. Called only for owners with
/// [`Listeners`], on the thread that polls the task.
///
/// What an event means depends on the type that the owner is embedded in. Code that makes an owner
/// knows that type, so each function may cast the owner's address to it.
///
/// # Safety
///
/// The functions may be called with a task that is not complete, and whose owner was made with
/// these very events.
#[derive(Debug)]
pub(crate) struct OwnerEvents {
    /// A task is about to be polled. Returns for how long it was ready, if that is measured.
    pub(crate) poll_begins: unsafe fn(&Header) -> Option<Duration>,
    /// It was polled; `latency` is what `poll_begins` returned.
    pub(crate) poll_ended: unsafe fn(&Header, latency: Option<Duration>, panicked: bool),
    /// A task has ended: its future is dropped, and its owner still counts it.
    pub(crate) ended: unsafe fn(&Header),
}

/// What is counted of tasks. A task may be spawned on one thread and complete on another.
#[derive(Debug, Default)]
struct TaskCounts {
    spawned: AtomicU64,
    completed: AtomicU64,
    /// Tasks that were woken on a thread that is not a worker. Those that were spawned on one are
    /// counted as that.
    injected: AtomicU64,
}

/// How many entries are shared by all threads that are not workers.
const SHARED_COUNTS: usize = 4;

/// The tasks of one scheduler or one `LocalSet`.
#[derive(Debug)]
pub(crate) struct Owner {
    pub(crate) registry: Registry,
    closed: AtomicBool,
    /// Which events somebody listens to: a [`Listeners`]. Beside `closed`, which every poll reads.
    listeners: AtomicU8,
    /// What is counted per worker, and after that, in [`SHARED_COUNTS`] entries, on other threads.
    /// A worker's entry is written only by the thread that has its core. An owner without workers
    /// belongs to one thread, which alone spawns and polls, and has one entry.
    counts: Box<[CachePadded<TaskCounts>]>,
    /// Who waits, during shutdown, for the last tasks to complete.
    drainer: Mutex<Option<Unparker>>,
    events: &'static OwnerEvents,
}

impl Owner {
    /// An owner whose tasks are touched by that many workers, besides other threads. `events` fit
    /// the type that the owner will be embedded in.
    pub(crate) fn new(workers: usize, events: &'static OwnerEvents) -> Self {
        let shared = if workers == 0 { 1 } else { SHARED_COUNTS };
        Owner {
            registry: Registry::new(workers),
            closed: AtomicBool::new(false),
            listeners: AtomicU8::new(Listeners::NOTHING.bits()),
            counts: (0..workers + shared)
                .map(|_| CachePadded::default())
                .collect(),
            drainer: Mutex::new(None),
            events,
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

    /// Says which events somebody listens to. Called before there are tasks.
    pub(crate) fn set_listeners(&self, listeners: Listeners) {
        self.listeners.store(listeners.bits(), Ordering::Relaxed);
    }

    #[inline]
    pub(crate) fn listeners(&self) -> Listeners {
        // Relaxed: it was set before the first task was made.
        Listeners::from_bits(self.listeners.load(Ordering::Relaxed))
    }

    #[inline]
    pub(super) fn events(&self) -> &'static OwnerEvents {
        self.events
    }

    /// Says whom to unpark whenever a task completes or becomes ready from now on.
    pub(crate) fn set_drainer(&self, unparker: Unparker) {
        *lock(&self.drainer) = Some(unparker);
    }

    /// Unparks the thread that drains this owner, if there is one.
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

    /// Counts a task that was woken on a thread that is not a worker.
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
            _ => self.worker_here(),
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

    /// Which of the workers that touch the tasks this thread is; `None` if it is not one of them,
    /// or has given its core away.
    #[inline]
    pub(crate) fn worker_here(&self) -> Option<usize> {
        block::worker_of(ptr::from_ref(self).cast())
    }

    /// The entry that this thread, which is not a worker, shares with some others.
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

    /// How many tasks became ready on threads that are not workers.
    pub(crate) fn injected(&self) -> u64 {
        let shared = &self.counts[self.counts.len().saturating_sub(SHARED_COUNTS)..];
        let spawned = shared
            .iter()
            .map(|counts| counts.spawned.load(Ordering::Relaxed));
        self.sum(|counts| &counts.injected) + spawned.sum::<u64>()
    }
}
