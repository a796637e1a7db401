//! Who is next: where a worker looks for its next task, and in which order.
//!
//! [`WorkerContext::next`] is the one place that decides it, at the start of each tick, on the
//! worker's thread. The task with which a worker goes on within a tick, the one that its last poll
//! left in the LIFO slot, is not searched for: see the loop in [`super`].

use vitte_context::choose::{self, Kind};

use super::{Core, WorkerContext};
use crate::events::Event;
use crate::task::header::Task;

/// What a worker does next.
pub(super) enum Next {
    /// It runs a task.
    Run(Task),
    /// It looks at the driver, after which the tasks that deferred themselves are ready.
    LookAtDriver,
    /// It waits.
    Park(Wait),
}

/// How a worker without tasks waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wait {
    /// There is nothing to run: until it is woken.
    Sleep,
    /// What there is to run is too small to share: for a moment.
    Rest,
}

impl WorkerContext {
    /// What is next.
    #[inline]
    pub(super) fn next(&self, core: &Core) -> Next {
        // 1. Every so many ticks a task from outside, so that it does not wait for as long as the
        //    worker has tasks of its own.
        if let Some(task) = self.take_if_due(core) {
            return Next::Run(task);
        }
        // 2. The worker's own: the LIFO slot, then what is ready.
        if let Some(task) = core.next_local_task() {
            return Next::Run(task);
        }
        // 3. Nothing, for a moment, if another worker runs tasks that are tiny.
        let has_deferred = self.has_deferred(core);
        if !has_deferred && self.had_tiny_tasks(core) {
            return Next::Park(Wait::Rest);
        }
        // 4. From outside.
        if let Some(task) = self.take_injected(core) {
            return Next::Run(task);
        }
        // 5. The worker's own that deferred themselves. They come before other workers' tasks,
        //    which would only travel back and forth.
        if has_deferred {
            return Next::LookAtDriver;
        }
        // 6. Other workers', unless enough workers search already; and once more from outside, for
        //    what was queued meanwhile.
        if self.start_searching(core) {
            if let Some(task) = self.rob(core).or_else(|| self.take_injected(core)) {
                return Next::Run(task);
            }
        }
        // 7. Nothing.
        Next::Park(Wait::Sleep)
    }

    /// Takes a task from outside if it is time for one. Of those that overflowed only every other
    /// time: they are half a ring, and a worker that always had more of them at its next look would
    /// not run dry for as long as another one spawns.
    #[inline]
    fn take_if_due(&self, core: &Core) -> Option<Task> {
        if core.polling.tick() % core.pace.interval() != 0 {
            return None;
        }
        let overflow = core.overflow_first.get();
        core.overflow_first.set(!overflow);
        overflow
            .then(|| self.take_overflow(core))
            .flatten()
            .or_else(|| self.scheduler().inject.pop(core.next_lane()))
    }

    /// Takes this worker's share of what came by itself, or what overflowed: one task to run, the
    /// others are ready. Which of the two comes first changes with every call, so that neither
    /// waits behind an endless supply of the other.
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
        for _ in 0..share.min(core.ready.room()) {
            let Some(task) = inject.pop(lane) else { break };
            self.push(core, task);
        }
        Some(first)
    }

    /// Takes tasks for which some worker had no room. If this one has none either, it takes one,
    /// and the others go to the back: tasks that keep a ring full forever must not keep those
    /// waiting that have left it.
    fn take_overflow(&self, core: &Core) -> Option<Task> {
        let mut tasks = self.scheduler().inject.pop_overflow()?;
        let first = tasks.pop_front();
        if core.ready.room() < tasks.len() {
            self.scheduler().inject_overflow(tasks);
            return first;
        }
        for task in tasks {
            self.push(core, task);
        }
        first
    }

    /// Returns whether this worker may search other workers' tasks.
    fn start_searching(&self, core: &Core) -> bool {
        if !core.searching.get() {
            if !self.workers().idle.try_start_searching() {
                return false;
            }
            core.searching.set(true);
            core.leave_work();
        }
        true
    }

    /// Robs another worker of half of what it has ready.
    fn rob(&self, core: &Core) -> Option<Task> {
        let workers = self.workers();
        let count = workers.len();
        let start = choose::random(Kind::Steal, count);
        for offset in 0..count {
            let victim = (start + offset) % count;
            if victim == core.index {
                continue;
            }
            let stolen = core.ready.rob(&workers.remote(victim).stealer);
            if stolen.is_some() {
                // There was nothing ready before, or the search would have ended with that.
                self.note(core, Event::Stole(1 + core.ready.len()));
                return stolen;
            }
        }
        None
    }
}
