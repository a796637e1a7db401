//! Under which schedules a deterministic test runs, and how a failure is reported.
//!
//! A test with `seeds = 200` runs under the seeds 0 to 199, in one runtime for each, until one
//! fails. Before the panic goes on to the test harness, a line is printed that repeats the run. The
//! line sets an environment variable, one of these:
//!
//! - `VITTE_SEED`: run under this seed only.
//! - `VITTE_SEEDS`: run under that many seeds, instead of what the attribute says.
//! - `VITTE_STEP_LIMIT`: after how many steps a run fails as a livelock.
//! - `VITTE_REPLAY`: repeat the choices of a run, as its report gave them.

use std::any::Any;
use std::fmt;
use std::panic::resume_unwind;
use std::process::{ExitCode, Termination};
use std::str::FromStr;

use vitte_context::choose::{self, Kind};

use super::entry::TestConfig;
use crate::runtime::{Builder, DeterministicReport};

const SEED_VARIABLE: &str = "VITTE_SEED";
const SEEDS_VARIABLE: &str = "VITTE_SEEDS";
const REPLAY_VARIABLE: &str = "VITTE_REPLAY";
const STEP_LIMIT_VARIABLE: &str = "VITTE_STEP_LIMIT";

/// The choices of a failed run are shown up to this length.
const SHOWN_REPLAY_LEN_MAX: usize = 1000;

/// The schedules of a deterministic test.
#[derive(Debug, Clone, Copy)]
pub enum Schedules {
    /// One, with another seed in each run.
    Fresh,
    /// The one that follows from this seed.
    Seed(u64),
    /// Those of that many seeds, the same in each run.
    Many(u64),
}

/// What decides one run.
#[derive(Debug, Clone)]
pub(super) enum Schedule {
    Seed(u64),
    Replay(String),
}

/// How a run ended.
pub(super) struct Outcome<T> {
    pub(super) result: Result<T, Box<dyn Any + Send>>,
    pub(super) report: Option<DeterministicReport>,
}

impl Schedules {
    /// The schedules to run under: what the environment says, or else what the attribute says.
    pub(super) fn list(self) -> Vec<Schedule> {
        if let Ok(replay) = std::env::var(REPLAY_VARIABLE) {
            return vec![Schedule::Replay(replay)];
        }
        if let Some(seed) = number_from_environment(SEED_VARIABLE) {
            return vec![Schedule::Seed(seed)];
        }
        if let Some(count) = number_from_environment(SEEDS_VARIABLE) {
            assert!(count > 0, "{SEEDS_VARIABLE} may not be 0");
            return (0..count).map(Schedule::Seed).collect();
        }
        match self {
            Schedules::Fresh => {
                let seed = choose::random(Kind::Random, usize::MAX) as u64;
                vec![Schedule::Seed(seed)]
            }
            Schedules::Seed(seed) => vec![Schedule::Seed(seed)],
            Schedules::Many(count) => (0..count).map(Schedule::Seed).collect(),
        }
    }
}

fn number_from_environment<N: FromStr<Err: fmt::Display>>(variable: &str) -> Option<N> {
    let text = std::env::var(variable).ok()?;
    match text.parse() {
        Ok(number) => Some(number),
        Err(error) => panic!("{variable}={text} is not a number: {error}"),
    }
}

impl Schedule {
    /// The builder of a runtime under this schedule.
    pub(super) fn builder(&self) -> Builder {
        let mut builder = match self {
            Schedule::Seed(seed) => Builder::new_deterministic(*seed),
            Schedule::Replay(text) => match Builder::new_deterministic_replay(text) {
                Ok(builder) => builder,
                Err(error) => panic!("{REPLAY_VARIABLE}: {error}"),
            },
        };
        if let Some(steps) = number_from_environment(STEP_LIMIT_VARIABLE) {
            builder.deterministic_step_limit(steps);
        }
        builder
    }
}

/// The environment that makes a test run under this schedule, as a shell takes it.
impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Schedule::Seed(seed) => write!(f, "{SEED_VARIABLE}={seed}"),
            Schedule::Replay(text) => write!(f, "{REPLAY_VARIABLE}='{text}'"),
        }
    }
}

/// Runs `once` under each schedule until the first failure, and says how to repeat that.
pub(super) fn run_each<T: Termination>(
    config: &TestConfig,
    schedules: Schedules,
    once: impl Fn(&Schedule) -> Outcome<T>,
) -> T {
    let list = schedules.list();
    for (index, schedule) in list.iter().enumerate() {
        let output = run_one(config, schedule, &once);
        if size_of::<T>() == 0 && index + 1 == list.len() {
            // Usually `()`, which is not an error.
            return output;
        }
        if output.report() != ExitCode::SUCCESS {
            report_failure(config, schedule, None);
            panic!("the test returned an error");
        }
    }
    // Seeing whether an output is an error consumes it. The same run has the same output.
    match list.last() {
        Some(last) => run_one(config, last, &once),
        None => unreachable!("there is always a schedule"),
    }
}

/// Runs `once` under one schedule; if it panics, says how to repeat that and panics on.
pub(super) fn run_one<T>(
    config: &TestConfig,
    schedule: &Schedule,
    once: impl FnOnce(&Schedule) -> Outcome<T>,
) -> T {
    let outcome = once(schedule);
    outcome.result.unwrap_or_else(|payload| {
        report_failure(config, schedule, outcome.report.as_ref());
        resume_unwind(payload)
    })
}

/// Prints the line that repeats a failed run.
fn report_failure(config: &TestConfig, schedule: &Schedule, report: Option<&DeterministicReport>) {
    let TestConfig { file, line, .. } = config;
    eprintln!("{file}:{line} failed in the deterministic mode. To run exactly that again:");
    eprintln!("{schedule} {}", command(config));
    let Some(report) = report else { return };
    if !report.is_repeatable() {
        eprintln!("(It may go another way then: the run was woken from outside, or had io.)");
    }
    let replay = report.replay();
    if !matches!(schedule, Schedule::Replay(_)) && replay.len() <= SHOWN_REPLAY_LEN_MAX {
        eprintln!("(Its choices were {REPLAY_VARIABLE}='{replay}')");
    }
}

/// The command that runs one test.
fn command(config: &TestConfig) -> String {
    // The path begins with the name of the test's crate, which its harness leaves out.
    let name = config
        .path
        .split_once("::")
        .map_or(config.path, |(_, name)| name);
    match config.package {
        Some(package) => format!("cargo test -p {package} -- --exact {name}"),
        None => format!("cargo test -- --exact {name}"),
    }
}
