//! What a runtime counts.

use std::ops::Range;
use std::thread::ThreadId;
use std::time::Duration;

use vitte_executor::Flavor;
use vitte_executor::metrics::{Histogram, WorkerMetrics};
use vitte_io::reactor::Reactor;

use super::handle::Handle;

/// A view of a runtime's counters; from [`Handle::metrics`].
#[derive(Clone, Debug)]
pub struct RuntimeMetrics {
    handle: Handle,
}

impl RuntimeMetrics {
    pub(super) fn new(handle: Handle) -> Self {
        RuntimeMetrics { handle }
    }

    /// How many workers the runtime has.
    pub fn num_workers(&self) -> usize {
        self.handle.scheduler().workers()
    }

    /// How many tasks are alive: spawned, and not complete.
    pub fn num_alive_tasks(&self) -> usize {
        self.handle.scheduler().alive_tasks()
    }

    /// How many tasks wait in the queue that the workers share.
    pub fn global_queue_depth(&self) -> usize {
        self.handle.scheduler().injected_tasks()
    }

    /// How long a worker was busy, up to when it last parked.
    ///
    /// # Panics
    ///
    /// When there is no worker of that number.
    #[track_caller]
    pub fn worker_total_busy_duration(&self, worker: usize) -> Duration {
        self.worker(worker).busy()
    }

    /// How often a worker has parked.
    ///
    /// # Panics
    ///
    /// When there is no worker of that number.
    #[track_caller]
    pub fn worker_park_count(&self, worker: usize) -> u64 {
        self.worker(worker).park_count()
    }

    /// How often a worker has parked or been unparked: odd while it is parked.
    ///
    /// # Panics
    ///
    /// When there is no worker of that number.
    #[track_caller]
    pub fn worker_park_unpark_count(&self, worker: usize) -> u64 {
        self.worker(worker).park_unpark_count()
    }

    #[track_caller]
    fn worker(&self, worker: usize) -> &WorkerMetrics {
        self.handle.scheduler().worker_metrics(worker)
    }
}

/// Tasks, and how they get to the workers.
///
/// The counts of a worker that happen at every poll or wake are published when the worker looks at
/// timers and sockets, and thus may be late by that much.
impl RuntimeMetrics {
    /// The former name of [`num_alive_tasks`](Self::num_alive_tasks).
    #[deprecated = "Renamed to num_alive_tasks"]
    pub fn active_tasks_count(&self) -> usize {
        self.num_alive_tasks()
    }

    /// How many tasks were ever spawned.
    pub fn spawned_tasks_count(&self) -> u64 {
        self.handle.scheduler().spawned_tasks()
    }

    /// How many tasks became ready on threads that are no workers of this runtime.
    pub fn remote_schedule_count(&self) -> u64 {
        self.handle.scheduler().remote_schedules()
    }

    /// How often a task used up its budget and had to yield; see [`coop`](crate::task::coop).
    pub fn budget_forced_yield_count(&self) -> u64 {
        self.handle.core().forced_yields()
    }

    /// The former name of [`global_queue_depth`](Self::global_queue_depth).
    #[deprecated = "Renamed to global_queue_depth"]
    #[doc(hidden)]
    pub fn injection_queue_depth(&self) -> usize {
        self.global_queue_depth()
    }

    /// How many tasks wait in a worker's own queue. The one in its LIFO slot is not counted.
    ///
    /// # Panics
    ///
    /// When there is no worker of that number.
    #[track_caller]
    pub fn worker_local_queue_depth(&self, worker: usize) -> usize {
        self.handle.scheduler().local_tasks(worker)
    }

    /// How many tasks became ready on a worker itself.
    ///
    /// # Panics
    ///
    /// When there is no worker of that number.
    #[track_caller]
    pub fn worker_local_schedule_count(&self, worker: usize) -> u64 {
        self.worker(worker).local_schedule_count()
    }

    /// How often a worker's own queue was full, so that half of it went to the shared one.
    ///
    /// # Panics
    ///
    /// When there is no worker of that number.
    #[track_caller]
    pub fn worker_overflow_count(&self, worker: usize) -> u64 {
        self.worker(worker).overflow_count()
    }

