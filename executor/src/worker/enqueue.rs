//! How a task that becomes ready on a worker gets into the worker's queues, and when another worker
//! is woken for it.
//!
//! On the worker's thread, while it has the core: from a spawn or a wake inside of a poll, from the
//! driver's turn, or from the worker itself when it has found more than one task. Which of these
//! tasks is next is decided in [`search`](super::search).

use super::{Core, WorkerContext};
use crate::events::{Event, Why};
use crate::scheduler::multi_thread::Workers;
use crate::task::header::Task;

impl WorkerContext {
    /// Readies a task on this worker, and wakes another one if that could run it sooner.
    #[inline]
    pub(crate) fn enqueue(&self, core: &Core, workers: &Workers, task: Task, why: Why) {
        core.polling.note(Event::Readied(why));
        if why == Why::Defer {
            core.polling.defer(task);
            return;
        }
        if why == Why::Yield {
            // A task that yields with nothing else to run is taken up again at once; another
            // worker that was woken for it would only carry it back and forth.
            let alone = core.ready.is_empty();
            self.push(core, task);
            if !alone && !core.in_driver.get() {
                workers.wake_one_in_sight();
            }
            return;
        }
        if !core.lifo_open.get() {
            // As with a yield: alone, the task is where it would be in the slot, next in line.
            let alone = core.ready.is_empty();
            self.push(core, task);
            if !alone && !core.in_driver.get() {
                workers.wake_one();
            }
            return;
        }
        if core.in_driver.get() && !core.vitals.lifo.is_empty() {
            // In the order of their events. The first is in the slot, where no thief comes by; the
            // last would get there by an exchange for each.
            self.push(core, task);
        } else if let Some(queued) = core.vitals.lifo.put(task) {
            self.push(core, queued);
            workers.wake_one();
        }
    }

    /// Puts a task behind the others. If there is no room, the older half goes to the injector.
    #[inline]
    pub(super) fn push(&self, core: &Core, task: Task) {
        let mut task = task;
        while let Err(refused) = core.ready.push(task) {
            task = refused;
            self.scheduler().inject_overflow(core.ready.drain_half());
            self.note(core, Event::Overflowed);
        }
    }

    /// Readies the tasks that deferred themselves, in that order.
    pub(super) fn ready_deferred(&self, core: &Core) {
        core.polling.ready_deferred(|tasks| {
            for task in tasks {
                self.push(core, task);
            }
        });
    }

    /// Prepares the core for another thread: everything in it can then be taken.
    pub(crate) fn prepare_to_give_core(&self) {
        self.defer.wake_all();
        if let Some(core) = self.core() {
            self.ready_deferred(core);
            if let Some(task) = core.vitals.lifo.take() {
                self.push(core, task);
            }
            if core.has_tasks() {
                self.workers().wake_one();
            }
        }
    }
}
