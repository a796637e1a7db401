//! Runs the tests inside published packages on vitte: those of tokio and its companions, and with
//! `--downstream` those of crates that stand on tokio.
//!
//! In order: find the packages ([`sources`]), write a workspace in which each of their test files
//! is a target of its own ([`workspace`]), build what was asked for ([`compile`]), run every test
//! in its own process ([`run`]), and compare with what is expected ([`expectations`], [`report`]).
//! Downstream, each package is a workspace by itself ([`unpack`]), since it brings its own manifest
//! and unit tests. The README says how to use it.

mod args;
mod compile;
mod downstream;
mod expectations;
mod report;
mod run;
mod sources;
mod suites;
mod unpack;
mod workspace;

use std::process::ExitCode;

use args::{Args, Mode};
use expectations::Expectations;

/// What went wrong before any test ran, in words for the user.
type Failure = String;

fn main() -> ExitCode {
    match conformance() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(failure) => {
            eprintln!("conformance: {failure}");
            ExitCode::from(2)
        }
    }
}

/// Returns whether everything that ran was as expected.
fn conformance() -> Result<bool, Failure> {
    let Some(args) = Args::parse(std::env::args().skip(1))? else {
        print!("{}", args::USAGE);
        return Ok(true);
    };
    let mut expectations = Expectations::read(&args)?;
    let (workspace, sources) = if args.downstream {
        unpack::all(&args)?
    } else {
        let sources = sources::locate(&args)?;
        let workspace = workspace::write(&args, &sources)?;
        let metadata = sources::metadata(&workspace.root, &[])?;
        let tokio = workspace::check_graph(&args, &sources, &metadata)?;
        println!("tokio is {tokio}");
        (workspace, sources)
    };

    let selected = args.filter.select(&sources);
    if selected.is_empty() {
        return Err("no test file matches".to_owned());
    }
    let built = compile::build(&args, &workspace, &selected)?;
    let outcomes = run::all(&args, &workspace, &built)?;
    let as_expected = report::print(&args, &workspace, &expectations, &built, &outcomes);
    if args.update_counts {
        assert_eq!(
            args.mode,
            Mode::Real,
            "checked when the arguments were read"
        );
        expectations.set_counts(&outcomes);
        expectations.write_counts()?;
    }
    Ok(as_expected)
}
