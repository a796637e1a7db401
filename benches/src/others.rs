//! Runtimes with an API of their own, beside tokio and vitte.
//!
//! They share no API, so the workloads here use the little that all have, which each `on_…` file
//! provides as `rt`: tasks, a sleep, a server. What waits for what is [neutral](crate::neutral).
//! `workloads.rs` is compiled once per runtime, as the workloads for tokio and vitte are.
//!
//! There are two tables: runtimes that spread tasks over two threads, and runtimes that keep them
//! on one.

#[macro_use]
mod on;
mod on_compio;
mod on_glommio;
mod on_monoio;
mod on_smol;
mod on_tokio;
mod on_tokio_current;
mod on_vitte;
mod on_vitte_current;

use std::fmt::Write as _;

use crate::args::Options;
use crate::measure::spread;
use crate::report::{self, amount};
use crate::subject::Unit;

/// A workload on one runtime.
struct Entry {
    name: &'static str,
    operations: u64,
    unit: Unit,
    run: fn(u64) -> f64,
}

/// A runtime's name, and its workloads: the same in the same order for all.
type Rival = (&'static str, &'static [Entry]);

/// tokio comes first: the others are compared with it.
const TWO_THREADS: &[Rival] = &[
    ("tokio", on_tokio::ENTRIES),
    ("vitte", on_vitte::ENTRIES),
    ("smol", on_smol::ENTRIES),
];
const ONE_THREAD: &[Rival] = &[
    ("tokio", on_tokio_current::ENTRIES),
    ("vitte", on_vitte_current::ENTRIES),
    ("monoio", on_monoio::ENTRIES),
    ("compio", on_compio::ENTRIES),
    ("glommio", on_glommio::ENTRIES),
];

/// How large an echo's message is.
const MESSAGE: usize = 64;

/// Measures both tables.
pub fn measure_all(options: &Options) {
    for (name, rivals) in [
        ("others, two threads", TWO_THREADS),
        ("others, one thread", ONE_THREAD),
    ] {
        println!("{name}");
        let table = measure_table(rivals, options);
        if options.write {
            report::write_table(name, &table);
        }
    }
}

/// Measures a table, prints its rows, and returns it for the documentation.
fn measure_table(rivals: &[Rival], options: &Options) -> String {
    let mut table = String::from("| workload |");
    for (name, _) in rivals {
        let _ = write!(table, " {name} |");
    }
    let _ = writeln!(table, "\n|---|{}", "---:|".repeat(rivals.len()));
    for (index, workload) in rivals[0].1.iter().enumerate() {
        if !options.selects(workload.name) {
            continue;
        }
        let costs = measure(rivals, index, options.rounds);
        print!("  {:34}", workload.name);
        let _ = write!(table, "| {} |", workload.name);
        for ((name, _), own) in rivals.iter().zip(&costs) {
            let cost = amount(spread(own.iter().copied()).median, workload.unit);
            let ratios = own.iter().zip(&costs[0]).map(|(own, first)| own / first);
            let ratio = spread(ratios).median;
            print!("  {name} {cost} {ratio:.2}");
            let _ = write!(table, " {cost}, **{ratio:.2}** |");
        }
        println!();
        table.push('\n');
    }
    table
}

/// The costs of all rounds, by runtime. Each round, another one goes first.
fn measure(rivals: &[Rival], workload: usize, rounds: usize) -> Vec<Vec<f64>> {
    let run = |rival: usize| {
        let entry = &rivals[rival].1[workload];
        (entry.run)(entry.operations)
    };
    let mut costs = vec![Vec::new(); rivals.len()];
    // The first round warms caches and starts threads; it does not count.
    for rival in 0..rivals.len() {
        run(rival);
    }
    for round in 0..rounds {
        for turn in 0..rivals.len() {
            let rival = (round + turn) % rivals.len();
            costs[rival].push(run(rival));
        }
    }
    costs
}
