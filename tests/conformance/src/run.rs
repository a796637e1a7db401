//! Runs each test in a process of its own, so that one that hangs or aborts fails alone.

use std::collections::VecDeque;
use std::fs::{self, File};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use crate::Failure;
use crate::args::Args;
use crate::compile::Built;
use crate::workspace::Workspace;

/// A test that ran.
pub struct Outcome {
    pub suite: &'static str,
    pub file: String,
    pub test: String,
    pub result: TestResult,
    /// How often it was run: more than once only with `--repeat`, or with `--retries` if it failed
    /// at first.
    pub attempts: usize,
    /// How often it failed.
    pub failures: usize,
    pub took: Duration,
    /// The file with what it wrote.
    pub log: PathBuf,
}

/// How a test ended.
#[derive(Clone, PartialEq, Eq)]
pub enum TestResult {
    Passed,
    /// It said so, or the process ended otherwise: in words.
    Failed(String),
    TimedOut,
}

/// A test that is to run.
struct Job<'a> {
    suite: &'static str,
    file: &'a str,
    program: &'a Path,
    test: String,
}

/// Runs the tests of all files that compiled, as often as was asked for.
pub fn all(args: &Args, workspace: &Workspace, built: &[Built]) -> Result<Vec<Outcome>, Failure> {
    let mut outcomes = once(args, workspace, built)?;
    for round in 2..=args.repeat {
        eprintln!("round {round} of {}", args.repeat);
        // Both are sorted, and of the same tests.
        for (outcome, again) in outcomes.iter_mut().zip(once(args, workspace, built)?) {
            outcome.attempts += again.attempts;
            outcome.failures += again.failures;
            outcome.took += again.took;
            if outcome.result == TestResult::Passed {
                outcome.result = again.result;
            }
        }
    }
    Ok(outcomes)
}

fn once(args: &Args, workspace: &Workspace, built: &[Built]) -> Result<Vec<Outcome>, Failure> {
    let mut jobs = VecDeque::new();
    for built in built {
        let Ok(program) = &built.result else { continue };
        for test in tests_of(program, &workspace.package_dir(built.suite))? {
            if args.filter.takes_test(&built.file, &test) {
                jobs.push_back(Job {
                    suite: built.suite,
                    file: &built.file,
                    program,
                    test,
                });
            }
        }
    }
    eprintln!("running {} tests", jobs.len());
    let jobs = Mutex::new(jobs);
    let outcomes = Mutex::new(Vec::new());
    let next = || jobs.lock().unwrap_or_else(|p| p.into_inner()).pop_front();
    thread::scope(|scope| {
        let runners: Vec<_> = (0..args.jobs)
            .map(|_| {
                scope.spawn(|| {
                    while let Some(job) = next() {
                        let outcome = job.run(args, workspace)?;
                        outcomes
                            .lock()
                            .unwrap_or_else(|p| p.into_inner())
                            .push(outcome);
                    }
                    Ok::<(), Failure>(())
                })
            })
            .collect();
        runners.into_iter().try_for_each(|runner| {
            runner
                .join()
                .unwrap_or_else(|_| Err("a runner panicked".into()))
        })
    })?;
    let mut outcomes = outcomes.into_inner().unwrap_or_else(|p| p.into_inner());
    outcomes.sort_by(|a, b| (a.suite, &a.file, &a.test).cmp(&(b.suite, &b.file, &b.test)));
    Ok(outcomes)
}

/// The names of a program's tests, but for those that are marked to be ignored.
fn tests_of(program: &Path, dir: &Path) -> Result<Vec<String>, Failure> {
    let list = |ignored: bool| -> Result<Vec<String>, Failure> {
        let output = Command::new(program)
            .args(["--list", "--format", "terse"])
            .args(ignored.then_some("--ignored"))
            .current_dir(dir)
            .output()
            .map_err(|error| format!("{}: {error}", program.display()))?;
        let text = String::from_utf8_lossy(&output.stdout);
        let names = text.lines().filter_map(|line| line.strip_suffix(": test"));
        Ok(names.map(str::to_owned).collect())
    };
    let ignored = list(true)?;
    let mut tests = list(false)?;
    tests.retain(|test| !ignored.contains(test));
    Ok(tests)
}