    /// How many tasks a worker has stolen from others.
    ///
    /// # Panics
    ///
    /// When there is no worker of that number.
    #[track_caller]
    pub fn worker_steal_count(&self, worker: usize) -> u64 {
        self.worker(worker).steal_count()
    }

    /// How often a worker has stolen tasks, several at a time.
    ///
    /// # Panics
    ///
    /// When there is no worker of that number.
    #[track_caller]
    pub fn worker_steal_operations(&self, worker: usize) -> u64 {
        self.worker(worker).steal_operations()
    }
}

/// Polls.
impl RuntimeMetrics {
    /// Which thread was a worker last; `None` if none has been yet.
    ///
    /// # Panics
    ///
    /// When there is no worker of that number.
    #[track_caller]
    pub fn worker_thread_id(&self, worker: usize) -> Option<ThreadId> {
        self.worker(worker).thread_id()
    }

    /// How often a worker has parked without having run a task since it parked before.
    ///
    /// # Panics
    ///
    /// When there is no worker of that number.
    #[track_caller]
    pub fn worker_noop_count(&self, worker: usize) -> u64 {
        self.worker(worker).noop_count()
    }

    /// How many polls a worker has made. A task that ran right after another one, out of the LIFO
    /// slot, counts as part of that one.
    ///
    /// # Panics
    ///
    /// When there is no worker of that number.
    #[track_caller]
    pub fn worker_poll_count(&self, worker: usize) -> u64 {
        self.worker(worker).poll_count()
    }

    /// How long a worker's polls take: an average in which old ones weigh less and less.
    ///
    /// Zero on a current-thread runtime, and with a fixed
    /// [`global_queue_interval`](super::Builder::global_queue_interval), since it is measured to
    /// choose that.
    ///
    /// # Panics
    ///
    /// When there is no worker of that number.
    #[track_caller]
    pub fn worker_mean_poll_time(&self, worker: usize) -> Duration {
        self.worker(worker).mean_poll_time()
    }

    /// Whether the lengths of polls are recorded; see
    /// [`Builder::enable_metrics_poll_time_histogram`](super::Builder::enable_metrics_poll_time_histogram).
    pub fn poll_time_histogram_enabled(&self) -> bool {
        self.worker(0).poll_times().is_some()
    }

    /// How many buckets the histogram of polls has; 0 if there is none.
    pub fn poll_time_histogram_num_buckets(&self) -> usize {
        self.worker(0).poll_times().map_or(0, Histogram::buckets)
    }

    /// Which lengths of polls are counted in a bucket; nothing if there is no histogram.
    ///
    /// # Panics
    ///
    /// When there is no bucket of that number, with a layout that cannot go on after its last one.
    #[track_caller]
    pub fn poll_time_histogram_bucket_range(&self, bucket: usize) -> Range<Duration> {
        // Not a closure, which would not know its caller.
        match self.worker(0).poll_times() {
            Some(histogram) => histogram.range(bucket),
            None => Range::default(),
        }
    }

    /// How many of a worker's polls are in a bucket; 0 if there is no histogram.
    ///
    /// # Panics
    ///
    /// When there is no worker, or no bucket, of that number.
    #[track_caller]
    pub fn poll_time_histogram_bucket_count(&self, worker: usize, bucket: usize) -> u64 {
        match self.worker(worker).poll_times() {
            Some(histogram) => histogram.count(bucket),
            None => 0,
        }
    }

    /// The former name of [`poll_time_histogram_enabled`](Self::poll_time_histogram_enabled).
    #[deprecated(note = "Renamed to `poll_time_histogram_enabled`")]
    #[doc(hidden)]
    pub fn poll_count_histogram_enabled(&self) -> bool {
        self.poll_time_histogram_enabled()
    }

    /// The former name of
    /// [`poll_time_histogram_num_buckets`](Self::poll_time_histogram_num_buckets).
    #[deprecated(note = "renamed to `poll_time_histogram_num_buckets`.")]
    #[doc(hidden)]
    pub fn poll_count_histogram_num_buckets(&self) -> usize {
        self.poll_time_histogram_num_buckets()
    }

