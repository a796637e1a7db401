//! The table: on the terminal row by row, and at the end into `docs/performance.md`.

use std::fmt::Write as _;
use std::path::Path;

use crate::args::Options;
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
    }
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

fn amount(value: f64, unit: Unit) -> String {
    match unit {
        Unit::Bytes => format!("{value:.0} B"),
        _ if value >= 1e6 => format!("{:.2} ms", value / 1e6),
        _ if value >= 1e4 => format!("{:.1} µs", value / 1e3),
        _ => format!("{value:.0} ns"),
    }
}

/// Puts `table` between the markers of that name in `docs/performance.md`.
pub fn write_table(name: &str, table: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/performance.md");
    let begin = format!("<!-- table: {name} -->\n");
    let end = "<!-- end of table -->\n";
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!("docs/performance.md is not there; nothing was written");
        return;
    };
    let Some((before, rest)) = text.split_once(&begin) else {
        eprintln!("docs/performance.md has no place for the table of {name}");
        return;
    };
    let Some((_, after)) = rest.split_once(end) else {
        eprintln!("docs/performance.md: the table of {name} has no end");
        return;
    };
    let new = format!("{before}{begin}\n{table}\n{end}{after}");
    if let Err(error) = std::fs::write(&path, new) {
        eprintln!("docs/performance.md: {error}");
    }
}
