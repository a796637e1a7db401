//! The options of an executor; the facade's builder fills them in.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::metrics::{HistogramConfiguration, WorkerMetrics};
use crate::task::TaskHooks;

/// Something to run at a certain moment in a thread's life.
pub type Callback = Arc<dyn Fn() + Send + Sync + 'static>;

/// Names a thread; called once for each.
pub type ThreadName = Arc<dyn Fn() -> String + Send + Sync + 'static>;

/// The options of a scheduler and its blocking pool.
#[derive(Clone)]
pub struct Config {
    /// How many workers a multi-thread scheduler has.
    pub workers: usize,
    /// How many threads the blocking pool may have, besides the workers.
    pub blocking_threads_max: usize,
    /// How long an idle thread of the blocking pool stays.
    pub thread_keep_alive: Duration,
    /// The size of each thread's stack in bytes; `None` for the platform's default.
    pub thread_stack_size: Option<usize>,
    /// Names the threads.
    pub thread_name: ThreadName,
    /// Returns the number of the processor on which the calling thread runs; where that is unknown,
    /// always the same number.
    pub processor: fn() -> usize,
    /// How often, in ticks, a worker looks at the injector before its own queues; `None` if workers
    /// choose that themselves.
    pub global_queue_interval: Option<u32>,
    /// How often, in ticks, a busy worker looks at timers and sockets.
    pub event_interval: u32,
    /// The scheduler, a current-thread one, is driven and shut down only by the thread that makes
    /// it, so that `spawn_local` may spawn on it.
    pub local: bool,
    /// Never use the LIFO slot.
    pub disable_lifo_slot: bool,
    /// A worker that leaves the driver with a task wakes another worker, which takes the driver.
    pub eager_driver_handoff: bool,
    /// A task that panics ends the scheduler, a current-thread one.
    pub shut_down_on_panic: bool,
    /// What is called at each spawn, poll and end of a task.
    pub hooks: Option<Arc<TaskHooks>>,
    /// Present if the lengths of polls are to be recorded.
    pub poll_times: Option<HistogramConfiguration>,
    /// Present if it is to be recorded how long ready tasks wait for their poll.
    pub schedule_latencies: Option<HistogramConfiguration>,
    /// Measure how long ready tasks wait for their poll, for the hooks.
    pub tracks_schedule_latency: bool,
    /// Present if a current-thread scheduler is to be deterministic. The runtime's core then has a
    /// chooser and a metered clock.
    pub deterministic: Option<DeterministicConfig>,
    /// Called on each thread when it starts.
    pub on_thread_start: Option<Callback>,
    /// Called on each thread before it ends.
    pub on_thread_stop: Option<Callback>,
    /// Called before a worker parks.
    pub on_thread_park: Option<Callback>,
    /// Called after a worker was unparked.
    pub on_thread_unpark: Option<Callback>,
}

/// The options of a deterministic scheduler.
#[derive(Debug, Clone, Copy, Default)]
pub struct DeterministicConfig {
    /// A wake from a thread that is not part of the run makes the run fail.
    pub strict: bool,
    /// The driver has sockets: a run that has nothing else left to do waits for them.
    pub io: bool,
}

/// How often, in ticks, a current-thread scheduler looks at the injector before its own queue,
/// unless the configuration says otherwise. The workers of a multi-thread scheduler choose for
/// themselves.
pub(crate) const GLOBAL_QUEUE_INTERVAL_CURRENT_THREAD: u32 = 31;

impl Config {
    /// The counters of one worker, with the histograms that were asked for.
    pub(crate) fn worker_metrics(&self) -> WorkerMetrics {
        WorkerMetrics::new(self.poll_times.as_ref(), self.schedule_latencies.as_ref())
    }
}

impl Default for Config {
    fn default() -> Self {
        Config {
            workers: 1,
            blocking_threads_max: 512,
            thread_keep_alive: Duration::from_secs(10),
            thread_stack_size: None,
            thread_name: Arc::new(|| "vitte-worker".to_string()),
            processor: || 0,
            global_queue_interval: None,
            event_interval: 61,
            local: false,
            disable_lifo_slot: false,
            eager_driver_handoff: false,
            shut_down_on_panic: false,
            hooks: None,
            poll_times: None,
            schedule_latencies: None,
            tracks_schedule_latency: false,
            deterministic: None,
            on_thread_start: None,
            on_thread_stop: None,
            on_thread_park: None,
            on_thread_unpark: None,
        }
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("workers", &self.workers)
            .field("blocking_threads_max", &self.blocking_threads_max)
            .field("thread_keep_alive", &self.thread_keep_alive)
            .field("global_queue_interval", &self.global_queue_interval)
            .field("event_interval", &self.event_interval)
            .finish_non_exhaustive()
    }
}
