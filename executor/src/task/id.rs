//! Task ids.

use std::fmt;
use std::num::NonZeroU64;

use vitte_context::block;

/// Names a task, uniquely among all tasks that this process ever spawns.
///
/// Ids are not sequential, and say nothing about the order of spawning.
#[derive(Clone, Copy, Debug, Hash, Eq, Ord, PartialEq, PartialOrd)]
pub struct Id(NonZeroU64);

impl Id {
    pub(crate) fn from_raw(raw: u64) -> Option<Id> {
        NonZeroU64::new(raw).map(Id)
    }

    pub(crate) fn as_u64(self) -> u64 {
        self.0.get()
    }

    pub(crate) fn of(header: &super::header::Header) -> Id {
        // Ids are never 0; `MIN` stands in for a case that does not exist.
        Id(NonZeroU64::new(header.id()).unwrap_or(NonZeroU64::MIN))
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The id of the current task.
///
/// # Panics
///
/// Outside of a task. A future given to `block_on` is not a task.
#[track_caller]
pub fn id() -> Id {
    try_id().expect("Can't get a task id when not inside a task")
}

/// The id of the current task, or `None` outside of one.
#[track_caller]
pub fn try_id() -> Option<Id> {
    Id::from_raw(block::task_id())
}
