//! Which of the three schedulers a runtime has, and what each of them does its own way.
//!
//! This is the one place that asks: [`Scheduler`] and the rest of the executor call the methods
//! below and do not know the variants. A method that only one flavor has an answer to says what
//! the others answer. Two of the flavors run everything on one thread; what these have in common
//! is in [`one_thread`](super::one_thread).
//!
//! `flavor` and the scheduler import each other, as do `flavor` and the rooms of the flavors: a
//! scheduler owns its flavor, and a flavor needs the scheduler's injector and owner.

use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use vitte_context::RuntimeCore;

use super::Scheduler;
use super::current_thread::CurrentThread;
use super::deterministic::{Deterministic, Labels};
use super::multi_thread::{self, Workers};
use super::one_thread::OneThread;
use crate::blocking::{Job, Submitted};
use crate::config::Config;
use crate::driver::DriverPair;
use crate::events::Why;
use crate::local_set::LocalQueue;
use crate::metrics::WorkerMetrics;
use crate::task::header::Header;
use crate::task::header::Task;

/// Which scheduler a runtime has. A deterministic one counts as a current-thread one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Flavor {
    /// Everything on the thread that calls `block_on`.
    CurrentThread,
    /// Several worker threads that share the work.
    MultiThread,
}

/// What only one of the flavors has.
#[allow(clippy::large_enum_variant, reason = "there is one per runtime")]
pub(crate) enum FlavorState {
    MultiThread(Workers),
    CurrentThread(CurrentThread),
    Deterministic(Deterministic),
}

/// A scheduler's beginning and end.
impl FlavorState {
    pub(super) fn multi_thread(config: &Config, driver: DriverPair) -> Self {
        FlavorState::MultiThread(Workers::new(config, driver))
    }

    /// Deterministic if the configuration says so.
    pub(super) fn current_thread(config: &Config, driver: DriverPair) -> Self {
        match config.deterministic {
            None => FlavorState::CurrentThread(CurrentThread::new(config, driver)),
            Some(options) => {
                FlavorState::Deterministic(Deterministic::new(config, options, driver))
            }
        }
    }

    /// See [`Scheduler::start`].
    pub(super) fn start(&self, scheduler: &Arc<Scheduler>, runtime: &Arc<RuntimeCore>) {
        match self {
            FlavorState::MultiThread(workers) => multi_thread::start(scheduler, workers, runtime),
            FlavorState::CurrentThread(_) | FlavorState::Deterministic(_) => {}
        }
    }

    /// See [`Scheduler::block_on`].
    #[track_caller]
    pub(super) fn block_on<F: Future>(
        &self,
        scheduler: &Arc<Scheduler>,
        runtime: &Arc<RuntimeCore>,
        future: F,
    ) -> F::Output {
        match self {
            FlavorState::MultiThread(_) => multi_thread::block_on(runtime, future),
            FlavorState::CurrentThread(current) => current.block_on(scheduler, runtime, future),
            FlavorState::Deterministic(run) => run.block_on(scheduler, runtime, future),
        }
    }

    /// Ends every task, or sees to it that another thread does.
    pub(super) fn end_tasks(&self, scheduler: &Arc<Scheduler>, runtime: &Arc<RuntimeCore>) {
        match self {
            FlavorState::MultiThread(workers) => multi_thread::shutdown(scheduler, workers),
            FlavorState::CurrentThread(current) => current.one.shutdown(scheduler, runtime),
            FlavorState::Deterministic(run) => run.one.shutdown(scheduler, runtime),
        }
    }

    /// Ends the threads of the blocking pool.
    #[track_caller]
    pub(super) fn end_jobs(
        &self,
        scheduler: &Scheduler,
        runtime: &Arc<RuntimeCore>,
        timeout: Option<Duration>,
    ) {
        match self {
            FlavorState::MultiThread(_) | FlavorState::CurrentThread(_) => {
                scheduler.blocking.shutdown(runtime, timeout);
            }
            FlavorState::Deterministic(run) => run.jobs.shutdown(&run.baton, runtime, timeout),
        }
    }
}

/// What becomes ready.
impl FlavorState {
    /// See [`Scheduler::enqueue`].
    #[inline]
    pub(super) fn enqueue(&self, scheduler: &Scheduler, task: Task, why: Why) {
        match self {
            FlavorState::MultiThread(workers) => workers.enqueue(scheduler, task, why),
            FlavorState::CurrentThread(current) => current.enqueue(scheduler, task, why),
            FlavorState::Deterministic(run) => run.enqueue(scheduler, task, why),
        }
    }

