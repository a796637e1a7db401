//! The table: on the terminal row by row, and at the end into `docs/performance.md`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::args::Options;
use crate::machine;
use crate::measure::{Row, Spread};
use crate::subject::Unit;

/// Prints a row, and passes it on.
pub fn print(row: Row) -> Row {
    println!(
        "{:44} {:>10} {:>10}  {:.2} [{:.2}-{:.2}]  fastest {:.2}  tokio/tokio {:.2} [{:.2}-{:.2}]",
        row.name,
        amount(row.tokio, row.unit),
        amount(row.vitte, row.unit),
        row.ratio.median,
        row.ratio.low,
        row.ratio.high,
        row.fastest,
        row.noise.median,
        row.noise.low,
        row.noise.high,
    );
    row
}

/// Rewrites the table in the documentation, if this was a run of everything.
pub fn finish(rows: &[Row], options: &Options) {
    let name = if cfg!(feature = "mimalloc") {
        "mimalloc"
    } else {
        "system allocator"
    };
    if options.write {
        write_table(name, &markdown(rows));
        write_table(&format!("absolute, {name}"), &absolute(rows));
    }
}

/// What people ask for in absolute numbers, with the machine that they hold for.
fn absolute(rows: &[Row]) -> String {
    let named = |name| rows.iter().find(|row| row.name == name);
    let mut table = String::from("| | tokio | vitte |\n|---|---:|---:|\n");
    if let Some(row) = named("spawn: from a worker") {
        let per_second = |nanos: f64| 1e3 / nanos;
        let _ = writeln!(
            table,
            "| tasks spawned and run, one producer, two workers | {:.2} M/s | {:.2} M/s |",
            per_second(row.tokio),
            per_second(row.vitte),
        );
    }
    if let Some(row) = named("spawn: the call alone") {
        let (tokio, vitte) = (amount(row.tokio, row.unit), amount(row.vitte, row.unit));
        let _ = writeln!(table, "| one call of `spawn` | {tokio} | {vitte} |");
    }
    let _ = write!(table, "\n{}.", machine::description());
    table
}

fn markdown(rows: &[Row]) -> String {
    let mut table = String::from(
        "| workload | tokio | vitte | ratio | fastest rounds | tokio/tokio |\n\
         |---|---:|---:|---|---|---|\n",
    );
    for row in rows {
        let _ = writeln!(
            table,
            "| {} | {} | {} | **{:.2}** {} | {:.2} | {:.2} {} |",
            row.name,
            amount(row.tokio, row.unit),
            amount(row.vitte, row.unit),
            row.ratio.median,
            quartiles(row.ratio),
            row.fastest,
            row.noise.median,
            quartiles(row.noise),
        );
    }
    table
}

fn quartiles(spread: Spread) -> String {
    format!("[{:.2}–{:.2}]", spread.low, spread.high)
}

pub fn amount(value: f64, unit: Unit) -> String {
    match unit {
        Unit::Bytes => format!("{value:.0} B"),
        _ if value >= 1e6 => format!("{:.2} ms", value / 1e6),
        _ if value >= 1e4 => format!("{:.1} µs", value / 1e3),
        _ => format!("{value:.0} ns"),
    }
}

/// Puts `table` between the markers of that name in `docs/performance.md`.
pub fn write_table(name: &str, table: &str) {
    let Some(text) = document() else {
        return;
    };
    let Some((before, _, after)) = place(&text, name) else {
        eprintln!("docs/performance.md has no place for the table of {name}");
        return;
    };
    if let Err(error) = std::fs::write(path(), format!("{before}\n{table}\n{after}")) {
        eprintln!("docs/performance.md: {error}");
    }
}

/// The text of `docs/performance.md`.
pub fn document() -> Option<String> {
    let text = std::fs::read_to_string(path());
    if text.is_err() {
        eprintln!("docs/performance.md is not there; nothing was written");
    }
    text.ok()
}

/// What is between the markers of that name.
pub fn table<'a>(document: &'a str, name: &str) -> Option<&'a str> {
    place(document, name).map(|(_, table, _)| table)
}

/// The document up to the table of that name, the table, and the rest.
fn place<'a>(document: &'a str, name: &str) -> Option<(&'a str, &'a str, &'a str)> {
    let marker = format!("<!-- table: {name} -->\n");
    let start = document.find(&marker)? + marker.len();
    let end = start + document[start..].find("<!-- end of table -->\n")?;
    Some((&document[..start], &document[start..end], &document[end..]))
}

fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/performance.md")
}
