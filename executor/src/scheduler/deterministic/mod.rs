//! The deterministic scheduler: the current-thread one, with every decision left to a chooser.
//!
//! One thing happens at a time. A *step* is one poll of a task or of `block_on`'s future, or one
//! turn of a blocking job. Before each step the scheduler gathers all that could go next and lets
//! the runtime's chooser choose; after it, the clock has moved by a microsecond. How many
//! operations a poll may do before its budget ends it is a choice too: that is how tasks are
//! interrupted between two operations that would both be ready. When nothing can go next, the
//! clock jumps to the next deadline, and when there is none, the run fails and says who waits for
//! what.
//!
//! - `run`: the loop.
//! - `failure`: how a run that cannot go on is told.
//! - [`BatonJobs`](crate::blocking::BatonJobs): the blocking jobs, on threads that take turns.
//!
//! Tasks and jobs are numbered in the order of their spawning; these ordinals, and virtual times,
//! are what the hash of a run is made of. Addresses and task ids differ from run to run.

mod failure;
mod run;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use vitte_context::baton::Baton;

use crate::blocking::BatonJobs;
use crate::config::{Config, DeterministicConfig};
use crate::driver::Unpark;
use crate::task::header::Header;

pub(crate) use failure::{Waiter, Who, describe};
pub(super) use run::Run;

/// What a deterministic scheduler has besides what the current-thread one has.
pub(crate) struct Deterministic {
    pub(crate) baton: Arc<Baton>,
    pub(crate) jobs: BatonJobs,
    config: DeterministicConfig,
    /// The next task's or job's number; 0 is `block_on`'s future.
    next_ordinal: AtomicU32,
}

impl Deterministic {
    pub(super) fn new(
        config: &Config,
        options: DeterministicConfig,
        unpark: Arc<dyn Unpark>,
    ) -> Self {
        Deterministic {
            baton: Baton::new(Box::new(move || unpark.unpark())),
            jobs: BatonJobs::new(config),
            config: options,
            next_ordinal: AtomicU32::new(1),
        }
    }

    /// Gives a new task or job its number.
    pub(crate) fn number(&self, header: &Header) -> u32 {
        // Relaxed: whoever spawns has the baton, or is foreign.
        let ordinal = self.next_ordinal.fetch_add(1, Ordering::Relaxed);
        header.set_ordinal(ordinal);
        ordinal
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
