//! vitte beside the real tokio: the same workloads, in one process, in turns.
//!
//! ```text
//! cargo run --release                      # the whole table, and into docs/performance.md
//! cargo run --release -- spawn mpsc        # only workloads whose names contain one of these
//! cargo run --release -- --instructions    # instructions per operation, by valgrind
//! cargo run --profile count -- --check     # some of those, against instructions.txt
//! cargo run --release -- --compare HEAD~1  # a commit of vitte beside the working tree
//! cargo run --release --features others -- --others    # runtimes that are not tokio
//! cargo run --release -- --summary         # the first table, from the others
//! cargo run --release -- --list
//! ```
//!
//! Every workload is written once, against the API that vitte and tokio share, and compiled twice:
//! [`on_vitte`] and [`on_tokio`] are the same files over another `rt`. [`measure`] runs them
//! interleaved, [`report`] prints and writes the table, [`summary`] sums it up, [`instructions`]
//! counts with one worker under valgrind, [`check`] compares counts with earlier ones, [`compare`]
//! two commits, and [`memory`] measures in processes of their own.

mod args;
mod check;
mod compare;
mod instructions;
mod machine;
mod measure;
mod memory;
mod neutral;
mod on_tokio;
mod on_vitte;
mod one_core;
#[cfg(feature = "others")]
mod others;
mod quantile;
mod report;
mod subject;
mod summary;

#[cfg(feature = "mimalloc")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

use std::process::ExitCode;

use args::{Command, Options};
use subject::{Subject, WORKERS};

fn main() -> ExitCode {
    let mut options = Options::parse(std::env::args().skip(1));
    match options.command.clone() {
        Command::Measure => measure_all(&options),
        Command::List => list(&options),
        Command::Summary => summary::rewrite(),
        Command::Instructions => instructions::count_all(&options),
        Command::Check { update } => return check::run(update),
        #[cfg(feature = "others")]
        Command::Others => others::measure_all(&options),
        #[cfg(not(feature = "others"))]
        Command::Others => {
            eprintln!("the other runtimes come with --features others");
            return ExitCode::FAILURE;
        }
        Command::Compare { commit } => compare::run(&commit, &mut options),
        Command::Serve { subject } => serve(&subject),
        Command::Once {
            subject,
            workload,
            operations,
            workers,
        } => run_once(&subject, &workload, operations, workers),
        Command::Memory { subject, kind } => memory::run_child(&subject, &kind),
    }
    ExitCode::SUCCESS
}

fn measure_all(options: &Options) {
    // Two of tokio: what differs between them is noise.
    let subjects: [Box<dyn Subject>; 3] = [
        on_tokio::subject(options.workers),
        on_tokio::subject(options.workers),
        on_vitte::subject(options.workers),
    ];
    let mut rows = Vec::new();
    for (index, workload) in subjects[0].workloads().iter().enumerate() {
        if options.selects(workload.name) {
            rows.push(report::print(measure::measure(&subjects, index, options)));
        }
    }
    for kind in memory::KINDS {
        if options.selects(kind) {
            rows.push(report::print(memory::measure(kind, options)));
        }
    }
    report::finish(&rows, options);
    if options.write {
        summary::rewrite();
    }
}

/// Runs the workloads whose numbers come in, and prints what they cost.
fn serve(subject: &str) {
    let subject = subject_named(subject, WORKERS);
    for line in std::io::stdin().lines() {
        let index: usize = line.expect("a line").parse().expect("a number");
        let workload = subject.workloads()[index];
        let _held = workload.hold();
        println!("{}", subject.run(index, workload.operations));
    }
}

/// Runs one workload once.
fn run_once(subject: &str, workload: &str, operations: u64, workers: usize) {
    let subject = subject_named(subject, workers);
    let index = subject
        .workloads()
        .iter()
        .position(|candidate| candidate.name == workload)
        .unwrap_or_else(|| panic!("no such workload: {workload}"));
    let _held = subject.workloads()[index].hold();
    subject.run(index, operations);
}

fn subject_named(name: &str, workers: usize) -> Box<dyn Subject> {
    match name {
        "tokio" => on_tokio::subject(workers),
        "vitte" => on_vitte::subject(workers),
        other => panic!("no such subject: {other}"),
    }
}

fn list(options: &Options) {
    for workload in on_tokio::subject(1).workloads() {
        if options.selects(workload.name) {
            println!("{}", workload.name);
        }
    }
    for kind in memory::KINDS
        .into_iter()
        .filter(|kind| options.selects(kind))
    {
        println!("{kind}");
    }
}
