//! The multi-thread scheduler: what its workers share.
//!
//! The loop that each worker runs is in [`crate::worker`]; here is what the workers know of each
//! other: whose tasks to steal, which worker to wake, where the driver is. They keep the scheduler,
//! and the scheduler keeps what is here: hence the circle of imports through [`super`].

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use vitte_context::primitive::{CachePadded, Mutex, lock};
use vitte_context::{RuntimeCore, clock, enter, park};

use super::Scheduler;
use super::driver_seat::DriverSeat;
use crate::config::Config;
use crate::driver::{DriverPair, Unpark};
use crate::events::Why;
use crate::idle::{Idle, latest};
use crate::metrics::WorkerMetrics;
use crate::queue::{self, ReadyStealer};
use crate::sentinel::{Pulse, Sentinel};
use crate::task::header::Task;
use crate::worker::park::WorkerPark;
use crate::worker::vitals::Vitals;
use crate::worker::{self, Core, WorkerContext};

/// The part of a worker that others see.
pub(crate) struct Remote {
    pub(crate) stealer: ReadyStealer,
    pub(crate) vitals: Arc<CachePadded<Vitals>>,
    pub(crate) park: WorkerPark,
    /// The processor on which the worker ran when it last began to wait.
    processor: AtomicUsize,
    pub(crate) metrics: WorkerMetrics,
    /// A core on its way from a thread that blocks to the one that replaces it.
    pub(crate) handed_over: Mutex<Option<Box<Core>>>,
}

impl Remote {
    /// What the sentinel sees of this worker.
    pub(crate) fn pulse(&self) -> Pulse {
        Pulse {
            parked: self.metrics.is_parked(),
            taken: self.vitals.taken(),
            first_since: self.vitals.first_since(),
        }
    }
}

/// What the workers of one scheduler share.
///
/// What some worker writes in its course has cache lines of its own: the other fields are read for
/// every task.
pub(crate) struct Workers {
    remotes: Box<[CachePadded<Remote>]>,
    pub(crate) idle: CachePadded<Idle>,
    pub(crate) sentinel: CachePadded<Sentinel>,
    driver: CachePadded<DriverSeat>,
    driver_unpark: Arc<dyn Unpark>,
    shutdown: AtomicBool,
    /// The workers' cores: before the start, and again once they have stopped.
    cores: Mutex<Vec<Core>>,
    /// See [`Config::processor`].
    processor: fn() -> usize,
    pub(crate) event_interval: u32,
    /// See [`Config::eager_driver_handoff`].
    pub(crate) eager_handoff: bool,
}

