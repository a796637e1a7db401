//! The current-thread scheduler: everything on the thread that calls `block_on`.
//!
//! Here is the loop of the thread that has the core; how a thread gets the core, and what it can
//! do with it, is in [`one_thread`](super::one_thread).

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use vitte_context::defer::{DeferGuard, DeferList};
use vitte_context::{RuntimeCore, coop, enter};

use super::Scheduler;
use super::one_thread::OneThread;
use super::one_thread::running::{Running, poll_root};
use crate::config::{Config, GLOBAL_QUEUE_INTERVAL_CURRENT_THREAD};
use crate::driver::DriverPair;
use crate::events::Why;
use crate::task::header::Task;

/// What all threads see of the scheduler.
pub(crate) struct CurrentThread {
    pub(super) one: OneThread,
    global_queue_interval: u32,
    event_interval: u32,
}

impl CurrentThread {
    pub(super) fn new(config: &Config, driver: DriverPair) -> Self {
        CurrentThread {
            one: OneThread::new(config, driver),
            global_queue_interval: config
                .global_queue_interval
                .unwrap_or(GLOBAL_QUEUE_INTERVAL_CURRENT_THREAD),
            event_interval: config.event_interval,
        }
    }

    /// See [`Scheduler::enqueue`].
    #[inline]
    pub(super) fn enqueue(&self, scheduler: &Scheduler, task: Task, why: Why) {
        if self.one.enqueue(scheduler, task, why) {
            self.one.unpark();
        }
    }

    /// The future that was given to `block_on` was woken.
    pub(super) fn wake_root(&self) {
        self.one.note_root_wake();
        self.one.unpark();
    }

    /// See [`Scheduler::block_on`].
    #[track_caller]
    pub(super) fn block_on<F: Future>(
        &self,
        scheduler: &Arc<Scheduler>,
        runtime: &Arc<RuntimeCore>,
        future: F,
    ) -> F::Output {
        let _entered = enter::enter_runtime(runtime, false);
        let mut future = pin!(future);
        match self.one.take_core(future.as_mut(), || {}) {
            Ok(core) => {
                let defer = DeferList::keeping_tasks();
                let running = pin!(Running::new(scheduler, &self.one, core, defer));
                let _installed = running.as_ref().install();
                self.run(&running, future)
            }
            Err(output) => output,
        }
    }

    /// The loop: the future when it was woken, tasks, the driver, and again.
    fn run<F: Future>(&self, running: &Running<'_>, mut future: Pin<&mut F>) -> F::Output {
        let _defer = DeferGuard::new(running.defer());
        let waker = running.root_waker();
        let mut cx = Context::from_waker(&waker);
        loop {
            if running.take_root_wake() {
                let polled = poll_root(future.as_mut(), &mut cx, coop::Budget::FULL);
                if let Poll::Ready(output) = polled {
                    return output;
                }
            }
            let busy = self.run_tasks(running);
            self.one.check_panicked();
            if busy || running.root_is_woken() || running.has_deferred() {
                running.turn(Duration::ZERO);
            } else {
                running.park();
            }
        }
    }

    /// Runs tasks until it is time for the driver. Returns false if there was none to run at last.
    fn run_tasks(&self, running: &Running<'_>) -> bool {
        for _ in 0..self.event_interval {
            let Some(task) = self.next_task(running) else {
                return false;
            };
            running.run_task(task, coop::Budget::FULL);
        }
        true
    }

    /// The next task: the first of the thread's own, or every so many ticks the first from outside;
    /// of the other kind if there is none of the one.
    fn next_task(&self, running: &Running<'_>) -> Option<Task> {
        if running.next_tick() % self.global_queue_interval == 0 {
            running.pop_injected().or_else(|| running.pop_local())
        } else {
            running.pop_local().or_else(|| running.pop_injected())
        }
    }
}
