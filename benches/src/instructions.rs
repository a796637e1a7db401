//! Instructions per operation, which no other program on the machine can change.
//!
//! Each workload runs in a process of its own under valgrind, with one worker, once with few and
//! once with many operations; the difference is what an operation costs without the start. Two
//! processes differ a little where threads meet, so small differences mean nothing there.

use std::fmt::Write as _;
use std::path::Path;
use std::process;
use std::sync::Mutex;
use std::thread;

use crate::args::Options;
use crate::on_tokio;
use crate::report;
use crate::subject::{Unit, Workload};

/// A short run has no more operations than that; valgrind is slow.
const FEW_MAX: u64 = 10_000;

/// Counts every selected workload that does not wait for the clock.
pub fn count_all(options: &Options) {
    let tokio = on_tokio::subject(1);
    let mut workloads = tokio.workloads().to_vec();
    workloads
        .retain(|workload| workload.unit == Unit::Nanoseconds && options.selects(workload.name));
    let counts = count_each(&workloads, 1);
    let mut table = String::from("| workload | tokio | vitte | ratio |\n|---|---:|---:|---|\n");
    for (Workload { name, .. }, counts) in workloads.iter().zip(counts) {
        let Some([tokio, vitte]) = counts else {
            eprintln!("{name}: valgrind did not count");
            continue;
        };
        let ratio = vitte / tokio;
        println!("{name:44} {tokio:>10.0} {vitte:>10.0}  {ratio:.2}");
        let _ = writeln!(
            table,
            "| {name} | {tokio:.0} | {vitte:.0} | **{ratio:.2}** |"
        );
    }
    if options.write {
        report::write_table("instructions", &table);
    }
}

/// Instructions per operation of tokio and of vitte, with so many workers; as many workloads at a
/// time as there are processors.
pub fn count_each(workloads: &[Workload], workers: usize) -> Vec<Option<[f64; 2]>> {
    let left = Mutex::new(workloads.iter().enumerate());
    let counts = Mutex::new(vec![None; workloads.len()]);
    let count_some = || {
        loop {
            let next = left.lock().unwrap().next();
            let Some((index, workload)) = next else {
                return;
            };
            let count = count(workload, workers);
            counts.lock().unwrap()[index] = count;
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(count_some);
        }
    });
    counts.into_inner().unwrap()
}

/// Instructions per operation of tokio and of vitte.
fn count(workload: &Workload, workers: usize) -> Option<[f64; 2]> {
    let this = std::env::current_exe().ok()?;
    let per_operation = |subject| per_operation(&this, subject, workload, workers);
    Some([per_operation("tokio")?, per_operation("vitte")?])
}

/// Instructions per operation of one subject in a program like this one.
pub fn per_operation(
    program: &Path,
    subject: &str,
    workload: &Workload,
    workers: usize,
) -> Option<f64> {
    let few = (workload.operations / 10).clamp(10, FEW_MAX);
    let many = few * 3;
    let count = |operations| count_process(program, subject, workload.name, operations, workers);
    Some((count(many)? - count(few)?) / (many - few) as f64)
}

/// How many instructions a process executes that runs the workload once.
fn count_process(
    program: &Path,
    subject: &str,
    workload: &str,
    operations: u64,
    workers: usize,
) -> Option<f64> {
    let output = process::Command::new("valgrind")
        .args([
            "--tool=cachegrind",
            "--cache-sim=no",
            "--cachegrind-out-file=/dev/null",
        ])
        .arg(program)
        .args(["--once", subject, workload])
        .args([operations.to_string(), workers.to_string()])
        .output()
        .ok()?;
    let report = String::from_utf8_lossy(&output.stderr).into_owned();
    // `==pid== I refs: 1,234`, with more spaces in some versions.
    let mut words = report.lines().map(|line| line.split_whitespace().skip(1));
    let count = words.find_map(|mut words| {
        (words.next() == Some("I") && words.next() == Some("refs:")).then(|| words.next())
    })??;
    count.replace(',', "").parse().ok()
}
