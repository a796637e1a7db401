//! The name of what makes a step of a deterministic run: the root future, a task or a job.
//!
//! The names are the same in each run of a seed: they have no address and no task id in them.

use std::fmt;
use std::panic::Location;

use crate::task::header::Header;

/// The root future, a task or a job: what a step of the run belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Who {
    pub(crate) ordinal: u32,
    kind: WhoKind,
    /// `None` for `block_on`'s future.
    spawned_at: Option<&'static Location<'static>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum WhoKind {
    Root,
    Task,
    Job,
}

impl Who {
    pub(crate) fn root() -> Self {
        Who {
            ordinal: 0,
            kind: WhoKind::Root,
            spawned_at: None,
        }
    }

    pub(crate) fn task(header: &Header) -> Self {
        Who {
            ordinal: header.ordinal(),
            kind: WhoKind::Task,
            spawned_at: Some(header.spawned_at()),
        }
    }

    pub(crate) fn is_job(self) -> bool {
        self.kind == WhoKind::Job
    }

    pub(crate) fn job(ordinal: u32, spawned_at: &'static Location<'static>) -> Self {
        Who {
            ordinal,
            kind: WhoKind::Job,
            spawned_at: Some(spawned_at),
        }
    }
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            WhoKind::Root => return f.write_str("the future of `block_on`"),
            WhoKind::Task => write!(f, "task {}", self.ordinal)?,
            WhoKind::Job => write!(f, "blocking job {}", self.ordinal)?,
        }
        match self.spawned_at {
            Some(spawned_at) => write!(f, ", spawned at {spawned_at},"),
            None => Ok(()),
        }
    }
}
