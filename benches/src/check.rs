//! Counted instructions against those that were counted before: for CI.
//!
//! The file `instructions.txt` names some workloads, each with vitte's instructions over tokio's.
//! Both sides are counted anew, in one run and on one thread; so what the machine brings along (its
//! processor's variants of `memcpy`, its libc, its valgrind) is on both sides, and nothing else
//! that runs there changes a count. The profile `count` is for this. A ratio that is higher than in
//! the file fails; one that is lower asks for an update of the file.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use crate::instructions;
use crate::machine;
use crate::on_tokio;
use crate::subject::Workload;

/// How much of a ratio may change. Counts repeat to the instruction; this is for what is about
/// them, such as a table that grows one operation earlier.
const TOLERANCE: f64 = 0.03;

/// The same under another compiler than the file's.
const TOLERANCE_OTHER_COMPILER: f64 = 0.10;

/// All on the thread that calls.
const WORKERS: usize = 0;

const HEADER: &str = "\
# vitte's instructions over tokio's, on one thread. `.ci/instructions` compares,
# `.ci/instructions --update` rewrites the numbers. To count another workload, add its name (see
# `cargo run -- --list`) with any number, and update.
";

/// A line of the file.
struct Expected {
    workload: Workload,
    ratio: f64,
}

/// Counts what the file names, and compares or rewrites it.
pub fn run(update: bool) -> ExitCode {
    let text = fs::read_to_string(path()).expect("benches/instructions.txt");
    let expected = parse(&text);
    let compiler = machine::compiler();
    let same_compiler = text.lines().any(|line| line == format!("# {compiler}"));
    let workloads: Vec<_> = expected.iter().map(|expected| expected.workload).collect();
    let counts = instructions::count_each(&workloads, WORKERS);

    let tolerance = if same_compiler {
        TOLERANCE
    } else {
        println!("the file was counted with another compiler than {compiler}");
        TOLERANCE_OTHER_COMPILER
    };
    println!("{:44} {:>7} {:>7}  before", "", "tokio", "vitte");
    let mut new = format!("{HEADER}# {compiler}\n");
    let mut verdict = ExitCode::SUCCESS;
    for (expected, count) in expected.iter().zip(counts) {
        let name = expected.workload.name;
        let Some([tokio, vitte]) = count else {
            eprintln!("{name}: valgrind did not count");
            return ExitCode::FAILURE;
        };
        let ratio = vitte / tokio;
        let change = ratio / expected.ratio - 1.0;
        let note = if change > tolerance {
            verdict = ExitCode::FAILURE;
            "  MORE than before"
        } else if change < -tolerance {
            "  fewer than before: --update"
        } else {
            ""
        };
        println!(
            "{name:44} {tokio:>7.0} {vitte:>7.0}  {:.3} -> {ratio:.3} ({:+.1} %){note}",
            expected.ratio,
            change * 100.0
        );
        let _ = writeln!(new, "{ratio:.3} {name}");
    }
    if update {
        fs::write(path(), new).expect("benches/instructions.txt");
        return ExitCode::SUCCESS;
    }
    verdict
}

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("instructions.txt")
}

fn parse(text: &str) -> Vec<Expected> {
    let subject = on_tokio::subject(WORKERS);
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let (ratio, name) = line.split_once(' ').expect("a ratio and a name");
            let mut workloads = subject.workloads().iter();
            Expected {
                workload: *workloads
                    .find(|workload| workload.name == name)
                    .unwrap_or_else(|| panic!("no such workload: {name}")),
                ratio: ratio.parse().expect("a ratio"),
            }
        })
        .collect()
}
