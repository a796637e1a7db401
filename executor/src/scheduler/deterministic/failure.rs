//! How a run that cannot go on is reported: `block_on` panics, and the text names the tasks and
//! jobs that wait, and what for; or, if the run does not end, those that made the last steps.

use super::run::Run;
use super::waiter::{Waiter, describe};
use crate::events::who::Who;

impl Run<'_> {
    /// No task and no job can run, and no deadline will change that.
    pub(super) fn fail_as_deadlock(&self) -> ! {
        let mut waiters = self.waiters();
        waiters.sort_by_key(|waiter| waiter.who.ordinal);
        let text = describe(&waiters);
        panic!("deadlock: nothing can run, and no timer is left\n{text}");
    }

    /// The step limit was reached.
    pub(super) fn fail_as_livelock(&self) -> ! {
        let clock = self.runtime.clock();
        let steps = clock.steps();
        let time = clock.run_time();
        let is_spun_on = clock.is_spun_on();
        // What is dropped from here on may read the clock.
        clock.lift_limit();
        let text = self.recent.describe(is_spun_on);
        panic!("livelock: the run is not over after {steps} steps and {time:?} of its time{text}");
    }

    /// A foreign thread woke something, in strict mode.
    pub(super) fn fail_as_foreign_wake(&self) -> ! {
        panic!(
            "not deterministic: a thread that has no part in the run woke something, and when it \
             does is up to the operating system"
        );
    }

    fn waiters(&self) -> Vec<Waiter> {
        let mut waiters = vec![Waiter {
            who: Who::root(),
            header: 0,
            waiting: self.root_waits.get(),
        }];
        let scheduler = self.running.scheduler();
        self.deterministic
            .for_each_task(scheduler, |header, waiting| {
                waiters.push(Waiter {
                    who: Who::task(header),
                    header: std::ptr::from_ref(header).addr(),
                    waiting,
                });
            });
        self.deterministic.jobs.for_each(|job| waiters.push(job));
        waiters
    }
}