impl Job<'_> {
    fn run(self, args: &Args, workspace: &Workspace) -> Result<Outcome, Failure> {
        let name = self.test.replace("::", ".");
        let log = workspace
            .logs
            .join(self.suite)
            .join(format!("{}.{name}.log", self.file));
        let started = Instant::now();
        let mut result = self.attempt(args, workspace, &log)?;
        let mut attempts = 1;
        while result != TestResult::Passed && attempts <= args.retries {
            result = self.attempt(args, workspace, &log)?;
            attempts += 1;
        }
        let failures = if result == TestResult::Passed {
            attempts - 1
        } else {
            attempts
        };
        Ok(Outcome {
            suite: self.suite,
            file: self.file.to_owned(),
            test: self.test,
            result,
            attempts,
            failures,
            took: started.elapsed(),
            log,
        })
    }

    fn attempt(
        &self,
        args: &Args,
        workspace: &Workspace,
        log: &Path,
    ) -> Result<TestResult, Failure> {
        let status = self
            .spawn(&workspace.package_dir(self.suite), log)
            .and_then(|child| wait(child, args.limit))
            .map_err(|error| format!("{}: {error}", self.program.display()))?;
        let result = match status {
            None => TestResult::TimedOut,
            Some(status) if status.success() => TestResult::Passed,
            Some(status) => TestResult::Failed(reason(status, log)),
        };
        if result != TestResult::Passed {
            // Kept from the attempts that follow.
            let kept = log.with_extension("failed.log");
            fs::copy(log, &kept).map_err(|error| format!("{}: {error}", kept.display()))?;
        }
        Ok(result)
    }

    fn spawn(&self, dir: &Path, log: &Path) -> std::io::Result<Child> {
        fs::create_dir_all(log.parent().unwrap_or(log))?;
        let output = File::create(log)?;
        Command::new(self.program)
            .args(["--exact", &self.test, "--nocapture", "--test-threads=1"])
            .current_dir(dir)
            .env("RUST_BACKTRACE", "0")
            .env("CARGO_MANIFEST_DIR", dir)
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output)
            // A group of its own, so that what the test started is killed with it.
            .process_group(0)
            .spawn()
    }
}

/// Waits for the process until the limit is over; `None` when it had to be killed.
fn wait(mut child: Child, limit: Duration) -> std::io::Result<Option<ExitStatus>> {
    let deadline = Instant::now() + limit;
    let mut pause = Duration::from_millis(1);
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if Instant::now() >= deadline {
            kill_group(&mut child)?;
            return Ok(None);
        }
        thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(20));
    }
}

fn kill_group(child: &mut Child) -> std::io::Result<()> {
    let group = format!("-{}", child.id());
    Command::new("kill").args(["-9", "--", &group]).status()?;
    child.kill()?;
    child.wait()?;
    Ok(())
}

/// Why a test failed, in one line.
fn reason(status: ExitStatus, log: &Path) -> String {
    if let Some(signal) = status.signal() {
        return format!("killed by signal {signal}");
    }
    let output = fs::read(log).unwrap_or_default();
    let output = String::from_utf8_lossy(&output);
    let mut lines = output.lines();
    match lines.find(|line| line.contains("panicked at")) {
        Some(place) => {
            let place = place.split("panicked at ").last().unwrap_or_default();
            let place = place.rsplit('/').next().unwrap_or(place);
            format!("{place} {}", lines.next().unwrap_or_default())
        }
        None => output
            .lines()
            .find(|line| line.to_lowercase().contains("error"))
            .map_or_else(|| status.to_string(), str::to_owned),
    }
}
