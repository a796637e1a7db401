//! The command line.

/// What to do.
#[derive(Debug, Clone)]
pub enum Command {
    Measure,
    List,
    /// Only the first table of the documentation, from its other tables.
    Summary,
    Instructions,
    /// Counted instructions against the file of them, or into it.
    Check {
        update: bool,
    },
    /// Runtimes that are not tokio.
    Others,
    /// Two commits of vitte, or one and the working tree.
    Compare {
        commit: String,
    },
    /// Runs workloads of one subject as told on the standard input.
    Serve {
        subject: String,
    },
    /// One workload on one subject, for profilers; the child of `Instructions`.
    Once {
        subject: String,
        workload: String,
        operations: u64,
        workers: usize,
    },
    /// The child of a memory workload.
    Memory {
        subject: String,
        kind: String,
    },
}

/// What to do, and on what.
#[derive(Debug)]
pub struct Options {
    pub command: Command,
    /// Parts of workload names; none selects all.
    filters: Vec<String>,
    pub rounds: usize,
    /// How many workers each multi-thread runtime has.
    pub workers: usize,
    /// Whether the table in the documentation is rewritten: only by a run of everything, with
    /// the usual number of workers.
    pub write: bool,
}

const USAGE: &str = "\
usage: vitte-benches [--list | --instructions | --others] [--rounds N] [--workers N] [--no-write]
                     [FILTER…]
       vitte-benches --summary
       vitte-benches --check [--update]
       vitte-benches --compare COMMIT [COMMIT] [--rounds N] [FILTER…]";

impl Options {
    pub fn parse(args: impl Iterator<Item = String>) -> Options {
        let mut args = args;
        let mut options = Options {
            command: Command::Measure,
            filters: Vec::new(),
            workers: crate::subject::WORKERS,
            rounds: 31,
            write: true,
        };
        while let Some(arg) = args.next() {
            let mut value = || args.next().unwrap_or_else(|| fail());
            match arg.as_str() {
                "--list" => options.command = Command::List,
                "--summary" => options.command = Command::Summary,
                "--instructions" => options.command = Command::Instructions,
                "--rounds" => options.rounds = number(&value()) as usize,
                "--workers" => options.workers = number(&value()) as usize,
                "--no-write" => options.write = false,
                "--check" => options.command = Command::Check { update: false },
                "--update" => options.command = Command::Check { update: true },
                "--others" => options.command = Command::Others,
                "--compare" => options.command = Command::Compare { commit: value() },
                "--serve" => options.command = Command::Serve { subject: value() },
                "--once" => {
                    options.command = Command::Once {
                        subject: value(),
                        workload: value(),
                        operations: number(&value()),
                        workers: number(&value()) as usize,
                    }
                }
                "--memory" => {
                    options.command = Command::Memory {
                        subject: value(),
                        kind: value(),
                    }
                }
                flag if flag.starts_with('-') => fail(),
                filter => options.filters.push(filter.to_string()),
            }
        }
        options.write &= options.filters.is_empty() && options.workers == crate::subject::WORKERS;
        options
    }

    pub fn is_filtered(&self) -> bool {
        !self.filters.is_empty()
    }

    pub fn first_filter(&self) -> Option<&str> {
        self.filters.first().map(String::as_str)
    }

    /// It was no filter after all.
    pub fn drop_first_filter(&mut self) {
        self.filters.remove(0);
    }

    pub fn selects(&self, name: &str) -> bool {
        self.filters.is_empty()
            || self
                .filters
                .iter()
                .any(|filter| name.contains(filter.as_str()))
    }
}

fn number(text: &str) -> u64 {
    text.parse().unwrap_or_else(|_| fail())
}

fn fail() -> ! {
    eprintln!("{USAGE}");
    std::process::exit(2)
}
