//! What the user sees: a line per file, the failures, the totals.

use std::collections::BTreeSet;
use std::fs;

use crate::args::{Args, Mode};
use crate::compile::Built;
use crate::expectations::Expectations;
use crate::run::{Outcome, TestResult};
use crate::workspace::Workspace;

/// What became of a file, a suite, or all of them.
#[derive(Default, Clone, Copy)]
struct Tally {
    passed: usize,
    total: usize,
    exempt: usize,
    uncompiled: usize,
}

impl Tally {
    fn add(&mut self, other: Tally) {
        self.passed += other.passed;
        self.total += other.total;
        self.exempt += other.exempt;
        self.uncompiled += other.uncompiled;
    }

    fn as_expected(self) -> bool {
        self.uncompiled == 0 && self.passed + self.exempt == self.total
    }

    fn line(self, name: &str) -> String {
        let mut line = format!("{name:40} {:4}/{}", self.passed, self.total);
        if self.exempt > 0 {
            line += &format!("  ({} exempt)", self.exempt);
        }
        if self.uncompiled > 0 {
            line += &format!("  ({} files do not compile)", self.uncompiled);
        }
        line
    }
}

/// Prints everything and returns whether it is as expected.
pub fn print(
    args: &Args,
    workspace: &Workspace,
    expectations: &Expectations,
    built: &[Built],
    outcomes: &[Outcome],
) -> bool {
    let mut all = Tally::default();
    let mut by_suite: Vec<(&str, Tally)> = Vec::new();
    for built in built {
        let of_file: Vec<&Outcome> = outcomes
            .iter()
            .filter(|outcome| outcome.suite == built.suite && outcome.file == built.file)
            .collect();
        let tally = file(args, expectations, built, &of_file);
        all.add(tally);
        match by_suite.last_mut() {
            Some((suite, sum)) if *suite == built.suite => sum.add(tally),
            _ => by_suite.push((built.suite, tally)),
        }
    }
    println!();
    for (suite, tally) in by_suite {
        println!("{}", tally.line(suite));
    }
    let on = match args.mode {
        Mode::Vitte => "total on vitte",
        Mode::Real => "total on the real tokio",
    };
    println!("{}", all.line(on));
    print_flaky(outcomes);
    if args.verbose {
        print_slowest(outcomes);
    }
    if !all.as_expected() {
        println!("the output of each test is in {}", workspace.logs.display());
    }
    all.as_expected()
}

/// Prints one file's line and failures.
fn file(args: &Args, expectations: &Expectations, built: &Built, outcomes: &[&Outcome]) -> Tally {
    let name = format!("{} {}", built.suite, built.file);
    let expected = expectations.count(built.suite, &built.file);
    if let Err(errors) = &built.result {
        let tally = Tally {
            total: expected.unwrap_or(0),
            uncompiled: 1,
            ..Tally::default()
        };
        println!("{}", tally.line(&name));
        print_errors(args, errors);
        return tally;
    }
    let mut tally = Tally::default();
    let mut failures = Vec::new();
    for outcome in outcomes {
        tally.total += 1;
        let exemption = expectations.exemption(outcome);
        let what = match &outcome.result {
            TestResult::Passed => {
                tally.passed += 1;
                continue;
            }
            TestResult::Failed(reason) => reason.clone(),
            TestResult::TimedOut => format!("took longer than {} s", args.limit.as_secs()),
        };
        let what = match (outcome.failures, outcome.attempts) {
            (failures, attempts) if attempts > failures => {
                format!("failed {failures} of {attempts} times: {what}")
            }
            _ => what,
        };
        tally.exempt += usize::from(exemption.is_some());
        let why = exemption.map_or(String::new(), |reason| format!(" (exempt: {reason})"));
        failures.push((outcome, format!("    {}: {what}{why}", outcome.test)));
    }
    // Tests that the file has elsewhere and not here are missing, not absent.
    if let (Some(expected), false) = (expected, args.filter.names_tests()) {
        tally.total = tally.total.max(expected);
    }
    if tally.total > 0 {
        println!("{}", tally.line(&name));
    }
    for (outcome, line) in failures {
        println!("{line}");
        if args.verbose {
            let output = fs::read(&outcome.log).unwrap_or_default();
            println!("{}", String::from_utf8_lossy(&output));
        }
    }
    tally
}

/// Prints what the compiler said: all of it, or the first lines.
fn print_errors(args: &Args, errors: &str) {
    const HOW_MANY: usize = 5;
    if args.verbose {
        println!("{errors}");
        return;
    }
    let heads = errors.lines().filter(|line| line.starts_with("error"));
    let heads: BTreeSet<&str> = heads.collect();
    for head in heads.iter().take(HOW_MANY) {
        println!("    {head}");
    }
    if heads.len() > HOW_MANY {
        println!("    and more: see --verbose");
    }
}

/// Prints the tests that failed first and passed when they were run again.
fn print_flaky(outcomes: &[Outcome]) {
    for outcome in outcomes {
        if outcome.failures > 0 && outcome.result == TestResult::Passed {
            let Outcome {
                suite,
                file,
                test,
                attempts,
                ..
            } = outcome;
            println!("flaky: {suite} {file}::{test} passed in attempt {attempts}");
        }
    }
}

/// Prints the tests that took longest.
fn print_slowest(outcomes: &[Outcome]) {
    const HOW_MANY: usize = 10;
    let mut slowest: Vec<&Outcome> = outcomes.iter().collect();
    slowest.sort_by_key(|outcome| std::cmp::Reverse(outcome.took));
    for outcome in slowest.into_iter().take(HOW_MANY) {
        let seconds = outcome.took.as_secs_f32();
        println!(
            "{seconds:6.1} s  {} {}::{}",
            outcome.suite, outcome.file, outcome.test
        );
    }
}
