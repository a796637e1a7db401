//! What a worker counts. Each counter has one writer, the thread that has the worker's core;
//! anyone may read.
//!
//! What happens at every poll or wake is counted in the core itself, in [`Counts`], and published
//! whenever the worker looks at the driver. So a reader may see it late, by as many polls as a busy
//! worker makes between two such looks.

mod counter;
mod histogram;
mod log_histogram;

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

use vitte_context::primitive::plain::{Mutex, MutexGuard};
use vitte_context::{block, clock};

use self::counter::{add, nanos};
pub use histogram::{Histogram, HistogramConfiguration, HistogramScale};
pub use log_histogram::{InvalidHistogramConfiguration, LogHistogram, LogHistogramBuilder};

/// One worker's counters.
#[derive(Debug, Default)]
pub struct WorkerMetrics {
    busy_nanos: AtomicU64,
    park_count: AtomicU64,
    park_unpark_count: AtomicU64,
    noop_count: AtomicU64,
    poll_count: AtomicU64,
    mean_poll_nanos: AtomicU64,
    local_schedule_count: AtomicU64,
    steal_count: AtomicU64,
    steal_operations: AtomicU64,
    overflow_count: AtomicU64,
    queue_depth: AtomicUsize,
    thread: WorkerThread,
    poll_times: Option<Histogram>,
    schedule_latencies: Option<Histogram>,
}

/// On which thread a worker is.
#[derive(Debug, Default)]
struct WorkerThread {
    /// vitte's number of the thread, to see that nothing has changed.
    number: AtomicU64,
    id: Mutex<Option<ThreadId>>,
}

/// What a worker's core counts on its own.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    polls: Cell<u64>,
    polls_before_park: Cell<u64>,
    local_schedules: Cell<u64>,
}

impl Counts {
    /// A task was taken up.
    #[inline]
    pub(crate) fn count_poll(&self) {
        self.polls.set(self.polls.get() + 1);
    }

    /// A task became ready on the worker itself.
    #[inline]
    pub(crate) fn count_local_schedule(&self) {
        self.local_schedules.set(self.local_schedules.get() + 1);
    }
}

/// For those who read.
impl WorkerMetrics {
    /// How long the worker was not parked, up to when it last parked.
    pub fn busy(&self) -> Duration {
        Duration::from_nanos(self.busy_nanos.load(Ordering::Relaxed))
    }

    /// How often the worker parked.
    pub fn park_count(&self) -> u64 {
        self.park_count.load(Ordering::Relaxed)
    }

    /// How often the worker parked or was unparked: odd while it is parked.
    pub fn park_unpark_count(&self) -> u64 {
        self.park_unpark_count.load(Ordering::Relaxed)
    }

    pub(crate) fn is_parked(&self) -> bool {
        self.park_unpark_count() % 2 == 1
    }

    /// How often the worker parked without having run a task since it parked before.
    pub fn noop_count(&self) -> u64 {
        self.noop_count.load(Ordering::Relaxed)
    }

    /// How many tasks the worker has taken up; those that it ran right after another one, out of
    /// the LIFO slot, count as part of that.
    pub fn poll_count(&self) -> u64 {
        self.poll_count.load(Ordering::Relaxed)
    }

    /// How long a poll takes, as an average in which old polls weigh less and less; zero if that is
    /// not measured.
    pub fn mean_poll_time(&self) -> Duration {
        Duration::from_nanos(self.mean_poll_nanos.load(Ordering::Relaxed))
    }

    /// How many tasks became ready on the worker itself.
    pub fn local_schedule_count(&self) -> u64 {
        self.local_schedule_count.load(Ordering::Relaxed)
    }

    /// How many tasks the worker has stolen.
    pub fn steal_count(&self) -> u64 {
        self.steal_count.load(Ordering::Relaxed)
    }

    /// How often the worker has stolen tasks.
    pub fn steal_operations(&self) -> u64 {
        self.steal_operations.load(Ordering::Relaxed)
    }

