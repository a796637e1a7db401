//! Memory per idle object: resident memory before and after, in a process per subject.

use std::process;

use crate::args::Options;
use crate::measure::{self, Row};
use crate::subject::{Unit, Workload};

/// What can be held idle.
pub const KINDS: [&str; 3] = [
    "memory: idle task",
    "memory: sleeping task",
    "memory: sleep",
];

const OBJECTS: usize = 100_000;

/// Memory does not waver as time does.
const ROUNDS_MAX: usize = 5;

/// Measures one kind on tokio, tokio again, and vitte.
pub fn measure(kind: &'static str, options: &Options) -> Row {
    let mut costs = [const { Vec::new() }; 3];
    for _ in 0..options.rounds.min(ROUNDS_MAX) {
        for (costs, subject) in costs.iter_mut().zip(["tokio", "tokio", "vitte"]) {
            costs.push(in_child(subject, kind));
        }
    }
    let workload = Workload {
        name: kind,
        operations: OBJECTS as u64,
        unit: Unit::Bytes,
        rounds_max: ROUNDS_MAX,
        one_core: false,
    };
    measure::row(workload, &costs)
}

fn in_child(subject: &str, kind: &str) -> f64 {
    let this = std::env::current_exe().expect("the path of this program");
    let output = process::Command::new(this)
        .args(["--memory", subject, kind])
        .output()
        .expect("a child process");
    let text = String::from_utf8_lossy(&output.stdout);
    text.trim().parse().expect("the child prints a number")
}

/// The child's part: prints bytes per object.
pub fn run_child(subject: &str, kind: &str) {
    let subject = crate::subject_named(subject, 1);
    let kind = KINDS
        .into_iter()
        .find(|known| *known == kind)
        .unwrap_or_else(|| panic!("no such kind: {kind}"));
    subject.hold_idle(kind, 100);
    let before = resident_bytes();
    subject.hold_idle(kind, OBJECTS);
    println!("{}", (resident_bytes() - before) / OBJECTS as f64);
    // Taking all of it down again would only take time.
    process::exit(0);
}

fn resident_bytes() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("a Linux system");
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS:"))
        .expect("VmRSS");
    let kilobytes: f64 = line
        .split_whitespace()
        .nth(1)
        .and_then(|number| number.parse().ok())
        .expect("a number of kilobytes");
    kilobytes * 1024.0
}
