//! Where a worker looks for its next task, and in which order; see [`super`].

use vitte_context::choose::{self, Kind};

use super::{Core, WorkerContext};
use crate::queue;
use crate::task::harness::Task;

impl WorkerContext {
    /// The next task that is not another worker's.
    #[inline]
    pub(super) fn next_task(&self, core: &Core) -> Option<Task> {
        if core.polling.tick() % core.pace.interval() == 0 {
            let injected = self.look_at_injector(core);
            if injected.is_some() {
                return injected;
            }
        }
        let local = core.next_local_task();
        if local.is_some() {
            return local;
        }
        core.wants_rest
            .set(!self.has_deferred(core) && self.had_tiny_tasks(core));
        if core.wants_rest.get() {
            return None;
        }
        self.take_injected(core)
    }

    /// Takes a task from outside before the worker's own; of those that overflowed only every other
    /// time. They are half a ring, and a worker that always had more of them at its next look would
    /// not run dry for as long as another one spawns.
    fn look_at_injector(&self, core: &Core) -> Option<Task> {
        let overflow = core.overflow_first.get();
        core.overflow_first.set(!overflow);
        overflow
            .then(|| self.take_overflow(core))
            .flatten()
            .or_else(|| self.scheduler().inject.pop(core.next_lane()))
    }

    /// Takes this worker's share of what came by itself, or what overflowed: one task to run, the
    /// others for the ring. Which of them comes first changes with every call, so that neither waits
    /// behind an endless supply of the other.
    fn take_injected(&self, core: &Core) -> Option<Task> {
        let overflow_first = core.overflow_first.get();
        core.overflow_first.set(!overflow_first);
        if overflow_first {
            self.take_overflow(core).or_else(|| self.take_share(core))
        } else {
            self.take_share(core).or_else(|| self.take_overflow(core))
        }
    }

    fn take_share(&self, core: &Core) -> Option<Task> {
        let inject = &self.scheduler().inject;
        let lane = core.next_lane();
        let first = inject.pop(lane)?;
        let share = inject.len() / self.workers().len();
        let room = core.ring.free().min(queue::CAPACITY / 2);
        for _ in 0..share.min(room) {
            let Some(task) = inject.pop(lane) else { break };
            core.push(self.scheduler(), task);
        }
        Some(first)
    }

    /// Takes tasks that were too many for some worker's ring. If they are too many for this one's,
    /// too, it takes one, and the others go to the back: tasks that keep a ring full for ever must
    /// not keep those waiting that have left it.
    fn take_overflow(&self, core: &Core) -> Option<Task> {
        let mut tasks = self.scheduler().inject.pop_overflow()?;
        let first = tasks.pop_front();
        if core.ring.free() < tasks.len() {
            self.scheduler().inject_overflow(tasks);
            return first;
        }
        for task in tasks {
            core.push(self.scheduler(), task);
        }
        first
    }

    /// Robs another worker of half of its ring.
    pub(super) fn steal(&self, core: &Core) -> Option<Task> {
        if core.wants_rest.get() {
            return None;
        }
        let workers = self.workers();
        if !core.searching.get() {
            if !workers.idle.try_start_searching() {
                return None;
            }
            core.searching.set(true);
            core.leave_work();
        }
        let count = workers.len();
        let start = choose::random(Kind::Steal, count);
        for offset in 0..count {
            let victim = (start + offset) % count;
            if victim == core.index {
                continue;
            }
            let stolen = workers.remote(victim).stealer.steal_into(&core.ring);
            if stolen.is_some() {
                // The ring was empty before, or there would have been nothing to look for.
                self.metrics(core).note_steal(1 + core.ring.len());
                return stolen;
            }
        }
        self.take_injected(core)
    }
}
