//! The command line.

use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use crate::Failure;
use crate::sources::{Source, TestFile};
use crate::suites;

pub const USAGE: &str = "\
Runs the published test suites of tokio and its companions, or of other crates, on vitte.

    cargo run --manifest-path tests/conformance/Cargo.toml -- [OPTIONS] [FILTER]...

A filter is the name of a suite (tokio, tokio-util; with --downstream tower, hyper), a part of a
file's name (sync_mpsc), or a file and a part of a test's name (sync_mpsc::send). Without filters
everything runs; suites and files narrow each other down.

    --real            run on the real tokio: the baseline
    --unstable        also what is behind --cfg tokio_unstable
    --downstream      the crates that stand on tokio, instead of tokio and its companions
    --tree <PATH>     the vitte to test, instead of the tree that this package is in
    --jobs <N>        tests at a time, instead of two per processor
    --limit <SECONDS> for one test, instead of 60
    --retries <N>     run a test that failed again, so many times; it is listed as flaky
    --repeat <N>      run everything so many times; a test that fails once has failed
    --sanitize <KIND> under a sanitizer: address (and leaks) or thread; needs a nightly toolchain
    --verbose         print the output of failed tests
    --update-counts   with --real: write how many tests each file has into counts.txt
";

/// Which tokio the suites run on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// The shim in `compat/tokio`.
    Vitte,
    /// The published tokio.
    Real,
}

/// The options.
pub struct Args {
    pub mode: Mode,
    /// With `--cfg tokio_unstable`.
    pub unstable: bool,
    /// Crates that stand on tokio, not tokio and its companions.
    pub downstream: bool,
    pub tree: PathBuf,
    pub jobs: usize,
    pub limit: Duration,
    pub retries: usize,
    pub repeat: usize,
    /// The compiler's name of a sanitizer.
    pub sanitize: Option<String>,
    pub verbose: bool,
    pub update_counts: bool,
    pub filter: Filter,
}

impl Args {
    /// Reads the command line; `None` when it asks for help.
    pub fn parse(words: impl Iterator<Item = String>) -> Result<Option<Self>, Failure> {
        let processors = thread::available_parallelism().map_or(1, NonZero::get);
        let mut args = Args {
            mode: Mode::Vitte,
            unstable: false,
            downstream: false,
            tree: Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."),
            jobs: 2 * processors,
            limit: Duration::from_secs(60),
            retries: 0,
            repeat: 1,
            sanitize: None,
            verbose: false,
            update_counts: false,
            filter: Filter::default(),
        };
        let mut words = words;
        while let Some(word) = words.next() {
            match word.as_str() {
                "--help" | "-h" => return Ok(None),
                "--real" => args.mode = Mode::Real,
                "--unstable" => args.unstable = true,
                "--downstream" => args.downstream = true,
                "--tree" => args.tree = PathBuf::from(value(&word, &mut words)?),
                "--jobs" | "-j" => args.jobs = number(&word, &mut words)?.max(1),
                "--limit" => {
                    args.limit = Duration::from_secs(number(&word, &mut words)? as u64);
                }
                "--retries" => args.retries = number(&word, &mut words)?,
                "--repeat" => args.repeat = number(&word, &mut words)?.max(1),
                "--sanitize" => args.sanitize = Some(value(&word, &mut words)?),
                "--verbose" | "-v" => args.verbose = true,
                "--update-counts" => args.update_counts = true,
                option if option.starts_with('-') => {
                    return Err(format!("there is no option {option}; see --help"));
                }
                filter => args.filter.add(filter),
            }
        }
        if args.downstream && args.unstable {
            return Err("--downstream runs without --unstable".to_owned());
        }
        if args.update_counts && (args.mode != Mode::Real || !args.filter.is_empty()) {
            return Err("--update-counts goes with --real and without filters".to_owned());
        }
        args.tree = std::fs::canonicalize(&args.tree)
            .map_err(|error| format!("{}: {error}", args.tree.display()))?;
        Ok(Some(args))
    }

    /// The compiler's flags.
    pub fn rustflags(&self) -> String {
        // Some crates deny all warnings where they are tested.
        let mut flags = if self.downstream {
            "--cap-lints=allow".to_owned()
        } else {
            "-Awarnings".to_owned()
        };
        if self.unstable {
            flags += " --cfg tokio_unstable";
        }
        if let Some(kind) = &self.sanitize {
            flags += &format!(" -Zsanitizer={kind} -Cunsafe-allow-abi-mismatch=sanitizer");
        }
        flags
    }

    /// Where everything that is generated goes: under Cargo's target directory.
    pub fn work_dir(&self) -> PathBuf {
        let target = match std::env::var_os("CARGO_TARGET_DIR") {
            Some(path) => PathBuf::from(path),
            None => Path::new(env!("CARGO_MANIFEST_DIR")).join("target"),
        };
        let what = if self.downstream {
            "downstream"
        } else {
            "conformance"
        };
        let on = match self.mode {
            Mode::Vitte => "vitte",
            Mode::Real => "real",
        };
        let unstable = if self.unstable { "-unstable" } else { "" };
        let sanitize = self.sanitize.as_ref();
        let sanitize = sanitize.map_or(String::new(), |kind| format!("-{kind}"));
        target.join(format!("{what}-{on}{unstable}{sanitize}"))
    }
}

fn value(option: &str, words: &mut impl Iterator<Item = String>) -> Result<String, Failure> {
    words
        .next()
        .ok_or_else(|| format!("{option} needs a value"))
}

fn number(option: &str, words: &mut impl Iterator<Item = String>) -> Result<usize, Failure> {
    let text = value(option, words)?;
    text.parse()
        .map_err(|error| format!("{option} {text}: {error}"))
}

/// Which suites, files and tests to run.
#[derive(Default)]
pub struct Filter {
    suites: Vec<String>,
    /// Parts of names of files, each with a part of the name of a test, which may be empty.
    files: Vec<(String, String)>,
}

impl Filter {
    fn add(&mut self, word: &str) {
        if suites::names().any(|name| name == word) {
            self.suites.push(word.to_owned());
        } else {
            let (file, test) = word.split_once("::").unwrap_or((word, ""));
            self.files.push((file.to_owned(), test.to_owned()));
        }
    }

    fn is_empty(&self) -> bool {
        self.suites.is_empty() && self.files.is_empty()
    }

    /// Whether a suite is asked for.
    pub fn takes_suite(&self, package: &str) -> bool {
        self.suites.is_empty() || self.suites.iter().any(|suite| suite == package)
    }

    /// The files to run.
    pub fn select<'a>(&self, sources: &'a [Source]) -> Vec<(&'a Source, &'a TestFile)> {
        sources
            .iter()
            .flat_map(|source| source.files.iter().map(move |file| (source, file)))
            .filter(|(source, file)| {
                self.takes_suite(source.package)
                    && (self.files.is_empty()
                        || self.files.iter().any(|f| file.name.contains(&f.0)))
            })
            .collect()
    }

    /// Whether to run a test of a file that was selected.
    pub fn takes_test(&self, file: &str, test: &str) -> bool {
        self.files.is_empty()
            || self
                .files
                .iter()
                .any(|(in_file, in_test)| file.contains(in_file) && test.contains(in_test))
    }

    /// Whether files are run in part, so that counts say nothing.
    pub fn names_tests(&self) -> bool {
        self.files.iter().any(|(_, test)| !test.is_empty())
    }
}
