//! What a runtime counts.

use std::time::Duration;

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
        self.handle.scheduler().worker_metrics(worker).busy()
    }

    /// How often a worker has parked.
    ///
    /// # Panics
    ///
    /// When there is no worker of that number.
    #[track_caller]
    pub fn worker_park_count(&self, worker: usize) -> u64 {
        self.handle.scheduler().worker_metrics(worker).park_count()
    }

    /// How often a worker has parked or been unparked: odd while it is parked.
    ///
    /// # Panics
    ///
    /// When there is no worker of that number.
    #[track_caller]
    pub fn worker_park_unpark_count(&self, worker: usize) -> u64 {
        self.handle
            .scheduler()
            .worker_metrics(worker)
            .park_unpark_count()
    }
}
