//! What `#[main]` and `#[test]` expand to: one call with the attribute's options and the body.
//!
//! The generated function calls `run_main` or `run_test` on its own thread, once. These build the
//! runtime and block on the body; which schedules a deterministic test runs under is decided in
//! `schedules`.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::process::Termination;

use vitte_executor::task::large::is_large;

use super::schedules::{self, Outcome, Schedule, Schedules};
use crate::runtime::{Builder, LocalOptions, UnhandledPanic};

/// The kind of runtime that runs the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flavor {
    /// One thread.
    CurrentThread,
    /// A pool of workers.
    MultiThread,
    /// One thread, with tasks that never leave it.
    Local,
}

/// The options that `#[main]` and `#[test]` share.
#[derive(Debug)]
pub struct RuntimeConfig {
    /// The kind of runtime.
    pub flavor: Flavor,
    /// How many workers it has, if the attribute says so.
    pub worker_threads: Option<usize>,
    /// Whether its clock stands still, if the attribute says so.
    pub start_paused: Option<bool>,
    /// Its name, if it was given one.
    pub name: Option<&'static str>,
    /// What happens when a task panics, if the attribute says so.
    pub unhandled_panic: Option<UnhandledPanic>,
}

/// The identity of a test, where it is written, and how it runs.
#[derive(Debug)]
pub struct TestConfig {
    /// The package, when Cargo built the test.
    pub package: Option<&'static str>,
    /// The path of the function.
    pub path: &'static str,
    /// The source file.
    pub file: &'static str,
    /// The line of the function's name.
    pub line: u32,
    /// The runtime.
    pub runtime: RuntimeConfig,
    /// The schedules of the deterministic mode, if the test runs in it.
    pub schedules: Option<Schedules>,
}

/// Runs the body of `#[main]`.
#[track_caller]
pub fn run_main<F: Future>(config: &'static RuntimeConfig, body: F) -> F::Output {
    if const { is_large::<F>() } {
        config.block_on(config.builder(), Box::pin(body))
    } else {
        config.block_on(config.builder(), body)
    }
}

/// Runs the body of a `#[test]`, as often as its options say.
#[track_caller]
pub fn run_test<B, F>(config: &'static TestConfig, body: B) -> F::Output
where
    B: Fn() -> F,
    F: Future,
    F::Output: Termination,
{
    match config.schedules {
        None => run_pinned(&config.runtime, pin!(body())),
        Some(schedules) => schedules::run_each(config, schedules, |schedule| {
            run_deterministic(&config.runtime, schedule, body())
        }),
    }
}

/// Runs the body of a `#[test]` whose function has arguments, so that there is one body only.
#[track_caller]
pub fn run_test_once<F: Future>(config: &'static TestConfig, body: F) -> F::Output {
    let Some(schedules) = config.schedules else {
        return run_pinned(&config.runtime, pin!(body));
    };
    let list = schedules.list();
    let Some(first) = list.first() else {
        unreachable!("there is always a schedule")
    };
    schedules::run_one(config, first, |schedule| {
        run_deterministic(&config.runtime, schedule, body)
    })
}

/// Blocks on a test's body through a trait object: one copy of the runtime's `block_on` for each
/// type of output, not for each test.
#[track_caller]
fn run_pinned<T>(config: &RuntimeConfig, body: Pin<&mut dyn Future<Output = T>>) -> T {
    config.block_on(config.builder(), body)
}

/// Runs a test's body in a deterministic runtime, without io. Keeps the report even if it panics.
fn run_deterministic<F: Future>(
    config: &RuntimeConfig,
    schedule: &Schedule,
    body: F,
) -> Outcome<F::Output> {
    let body: Pin<&mut dyn Future<Output = F::Output>> = pin!(body);
    let mut builder = config.with_options(schedule.builder());
    if config.flavor == Flavor::Local {
        let runtime = builder.build_local(LocalOptions::default()).expect(FAILED);
        let result = catch_unwind(AssertUnwindSafe(|| runtime.block_on(body)));
        let report = runtime.handle().deterministic_report();
        if result.is_err() {
            runtime.shutdown_background();
        }
        return Outcome { result, report };
    }
    let runtime = builder.build().expect(FAILED);
    let result = catch_unwind(AssertUnwindSafe(|| runtime.block_on(body)));
    let report = runtime.deterministic_report();
    if result.is_err() {
        // Waiting for a job that waits forever would make the shutdown fail too.
        runtime.shutdown_background();
    }
    Outcome { result, report }
}

const FAILED: &str = "Failed building the Runtime";

impl RuntimeConfig {
    /// The builder of a runtime with these options.
    #[track_caller]
    fn builder(&self) -> Builder {
        let mut builder = match self.flavor {
            Flavor::CurrentThread | Flavor::Local => Builder::new_current_thread(),
            #[cfg(feature = "rt-multi-thread")]
            Flavor::MultiThread => Builder::new_multi_thread(),
            #[cfg(not(feature = "rt-multi-thread"))]
            Flavor::MultiThread => unreachable!("the attribute does not take this flavor"),
        };
        builder.enable_all();
        self.with_options(builder)
    }

    #[track_caller]
    fn with_options(&self, mut builder: Builder) -> Builder {
        if let Some(count) = self.worker_threads {
            builder.worker_threads(count);
        }
        if let Some(paused) = self.start_paused {
            builder.start_paused(paused);
        }
        if let Some(behavior) = &self.unhandled_panic {
            builder.unhandled_panic(behavior.clone());
        }
        if let Some(name) = self.name {
            builder.name(name);
        }
        builder
    }

    #[track_caller]
    fn block_on<F: Future>(&self, mut builder: Builder, body: F) -> F::Output {
        if self.flavor == Flavor::Local {
            let runtime = builder.build_local(LocalOptions::default()).expect(FAILED);
            return runtime.block_on(body);
        }
        builder.build().expect(FAILED).block_on(body)
    }
}
