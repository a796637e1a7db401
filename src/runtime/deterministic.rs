//! The deterministic mode: one seed decides everything that a runtime leaves open.
//!
//! A runtime that [`Builder::new_deterministic`] made runs everything one at a time: tasks, the
//! future of `block_on`, and the jobs of `spawn_blocking`. What runs next, which branch of a
//! `select!` is asked first, in which order timers of one deadline fire, and after how many
//! operations a poll has to yield all follows from the seed. Time is virtual: each step costs a
//! microsecond, and when nothing can run the clock jumps to the next deadline. Two runs of one
//! program with one seed are the same run, and [`DeterministicReport::hash`] says so.
//!
//! # What it finds
//!
//! Under a few hundred seeds a task is interrupted at each of its `.await`s, also at those that
//! need not wait. A run that can no longer go on fails: as a *deadlock* when nothing can run and no
//! timer is left, with a list of who waits for what; as a *livelock* after the
//! [step limit](Builder::deterministic_step_limit), with those who made the last steps.
//!
//! # What it cannot see
//!
//! - Code between two `.await`s runs without interruption; data races on atomics and locks of std
//!   are not its subject.
//! - The iteration order of std's `HashMap`, other crates' random generators, addresses, task ids, environment and real clocks
//!   (`std::time`) differ from run to run. A program whose decisions depend on them is not
//!   repeated by a seed.
//! - A thread that the program starts itself runs when the operating system likes. Its wakes are
//!   taken at the next scheduling point and counted in the [report](DeterministicReport::foreign_wakes);
//!   [in strict mode](Builder::deterministic_strict) they fail the run. The run does not wait for
//!   such a thread.
//! - A blocking job that waits outside of vitte, on a lock of std for instance, keeps everything
//!   waiting: no other job gets a turn meanwhile.
//! - `block_in_place` panics, as on any current-thread runtime.
//! - Sockets, signals and processes are off unless [enabled](Builder::enable_io), and what they
//!   do is not repeatable.

use std::time::Duration;

use vitte_context::RuntimeCore;
use vitte_context::choose::Chooser;
use vitte_executor::Scheduler;

pub use vitte_context::choose::ReplayError;

use super::builder::Builder;
use super::handle::Handle;
use super::runtime::Runtime;

/// After how many steps a run fails as a livelock, unless told otherwise.
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
    /// A replay string that was seen to be one.
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
    /// A builder of a [deterministic](super::deterministic) runtime: all that it leaves open
    /// follows from `seed`, and time is virtual.
    ///
    /// Timers are enabled, io is not.
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
    /// The text is what [`DeterministicReport::replay`] gave. After its end every choice is the
    /// default: first come, first served.
    ///
    /// # Errors
    ///
    /// When the text is not a replay string.
    pub fn new_deterministic_replay(replay: &str) -> Result<Builder, ReplayError> {
        Chooser::from_replay(replay)?;
        let choices = Choices::Replay(replay.to_string());
        Ok(Builder::with_deterministic(DeterministicOptions::new(
            choices,
        )))
    }

    /// Sets after how many steps a deterministic run fails as a livelock. The default is a
    /// million, which is a second of virtual time in which something always could run.
    ///
    /// A step is a poll of a task, or a turn of a blocking job. A poll that reads the clock more
    /// than a thousand times makes a step with each further read.
    pub fn deterministic_step_limit(&mut self, steps: u64) -> &mut Self {
        if let Some(options) = &mut self.deterministic {
            options.step_limit = steps;
        }
        self
    }

    /// Sets whether a wake from a thread that has no part in the run makes a deterministic run
    /// fail. The default is to count it in the report.
    pub fn deterministic_strict(&mut self, strict: bool) -> &mut Self {
        if let Some(options) = &mut self.deterministic {
            options.strict = strict;
        }
        self
    }
}

impl Runtime {
    /// What a deterministic runtime has done so far; `None` for any other runtime.
    pub fn deterministic_report(&self) -> Option<DeterministicReport> {
        self.handle().deterministic_report()
    }
}

impl Handle {
    /// What a deterministic runtime has done so far; `None` for any other runtime.
    pub fn deterministic_report(&self) -> Option<DeterministicReport> {
        DeterministicReport::of(self.core())
    }
}

/// What a deterministic runtime has done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeterministicReport {
    hash: u64,
    steps: u64,
    run_time: Duration,
    foreign_wakes: u64,
    io: bool,
    replay: String,
}

impl DeterministicReport {
    fn of(core: &RuntimeCore) -> Option<Self> {
        let chooser = core.chooser()?;
        let labels = Scheduler::of(core).labels()?;
        Some(DeterministicReport {
            hash: chooser.hash(),
            steps: core.clock().steps(),
            run_time: core.clock().run_time(),
            foreign_wakes: labels.foreign_wakes,
            io: labels.io,
            replay: chooser.replay_string(),
        })
    }

    /// A hash of all that happened: each choice, and each step with its virtual time. Runs that
    /// were the same have the same hash, in any process and on any machine.
    pub fn hash(&self) -> u64 {
        self.hash
    }

    /// How many steps there were.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// How much virtual time has passed.
    pub fn run_time(&self) -> Duration {
        self.run_time
    }

    /// How many wakes came from threads that have no part in the run.
    pub fn foreign_wakes(&self) -> u64 {
        self.foreign_wakes
    }

    /// Whether the run follows from its seed alone: it had no io, and was not woken from outside.
    pub fn is_repeatable(&self) -> bool {
        self.foreign_wakes == 0 && !self.io
    }

    /// The run's choices, for [`Builder::new_deterministic_replay`].
    pub fn replay(&self) -> &str {
        &self.replay
    }
}
