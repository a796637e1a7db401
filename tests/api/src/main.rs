//! Compares the public API of the drop-in `tokio` with that of the tokio it stands in for.
//!
//! In order: have rustdoc describe both as JSON ([`document`]), find every public path on both
//! sides ([`face`]), say what is at each in words that do not depend on how it was written
//! ([`facts`], [`render`]), ask the compiler what rustdoc cannot tell ([`probe`]), and compare
//! with the exceptions that are committed ([`exceptions`]). [`shim`] checks that the drop-in is
//! re-exports only. The README says how to use it.

mod document;
mod exceptions;
mod face;
mod facts;
mod lifetimes;
mod probe;
mod render;
mod report;
mod shim;
mod source;

use std::process::ExitCode;

use exceptions::Exceptions;
use face::Face;

const USAGE: &str = "\
Compares the API of the drop-in with that of tokio.

    --features LIST   compare with these features of tokio, instead of full,test-util
    --unstable        compare what there is with --cfg tokio_unstable
    --verbose         print the differences that are exceptions too
";

/// The features that ask for unstable parts, but for those of task dumps and io_uring, which are
/// still open.
const UNSTABLE_FEATURES: [&str; 2] = ["schedule-latency", "tracing"];

/// What the command line says.
pub struct Args {
    /// The features of tokio to compare with.
    pub features: Vec<String>,
    /// Whether these are all of the stable ones, so that every exception should be needed.
    pub all_features: bool,
    /// Whether with `--cfg tokio_unstable`.
    pub unstable: bool,
    /// Whether to print exceptions too.
    pub verbose: bool,
}

impl Args {
    /// `None` if the user wants to know how to use this.
    fn parse(mut words: impl Iterator<Item = String>) -> Result<Option<Args>, Failure> {
        let all = ["full", "test-util"].map(str::to_owned).to_vec();
        let mut args = Args {
            features: all,
            all_features: true,
            unstable: false,
            verbose: false,
        };
        while let Some(word) = words.next() {
            match word.as_str() {
                "--features" => {
                    let list = words.next().ok_or("--features needs a list")?;
                    args.features = list.split(',').map(str::to_owned).collect();
                    args.all_features = false;
                }
                "--unstable" => args.unstable = true,
                "--verbose" => args.verbose = true,
                "--help" => return Ok(None),
                _ => return Err(format!("unknown option {word}; see --help")),
            }
        }
        if args.unstable && args.all_features {
            args.features.extend(UNSTABLE_FEATURES.map(str::to_owned));
        }
        Ok(Some(args))
    }
}

/// What went wrong before anything was compared, in words for the user.
type Failure = String;

fn main() -> ExitCode {
    match compare() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(failure) => {
            eprintln!("api: {failure}");
            ExitCode::from(2)
        }
    }
}

/// Returns whether the two are the same but for the exceptions.
fn compare() -> Result<bool, Failure> {
    let Some(args) = Args::parse(std::env::args().skip(1))? else {
        print!("{USAGE}");
        return Ok(true);
    };
    let reexports_only = shim::check()?;
    let exceptions = Exceptions::read(args.unstable)?;
    let sides = [document::REAL, document::VITTE].map(|side| side.unstable(args.unstable));
    let [real_side, vitte_side] = sides;
    let real = Face::new(real_side.describe(&args.features)?, false)?;
    let vitte = Face::new(vitte_side.describe(&args.features)?, true)?;
    let mut real_facts = facts::gather(&real);
    let mut vitte_facts = facts::gather(&vitte);
    let probes = probe::write(&real, &vitte);
    real_facts.extend(probe::run(&real_side, &probes)?);
    vitte_facts.extend(probe::run(&vitte_side, &probes)?);
    let same = report::print(&real_facts, &vitte_facts, &exceptions, &args);
    Ok(reexports_only && same)
}
