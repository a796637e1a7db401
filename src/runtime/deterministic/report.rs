//! [`DeterministicReport`]: what a run in the deterministic mode has done.

use std::time::Duration;

use vitte_context::RuntimeCore;
use vitte_executor::Scheduler;

#[cfg(doc)]
use crate::runtime::Builder;
use crate::runtime::{Handle, Runtime};

impl Runtime {
    /// Returns what a deterministic runtime has done so far; `None` for any other runtime.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::runtime::{Builder, Runtime};
    ///
    /// let runtime = Builder::new_deterministic(7).build().unwrap();
    /// runtime.block_on(async {});
    /// assert!(runtime.deterministic_report().unwrap().steps() > 0);
    /// assert!(Runtime::new().unwrap().deterministic_report().is_none());
    /// ```
    pub fn deterministic_report(&self) -> Option<DeterministicReport> {
        self.handle().deterministic_report()
    }
}

impl Handle {
    /// Returns what a deterministic runtime has done so far; `None` for any other runtime.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::runtime::{Builder, Handle};
    ///
    /// let runtime = Builder::new_deterministic(7).build().unwrap();
    /// let before = runtime.handle().deterministic_report().unwrap().hash();
    /// runtime.block_on(vitte::task::yield_now());
    /// assert_ne!(runtime.handle().deterministic_report().unwrap().hash(), before);
    /// ```
    pub fn deterministic_report(&self) -> Option<DeterministicReport> {
        DeterministicReport::of(self.core())
    }
}

/// What a deterministic runtime has done; from [`Runtime::deterministic_report`].
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use vitte::runtime::Builder;
///
/// let runtime = Builder::new_deterministic(7).build().unwrap();
/// runtime.block_on(async { vitte::time::sleep(Duration::from_secs(60)).await });
///
/// let report = runtime.deterministic_report().unwrap();
/// println!("{} steps in {:?}, run {:016x}", report.steps(), report.run_time(), report.hash());
/// assert!(report.is_repeatable());
/// ```
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

    /// Returns a hash of all that happened: each choice, and each step with its virtual time. Runs
    /// that were the same have the same hash, in any process and on any machine.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::runtime::Builder;
    ///
    /// let hash_of = |seed| {
    ///     let runtime = Builder::new_deterministic(seed).build().unwrap();
    ///     runtime.block_on(async {
    ///         vitte::join!(vitte::spawn(async {}), vitte::spawn(async {}));
    ///     });
    ///     runtime.deterministic_report().unwrap().hash()
    /// };
    /// assert_eq!(hash_of(7), hash_of(7));
    /// ```
    pub fn hash(&self) -> u64 {
        self.hash
    }

    /// Returns the number of steps: polls of tasks, and turns of blocking jobs.
    ///
    /// # Examples
    ///
    /// ```
    /// let runtime = vitte::runtime::Builder::new_deterministic(7).build().unwrap();
    /// runtime.block_on(async {});
    /// assert!(runtime.deterministic_report().unwrap().steps() >= 1);
    /// ```
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// Returns how much virtual time has passed.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let runtime = vitte::runtime::Builder::new_deterministic(7).build().unwrap();
    /// runtime.block_on(async { vitte::time::sleep(Duration::from_secs(60)).await });
    /// let run_time = runtime.deterministic_report().unwrap().run_time();
    /// assert!(run_time >= Duration::from_secs(60));
    /// ```
    pub fn run_time(&self) -> Duration {
        self.run_time
    }

    /// Returns how many wakes came from threads that have no part in the run, which the seed does
    /// not repeat.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::sync::oneshot;
    ///
    /// let runtime = vitte::runtime::Builder::new_deterministic(7).build().unwrap();
    /// runtime.block_on(async {
    ///     let (tx, rx) = oneshot::channel();
    ///     vitte::spawn(async move { tx.send(1) });
    ///     rx.await.unwrap();
    /// });
    /// assert_eq!(runtime.deterministic_report().unwrap().foreign_wakes(), 0);
    /// ```
    pub fn foreign_wakes(&self) -> u64 {
        self.foreign_wakes
    }

    /// Returns whether the run follows from its seed alone: io was not enabled, and no wake came
    /// from a thread that has no part in the run.
    ///
    /// # Examples
    ///
    /// ```
    /// let runtime = vitte::runtime::Builder::new_deterministic(7).enable_io().build().unwrap();
    /// assert!(!runtime.deterministic_report().unwrap().is_repeatable());
    /// ```
    pub fn is_repeatable(&self) -> bool {
        self.foreign_wakes == 0 && !self.io
    }

    /// Returns the run's choices as a text, for [`Builder::new_deterministic_replay`].
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::runtime::Builder;
    ///
    /// let runtime = Builder::new_deterministic(7).build().unwrap();
    /// runtime.block_on(async { vitte::spawn(async {}).await.unwrap() });
    /// let report = runtime.deterministic_report().unwrap();
    /// assert!(Builder::new_deterministic_replay(report.replay()).is_ok());
    /// ```
    pub fn replay(&self) -> &str {
        &self.replay
    }
}
