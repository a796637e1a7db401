//! Builds the selected files. One that does not compile leaves the others alone.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::Failure;
use crate::args::Args;
use crate::downstream;
use crate::sources::{Source, Target, TestFile, cargo};
use crate::workspace::Workspace;

/// A file of tests after the build.
pub struct Built {
    pub suite: &'static str,
    pub file: String,
    /// The test program, or what the compiler said.
    pub result: Result<PathBuf, String>,
}

/// Builds the files and pairs each with its program.
pub fn build(
    args: &Args,
    workspace: &Workspace,
    selected: &[(&Source, &TestFile)],
) -> Result<Vec<Built>, Failure> {
    let mut suites: BTreeMap<&'static str, Vec<&TestFile>> = BTreeMap::new();
    for (source, file) in selected {
        suites.entry(source.package).or_default().push(file);
    }
    let mut built = Vec::new();
    for (suite, files) in suites {
        eprintln!("building {} files of {suite}", files.len());
        let mut output = run_cargo(args, workspace, suite, &files)?;
        for file in files {
            let result = match output.programs.remove(&file.target) {
                Some(program) => Ok(program),
                None => Err(output
                    .errors
                    .remove(&file.target)
                    .unwrap_or_else(|| output.elsewhere.clone())),
            };
            built.push(Built {
                suite,
                file: file.name.clone(),
                result,
            });
        }
    }
    Ok(built)
}

/// What Cargo told while it built one suite.
#[derive(Default)]
struct Output {
    programs: BTreeMap<Target, PathBuf>,
    errors: BTreeMap<Target, String>,
    /// The errors in crates below the tests. They fail every file.
    elsewhere: String,
}

fn run_cargo(
    args: &Args,
    workspace: &Workspace,
    suite: &str,
    files: &[&TestFile],
) -> Result<Output, Failure> {
    // Other flags in one directory would throw out what the other packages have built there.
    let (flags, target) = if downstream::unstable(suite) {
        let flags = args.rustflags() + " --cfg tokio_unstable";
        (flags, workspace.target.join("unstable"))
    } else {
        (args.rustflags(), workspace.target.clone())
    };
    let mut command = cargo(&workspace.package_dir(suite));
    command
        .args(["build", "--keep-going", "--message-format=json", "--quiet"])
        .arg("--target-dir")
        .arg(&target)
        .env("RUSTFLAGS", flags)
        // Without debug information the targets, of which there are hundreds, link much faster.
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .env("CARGO_INCREMENTAL", "0")
        .stdout(Stdio::piped())
        .stderr(if args.verbose {
            Stdio::inherit()
        } else {
            Stdio::null()
        });
    if args.sanitize.is_some() {
        // What runs while it is built (build scripts, macros) is then built without the sanitizer.
        command.args(["--target", &host()?]);
    }
    for file in files {
        match &file.target {
            Target::Test(name) => command.args(["--test", name]),
            // There is no option that means the unit tests of the library alone.
            Target::Lib => command.arg("--tests"),
        };
    }
    command.args(downstream::features(suite));
    let mut child = command.spawn().map_err(|error| format!("cargo: {error}"))?;
    let mut output = Output::default();
    let stdout = child.stdout.take().ok_or("cargo has no output")?;
    for line in BufReader::new(stdout).lines() {
        let line = line.map_err(|error| format!("cargo: {error}"))?;
        if let Ok(message) = serde_json::from_str::<Value>(&line) {
            output.take(&message);
        }
    }
    let status = child.wait().map_err(|error| format!("cargo: {error}"))?;
    if !status.success() && output.errors.is_empty() && output.elsewhere.is_empty() {
        return Err("cargo failed without a message of the compiler; see --verbose".to_owned());
    }
    Ok(output)
}

/// The compiler's name for this machine.
fn host() -> Result<String, Failure> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc)
        .arg("-vV")
        .output()
        .map_err(|error| format!("rustc: {error}"))?;
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .find_map(|line| line.strip_prefix("host: ").map(str::to_owned))
        .ok_or_else(|| "rustc does not say what it compiles for".to_owned())
}

impl Output {
    /// Takes one of Cargo's messages.
    fn take(&mut self, message: &Value) {
        let target = Target::of(&message["target"]);
        match message["reason"].as_str() {
            Some("compiler-artifact") if message["profile"]["test"] == true => {
                if let (Some(target), Some(program)) = (target, message["executable"].as_str()) {
                    self.programs.insert(target, PathBuf::from(program));
                }
            }
            Some("compiler-message") if message["message"]["level"] == "error" => {
                let rendered = message["message"]["rendered"].as_str().unwrap_or_default();
                match target {
                    Some(target @ Target::Test(_)) => {
                        *self.errors.entry(target).or_default() += rendered;
                    }
                    _ => self.elsewhere += rendered,
                }
            }
            _ => {}
        }
    }
}
