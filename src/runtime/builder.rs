//! The builder: it collects the options of a runtime and puts the parts together.
//!
//! This file has the flavors, what every runtime has to choose, and `build`. The other options are
//! in a file each, by subject:
//!
//! - `threads`: how many threads, their names and stacks, and what they call when they start;
//! - `tuning`: how often a worker looks where, and which of several ways it takes;
//! - `hooks`: functions that are called in the course of a task's life;
//! - `histograms`: what is measured of polls;
//! - `panics`: what the panic of a task does.
//!
//! The options of the deterministic mode are in `runtime::deterministic`.

mod histograms;
mod hooks;
mod panics;
mod threads;
mod tuning;

use std::fmt;
use std::io;
use std::sync::Arc;

use vitte_context::choose::SeedGenerator;
use vitte_context::clock::{Clock, PAUSING_NEEDS_CURRENT_THREAD};
use vitte_context::runtime::{CoreParts, RuntimeCore, Slot};
use vitte_executor::config::DeterministicConfig;
use vitte_executor::{Config, Flavor, Scheduler};

use super::deterministic::DeterministicOptions;
use super::driver::{self, DriverConfig};
use super::local_runtime::{LocalOptions, LocalRuntime};
use super::runtime::Runtime;
use histograms::Histograms;
pub use panics::UnhandledPanic;
pub use tuning::RngSeed;

/// Collects the options of a runtime, and builds it.
///
/// Start with the flavor: [`new_multi_thread`](Self::new_multi_thread),
/// [`new_current_thread`](Self::new_current_thread) or, for tests,
/// [`new_deterministic`](Self::new_deterministic). Timers and io are off until they are enabled.
///
/// # Examples
///
/// ```
/// use vitte::runtime::Builder;
///
/// let runtime = Builder::new_multi_thread()
///     .worker_threads(2)
///     .thread_name("my-worker")
///     .enable_all()
///     .build()
///     .unwrap();
/// let sum = runtime.block_on(async { vitte::spawn(async { 1 + 1 }).await });
/// assert_eq!(sum.unwrap(), 2);
/// ```
pub struct Builder {
    flavor: Flavor,
    config: Config,
    histograms: Histograms,
    /// `None` for a seed that differs from run to run.
    rng_seed: Option<RngSeed>,
    timers_fire_at_end: bool,
    /// `None` for as many as the machine has processors, or `TOKIO_WORKER_THREADS` says.
    worker_threads: Option<usize>,
    enable_io: bool,
    enable_time: bool,
    io_events_per_turn: usize,
    /// `None` for the default, or `io_events_per_turn` if that is less.
    io_events_per_busy_turn: Option<usize>,
    start_paused: bool,
    name: Option<String>,
    /// Present if the runtime is to be deterministic.
    pub(super) deterministic: Option<DeterministicOptions>,
}

/// The default limit of events per turn of the reactor: as many tasks as the worker's queue, which
/// was empty before the turn, has room for.
const IO_EVENTS_PER_TURN: usize = 256;

