//! Rounds: each subject in turn, the first one rotating, so that what the machine does meanwhile
//! hits all of them alike.
//!
//! Of each round the ratios to the first subject are kept, and of the ratios the median and the
//! quartiles. The ratio of the fastest rounds stands beside it: other programs only ever slow a
//! round down, so on a busy machine it is the steadier of the two.

use crate::args::Options;
use crate::quantile::quantile;
use crate::subject::{Subject, Unit, Workload};

/// A row of the table.
#[derive(Debug)]
pub struct Row {
    pub name: &'static str,
    pub unit: Unit,
    /// The median cost of an operation on tokio and on vitte.
    pub tokio: f64,
    pub vitte: f64,
    /// tokio over tokio: the noise.
    pub noise: Spread,
    /// vitte over tokio.
    pub ratio: Spread,
    /// The fastest round of vitte over the fastest of tokio.
    pub fastest: f64,
}

/// A median and the quartiles around it.
#[derive(Debug, Clone, Copy)]
pub struct Spread {
    pub low: f64,
    pub median: f64,
    pub high: f64,
}

/// Measures one workload on all subjects: tokio, tokio again, vitte.
pub fn measure(subjects: &[Box<dyn Subject>; 3], index: usize, options: &Options) -> Row {
    let workload = subjects[0].workloads()[index];
    assert!(
        subjects
            .iter()
            .all(|subject| subject.workloads()[index].name == workload.name),
        "the subjects differ in their workloads"
    );
    let _held = workload.hold();
    // The first round warms caches and starts threads; it does not count.
    for subject in subjects {
        subject.run(index, workload.operations);
    }
    let mut costs = [const { Vec::new() }; 3];
    for round in 0..options.rounds.min(workload.rounds_max) {
        for turn in 0..subjects.len() {
            let at = (round + turn) % subjects.len();
            costs[at].push(subjects[at].run(index, workload.operations));
        }
    }
    row(workload, &costs)
}

/// Condenses the costs of all rounds, by subject: tokio, tokio again, vitte.
pub fn row(workload: Workload, costs: &[Vec<f64>; 3]) -> Row {
    let [tokio, again, vitte] = costs;
    let ratios = |of: &[f64]| spread(of.iter().zip(tokio).map(|(cost, base)| cost / base));
    Row {
        name: workload.name,
        unit: workload.unit,
        tokio: spread(tokio.iter().copied()).median,
        vitte: spread(vitte.iter().copied()).median,
        noise: ratios(again),
        ratio: ratios(vitte),
        fastest: fastest(vitte) / fastest(tokio).min(fastest(again)),
    }
}

fn fastest(costs: &[f64]) -> f64 {
    costs.iter().copied().fold(f64::INFINITY, f64::min)
}

pub fn spread(values: impl Iterator<Item = f64>) -> Spread {
    let mut values: Vec<f64> = values.collect();
    let mut at = |share| quantile(&mut values, share);
    Spread {
        low: at(0.25),
        median: at(0.5),
        high: at(0.75),
    }
}