    /// The former name of
    /// [`poll_time_histogram_bucket_range`](Self::poll_time_histogram_bucket_range).
    #[deprecated(note = "renamed to `poll_time_histogram_bucket_range`")]
    #[doc(hidden)]
    #[track_caller]
    pub fn poll_count_histogram_bucket_range(&self, bucket: usize) -> Range<Duration> {
        self.poll_time_histogram_bucket_range(bucket)
    }

    /// The former name of
    /// [`poll_time_histogram_bucket_count`](Self::poll_time_histogram_bucket_count).
    #[deprecated(note = "use `poll_time_histogram_bucket_count` instead")]
    #[doc(hidden)]
    #[track_caller]
    pub fn poll_count_histogram_bucket_count(&self, worker: usize, bucket: usize) -> u64 {
        self.poll_time_histogram_bucket_count(worker, bucket)
    }

    /// Whether it is recorded how long ready tasks wait for their poll; see
    /// [`Builder::enable_metrics_schedule_latency_histogram`](super::Builder::enable_metrics_schedule_latency_histogram).
    pub fn schedule_latency_histogram_enabled(&self) -> bool {
        self.worker(0).schedule_latencies().is_some()
    }

    /// How many buckets the histogram of waits has; 0 if there is none.
    pub fn schedule_latency_histogram_num_buckets(&self) -> usize {
        self.worker(0)
            .schedule_latencies()
            .map_or(0, Histogram::buckets)
    }

    /// Which waits are counted in a bucket; nothing if there is no histogram.
    ///
    /// # Panics
    ///
    /// When there is no bucket of that number, with a layout that cannot go on after its last one.
    #[track_caller]
    pub fn schedule_latency_histogram_bucket_range(&self, bucket: usize) -> Range<Duration> {
        // Not a closure, which would not know its caller.
        match self.worker(0).schedule_latencies() {
            Some(histogram) => histogram.range(bucket),
            None => Range::default(),
        }
    }

    /// How many waits for a worker's polls are in a bucket; 0 if there is no histogram.
    ///
    /// # Panics
    ///
    /// When there is no worker, or no bucket, of that number.
    #[track_caller]
    pub fn schedule_latency_histogram_bucket_count(&self, worker: usize, bucket: usize) -> u64 {
        match self.worker(worker).schedule_latencies() {
            Some(histogram) => histogram.count(bucket),
            None => 0,
        }
    }
}

/// The blocking pool.
impl RuntimeMetrics {
    /// How many threads there are for blocking jobs, the idle ones included.
    pub fn num_blocking_threads(&self) -> usize {
        let scheduler = self.handle.scheduler();
        // The workers are threads of the pool, too.
        let workers = match scheduler.flavor() {
            Flavor::MultiThread => scheduler.workers(),
            _ => 0,
        };
        scheduler.blocking().threads().saturating_sub(workers)
    }

    /// How many threads for blocking jobs have nothing to do.
    pub fn num_idle_blocking_threads(&self) -> usize {
        self.handle.scheduler().blocking().idle_threads()
    }

    /// How many blocking jobs wait for a thread.
    pub fn blocking_queue_depth(&self) -> usize {
        self.handle.scheduler().blocking().queued()
    }
}

/// Sockets and what else is watched.
impl RuntimeMetrics {
    /// How many descriptors were ever registered.
    pub fn io_driver_fd_registered_count(&self) -> u64 {
        self.reactor(|reactor| reactor.registrations().0)
    }

    /// How many descriptors were deregistered.
    pub fn io_driver_fd_deregistered_count(&self) -> u64 {
        self.reactor(|reactor| reactor.registrations().1)
    }

    /// How many events of descriptors there were.
    pub fn io_driver_ready_count(&self) -> u64 {
        self.reactor(Reactor::events)
    }

    /// Asks the reactor; 0 if io is not enabled.
    fn reactor(&self, count: impl Fn(&Reactor) -> u64) -> u64 {
        let reactor = self.handle.core().io::<std::sync::Arc<Reactor>>();
        reactor.map_or(0, |reactor| count(reactor))
    }
}