/// The default limit for a turn between tasks: as many as run until the next turn, so that the
/// queue does not grow. What is left waits in the kernel, which keeps it in order, whereas tasks
/// that overflow a queue run after tasks that arrive later.
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
    ///
    /// # Examples
    ///
    /// ```
    /// let runtime = vitte::runtime::Builder::new_current_thread().build().unwrap();
    /// let here = std::thread::current().id();
    /// let task = runtime.spawn(async { std::thread::current().id() });
    /// assert_eq!(runtime.block_on(task).unwrap(), here);
    /// ```
    pub fn new_current_thread() -> Builder {
        Builder::new(Flavor::CurrentThread)
    }

    /// A builder of a runtime with worker threads that share the work.
    ///
    /// # Examples
    ///
    /// ```
    /// let runtime = vitte::runtime::Builder::new_multi_thread().build().unwrap();
    /// let here = std::thread::current().id();
    /// let task = runtime.spawn(async { std::thread::current().id() });
    /// assert_ne!(runtime.block_on(task).unwrap(), here);
    /// ```
    pub fn new_multi_thread() -> Builder {
        Builder::new(Flavor::MultiThread)
    }

    /// Enables io and timers.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::net::TcpListener;
    ///
    /// # fn main() -> std::io::Result<()> {
    /// let runtime = vitte::runtime::Builder::new_current_thread().enable_all().build()?;
    /// runtime.block_on(TcpListener::bind("127.0.0.1:0"))?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn enable_all(&mut self) -> &mut Self {
        self.enable_io().enable_time()
    }

    /// Enables sockets, signals and child processes.
    ///
    /// # Examples
    ///
    /// ```
    /// let runtime = vitte::runtime::Builder::new_current_thread().enable_io().build().unwrap();
    /// let _guard = runtime.enter();
    /// let (client, server) = vitte::net::UnixStream::pair().unwrap();
    /// # drop((client, server));
    /// ```
    pub fn enable_io(&mut self) -> &mut Self {
        self.enable_io = true;
        self
    }

    /// Enables timers.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let runtime = vitte::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    /// runtime.block_on(async { vitte::time::sleep(Duration::from_millis(1)).await });
    /// ```
    pub fn enable_time(&mut self) -> &mut Self {
        self.enable_time = true;
        self
    }

    /// Sets the runtime's name, which [`Handle::name`](super::Handle::name) returns.
    ///
    /// # Panics
    ///
    /// If the name is empty or blank.
    ///
    /// # Examples
    ///
    /// ```
    /// let runtime = vitte::runtime::Builder::new_current_thread().name("api").build().unwrap();
    /// assert_eq!(runtime.handle().name(), Some("api"));
    /// ```
    #[track_caller]
    pub fn name(&mut self, val: impl Into<String>) -> &mut Self {
        let name = val.into();
        assert!(!name.trim().is_empty(), "runtime name shouldn't be empty");
        self.name = Some(name);
        self
    }

    /// Sets whether the clock of a current-thread runtime is paused from the start, as by
    /// `time::pause`: it stands still while anything can run, and jumps to the next deadline when
    /// nothing can.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use vitte::time::{Instant, sleep};
    ///
    /// let runtime = vitte::runtime::Builder::new_current_thread()
    ///     .enable_time()
    ///     .start_paused(true)
    ///     .build()
    ///     .unwrap();
    /// runtime.block_on(async {
    ///     let start = Instant::now();
    ///     // This returns at once.
    ///     sleep(Duration::from_secs(3600)).await;
    ///     assert_eq!(start.elapsed(), Duration::from_secs(3600));
    /// });
    /// ```
    pub fn start_paused(&mut self, start_paused: bool) -> &mut Self {
        self.start_paused = start_paused;
        self
    }

    /// Builds the runtime. The builder can be used again.
    ///
    /// # Errors
    ///
    /// If io is enabled and the process has no file descriptor left for the reactor, the error of
    /// the operating system.
    ///
    /// # Panics
    ///
    /// If a worker thread cannot be started, if [`start_paused`](Self::start_paused) is set for a
    /// multi-thread runtime, and if the environment variable `TOKIO_WORKER_THREADS` is needed and
    /// is not a positive number.
    ///
    /// # Examples
    ///
    /// ```
    /// # fn main() -> std::io::Result<()> {
    /// let runtime = vitte::runtime::Builder::new_multi_thread().enable_all().build()?;
    /// runtime.block_on(async { println!("running") });
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    pub fn build(&mut self) -> io::Result<Runtime> {
        Ok(Runtime::from_core(self.build_core()?))
    }

    /// Builds a runtime that stays on this thread, and takes futures that are not `Send`.
    ///
    /// # Errors
    ///
    /// If io is enabled and the process has no file descriptor left for the reactor, the error of
    /// the operating system.
    ///
    /// # Panics
    ///
    /// If the builder was made by [`new_multi_thread`](Self::new_multi_thread).
    ///
    /// # Examples
    ///
    /// ```
    /// use std::rc::Rc;
    /// use vitte::runtime::{Builder, LocalOptions};
    ///
    /// # fn main() -> std::io::Result<()> {
    /// let runtime = Builder::new_current_thread().build_local(LocalOptions::default())?;
    /// let shared = Rc::new(2);
    /// let task = runtime.spawn_local({
    ///     let shared = shared.clone();
    ///     async move { *shared + *shared }
    /// });
    /// assert_eq!(runtime.block_on(task).unwrap(), 4);
    /// # Ok(())
    /// # }
    /// ```
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

/// What the environment says, or one worker per processor.
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
