//! The builder: every option of a runtime, and how its parts are put together.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use vitte_context::choose::SeedGenerator;
use vitte_context::clock::{Clock, PAUSING_NEEDS_CURRENT_THREAD};
use vitte_context::runtime::{CoreParts, RuntimeCore, Slot};
use vitte_executor::config::DeterministicConfig;
use vitte_executor::{Config, Flavor, Scheduler};

use super::deterministic::DeterministicOptions;
use super::driver::{self, DriverConfig};
use super::histograms::Histograms;
use super::local_runtime::{LocalOptions, LocalRuntime};
use super::runtime::Runtime;
use super::tuning::RngSeed;

/// Sets a runtime up.
///
/// # Examples
///
/// ```
/// let runtime = vitte::runtime::Builder::new_multi_thread()
///     .worker_threads(2)
///     .thread_name("my-worker")
///     .enable_all()
///     .build()
///     .unwrap();
/// runtime.block_on(async { /* … */ });
/// ```
pub struct Builder {
    pub(super) flavor: Flavor,
    pub(super) config: Config,
    pub(super) histograms: Histograms,
    /// `None` for a seed that differs from run to run.
    pub(super) rng_seed: Option<RngSeed>,
    pub(super) timers_fire_at_end: bool,
    /// `None` for as many as the machine has processors, or `TOKIO_WORKER_THREADS` says.
    worker_threads: Option<usize>,
    enable_io: bool,
    enable_time: bool,
    io_events_per_turn: usize,
    /// `None` for the same as above.
    io_events_per_busy_turn: Option<usize>,
    start_paused: bool,
    name: Option<String>,
    /// Present if the runtime is to be deterministic.
    pub(super) deterministic: Option<DeterministicOptions>,
}

/// How many events a turn of the reactor takes at most, unless told otherwise: as many tasks as
/// the queue of the worker has room for, which was empty before the turn.
const IO_EVENTS_PER_TURN: usize = 256;

/// The same of a turn between tasks: as many as run until the next one, so that the queue does not
/// grow. What is left waits in the kernel, which keeps it in order; tasks that overflow a queue do
/// not come back before those that arrive later.
const IO_EVENTS_PER_BUSY_TURN: usize = 61;

impl Builder {
    fn new(flavor: Flavor) -> Self {
        let config = Config {
            event_interval: 61,
            thread_name: Arc::new(|| "tokio-rt-worker".to_string()),
            processor: vitte_io::processor,
            ..Config::default()
        };
        Builder {
            flavor,
            config,
            histograms: Histograms::default(),
            rng_seed: None,
            timers_fire_at_end: false,
            worker_threads: None,
            enable_io: false,
            enable_time: false,
            io_events_per_turn: IO_EVENTS_PER_TURN,
            io_events_per_busy_turn: None,
            start_paused: false,
            name: None,
            deterministic: None,
        }
    }

    /// A builder of a deterministic runtime; see [`new_deterministic`](Self::new_deterministic).
    pub(super) fn with_deterministic(options: DeterministicOptions) -> Builder {
        Builder {
            enable_time: true,
            deterministic: Some(options),
            ..Builder::new_current_thread()
        }
    }

    /// A builder of a runtime that runs everything on the thread that calls `block_on`.
    pub fn new_current_thread() -> Builder {
        Builder::new(Flavor::CurrentThread)
    }

    /// A builder of a runtime with worker threads that share the work.
    pub fn new_multi_thread() -> Builder {
        Builder::new(Flavor::MultiThread)
    }

    /// Enables io and timers.
    pub fn enable_all(&mut self) -> &mut Self {
        self.enable_io().enable_time()
    }

    /// Enables sockets, signals and processes.
    pub fn enable_io(&mut self) -> &mut Self {
        self.enable_io = true;
        self
    }

    /// Enables timers.
    pub fn enable_time(&mut self) -> &mut Self {
        self.enable_time = true;
        self
    }

    /// Sets how many workers a multi-thread runtime has. The default is one per processor, or
    /// what the environment variable `TOKIO_WORKER_THREADS` says.
    ///
    /// # Panics
    ///
    /// When the number is 0.
    #[track_caller]
    pub fn worker_threads(&mut self, val: usize) -> &mut Self {
        assert!(val > 0, "Worker threads cannot be set to 0");
        self.worker_threads = Some(val);
        self
    }

