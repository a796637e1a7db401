//! The first table of `docs/performance.md`: what each family of rows comes to.
//!
//! It is computed from the document's other tables and not from a run, since those come from
//! several runs. A run that rewrites one of them calls [`rewrite`] afterwards; `--summary` does
//! only that, for instance after `benches/http` has written its own table.

use std::fmt::Write as _;

use crate::report;

/// A family and how the names of its rows begin.
type Family = (&'static str, &'static [&'static str]);

const FAMILIES: &[Family] = &[
    (
        "tasks on two workers",
        &["spawn: ", "join: ", "yield: ", "block_on: "],
    ),
    ("current-thread runtime, all kinds", &["current_thread: "]),
    ("`LocalSet`", &["LocalSet: "]),
    ("wake from another thread", &["wake from a thread: "]),
    (
        "channels, locks, `Notify`, `select!`",
        &[
            "mpsc: ",
            "oneshot: ",
            "broadcast: ",
            "watch: ",
            "Notify: ",
            "Mutex: ",
            "RwLock: ",
            "Semaphore: ",
            "select!: ",
        ],
    ),
    ("timers", &["sleep", "interval", "timeout: "]),
    ("blocking pool", &["spawn_blocking: "]),
    ("files", &["fs: "]),
    ("sockets", &["TCP", "UDP", "Unix"]),
    ("behind a worker that blocks", &["tail: "]),
    ("memory", &["memory: "]),
    ("servers, CPU time per request", &[SERVER]),
];

/// Stands before the names of servers, whose rows have none of the prefixes above.
const SERVER: &str = "server: ";

/// A ratio that is printed as 0.00 is anything below this.
const SMALLEST: f64 = 0.005;

/// A row of one of the tables: its name and vitte's cost over tokio's.
struct Row<'a> {
    name: &'a str,
    ratio: f64,
}

/// Computes the table anew and puts it into the document.
pub fn rewrite() {
    if let Some(document) = report::document() {
        report::write_table("summary", &summary(&document));
    }
}

fn summary(document: &str) -> String {
    let table = |name| report::table(document, name).unwrap_or_default();
    let servers: String = table("network")
        .lines()
        .filter(|line| line.contains("| CPU time per request |"))
        .map(|line| line.replacen("| ", &format!("| {SERVER}"), 1) + "\n")
        .collect();
    let mut glibc = rows(table("system allocator"));
    glibc.extend(rows(&servers));
    let mimalloc = rows(table("mimalloc"));

    let mut summary = String::from(
        "| rows | how many | with glibc's allocator | worst row | with mimalloc | worst row |\n\
         |---|---:|---:|---|---:|---|\n",
    );
    for (family, prefixes) in FAMILIES {
        let [glibc, mimalloc] = [&glibc, &mimalloc].map(|rows| members(rows, prefixes));
        let _ = writeln!(
            summary,
            "| {family} | {} | {} | {} |",
            glibc.len(),
            mean_and_worst(&glibc),
            mean_and_worst(&mimalloc),
        );
    }
    summary
}

/// The rows of a table: the first cell is the name, and the ratio is the number in bold.
fn rows(table: &str) -> Vec<Row<'_>> {
    let row = |line| {
        let (name, rest) = str::strip_prefix(line, "| ")?.split_once(" | ")?;
        let ratio = rest.split("**").nth(1)?.parse().ok()?;
        Some(Row { name, ratio })
    };
    table.lines().filter_map(row).collect()
}

fn members<'a>(rows: &'a [Row<'a>], prefixes: &[&str]) -> Vec<&'a Row<'a>> {
    let is_member = |row: &&Row<'_>| prefixes.iter().any(|prefix| row.name.starts_with(prefix));
    rows.iter().filter(is_member).collect()
}

/// Two cells: the geometric mean, and the ratio and name of the row with the highest ratio.
fn mean_and_worst(rows: &[&Row<'_>]) -> String {
    let Some(worst) = rows.iter().max_by(|a, b| a.ratio.total_cmp(&b.ratio)) else {
        return String::from("| ");
    };
    let logarithms: f64 = rows.iter().map(|row| row.ratio.max(SMALLEST).ln()).sum();
    let mean = (logarithms / rows.len() as f64).exp();
    let name = worst.name.trim_start_matches(SERVER);
    format!("**{mean:.2}** | {:.2} {name}", worst.ratio)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{memory, on_vitte};

    #[test]
    fn each_row_belongs_to_one_family() {
        let workloads = on_vitte::subject(1).workloads().to_vec();
        let names = workloads.iter().map(|workload| workload.name);
        for name in names.chain(memory::KINDS) {
            let row = [Row { name, ratio: 1.0 }];
            let of = |(_, prefixes): &&Family| !members(&row, prefixes).is_empty();
            assert_eq!(FAMILIES.iter().filter(of).count(), 1, "{name}");
        }
    }

    #[test]
    fn summary_has_means_and_worst_rows() {
        let document = "\
<!-- table: system allocator -->
| workload | tokio | vitte | ratio |
|---|---:|---:|---|
| spawn: chained | 4 ns | 1 ns | **0.25** [0.20–0.30] |
| join: JoinSet | 2 ns | 2 ns | **1.00** [0.90–1.10] |
| tail: sleep | 9 ms | 1 ns | **0.00** [0.00–0.10] |
<!-- end of table -->
<!-- table: mimalloc -->
| spawn: chained | 4 ns | 2 ns | **0.50** [0.40–0.60] |
<!-- end of table -->
<!-- table: network -->
| HTTP/2 | CPU time per request | 2 µs | 1 µs | **0.50** [0.40–0.60] |
| HTTP/2 | p99 | 2 µs | 4 µs | **2.00** [0.40–0.60] |
<!-- end of table -->
";
        let summary = summary(document);
        let line = |family| summary.lines().find(|line| line.contains(family)).unwrap();
        assert_eq!(
            line("two workers"),
            "| tasks on two workers | 2 | **0.50** | 1.00 join: JoinSet \
             | **0.50** | 0.50 spawn: chained |"
        );
        assert!(line("blocks").contains("| 1 | **0.01** |"), "{summary}");
        assert!(
            line("servers").contains("| 1 | **0.50** | 0.50 HTTP/2 |"),
            "{summary}"
        );
    }
}
