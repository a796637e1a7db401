//! The command line.

use std::time::Duration;

/// What to measure, and for how long.
#[derive(Debug)]
pub struct Options {
    /// Parts of row names; none selects all.
    filters: Vec<String>,
    /// How often each server runs a row.
    pub rounds: usize,
    /// How long it is measured each time.
    pub window: Duration,
    /// Whether the table in the documentation is rewritten: only by a run of everything.
    pub write: bool,
    pub workers: usize,
    /// Only run the floor server, on that core and with a buffer of that size: the child's part.
    pub floor: Option<[usize; 2]>,
}

const USAGE: &str =
    "usage: vitte-http-benches [--rounds N] [--millis N] [--workers N] [--no-write] [FILTER…]";

impl Options {
    pub fn parse(args: impl Iterator<Item = String>) -> Options {
        let mut args = args;
        let mut options = Options {
            filters: Vec::new(),
            rounds: 6,
            window: Duration::from_millis(1_000),
            write: true,
            workers: 1,
            floor: None,
        };
        while let Some(arg) = args.next() {
            let mut number = || {
                args.next()
                    .and_then(|text| text.parse().ok())
                    .unwrap_or_else(fail)
            };
            match arg.as_str() {
                "--rounds" => options.rounds = number(),
                "--millis" => options.window = Duration::from_millis(number() as u64),
                "--workers" => options.workers = number(),
                "--no-write" => options.write = false,
                "--floor" => options.floor = Some([number(), number()]),
                flag if flag.starts_with('-') => fail(),
                filter => options.filters.push(filter.to_string()),
            }
        }
        // A table of other numbers of workers is another table.
        options.write &= options.filters.is_empty() && options.workers == 1;
        options
    }

    pub fn selects(&self, name: &str) -> bool {
        self.filters.is_empty()
            || self
                .filters
                .iter()
                .any(|filter| name.contains(filter.as_str()))
    }
}

fn fail<T>() -> T {
    eprintln!("{USAGE}");
    std::process::exit(2);
}
