//! The injector: where tasks wait that no worker owns.
//!
//! Tasks come here from threads outside of the runtime, one by one, and from rings that overflow,
//! half a ring at a time. Workers look in now and then, and whenever they have nothing else. The
//! queues themselves are concurrent-queue's unbounded ones; closing them is what makes a late
//! `spawn` notice that the runtime is gone.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};

use concurrent_queue::ConcurrentQueue;

use super::lanes::Lanes;
use crate::task::header::Task;

/// A queue for many producers and many consumers; each producer's tasks come out in order.
#[derive(Debug)]
pub(crate) struct Inject {
    singles: Lanes<Task>,
    /// Tasks that were too many for a ring. They stay together: a worker that has no others takes
    /// them all, with the few atomic operations that one task alone would cost.
    overflow: ConcurrentQueue<VecDeque<Task>>,
    /// How many tasks are in `overflow`, or about to be.
    overflowed: AtomicUsize,
}

impl Inject {
    /// An injector for that many workers.
    pub(crate) fn new(workers: usize) -> Self {
        Inject {
            singles: Lanes::new(workers),
            overflow: ConcurrentQueue::unbounded(),
            overflowed: AtomicUsize::new(0),
        }
    }

    /// Adds a task, or gives it back if the queue is closed.
    #[inline]
    pub(crate) fn push(&self, task: Task) -> Result<(), Task> {
        self.singles.push(task)
    }

    /// Adds what a ring had no room for, or gives it back if the injector is closed.
    pub(crate) fn push_overflow(&self, tasks: VecDeque<Task>) -> Result<(), VecDeque<Task>> {
        let count = tasks.len();
        // Before the push, so that the count is never too low. Relaxed: the idle
        // protocol, whose fence comes after this, makes it visible to a worker that has to see it.
        self.overflowed.fetch_add(count, Ordering::Relaxed);
        self.overflow.push(tasks).map_err(|error| {
            self.overflowed.fetch_sub(count, Ordering::Relaxed);
            error.into_inner()
        })
    }

    /// Takes a task that came by itself, from lane `first` if that has one. A worker begins with
    /// another lane each time, so that no lane waits behind an endless supply in another one.
    #[inline]
    pub(crate) fn pop(&self, first: usize) -> Option<Task> {
        self.singles.pop(first)
    }

    /// Takes what a ring had no room for, which is never nothing.
    #[inline]
    pub(crate) fn pop_overflow(&self) -> Option<VecDeque<Task>> {
        if self.overflowed.load(Ordering::Relaxed) == 0 {
            return None;
        }
        let tasks = self.overflow.pop().ok()?;
        self.overflowed.fetch_sub(tasks.len(), Ordering::Relaxed);
        Some(tasks)
    }

    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.singles.is_empty() && self.overflowed.load(Ordering::Relaxed) == 0
    }

    pub(crate) fn len(&self) -> usize {
        self.singles.len() + self.overflowed.load(Ordering::Relaxed)
    }

    /// Refuses tasks from now on; those inside can still be popped.
    pub(crate) fn close(&self) {
        self.singles.close();
        self.overflow.close();
    }
}