    /// The future that was given to `block_on` was woken. Only one that runs on the same thread as
    /// the tasks is woken by way of the scheduler.
    pub(super) fn wake_root(&self) {
        match self {
            FlavorState::MultiThread(_) => {}
            FlavorState::CurrentThread(current) => current.wake_root(),
            FlavorState::Deterministic(run) => run.wake_root(),
        }
    }

    /// Hands a blocking job over to a thread that runs it.
    pub(crate) fn submit_job(
        &self,
        scheduler: &Scheduler,
        runtime: &Arc<RuntimeCore>,
        job: Job,
    ) -> io::Result<Submitted> {
        match self {
            FlavorState::MultiThread(_) => scheduler.blocking.submit(runtime, job),
            FlavorState::CurrentThread(_) => {
                // A paused clock must not jump ahead while a job is under way.
                runtime.clock().inhibit_auto_advance();
                scheduler
                    .blocking
                    .submit(runtime, job.when_over(release_clock))
            }
            FlavorState::Deterministic(run) => Ok(run.submit_job(runtime, job)),
        }
    }

    /// Gives a task its number, by which a deterministic run knows it. Nobody else needs one.
    #[inline]
    pub(super) fn number(&self, task: &Header) {
        if let FlavorState::Deterministic(run) = self {
            run.number(task);
        }
    }

    /// The same for a task of a `LocalSet`.
    pub(crate) fn number_local(&self, task: &Header, set: &Arc<LocalQueue>) {
        if let FlavorState::Deterministic(run) = self {
            run.number_local(task, set);
        }
    }

    /// A task panicked, and that ends the scheduler: `block_on` panics too, if it runs the tasks.
    pub(super) fn task_panicked(&self) {
        if let Some(one) = self.one_thread() {
            one.task_panicked();
        }
    }
}

/// What there is to know.
impl FlavorState {
    pub(super) fn reported(&self) -> Flavor {
        match self {
            FlavorState::MultiThread(_) => Flavor::MultiThread,
            FlavorState::CurrentThread(_) | FlavorState::Deterministic(_) => Flavor::CurrentThread,
        }
    }

    /// What the workers of a multi-thread scheduler share; `None` if it has no such workers.
    #[inline]
    pub(crate) fn workers(&self) -> Option<&Workers> {
        match self {
            FlavorState::MultiThread(workers) => Some(workers),
            FlavorState::CurrentThread(_) | FlavorState::Deterministic(_) => None,
        }
    }

    /// What the schedulers on one thread have in common; `None` for a multi-thread one.
    #[inline]
    fn one_thread(&self) -> Option<&OneThread> {
        match self {
            FlavorState::MultiThread(_) => None,
            FlavorState::CurrentThread(current) => Some(&current.one),
            FlavorState::Deterministic(run) => Some(&run.one),
        }
    }

    /// How many workers there are. The thread that runs everything counts as one.
    pub(super) fn worker_count(&self) -> usize {
        self.workers().map_or(1, Workers::len)
    }

    /// See [`Scheduler::local_tasks`].
    #[track_caller]
    pub(super) fn local_tasks(&self, scheduler: &Scheduler, worker: usize) -> usize {
        match self {
            FlavorState::MultiThread(workers) => workers.remote(worker).stealer.len(),
            FlavorState::CurrentThread(CurrentThread { one, .. })
            | FlavorState::Deterministic(Deterministic { one, .. }) => {
                assert_eq!(worker, 0, "there is one worker, number 0");
                one.local_tasks(scheduler)
            }
        }
    }

    /// See [`Scheduler::worker_metrics`].
    #[track_caller]
    pub(super) fn worker_metrics(&self, worker: usize) -> &WorkerMetrics {
        match self {
            FlavorState::MultiThread(workers) => workers.metrics(worker),
            FlavorState::CurrentThread(CurrentThread { one, .. })
            | FlavorState::Deterministic(Deterministic { one, .. }) => {
                assert_eq!(worker, 0, "there is one worker, number 0");
                one.metrics()
            }
        }
    }

    /// What may keep a deterministic run from repeating; `None` for any other scheduler.
    pub(super) fn labels(&self) -> Option<Labels> {
        match self {
            FlavorState::MultiThread(_) | FlavorState::CurrentThread(_) => None,
            FlavorState::Deterministic(run) => Some(run.labels()),
        }
    }
}

/// A blocking job of a current-thread scheduler is over: the clock may jump again, if it is paused.
fn release_clock(runtime: &RuntimeCore) {
    runtime.clock().allow_auto_advance();
    if let Some(one) = Scheduler::of(runtime).flavor.one_thread() {
        // The thread in the driver looks at the clock again.
        one.unpark();
    }
}
