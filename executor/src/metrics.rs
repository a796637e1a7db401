//! The numbers of a worker that a user can read. Each has one writer, the thread that has the
//! worker's core; anyone may read.
//!
//! They are written by [`counts`](crate::events::counts) and its neighbours, which read of the
//! events. What happens at every poll or wake is published only when the worker looks at the
//! driver. So a user may see it late, by as many polls as a busy worker makes between two such
//! looks.

pub(crate) mod counter;
mod histogram;
mod log_histogram;

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::thread::{self, ThreadId};
use std::time::Duration;

use vitte_context::block;
use vitte_context::primitive::plain::{Mutex, MutexGuard};

pub use histogram::{Histogram, HistogramConfiguration, HistogramScale};
pub use log_histogram::{InvalidHistogramConfiguration, LogHistogram, LogHistogramBuilder};

/// One worker's counters.
#[derive(Debug, Default)]
pub struct WorkerMetrics {
    pub(crate) busy_nanos: AtomicU64,
    pub(crate) park_count: AtomicU64,
    pub(crate) park_unpark_count: AtomicU64,
    pub(crate) noop_count: AtomicU64,
    pub(crate) poll_count: AtomicU64,
    mean_poll_nanos: AtomicU64,
    pub(crate) local_schedule_count: AtomicU64,
    pub(crate) steal_count: AtomicU64,
    pub(crate) steal_operations: AtomicU64,
    pub(crate) overflow_count: AtomicU64,
    queue_depth: AtomicUsize,
    pub(crate) thread: WorkerThread,
    poll_times: Option<Histogram>,
    schedule_latencies: Option<Histogram>,
}

/// On which thread a worker is.
#[derive(Debug, Default)]
pub(crate) struct WorkerThread {
    /// vitte's number of the thread, to see that nothing has changed.
    number: AtomicU64,
    id: Mutex<Option<ThreadId>>,
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

    pub(crate) fn set_mean_poll_nanos(&self, nanos: u64) {
        self.mean_poll_nanos.store(nanos, Ordering::Relaxed);
    }

    pub(crate) fn set_queue_depth(&self, depth: usize) {
        self.queue_depth.store(depth, Ordering::Relaxed);
    }
}

impl WorkerThread {
    /// This thread is the worker from here on.
    #[inline]
    pub(crate) fn set_current(&self) {
        let number = block::thread_id();
        if self.number.load(Ordering::Relaxed) != number {
            self.change_to(number);
        }
    }

    #[cold]
    fn change_to(&self, number: u64) {
        // Not an atomic exchange: there is one worker at a time.
        self.number.store(number, Ordering::Relaxed);
        *self.lock() = Some(thread::current().id());
    }

    fn lock(&self) -> MutexGuard<'_, Option<ThreadId>> {
        self.id
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}
