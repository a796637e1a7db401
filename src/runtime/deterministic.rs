//! The deterministic mode: a seed decides everything that an ordinary runtime leaves to chance.
//!
//! A runtime that [`Builder::new_deterministic`] made runs everything one at a time: tasks, the
//! future of `block_on`, and the jobs of `spawn_blocking`. All of this follows from the seed: what
//! runs next, which branch of a `select!` is polled first, in which order timers with the same
//! deadline fire, and after how many operations a poll has to yield. Time is virtual: each step
//! takes a microsecond, and when nothing can run the clock jumps to the next deadline. Two runs of
//! one program with one seed are the same run, and have the same [`DeterministicReport::hash`].
//!
//! # How to use it
//!
//! In a test, write `#[vitte::test(seeds = 200)]`. The test then runs under the seeds 0 to 199, and
//! when it fails it prints a line that repeats exactly that run:
//!
//! ```text
//! VITTE_SEED=17 cargo test -p bank -- --exact transfers_lose_nothing
//! ```
//!
//! Elsewhere, build the runtime:
//!
//! ```
//! use std::sync::Arc;
//! use vitte::runtime::Builder;
//! use vitte::sync::Mutex;
//!
//! /// Reads and writes in two steps: another deposit may come between.
//! async fn deposit(balance: Arc<Mutex<u32>>, amount: u32) {
//!     let seen = *balance.lock().await;
//!     *balance.lock().await = seen + amount;
//! }
//!
//! fn balance_after_two_deposits(seed: u64) -> u32 {
//!     let runtime = Builder::new_deterministic(seed).build().unwrap();
//!     runtime.block_on(async {
//!         let balance = Arc::new(Mutex::new(0));
//!         let first = vitte::spawn(deposit(balance.clone(), 10));
//!         let second = vitte::spawn(deposit(balance.clone(), 5));
//!         first.await.unwrap();
//!         second.await.unwrap();
//!         *balance.lock().await
//!     })
//! }
//!
//! let unlucky = (0..200).find(|&seed| balance_after_two_deposits(seed) != 15).unwrap();
//! // The same seed loses the same deposit again.
//! assert_ne!(balance_after_two_deposits(unlucky), 15);
//! ```
//!
//! # What it finds
//!
//! Under a few hundred seeds a task is interrupted at each of its `.await`s, including those that
//! need not wait. A run that cannot go on fails. It is a *deadlock* if nothing can run and no timer
//! is left; the failure lists who waits for what. It is a *livelock* if the run exceeds the
//! [step limit](Builder::deterministic_step_limit); the failure lists who made the last steps.
//!
//! # What it cannot see
//!
//! - Code between two `.await`s runs without interruption; the mode does not find data races on
//!   atomics and locks of std.
//! - The iteration order of std's `HashMap`, other crates' random generators, addresses, task ids,
//!   the environment and real clocks (`std::time`) differ from run to run. A seed does not repeat a
//!   program whose decisions depend on them.
//! - A thread that the program starts itself runs when the operating system lets it. Its wakes are
//!   taken at the next scheduling point and counted in the
//!   [report](DeterministicReport::foreign_wakes); [in strict mode](Builder::deterministic_strict)
//!   they make the run fail. The run does not wait for such a thread.
//! - A blocking job that waits outside of vitte, on a lock of std for instance, keeps everything
//!   waiting: no other job gets a turn in the meantime.
//! - `block_in_place` panics, as on any current-thread runtime.
//! - Sockets, signals and processes are off unless [enabled](Builder::enable_io), and what they
//!   do is not repeatable.

mod report;

use vitte_context::choose::Chooser;

pub use report::DeterministicReport;
pub use vitte_context::choose::ReplayError;

use super::builder::Builder;

/// The default number of steps after which a run fails as a livelock.
const STEP_LIMIT: u64 = 1_000_000;

/// The options of the deterministic mode.
#[derive(Debug, Clone)]
pub(super) struct DeterministicOptions {
    choices: Choices,
    pub(super) step_limit: u64,
    pub(super) strict: bool,
}

/// Where the choices come from.
#[derive(Debug, Clone)]
enum Choices {
    Seed(u64),
    /// A replay string that was checked when the builder was made.
    Replay(String),
}

impl DeterministicOptions {
    fn new(choices: Choices) -> Self {
        DeterministicOptions {
            choices,
            step_limit: STEP_LIMIT,
            strict: false,
        }
    }

