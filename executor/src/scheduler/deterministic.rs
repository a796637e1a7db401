//! The deterministic scheduler: everything on one thread, with every decision left to a chooser.
//!
//! One thing happens at a time. A *step* is one poll of a task or of `block_on`'s future, or one
//! turn of a blocking job. Before each step the scheduler gathers all that could go next and lets
//! the runtime's chooser choose; after it, the clock has moved by a microsecond. How many
//! operations a poll may do before its budget ends it is a choice too: that is how tasks are
//! interrupted between two operations that would both be ready. When nothing can go next, the clock
//! jumps to the next deadline, and when there is none, the run fails and reports which task or job
//! waits for what.
//!
//! - `run`: the loop.
//! - `failure`: how a run that cannot go on is reported; `who`: the names of those involved.
//! - [`BatonJobs`]: the blocking jobs, on threads that take turns.
//!
//! Tasks and jobs are numbered in the order of their spawning; these ordinals, and virtual times,
//! are what the hash of a run is made of. Addresses and task ids differ from run to run.

mod failure;
mod run;
pub(crate) mod waiter;

use std::fmt;
use std::ptr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Weak};

use vitte_context::RuntimeCore;
use vitte_context::baton::Baton;
use vitte_context::primitive::{Mutex, lock};
use vitte_context::trace::Waiting;

use super::Scheduler;
use super::one_thread::OneThread;
use crate::blocking::{BatonJobs, Job, Submitted};
use crate::config::{Config, DeterministicConfig};
use crate::driver::DriverPair;
use crate::events::Why;
use crate::local_set::LocalQueue;
use crate::task::header::Header;
use crate::task::header::Task;

/// What all threads see of the scheduler.
pub(crate) struct Deterministic {
    pub(super) one: OneThread,
    pub(super) baton: Arc<Baton>,
    pub(super) jobs: BatonJobs,
    config: DeterministicConfig,
    /// The next task's or job's number; 0 is `block_on`'s future.
    next_ordinal: AtomicU32,
    /// The `LocalSet`s that run in this runtime.
    local_sets: Mutex<Vec<Weak<LocalQueue>>>,
}

impl Deterministic {
    pub(super) fn new(config: &Config, options: DeterministicConfig, driver: DriverPair) -> Self {
        let unpark = driver.unpark.clone();
        Deterministic {
            one: OneThread::new(config, driver),
            baton: Baton::new(Box::new(move || unpark.unpark())),
            jobs: BatonJobs::new(config),
            config: options,
            next_ordinal: AtomicU32::new(1),
            local_sets: Mutex::default(),
        }
    }

    /// See [`Scheduler::enqueue`].
    pub(super) fn enqueue(&self, scheduler: &Scheduler, task: Task, why: Why) {
        if self.one.enqueue(scheduler, task, why) {
            self.baton.note_wake();
            self.one.unpark();
        }
    }

    /// The future that was given to `block_on` was woken.
    pub(super) fn wake_root(&self) {
        self.one.note_root_wake();
        self.baton.note_wake();
        self.one.unpark();
    }

    /// Adds a blocking job. Its turn will come.
    pub(super) fn submit_job(&self, runtime: &Arc<RuntimeCore>, job: Job) -> Submitted {
        let number = |header: &Header| self.number(header);
        self.jobs.submit(&self.baton, runtime, job, number)
    }

    /// Gives a new task or job its number.
    pub(super) fn number(&self, header: &Header) -> u32 {
        // Relaxed: the thread that spawns has the baton, or is foreign.
        let ordinal = self.next_ordinal.fetch_add(1, Ordering::Relaxed);
        header.set_ordinal(ordinal);
        ordinal
    }

    /// The same for a task of a `LocalSet`, which has a registry of its own.
    pub(super) fn number_local(&self, header: &Header, set: &Arc<LocalQueue>) {
        self.number(header);
        let mut sets = lock(&self.local_sets);
        if !sets
            .iter()
            .any(|known| ptr::eq(known.as_ptr(), Arc::as_ptr(set)))
        {
            sets.retain(|known| known.strong_count() > 0);
            sets.push(Arc::downgrade(set));
        }
    }

    /// Calls `f` with every suspended task and what it waits for: the scheduler's, and those of
    /// `LocalSet`s.
    fn for_each_task(&self, scheduler: &Scheduler, mut f: impl FnMut(&Header, Option<Waiting>)) {
        scheduler.owner().registry.for_each(&mut f);
        for set in lock(&self.local_sets).iter().filter_map(Weak::upgrade) {
            set.owner().registry.for_each(&mut f);
        }
    }

    pub(super) fn labels(&self) -> Labels {
        Labels {
            foreign_wakes: self.baton.foreign_wakes(),
            io: self.config.io,
        }
    }
}

/// What may keep a run from repeating.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Labels {
    /// How many wakes came from threads that have no part in the run.
    pub foreign_wakes: u64,
    /// Sockets are enabled, and with them the world outside.
    pub io: bool,
}

impl fmt::Debug for Deterministic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Deterministic")
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}
