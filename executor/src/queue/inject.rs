//! The injector: where tasks wait that no worker owns.
//!
//! Tasks come here from threads outside of the runtime and from rings that overflow. Workers look
//! in now and then, and whenever they have nothing else. The queue itself is concurrent-queue's
//! unbounded one; closing it is what makes a late `spawn` notice that the runtime is gone.

use concurrent_queue::{ConcurrentQueue, PushError};

use crate::task::harness::Task;

/// A queue for many producers and many consumers, first in, first out.
#[derive(Debug)]
pub(crate) struct Inject {
    queue: ConcurrentQueue<Task>,
}

impl Inject {
    pub(crate) fn new() -> Self {
        Inject {
            queue: ConcurrentQueue::unbounded(),
        }
    }

    /// Adds a task, or gives it back if the queue is closed.
    #[inline]
    pub(crate) fn push(&self, task: Task) -> Result<(), Task> {
        match self.queue.push(task) {
            Ok(()) => Ok(()),
            Err(PushError::Closed(task) | PushError::Full(task)) => Err(task),
        }
    }

    #[inline]
    pub(crate) fn pop(&self) -> Option<Task> {
        // Without this look, `pop` would pass a fence before it finds the queue empty.
        if self.queue.is_empty() {
            return None;
        }
        self.queue.pop().ok()
    }

    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    pub(crate) fn len(&self) -> usize {
        self.queue.len()
    }

    /// Refuses tasks from now on; those inside can still be popped.
    pub(crate) fn close(&self) {
        self.queue.close();
    }
}
