//! What each worker counts: its parks, its queue, its polls.

use std::thread::ThreadId;
use std::time::Duration;

use vitte_executor::metrics::WorkerMetrics;

use super::RuntimeMetrics;

/// Workers. Their indices go from 0 to [`num_workers`](Self::num_workers) - 1.
impl RuntimeMetrics {
    /// Returns how long a worker was busy, up to when it last parked.
    ///
    /// # Panics
    ///
    /// If there is no worker with that index.
    ///
    /// # Examples
    ///
    /// ```
    /// let runtime = vitte::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    /// runtime.block_on(async { vitte::time::sleep(std::time::Duration::from_millis(1)).await });
    /// println!("busy for {:?}", runtime.metrics().worker_total_busy_duration(0));
    /// ```
    #[track_caller]
    pub fn worker_total_busy_duration(&self, worker: usize) -> Duration {
        self.worker(worker).busy()
    }

    /// Returns how often a worker has parked because it had nothing to run.
    ///
    /// # Panics
    ///
    /// If there is no worker with that index.
    ///
    /// # Examples
    ///
    /// ```
    /// let runtime = vitte::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    /// runtime.block_on(async { vitte::time::sleep(std::time::Duration::from_millis(1)).await });
    /// assert!(runtime.metrics().worker_park_count(0) > 0);
    /// ```
    #[track_caller]
    pub fn worker_park_count(&self, worker: usize) -> u64 {
        self.worker(worker).park_count()
    }

    /// Returns how often a worker has parked or has been unparked. The number is odd while it is
    /// parked.
    ///
    /// # Panics
    ///
    /// If there is no worker with that index.
    ///
    /// # Examples
    ///
    /// ```
    /// let runtime = vitte::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    /// runtime.block_on(async { vitte::time::sleep(std::time::Duration::from_millis(1)).await });
    /// let metrics = runtime.metrics();
    /// assert!(metrics.worker_park_unpark_count(0) >= 2 * metrics.worker_park_count(0) - 1);
    /// ```
    #[track_caller]
    pub fn worker_park_unpark_count(&self, worker: usize) -> u64 {
        self.worker(worker).park_unpark_count()
    }

    /// Returns how often a worker has parked without having run a task since it parked before.
    ///
    /// # Panics
    ///
    /// If there is no worker with that index.
    ///
    /// # Examples
    ///
    /// ```
    /// let runtime = vitte::runtime::Builder::new_current_thread().build().unwrap();
    /// runtime.block_on(runtime.spawn(async {})).unwrap();
    /// println!("woken for nothing: {}", runtime.metrics().worker_noop_count(0));
    /// ```
    #[track_caller]
    pub fn worker_noop_count(&self, worker: usize) -> u64 {
        self.worker(worker).noop_count()
    }

    /// Returns which thread was a worker last; `None` if none has been yet.
    ///
    /// # Panics
    ///
    /// If there is no worker with that index.
    ///
    /// # Examples
    ///
    /// ```
    /// let runtime = vitte::runtime::Builder::new_current_thread().build().unwrap();
    /// assert_eq!(runtime.metrics().worker_thread_id(0), None);
    /// runtime.block_on(async {});
    /// assert_eq!(runtime.metrics().worker_thread_id(0), Some(std::thread::current().id()));
    /// ```
    #[track_caller]
    pub fn worker_thread_id(&self, worker: usize) -> Option<ThreadId> {
        self.worker(worker).thread_id()
    }

    #[track_caller]
    pub(super) fn worker(&self, worker: usize) -> &WorkerMetrics {
        self.handle.scheduler().worker_metrics(worker)
    }
}

/// A worker's queue and its polls.
impl RuntimeMetrics {
    /// Returns how many tasks wait in a worker's own queue. The one in its LIFO slot is not
    /// counted.
    ///
    /// # Panics
    ///
    /// If there is no worker with that index.
    ///
    /// # Examples
    ///
    /// ```
    /// let runtime = vitte::runtime::Builder::new_current_thread().build().unwrap();
    /// runtime.block_on(runtime.spawn(async {})).unwrap();
    /// assert_eq!(runtime.metrics().worker_local_queue_depth(0), 0);
    /// ```
    #[track_caller]
    pub fn worker_local_queue_depth(&self, worker: usize) -> usize {
        self.handle.scheduler().local_tasks(worker)
    }

