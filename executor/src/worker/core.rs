//! The core: a worker's queues, and what it remembers from one task to the next.
//!
//! Whoever has the core is the worker, and nobody else touches what is in it but through
//! [`Vitals`] and the ring's stealer. Here is how a task gets into its queues; in which order they
//! are looked at is in `search`.

use std::cell::Cell;
use std::sync::Arc;

use vitte_context::clock;
use vitte_context::primitive::CachePadded;

use super::rest::Stint;
use crate::config::Config;
use crate::polling::Polling;
use crate::queue::Ready;
use crate::scheduler::multi_thread::Workers;
use crate::scheduler::{Scheduler, Why};
use crate::task::harness::Task;
use crate::worker::pace::Pace;
use crate::worker::vitals::Vitals;

/// What makes a thread a worker. Whoever has it is the owner of the ring.
pub(crate) struct Core {
    pub(super) index: usize,
    /// The LIFO slot, and what else others see while this worker is inside a poll.
    pub(super) vitals: Arc<CachePadded<Vitals>>,
    pub(super) lifo_open: Cell<bool>,
    pub(super) lifo_enabled: bool,
    pub(super) ready: Ready,
    /// The injector's overflow is looked at next, and only then its single tasks.
    pub(super) overflow_first: Cell<bool>,
    /// The lane of the injector that is looked at first.
    lane: Cell<usize>,
    /// Counted as searching by the idle protocol.
    pub(super) searching: Cell<bool>,
    /// It has taken up a task since it last slept or searched.
    pub(super) at_work: Cell<bool>,
    pub(super) stint: Stint,
    /// Inside a turn of the driver: what it readies is announced once, after the turn.
    pub(super) in_driver: Cell<bool>,
    pub(super) pace: Pace,
    pub(super) polling: Polling,
}

impl Core {
    pub(crate) fn new(
        index: usize,
        ready: Ready,
        vitals: Arc<CachePadded<Vitals>>,
        config: &Config,
    ) -> Self {
        let lifo_enabled = !config.disable_lifo_slot;
        Core {
            index,
            vitals,
            lifo_open: Cell::new(lifo_enabled),
            lifo_enabled,
            ready,
            overflow_first: Cell::new(false),
            lane: Cell::new(0),
            searching: Cell::new(false),
            at_work: Cell::new(false),
            stint: Stint::new(clock::system_now()),
            in_driver: Cell::new(false),
            pace: Pace::new(config.global_queue_interval),
            polling: Polling::new(config),
        }
    }

    #[inline]
    pub(crate) fn index(&self) -> usize {
        self.index
    }

    /// Readies a task on this worker.
    #[inline]
    pub(crate) fn enqueue(&self, scheduler: &Scheduler, workers: &Workers, task: Task, why: Why) {
        self.polling.count_ready();
        if why == Why::Defer {
            self.polling.defer(task);
            return;
        }
        if why == Why::Yield {
            // A task that yields with nothing else to run is taken up again at once; another
            // worker that was woken for it would only carry it to and fro.
            let alone = self.ready.is_empty();
            self.push(scheduler, task);
            if !alone && !self.in_driver.get() {
                workers.wake_one_in_sight();
            }
            return;
        }
        if !self.lifo_open.get() {
            // As with a yield: alone, the task is where it would be in the slot, next in line.
            let alone = self.ready.is_empty();
            self.push(scheduler, task);
            if !alone && !self.in_driver.get() {
                workers.wake_one();
            }
            return;
        }
        if self.in_driver.get() && !self.vitals.lifo.is_empty() {
            // In the order of their events. The first is in the slot, where no thief comes by; the
            // last would get there by an exchange for each.
            self.push(scheduler, task);
        } else if let Some(queued) = self.vitals.lifo.put(task) {
            self.push(scheduler, queued);
            workers.wake_one();
        }
    }

    /// Puts a task at the ring's tail. A full ring gives its older half to the injector.
    #[inline]
    pub(super) fn push(&self, scheduler: &Scheduler, task: Task) {
        let mut task = task;
        while let Err(refused) = self.ready.push(task) {
            task = refused;
            scheduler.inject_overflow(self.ready.drain_half());
            scheduler.worker_metrics(self.index).note_overflow();
        }
    }

    /// The lane of the injector at which the next look begins.
    pub(super) fn next_lane(&self) -> usize {
        let lane = self.lane.get();
        self.lane.set(lane.wrapping_add(1));
        lane
    }

    /// The worker sleeps or searches.
    pub(super) fn leave_work(&self) {
        self.at_work.set(false);
        self.vitals.note_idle();
    }

    /// The next task of this worker's own.
    #[inline]
    pub(crate) fn next_local_task(&self) -> Option<Task> {
        self.vitals.lifo.take().or_else(|| self.ready.pop())
    }

    #[inline]
    pub(super) fn has_tasks(&self) -> bool {
        self.count_tasks() > 0
    }

    #[inline]
    pub(super) fn count_tasks(&self) -> usize {
        self.ready.len() + usize::from(!self.vitals.lifo.is_empty())
    }

    /// Readies the tasks that deferred themselves, in that order.
    pub(super) fn ready_deferred(&self, scheduler: &Scheduler) {
        self.polling.ready_deferred(|tasks| {
            for task in tasks {
                self.push(scheduler, task);
            }
        });
    }

    /// Empties the LIFO slot into the ring, where others can take the task.
    pub(super) fn spill_lifo(&self, scheduler: &Scheduler) {
        if let Some(task) = self.vitals.lifo.take() {
            self.push(scheduler, task);
        }
    }
}