    /// How often the worker's ring was full.
    pub fn overflow_count(&self) -> u64 {
        self.overflow_count.load(Ordering::Relaxed)
    }

    /// The thread that was the worker last; `None` before the first.
    pub fn thread_id(&self) -> Option<ThreadId> {
        *self.thread.lock()
    }

    /// How long polls took, if that is recorded.
    pub fn poll_times(&self) -> Option<&Histogram> {
        self.poll_times.as_ref()
    }

    /// How long tasks that were ready waited for their poll, if that is recorded.
    pub fn schedule_latencies(&self) -> Option<&Histogram> {
        self.schedule_latencies.as_ref()
    }

    /// How many tasks waited on a current-thread scheduler's thread.
    pub(crate) fn queue_depth(&self) -> usize {
        self.queue_depth.load(Ordering::Relaxed)
    }
}

/// For the worker.
impl WorkerMetrics {
    /// Histograms are kept of what there is a configuration for.
    pub(crate) fn new(
        poll_times: Option<&HistogramConfiguration>,
        schedule_latencies: Option<&HistogramConfiguration>,
    ) -> Self {
        WorkerMetrics {
            poll_times: poll_times.map(Histogram::new),
            schedule_latencies: schedule_latencies.map(Histogram::new),
            ..WorkerMetrics::default()
        }
    }

    /// This thread is the worker from here on.
    pub(crate) fn note_thread(&self) {
        let number = block::thread_id();
        // Not an atomic exchange: there is one worker at a time.
        if self.thread.number.load(Ordering::Relaxed) != number {
            self.thread.number.store(number, Ordering::Relaxed);
            *self.thread.lock() = Some(thread::current().id());
        }
    }

    /// The worker was busy since then, and is not any more.
    pub(crate) fn note_busy(&self, busy_since: Instant) {
        let busy = clock::system_now().saturating_duration_since(busy_since);
        add(&self.busy_nanos, nanos(busy));
    }

    /// The worker parks after having been busy since then.
    pub(crate) fn note_park(&self, busy_since: Instant, counts: &Counts) {
        self.note_busy(busy_since);
        self.publish(counts);
        add(&self.park_count, 1);
        add(&self.park_unpark_count, 1);
        let polls = counts.polls.get();
        if counts.polls_before_park.replace(polls) == polls {
            add(&self.noop_count, 1);
        }
    }

    /// The worker was unparked. Returns the moment since when it is busy.
    pub(crate) fn note_unpark(&self) -> Instant {
        add(&self.park_unpark_count, 1);
        clock::system_now()
    }

    /// Makes what the core has counted visible to others.
    pub(crate) fn publish(&self, counts: &Counts) {
        self.poll_count.store(counts.polls.get(), Ordering::Relaxed);
        self.local_schedule_count
            .store(counts.local_schedules.get(), Ordering::Relaxed);
    }

    pub(crate) fn set_mean_poll_nanos(&self, nanos: u64) {
        self.mean_poll_nanos.store(nanos, Ordering::Relaxed);
    }

    pub(crate) fn set_queue_depth(&self, depth: usize) {
        self.queue_depth.store(depth, Ordering::Relaxed);
    }

    pub(crate) fn note_steal(&self, tasks: usize) {
        add(&self.steal_operations, 1);
        add(&self.steal_count, tasks as u64);
    }

    pub(crate) fn note_poll_time(&self, time: Duration) {
        if let Some(histogram) = &self.poll_times {
            histogram.record(time);
        }
    }

    pub(crate) fn note_schedule_latency(&self, latency: Duration) {
        if let Some(histogram) = &self.schedule_latencies {
            histogram.record(latency);
        }
    }

    pub(crate) fn note_overflow(&self) {
        add(&self.overflow_count, 1);
    }
}

impl WorkerThread {
    fn lock(&self) -> MutexGuard<'_, Option<ThreadId>> {
        self.id
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}