    pub(super) fn chooser(&self) -> Chooser {
        match &self.choices {
            Choices::Seed(seed) => Chooser::from_seed(*seed),
            Choices::Replay(text) => match Chooser::from_replay(text) {
                Ok(chooser) => chooser,
                Err(error) => unreachable!("the text was checked before: {error}"),
            },
        }
    }
}

impl Builder {
    /// A builder of a [deterministic](super::deterministic) runtime: all of its choices follow from
    /// `seed`, and time is virtual.
    ///
    /// Timers are enabled; io is not.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use vitte::runtime::Builder;
    ///
    /// let hash_of = |seed| {
    ///     let runtime = Builder::new_deterministic(seed).build().unwrap();
    ///     runtime.block_on(async {
    ///         let tasks: Vec<_> = (1..=3)
    ///             .map(|n| vitte::spawn(vitte::time::sleep(Duration::from_secs(n))))
    ///             .collect();
    ///         for task in tasks {
    ///             task.await.unwrap();
    ///         }
    ///     });
    ///     runtime.deterministic_report().unwrap().hash()
    /// };
    /// assert_eq!(hash_of(7), hash_of(7));
    /// assert_ne!(hash_of(7), hash_of(8));
    /// ```
    pub fn new_deterministic(seed: u64) -> Builder {
        Builder::with_deterministic(DeterministicOptions::new(Choices::Seed(seed)))
    }

    /// A builder of a deterministic runtime that repeats the choices of another run.
    ///
    /// The text is what [`DeterministicReport::replay`] returned. After its end every choice is the
    /// default: first come, first served.
    ///
    /// # Errors
    ///
    /// [`ReplayError`] if the text is not a replay string.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::runtime::Builder;
    ///
    /// fn report_of(mut builder: Builder) -> vitte::runtime::DeterministicReport {
    ///     let runtime = builder.build().unwrap();
    ///     runtime.block_on(async {
    ///         vitte::join!(vitte::spawn(async {}), vitte::spawn(async {}));
    ///     });
    ///     runtime.deterministic_report().unwrap()
    /// }
    ///
    /// let first = report_of(Builder::new_deterministic(7));
    /// let again = report_of(Builder::new_deterministic_replay(first.replay()).unwrap());
    /// assert_eq!(first.hash(), again.hash());
    /// assert!(Builder::new_deterministic_replay("no such thing").is_err());
    /// ```
    pub fn new_deterministic_replay(replay: &str) -> Result<Builder, ReplayError> {
        Chooser::from_replay(replay)?;
        let choices = Choices::Replay(replay.to_string());
        Ok(Builder::with_deterministic(DeterministicOptions::new(
            choices,
        )))
    }

    /// Sets after how many steps a deterministic run fails as a livelock. The default is a
    /// million, which is a second of virtual time in which something could always run. On a builder
    /// of another runtime it has no effect.
    ///
    /// A step is a poll of a task, or a turn of a blocking job. A poll that reads the clock more
    /// than a thousand times makes a step with each further read.
    ///
    /// # Examples
    ///
    /// ```should_panic
    /// let runtime = vitte::runtime::Builder::new_deterministic(7)
    ///     .deterministic_step_limit(1000)
    ///     .build()
    ///     .unwrap();
    /// runtime.block_on(async {
    ///     loop {
    ///         // Never waits for anything: a livelock.
    ///         vitte::task::yield_now().await;
    ///     }
    /// });
    /// ```
    pub fn deterministic_step_limit(&mut self, steps: u64) -> &mut Self {
        if let Some(options) = &mut self.deterministic {
            options.step_limit = steps;
        }
        self
    }

    /// Sets whether a wake from a thread that has no part in the run makes a deterministic run
    /// fail. The default is to count it in the report. On a builder of another runtime it has no
    /// effect.
    ///
    /// # Examples
    ///
    /// ```
    /// let runtime = vitte::runtime::Builder::new_deterministic(7)
    ///     .deterministic_strict(true)
    ///     .build()
    ///     .unwrap();
    /// // Jobs of the runtime's own pool are part of the run.
    /// let job = runtime.spawn_blocking(|| 1);
    /// assert_eq!(runtime.block_on(job).unwrap(), 1);
    /// ```
    pub fn deterministic_strict(&mut self, strict: bool) -> &mut Self {
        if let Some(options) = &mut self.deterministic {
            options.strict = strict;
        }
        self
    }
}
