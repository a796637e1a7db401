//! How a worker goes to sleep, what it does there as the sentinel, and how it gets up.
//!
//! On the worker's own thread: its side of two protocols. [`crate::idle`] says which workers sleep
//! and which is woken, and draws a worker's states; [`crate::sentinel`] says which sleeper looks
//! whether a worker that is awake makes progress. Their READMEs name the steps.

use std::time::Duration;

use vitte_context::clock;

use super::park::{ParkSite, Waited};
use super::search::Wait;
use super::{Awake, Core, WorkerContext};
use crate::events::Event;
use crate::polling;

impl WorkerContext {
    /// Waits until there is something to do, or for a moment.
    pub(super) fn park(&self, core: &Core, wait: Wait) {
        let config = &self.scheduler().config;
        polling::call_worker_hook(config.on_thread_park.as_ref());
        // The hook may have readied tasks, or deferred some.
        if !core.has_tasks() && !self.has_deferred(core) {
            self.sleep(core, wait);
        }
        polling::call_worker_hook(config.on_thread_unpark.as_ref());
    }

    /// Sleeps until there may be something to do.
    fn sleep(&self, core: &Core, wait: Wait) {
        let workers = self.workers();
        self.end_stretch(core);
        let searches = if wait == Wait::Rest && workers.idle.start_resting(core.index) {
            self.parked(core, || self.rest(core));
            true
        } else {
            let last = workers
                .idle
                .start_sleeping(core.index, core.searching.replace(false));
            // Step SleepLook.
            if last && self.work_is_waiting(core) {
                workers.wake_one();
            }
            self.sleep_until_needed(core)
        };
        core.searching.set(searches);
        core.leave_work();
        // Only now, when it is no longer in the list of sleepers. If it was woken to search, it
        // wakes another worker in step FoundLook.
        if !core.searching.get() && self.needs_help(core, Awake::JustWoke) {
            workers.wake_one();
        }
    }

    /// There is something to run, after this worker slept or searched.
    #[cold]
    pub(super) fn go_to_work(&self, core: &Core) {
        let workers = self.workers();
        // Step FoundLook: if this was the last worker to search, there may be more.
        let last = core.searching.replace(false) && workers.idle.stop_searching();
        if last && (self.needs_help(core, Awake::JustWoke) || self.work_is_waiting(core)) {
            workers.wake_one();
        }
        let now = clock::system_now();
        core.stint.begin(now, core.vitals.taken());
        core.vitals.note_went_to_work(workers.sentinel.nanos(now));
        // From here on this worker needs a sentinel.
        if let Some(sleeper) = workers.sentinel.leave(core.index, &workers.idle) {
            workers.unpark(sleeper);
        }
    }

    /// Counts the worker as parked while it waits.
    fn parked<R>(&self, core: &Core, wait: impl FnOnce() -> R) -> R {
        let (result, now) = core.polling.parked(self.metrics(core), wait);
        core.pace.begin(now);
        result
    }

    /// Returns whether this worker was woken to search.
    fn sleep_until_needed(&self, core: &Core) -> bool {
        let workers = self.workers();
        loop {
            let found_work = self.parked(core, || self.wait(core));
            if workers.is_shutdown() || found_work || core.has_tasks() {
                // Someone may have woken this worker at the same time, to search.
                return !workers.idle.stop_sleeping(core.index);
            }
            if !workers.idle.is_sleeping(core.index) {
                return true;
            }
        }
    }

    /// Waits until unparked, or until the driver had events. As the sentinel, looks around now and
    /// then; returns whether there was work where a worker stands still.
    fn wait(&self, core: &Core) -> bool {
        let workers = self.workers();
        // Usually a worker that is awake has just left the driver and will come back to it, so the
        // sentinel stays out of it. In the driver it would get that worker's events, and the two
        // would wake each other for each of them; which is right if the other one often stands
        // still.
        let mut place = match workers.idle.anyone_awake() && !workers.sentinel.is_wary() {
            true => ParkSite::Parker,
            false => ParkSite::Driver,
        };
        while let Some(limit) =
            workers
                .sentinel
                .wait_limit(core.index, &workers.idle, clock::system_now)
        {
            if limit.is_zero() {
                if self.look_around(core) {
                    if core.has_tasks() || self.work_is_waiting(core) {
                        return true;
                    }
                    place = ParkSite::Driver;
                }
                continue;
            }
            let waited = self.wait_in(core, place, Some(limit));
            if waited.unparked || core.has_tasks() {
                return false;
            }
            place = waited.place;
        }
        self.wait_in(core, ParkSite::Driver, None);
        false
    }

    pub(super) fn wait_in(&self, core: &Core, place: ParkSite, limit: Option<Duration>) -> Waited {
        self.workers().note_processor(core.index);
        // As it stays if the turn panics: the worker then looks whether it is needed.
        let mut waited = Waited {
            place,
            unparked: true,
        };
        self.with_driver(core, |workers| {
            let park = &workers.remote(core.index).park;
            waited = park.park(workers.driver(), place, limit);
        });
        waited
    }

    /// Whether any queue has a task but this worker's own.
    fn work_is_waiting(&self, core: &Core) -> bool {
        let workers = self.workers();
        let has_task = |index| !workers.remote(index).stealer.is_empty();
        !self.scheduler().inject.is_empty()
            || (0..workers.len()).any(|index| index != core.index && has_task(index))
    }

    /// Takes tasks from workers that stand still. Returns whether there are any such workers.
    fn look_around(&self, core: &Core) -> bool {
        let workers = self.workers();
        let pulse = |index| workers.remote(index).pulse();
        let mut still = workers.sentinel.look(clock::system_now(), pulse);
        still.retain(|&index| index != core.index);
        let before = core.count_tasks();
        for &index in &still {
            let remote = workers.remote(index);
            if let Some(task) = remote.vitals.lifo.steal() {
                self.push(core, task);
            }
            if let Some(task) = core.ready.rob(&remote.stealer) {
                self.push(core, task);
            }
        }
        let stolen = core.count_tasks().saturating_sub(before);
        if stolen > 0 {
            self.note(core, Event::Stole(stolen));
        }
        !still.is_empty()
    }

    /// While no worker sleeps, there is no sentinel, and a worker that looks at the driver makes
    /// the look, too.
    pub(super) fn look_around_if_overdue(&self, core: &Core) {
        let workers = self.workers();
        if workers.len() > 1 && workers.sentinel.is_look_overdue(clock::system_now) {
            self.look_around(core);
        }
    }
}