    /// Sets how many threads the blocking pool may have, besides the workers. The default is 512.
    ///
    /// # Panics
    ///
    /// When the number is 0.
    #[track_caller]
    pub fn max_blocking_threads(&mut self, val: usize) -> &mut Self {
        assert!(val > 0, "Max blocking threads cannot be set to 0");
        self.config.blocking_threads_max = val;
        self
    }

    /// Sets the name of the runtime's threads.
    pub fn thread_name(&mut self, val: impl Into<String>) -> &mut Self {
        let name = val.into();
        self.thread_name_fn(move || name.clone())
    }

    /// Sets a function that names each thread.
    pub fn thread_name_fn<F>(&mut self, f: F) -> &mut Self
    where
        F: Fn() -> String + Send + Sync + 'static,
    {
        self.config.thread_name = Arc::new(f);
        self
    }

    /// Sets the runtime's name, which shows up in its [`Handle`](super::Handle).
    ///
    /// # Panics
    ///
    /// When the name is empty.
    #[track_caller]
    pub fn name(&mut self, val: impl Into<String>) -> &mut Self {
        let name = val.into();
        assert!(!name.trim().is_empty(), "runtime name shouldn't be empty");
        self.name = Some(name);
        self
    }

    /// Sets the size of each thread's stack in bytes.
    pub fn thread_stack_size(&mut self, val: usize) -> &mut Self {
        self.config.thread_stack_size = Some(val);
        self
    }

    /// Sets a function that each thread of the runtime calls when it starts.
    pub fn on_thread_start<F>(&mut self, f: F) -> &mut Self
    where
        F: Fn() + Send + Sync + 'static,
    {
        self.config.on_thread_start = Some(Arc::new(f));
        self
    }

    /// Sets a function that each thread of the runtime calls before it ends.
    pub fn on_thread_stop<F>(&mut self, f: F) -> &mut Self
    where
        F: Fn() + Send + Sync + 'static,
    {
        self.config.on_thread_stop = Some(Arc::new(f));
        self
    }

    /// Sets a function that a worker calls before it parks. It may spawn tasks, and the worker
    /// then does not park.
    pub fn on_thread_park<F>(&mut self, f: F) -> &mut Self
    where
        F: Fn() + Send + Sync + 'static,
    {
        self.config.on_thread_park = Some(Arc::new(f));
        self
    }

    /// Sets a function that a worker calls after it was unparked.
    pub fn on_thread_unpark<F>(&mut self, f: F) -> &mut Self
    where
        F: Fn() + Send + Sync + 'static,
    {
        self.config.on_thread_unpark = Some(Arc::new(f));
        self
    }

    /// Sets how long an idle thread of the blocking pool stays. The default is 10 seconds.
    pub fn thread_keep_alive(&mut self, duration: Duration) -> &mut Self {
        self.config.thread_keep_alive = duration;
        self
    }

    /// Sets every how many tasks a worker looks at the shared queue first.
    ///
    /// # Panics
    ///
    /// When the number is 0.
    #[track_caller]
    pub fn global_queue_interval(&mut self, val: u32) -> &mut Self {
        assert!(val > 0, "global_queue_interval must be greater than 0");
        self.config.global_queue_interval = Some(val);
        self
    }

    /// Sets every how many tasks a busy worker looks at timers and sockets. The default is 61.
    ///
    /// # Panics
    ///
    /// When the number is 0.
    #[track_caller]
    pub fn event_interval(&mut self, val: u32) -> &mut Self {
        assert!(val > 0, "event_interval must be greater than 0");
        self.config.event_interval = val;
        self
    }

    /// Sets how many events the reactor takes at once, at most.
    ///
    /// # Panics
    ///
    /// When the number is 0.
    #[track_caller]
    pub fn max_io_events_per_tick(&mut self, capacity: usize) -> &mut Self {
        assert!(capacity > 0, "max_io_events_per_tick must be non-zero");
        self.io_events_per_turn = capacity;
        self
    }

    /// Sets how many events the reactor takes at once while there are tasks to run. The default is
    /// 61, or what [`max_io_events_per_tick`](Self::max_io_events_per_tick) says if that is less.
    ///
    /// A small number leaves the rest in the kernel, so that a burst does not overflow the queue
    /// of the worker that looks.
    ///
    /// # Panics
    ///
    /// When the number is 0.
    #[track_caller]
    pub fn max_io_events_per_busy_tick(&mut self, capacity: usize) -> &mut Self {
        assert!(capacity > 0, "max_io_events_per_busy_tick must be non-zero");
        self.io_events_per_busy_turn = Some(capacity);
        self
    }