    /// Returns how many tasks became ready on a worker itself and went to its own queue.
    ///
    /// # Panics
    ///
    /// If there is no worker with that index.
    ///
    /// # Examples
    ///
    /// ```
    /// let runtime = vitte::runtime::Builder::new_current_thread().build().unwrap();
    /// runtime.block_on(async { vitte::spawn(async {}).await.unwrap() });
    /// assert!(runtime.metrics().worker_local_schedule_count(0) > 0);
    /// ```
    #[track_caller]
    pub fn worker_local_schedule_count(&self, worker: usize) -> u64 {
        self.worker(worker).local_schedule_count()
    }

    /// Returns how often a worker's own queue was full, so that half of it went to the queue that
    /// all workers share.
    ///
    /// # Panics
    ///
    /// If there is no worker with that index.
    ///
    /// # Examples
    ///
    /// ```
    /// let runtime = vitte::runtime::Builder::new_current_thread().build().unwrap();
    /// runtime.block_on(runtime.spawn(async {})).unwrap();
    /// assert_eq!(runtime.metrics().worker_overflow_count(0), 0);
    /// ```
    #[track_caller]
    pub fn worker_overflow_count(&self, worker: usize) -> u64 {
        self.worker(worker).overflow_count()
    }

    /// Returns how many tasks a worker has stolen from others.
    ///
    /// # Panics
    ///
    /// If there is no worker with that index.
    ///
    /// # Examples
    ///
    /// ```
    /// let runtime = vitte::runtime::Runtime::new().unwrap();
    /// let metrics = runtime.metrics();
    /// let stolen: u64 = (0..metrics.num_workers()).map(|n| metrics.worker_steal_count(n)).sum();
    /// println!("{stolen} tasks have moved between workers");
    /// ```
    #[track_caller]
    pub fn worker_steal_count(&self, worker: usize) -> u64 {
        self.worker(worker).steal_count()
    }

    /// Returns how often a worker has stolen tasks; it takes several at a time.
    ///
    /// # Panics
    ///
    /// If there is no worker with that index.
    ///
    /// # Examples
    ///
    /// ```
    /// let runtime = vitte::runtime::Runtime::new().unwrap();
    /// let metrics = runtime.metrics();
    /// assert!(metrics.worker_steal_operations(0) <= metrics.worker_steal_count(0));
    /// ```
    #[track_caller]
    pub fn worker_steal_operations(&self, worker: usize) -> u64 {
        self.worker(worker).steal_operations()
    }

    /// Returns how many tasks a worker has polled. A task that ran right after another one, out of
    /// the LIFO slot, counts as part of that one.
    ///
    /// # Panics
    ///
    /// If there is no worker with that index.
    ///
    /// # Examples
    ///
    /// ```
    /// let runtime = vitte::runtime::Builder::new_current_thread().build().unwrap();
    /// runtime.block_on(runtime.spawn(async {})).unwrap();
    /// assert_eq!(runtime.metrics().worker_poll_count(0), 1);
    /// ```
    #[track_caller]
    pub fn worker_poll_count(&self, worker: usize) -> u64 {
        self.worker(worker).poll_count()
    }

    /// Returns how long a worker's polls take: an average in which old polls weigh less and less.
    ///
    /// It is measured to choose how often the worker looks at the shared queue. So it is zero on a
    /// current-thread runtime, and with a fixed
    /// [`global_queue_interval`](crate::runtime::Builder::global_queue_interval).
    ///
    /// # Panics
    ///
    /// If there is no worker with that index.
    ///
    /// # Examples
    ///
    /// ```
    /// let runtime = vitte::runtime::Runtime::new().unwrap();
    /// println!("{:?} per poll", runtime.metrics().worker_mean_poll_time(0));
    /// ```
    #[track_caller]
    pub fn worker_mean_poll_time(&self, worker: usize) -> Duration {
        self.worker(worker).mean_poll_time()
    }
}