impl Workers {
    pub(super) fn new(config: &Config, driver: DriverPair) -> Self {
        let mut cores = Vec::new();
        let mut remotes = Vec::new();
        for index in 0..config.workers {
            let (ready, stealer) = queue::ready();
            let vitals = Vitals::new();
            cores.push(Core::new(index, ready, vitals.clone(), config));
            remotes.push(CachePadded(Remote {
                stealer,
                vitals,
                park: WorkerPark::new(),
                processor: AtomicUsize::new(0),
                metrics: config.worker_metrics(),
                handed_over: Mutex::new(None),
            }));
        }
        Workers {
            remotes: remotes.into(),
            idle: CachePadded(Idle::new(config.workers)),
            sentinel: CachePadded(Sentinel::new(config.workers, clock::system_now())),
            driver: CachePadded(DriverSeat::new(driver.driver)),
            driver_unpark: driver.unpark,
            shutdown: AtomicBool::new(false),
            cores: Mutex::new(cores),
            processor: config.processor,
            event_interval: config.event_interval,
            eager_handoff: config.eager_driver_handoff,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.remotes.len()
    }

    pub(crate) fn remote(&self, index: usize) -> &Remote {
        &self.remotes[index]
    }

    /// A number that changes whenever one of the other workers takes up a task, or readies one.
    pub(crate) fn progress_of_others(&self, than: usize) -> u64 {
        let others = self.remotes.iter().enumerate();
        others
            .filter(|&(index, _)| index != than)
            .map(|(_, remote)| remote.vitals.taken() + remote.stealer.pushed())
            .fold(0, u64::wrapping_add)
    }

    pub(super) fn metrics(&self, index: usize) -> &WorkerMetrics {
        &self.remotes[index].metrics
    }

    /// See [`Scheduler::enqueue`].
    #[inline]
    pub(super) fn enqueue(&self, scheduler: &Scheduler, task: Task, why: Why) {
        if let Some(context) = WorkerContext::of(scheduler) {
            if let Some(core) = context.core() {
                context.enqueue(core, self, task, why);
                return;
            }
        }
        if scheduler.inject(task, why) {
            self.wake_one_from_outside();
        }
    }

    /// There is a task that another worker could run: wakes one, if that is called for.
    #[inline]
    pub(crate) fn wake_one(&self) {
        if let Some(index) = self.idle.worker_to_wake() {
            self.unpark(index);
        }
    }

    /// [`wake_one`](Self::wake_one) for a thread that is not a worker: it wakes, if it can, the
    /// worker that last ran on its own processor.
    ///
    /// Such a thread often has nothing more to do: it has answered a request, or ended a blocking
    /// job. A worker on the same processor can begin as soon as the thread blocks. Any other worker
    /// needs a processor that is idle to wake up, which takes ten times as long; and it would be so
    /// the next time, too, since the kernel wakes a thread where it last ran.
    #[inline]
    fn wake_one_from_outside(&self) {
        if let Some(index) = self
            .idle
            .worker_to_wake_by(|sleepers| self.nearest(sleepers))
        {
            self.unpark(index);
        }
    }

    /// Which of the sleepers last ran on this processor; otherwise the latest.
    fn nearest(&self, sleepers: &[usize]) -> usize {
        let here = (self.processor)();
        // Relaxed: a hint.
        let ran_here =
            |&index: &usize| self.remotes[index].processor.load(Ordering::Relaxed) == here;
        sleepers
            .iter()
            .rposition(ran_here)
            .unwrap_or_else(|| latest(sleepers))
    }

    /// The worker of that number, which this thread is, is about to wait.
    pub(crate) fn note_processor(&self, index: usize) {
        // Relaxed: a hint.
        self.remotes[index]
            .processor
            .store((self.processor)(), Ordering::Relaxed);
    }

    /// [`wake_one`](Self::wake_one) for a task that the calling worker will itself come to: it
    /// does not matter if a worker that falls asleep right now is missed.
    #[inline]
    pub(crate) fn wake_one_in_sight(&self) {
        if let Some(index) = self.idle.worker_in_sight() {
            self.unpark(index);
        }
    }

    pub(crate) fn unpark(&self, index: usize) {
        self.remotes[index].park.unpark(&*self.driver_unpark);
    }

    /// The driver's seat, which one worker at a time has.
    pub(crate) fn driver(&self) -> &DriverSeat {
        &self.driver
    }

    #[inline]
    pub(crate) fn is_shutdown(&self) -> bool {
        // Acquire: pairs with the Release in `stop`.
        self.shutdown.load(Ordering::Acquire)
    }

    /// Makes the workers stop; the last one drains the scheduler.
    fn stop(&self) {
        // Release: pairs with the Acquire in `is_shutdown`.
        self.shutdown.store(true, Ordering::Release);
        for index in 0..self.remotes.len() {
            self.unpark(index);
        }
    }

    /// A worker has stopped and gives its core back. Returns all cores to the last one.
    pub(crate) fn retire(&self, core: Core) -> Option<Vec<Core>> {
        let mut cores = lock(&self.cores);
        cores.push(core);
        (cores.len() == self.remotes.len()).then(|| std::mem::take(&mut *cores))
    }

    /// Looks at the driver for the last time: pending timers and sockets fail from here on.
    pub(crate) fn shutdown_driver(&self) {
        self.driver.take().shutdown();
    }

    /// Parks in the driver for that long, if no other worker has it.
    pub(crate) fn turn_driver(&self, timeout: Option<Duration>) {
        if let Some(mut driver) = self.driver.try_take() {
            driver.park(timeout);
        }
    }
}

impl fmt::Debug for Workers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Workers")
            .field("len", &self.len())
            .finish_non_exhaustive()
    }
}

/// Starts a thread per worker.
///
/// # Panics
///
/// When the operating system does not start a thread.
pub(super) fn start(scheduler: &Arc<Scheduler>, workers: &Workers, runtime: &Arc<RuntimeCore>) {
    let cores = std::mem::take(&mut *lock(&workers.cores));
    for core in cores {
        worker::launch(scheduler, runtime, Box::new(core));
    }
}

/// See [`Scheduler::block_on`]: the tasks run on the workers meanwhile.
#[track_caller]
pub(super) fn block_on<F: Future>(runtime: &Arc<RuntimeCore>, future: F) -> F::Output {
    let _entered = enter::enter_runtime(runtime, true);
    park::block_on(future)
}

/// Begins the end: workers stop, the last one drains. The blocking pool waits for them.
pub(super) fn shutdown(scheduler: &Scheduler, workers: &Workers) {
    scheduler.owner().close();
    workers.stop();
}

/// The last worker's duty: ends every task. See [`super::shutdown`].
pub(crate) fn drain(scheduler: &Scheduler, workers: &Workers, cores: Vec<Core>) {
    scheduler.drain(
        || cores.iter().find_map(|core| core.next_local_task()),
        || workers.shutdown_driver(),
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::driver::ThreadDriver;

    const HERE: usize = 7;

    #[test]
    fn a_thread_outside_wakes_the_latest_worker_that_ran_where_it_runs() {
        let config = Config {
            workers: 4,
            processor: || HERE,
            ..Config::default()
        };
        let workers = Workers::new(&config, ThreadDriver::pair());
        assert_eq!(workers.nearest(&[3, 1, 2]), 2, "none ran here");
        workers.note_processor(0);
        workers.note_processor(1);
        assert_eq!(workers.nearest(&[3, 1, 0, 2]), 2);
        assert_eq!(workers.nearest(&[3, 1, 2]), 1);
        assert_eq!(workers.nearest(&[3, 2]), 1);
    }
}
