//! Tasks that are woken when the injector is closed already; see [`shutdown`](super::shutdown).

use std::collections::VecDeque;

use vitte_context::primitive::{Mutex, lock};

use crate::task::header::Task;

/// Tasks that were woken after the injector was closed, or taken out of it together. Any thread
/// adds some; the one that drains the scheduler takes them.
#[derive(Debug, Default)]
pub(super) struct LateTasks {
    tasks: Mutex<Vec<Task>>,
}

impl LateTasks {
    pub(super) fn push(&self, task: Task) {
        lock(&self.tasks).push(task);
    }

    pub(super) fn extend(&self, tasks: VecDeque<Task>) {
        lock(&self.tasks).extend(tasks);
    }

    pub(super) fn pop(&self) -> Option<Task> {
        lock(&self.tasks).pop()
    }
}
