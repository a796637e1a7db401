//! What a worker has ready besides the task in its LIFO slot.
//!
//! There is one class of tasks, so it is one ring, first in, first out. The worker's core and
//! its thieves know only what is here: they push, pop, count, make room, and take half of another
//! worker's. Which of several tasks comes first is decided nowhere else.

use std::collections::VecDeque;

use super::local::{self, CAPACITY, Local, Stealer};
use crate::task::header::Task;

/// The owner's end. Used by the thread that has the worker's core.
#[derive(Debug)]
pub(crate) struct Ready {
    ring: Local<Task>,
}

/// The end of all other threads.
#[derive(Debug)]
pub(crate) struct ReadyStealer {
    ring: Stealer<Task>,
}

/// No tasks yet: both ends.
pub(crate) fn ready() -> (Ready, ReadyStealer) {
    let (local, stealer) = local::ring();
    (Ready { ring: local }, ReadyStealer { ring: stealer })
}

impl Ready {
    /// Adds a task behind all others, or gives it back if there is no room.
    #[inline]
    pub(crate) fn push(&self, task: Task) -> Result<(), Task> {
        self.ring.push(task)
    }

    /// Takes the task that is next.
    #[inline]
    pub(crate) fn pop(&self) -> Option<Task> {
        self.ring.pop()
    }

    /// How many tasks there are; others may rob this of some meanwhile.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.ring.len()
    }

    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.ring.is_empty()
    }

    /// How many tasks may be added at once. Never more than half of what fits, so that those that
    /// the tasks ready in turn find room, too.
    pub(crate) fn room(&self) -> usize {
        self.ring.free().min(CAPACITY / 2)
    }

    /// Makes room where there is none: takes the half that has waited longest.
    pub(crate) fn drain_half(&self) -> VecDeque<Task> {
        let mut tasks = VecDeque::with_capacity(CAPACITY / 2);
        self.ring.drain_half(|task| tasks.push_back(task));
        tasks
    }

    /// Takes half of another worker's tasks, rounded up: one to run, the others come here. Takes
    /// nothing unless there is room for half a ring.
    pub(crate) fn rob(&self, victim: &ReadyStealer) -> Option<Task> {
        victim.ring.steal_into(&self.ring)
    }
}

impl ReadyStealer {
    /// Whether there is nothing to take, as far as one can tell from here.
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.ring.is_empty()
    }

    /// How many tasks there are, as far as one can tell from here.
    pub(crate) fn len(&self) -> usize {
        self.ring.len()
    }

    /// How many tasks the owner has ever added.
    pub(crate) fn pushed(&self) -> u64 {
        self.ring.pushed()
    }
}
