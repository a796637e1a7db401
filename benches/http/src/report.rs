//! The table: on the terminal row by row, and at the end into `docs/performance.md`.

use std::fmt::Write as _;
use std::path::Path;

use crate::measure::{Costs, Row};
use crate::quantile::quantile;

const HEAD: &str = "| workload | measure | tokio | vitte | ratio | tokio/tokio | bare epoll |\n\
                    |---|---|---:|---:|---|---|---:|\n";

/// The lines of a table.
#[derive(Debug, Default)]
pub struct Table {
    lines: String,
}

/// A cost, what it is called, and how it is written.
type Measure = (&'static str, fn(&Costs) -> f64, fn(f64) -> String);

const MEASURES: [Measure; 5] = [
    ("CPU time per request", |costs| costs.cpu, nanos),
    ("requests/s", |costs| costs.time, rate),
    ("p50", |costs| costs.p50, nanos),
    ("p99", |costs| costs.p99, nanos),
    ("p99.9", |costs| costs.p999, nanos),
];

impl Table {
    /// Adds a row, a line for each measure, and prints it.
    pub fn add(&mut self, row: &Row) {
        for (measure, cost, amount) in MEASURES {
            let costs = |of: &[Costs]| of.iter().map(cost).collect::<Vec<f64>>();
            let [tokio, vitte, floor] = [&row.tokio, &row.vitte, &row.floor].map(|of| costs(of));
            let ratios = tokio
                .chunks_exact(2)
                .zip(vitte.chunks_exact(2))
                .map(|(tokio, vitte)| (vitte[0] + vitte[1]) / (tokio[0] + tokio[1]));
            let noise = tokio.chunks_exact(2).map(|tokio| tokio[1] / tokio[0]);
            let floor_ratios = tokio
                .chunks_exact(2)
                .zip(&floor)
                .map(|(tokio, floor)| 2.0 * floor / (tokio[0] + tokio[1]));
            let floor_ratio = median(floor_ratios.collect());
            let floor = format!("{}, {floor_ratio:.2}", amount(median(floor.clone())));
            self.line(
                row.name,
                measure,
                [amount(median(tokio.clone())), amount(median(vitte.clone()))],
                &[spread(ratios.collect()), spread(noise.collect()), floor],
            );
        }
        let counted = [
            ("system calls per request", row.calls, 2),
            ("instructions per request", row.instructions, 0),
        ];
        for (measure, counts, decimals) in counted {
            if let Some([tokio, vitte]) = counts {
                let amounts = [tokio, vitte].map(|count| format!("{count:.decimals$}"));
                let ratio = format!("**{:.2}**", vitte / tokio);
                self.line(row.name, measure, amounts, &[ratio]);
            }
        }
    }

    /// Adds a row of bytes per connection.
    pub fn add_memory(&mut self, name: &str, bytes: [f64; 2]) {
        let [tokio, vitte] = bytes;
        let amounts = [tokio, vitte].map(|bytes| format!("{bytes:.0} B"));
        let ratio = format!("**{:.2}**", vitte / tokio);
        self.line(name, "memory per idle connection", amounts, &[ratio]);
    }

    fn line(&mut self, name: &str, measure: &str, amounts: [String; 2], rest: &[String]) {
        let at = |index: usize| rest.get(index).map_or("", String::as_str);
        let [tokio, vitte] = amounts;
        println!(
            "{name:32} {measure:26} {tokio:>10} {vitte:>10}  {:24} {:20} {:>16}",
            at(0),
            at(1),
            at(2),
        );
        let _ = writeln!(
            self.lines,
            "| {name} | {measure} | {tokio} | {vitte} | {} | {} | {} |",
            at(0),
            at(1).replace("**", ""),
            at(2),
        );
    }

    /// Puts the table between its markers in `docs/performance.md`.
    pub fn write(&self) {
        let name = if cfg!(feature = "mimalloc") {
            "network, mimalloc"
        } else {
            "network"
        };
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/performance.md");
        let begin = format!("<!-- table: {name} -->\n");
        let end = "<!-- end of table -->\n";
        let parts = std::fs::read_to_string(&path).ok().and_then(|text| {
            let (before, rest) = text.split_once(&begin)?;
            let (_, after) = rest.split_once(end)?;
            Some((before.to_string(), after.to_string()))
        });
        let Some((before, after)) = parts else {
            eprintln!("docs/performance.md has no place for this table; nothing was written");
            return;
        };
        let text = format!("{before}{begin}\n{HEAD}{}\n{end}{after}", self.lines);
        if let Err(error) = std::fs::write(&path, text) {
            eprintln!("docs/performance.md: {error}");
        }
    }
}

fn spread(mut values: Vec<f64>) -> String {
    let mut at = |share| quantile(&mut values, share);
    format!("**{:.2}** [{:.2}–{:.2}]", at(0.5), at(0.25), at(0.75))
}

fn median(mut values: Vec<f64>) -> f64 {
    quantile(&mut values, 0.5)
}

fn nanos(value: f64) -> String {
    match value {
        value if value >= 1e6 => format!("{:.2} ms", value / 1e6),
        value if value >= 1e5 => format!("{:.0} µs", value / 1e3),
        value => format!("{:.2} µs", value / 1e3),
    }
}

fn rate(nanos: f64) -> String {
    format!("{:.0}", 1e9 / nanos)
}
