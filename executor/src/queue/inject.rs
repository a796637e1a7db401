//! The injector: where tasks wait that no worker owns.
//!
//! Tasks come here from threads outside of the runtime, one by one, and from rings that overflow,
//! half a ring at a time. Workers look in now and then, and whenever they have nothing else. The
//! queues themselves are concurrent-queue's unbounded ones; closing them is what makes a late
//! `spawn` notice that the runtime is gone.
//!
//! Tasks that come one by one go to one of several *lanes*, so that threads that spawn at the same
//! time do not pass each other a queue's tail. A thread keeps to its lane: what it readies stays in
//! order. Between threads there is no order, as between workers; a scheduler with one worker has one
//! lane, and there all come in order.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};

use concurrent_queue::{ConcurrentQueue, PushError};
use vitte_context::block;

use crate::task::harness::Task;

/// How many lanes there are at most. Whoever looks for tasks looks into all of them, two cache lines
/// each.
const LANES_MAX: usize = 4;

/// A queue for many producers and many consumers; each producer's tasks come out in order.
#[derive(Debug)]
pub(crate) struct Inject {
    lanes: Box<[ConcurrentQueue<Task>]>,
    /// Tasks that were too many for a ring. They stay together: a worker that has no others takes
    /// them all, with the few atomic operations that one task alone would cost.
    overflow: ConcurrentQueue<VecDeque<Task>>,
    /// How many tasks are in `overflow`, or about to be.
    overflowed: AtomicUsize,
}

impl Inject {
    /// An injector for that many workers.
    pub(crate) fn new(workers: usize) -> Self {
        let lanes = workers.clamp(1, LANES_MAX).next_power_of_two();
        Inject {
            lanes: (0..lanes).map(|_| ConcurrentQueue::unbounded()).collect(),
            overflow: ConcurrentQueue::unbounded(),
            overflowed: AtomicUsize::new(0),
        }
    }

    /// Adds a task, or gives it back if the queue is closed.
    #[inline]
    pub(crate) fn push(&self, task: Task) -> Result<(), Task> {
        match self.lane(block::thread_id() as usize).push(task) {
            Ok(()) => Ok(()),
            Err(PushError::Closed(task) | PushError::Full(task)) => Err(task),
        }
    }

    /// Adds what a ring had no room for, or gives it back if the injector is closed.
    pub(crate) fn push_overflow(&self, tasks: VecDeque<Task>) -> Result<(), VecDeque<Task>> {
        let count = tasks.len();
        // Before the push, so that the count is never too low. Relaxed: whoever has to see it is
        // told by the idle protocol, whose fence comes after this.
        self.overflowed.fetch_add(count, Ordering::Relaxed);
        self.overflow.push(tasks).map_err(|error| {
            self.overflowed.fetch_sub(count, Ordering::Relaxed);
            error.into_inner()
        })
    }

    #[inline]
    fn lane(&self, number: usize) -> &ConcurrentQueue<Task> {
        // Their number is a power of two.
        &self.lanes[number & (self.lanes.len() - 1)]
    }

    /// Takes a task that came by itself, from lane `first` if there is one. Who takes tasks again and
    /// again begins with another lane each time, so that none waits behind an endless supply.
    #[inline]
    pub(crate) fn pop(&self, first: usize) -> Option<Task> {
        (0..self.lanes.len()).find_map(|offset| {
            let lane = self.lane(first.wrapping_add(offset));
            // Without this look, `pop` would pass a fence before it finds the queue empty.
            if lane.is_empty() {
                return None;
            }
            lane.pop().ok()
        })
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
        self.lanes.iter().all(ConcurrentQueue::is_empty)
            && self.overflowed.load(Ordering::Relaxed) == 0
    }

    pub(crate) fn len(&self) -> usize {
        let singles: usize = self.lanes.iter().map(ConcurrentQueue::len).sum();
        singles + self.overflowed.load(Ordering::Relaxed)
    }

    /// Refuses tasks from now on; those inside can still be popped.
    pub(crate) fn close(&self) {
        for lane in &self.lanes {
            lane.close();
        }
        self.overflow.close();
    }
}