    /// Sets whether the clock of a current-thread runtime stands still from the start, as after
    /// [`time::pause`](crate::time::pause).
    pub fn start_paused(&mut self, start_paused: bool) -> &mut Self {
        self.start_paused = start_paused;
        self
    }

    /// Builds the runtime. The builder can be used again.
    ///
    /// # Errors
    ///
    /// When the operating system has no file descriptors left.
    ///
    /// # Panics
    ///
    /// When a worker thread cannot be started, and when a multi-thread runtime is to start with
    /// its clock paused.
    #[track_caller]
    pub fn build(&mut self) -> io::Result<Runtime> {
        Ok(Runtime::from_core(self.build_core()?))
    }

    /// Builds a runtime that stays on this thread, and takes futures that are not `Send`.
    ///
    /// # Errors
    ///
    /// When the operating system has no file descriptors left.
    ///
    /// # Panics
    ///
    /// When the builder is one of a multi-thread runtime.
    #[track_caller]
    pub fn build_local(&mut self, _options: LocalOptions) -> io::Result<LocalRuntime> {
        if self.flavor == Flavor::MultiThread {
            panic!("multi_thread is not supported for LocalRuntime");
        }
        self.config.local = true;
        let runtime = self.build();
        self.config.local = false;
        Ok(LocalRuntime::from_runtime(runtime?))
    }

    #[track_caller]
    fn build_core(&self) -> io::Result<Arc<RuntimeCore>> {
        let multi_thread = self.flavor == Flavor::MultiThread;
        let mut config = self.config.clone();
        config.workers = if multi_thread { self.workers() } else { 1 };
        config.poll_times = self.histograms.poll_times();
        config.schedule_latencies = self.histograms.schedule_latencies();
        let deterministic = self.deterministic.as_ref();
        config.deterministic = deterministic.map(|options| DeterministicConfig {
            strict: options.strict,
            io: self.enable_io,
        });
        let clock = Arc::new(match deterministic {
            Some(options) => Clock::metered(options.step_limit),
            None => Clock::with_pausing(!multi_thread),
        });
        if self.start_paused {
            assert!(!multi_thread, "{PAUSING_NEEDS_CURRENT_THREAD}");
            clock.pause();
        }
        let driver_config = DriverConfig {
            enable_io: self.enable_io,
            enable_time: self.enable_time,
            io_events_per_turn: self.io_events_per_turn,
            io_events_per_busy_turn: self
                .io_events_per_busy_turn
                .unwrap_or(IO_EVENTS_PER_BUSY_TURN.min(self.io_events_per_turn)),
            timers_fire_at_end: self.timers_fire_at_end,
            workers: config.workers,
        };
        let parts = driver::new(&driver_config, &clock)?;
        let scheduler = if multi_thread {
            Scheduler::multi_thread(config, parts.pair)
        } else {
            Scheduler::current_thread(config, parts.pair)
        };
        let core = RuntimeCore::new(CoreParts {
            scheduler: Slot::new(scheduler.clone()),
            time: parts.wheels.map_or_else(Slot::empty, Slot::shared),
            io: parts.reactor.map_or_else(Slot::empty, Slot::new),
            clock,
            name: self.name.clone(),
            chooser: deterministic.map(DeterministicOptions::chooser),
            seeds: self
                .rng_seed
                .as_ref()
                .map_or_else(SeedGenerator::default, |seed| SeedGenerator::new(seed.seed)),
        });
        scheduler.start(&core);
        Ok(core)
    }

    /// How many workers a multi-thread runtime gets.
    #[track_caller]
    fn workers(&self) -> usize {
        self.worker_threads.unwrap_or_else(default_workers)
    }
}

/// One worker per processor, unless the environment says otherwise.
#[track_caller]
fn default_workers() -> usize {
    const VARIABLE: &str = "TOKIO_WORKER_THREADS";
    match std::env::var(VARIABLE) {
        Ok(value) => {
            let workers = value.parse().unwrap_or_else(|error| {
                panic!("\"{VARIABLE}\" must be usize, error: {error}, value: {value}")
            });
            assert!(workers > 0, "\"{VARIABLE}\" cannot be set to 0");
            workers
        }
        Err(std::env::VarError::NotPresent) => {
            std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
        }
        Err(std::env::VarError::NotUnicode(value)) => {
            panic!("\"{VARIABLE}\" must be valid unicode, value: {value:?}")
        }
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("flavor", &self.flavor)
            .field("worker_threads", &self.worker_threads)
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}
