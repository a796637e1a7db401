//! Under which schedules a deterministic test runs, and how a failing one is told.

use std::ops::RangeInclusive;
use std::process::{ExitCode, Termination};

use vitte_context::choose::{self, Kind};

use super::entry::TestConfig;

/// The environment variable that replaces the seeds of deterministic tests, to run a failure again.
const SEED_VARIABLE: &str = "VITTE_SEED";

/// The schedules of a deterministic test.
#[derive(Debug, Clone, Copy)]
pub enum Schedules {
    /// One, of another seed in each run.
    Fresh,
    /// The one of this seed.
    Seed(u64),
    /// That many, the same in each run.
    Many(u64),
}

impl Schedules {
    /// The seeds to run under: those of the attribute, or the one of the environment.
    pub(super) fn seeds(self) -> RangeInclusive<u64> {
        if let Some(seed) = seed_from_environment() {
            return seed..=seed;
        }
        match self {
            Schedules::Fresh => {
                let seed = choose::random(Kind::Random, usize::MAX) as u64;
                seed..=seed
            }
            Schedules::Seed(seed) => seed..=seed,
            Schedules::Many(count) => 0..=count - 1,
        }
    }
}

fn seed_from_environment() -> Option<u64> {
    let text = std::env::var(SEED_VARIABLE).ok()?;
    match text.parse() {
        Ok(seed) => Some(seed),
        Err(error) => panic!("{SEED_VARIABLE}={text} is not a seed: {error}"),
    }
}

/// Runs `once` under each seed until the first failure, and names the seed of that.
pub(super) fn run_each<T: Termination>(
    config: &TestConfig,
    seeds: RangeInclusive<u64>,
    once: impl Fn(u64) -> T,
) -> T {
    let last = *seeds.end();
    for seed in seeds {
        let _guard = NameSeed { config, seed };
        let output = once(seed);
        if seed == last {
            return output;
        }
        assert!(
            output.report() == ExitCode::SUCCESS,
            "the test returned an error"
        );
    }
    unreachable!("the last seed returns")
}

/// Says under which seed the test ran when it is dropped by a panic.
struct NameSeed<'a> {
    config: &'a TestConfig,
    seed: u64,
}

impl Drop for NameSeed<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let TestConfig {
                path, file, line, ..
            } = self.config;
            let seed = self.seed;
            eprintln!(
                "{path} ({file}:{line}) failed under seed {seed}; \
                 {SEED_VARIABLE}={seed} runs it again"
            );
        }
    }
}
