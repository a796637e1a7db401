//! The numbers that a scheduler reports; the runtime's metrics are made of them.

use super::Scheduler;
use crate::metrics::WorkerMetrics;

impl Scheduler {
    /// How many workers there are.
    pub fn workers(&self) -> usize {
        self.flavor.worker_count()
    }

    /// How many tasks are alive.
    pub fn alive_tasks(&self) -> usize {
        self.owner.alive()
    }

    /// How many tasks there ever were.
    pub fn spawned_tasks(&self) -> u64 {
        self.owner.spawned()
    }

    /// How many tasks became ready on threads that are not workers.
    pub fn remote_schedules(&self) -> u64 {
        self.owner.injected()
    }

    /// How many tasks wait in a worker's own queue.
    ///
    /// # Panics
    ///
    /// If the scheduler has no worker with that number.
    #[track_caller]
    pub fn local_tasks(&self, worker: usize) -> usize {
        self.flavor.local_tasks(self, worker)
    }

    /// How many tasks wait in the injector.
    pub fn injected_tasks(&self) -> usize {
        self.inject.len()
    }

    /// One worker's counters.
    ///
    /// # Panics
    ///
    /// If the scheduler has no worker with that number.
    #[track_caller]
    pub fn worker_metrics(&self, worker: usize) -> &WorkerMetrics {
        self.flavor.worker_metrics(worker)
    }
}
