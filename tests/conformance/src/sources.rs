//! Where the published packages are on this machine: in Cargo's registry, fetched when missing.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::Failure;
use crate::args::Args;
use crate::suites::{self, Suite};

/// A published package, unpacked.
pub struct Source {
    pub package: &'static str,
    pub files: Vec<TestFile>,
    /// Every feature that the package has.
    pub features: BTreeSet<String>,
}

/// A file of tests, or the unit tests of a library.
pub struct TestFile {
    pub name: String,
    pub path: PathBuf,
    pub target: Target,
}

/// What Cargo calls a file of tests.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// The unit tests of the library.
    Lib,
    /// Integration tests.
    Test(String),
}

impl Target {
    /// The one that Cargo describes so, if it is one of the two.
    pub fn of(target: &Value) -> Option<Self> {
        match target["kind"][0].as_str()? {
            "test" => Some(Target::Test(target["name"].as_str()?.to_owned())),
            "lib" | "rlib" | "cdylib" | "proc-macro" => Some(Target::Lib),
            _ => None,
        }
    }
}

/// Finds tokio and its companions.
pub fn locate(args: &Args) -> Result<Vec<Source>, Failure> {
    let wanted = suites::ALL
        .iter()
        .map(|suite| (suite.package, suite.version));
    let metadata = fetch(args, wanted)?;
    suites::ALL
        .iter()
        .map(|suite| source(suite, &metadata))
        .collect()
}

/// Has Cargo fetch packages of these names and versions, by a manifest that depends on them and on
/// nothing of ours.
pub fn fetch<'a>(
    args: &Args,
    wanted: impl Iterator<Item = (&'a str, &'a str)>,
) -> Result<Value, Failure> {
    let dir = args.work_dir().join("sources");
    let mut manifest = "[package]\nname = \"sources\"\nversion = \"0.0.0\"\n\
         edition = \"2021\"\n\n[workspace]\n\n[dependencies]\n"
        .to_owned();
    for (package, version) in wanted {
        manifest += &format!("{package} = \"={version}\"\n");
    }
    write_if_changed(&dir.join("Cargo.toml"), &manifest)?;
    write_if_changed(&dir.join("src/lib.rs"), "")?;
    metadata(&dir, &[])
}

/// The package of that name and version in what [`fetch`] returned, and where it is.
pub fn fetched<'a>(
    metadata: &'a Value,
    name: &str,
    version: &str,
) -> Result<(&'a Value, &'a Path), Failure> {
    let package = packages(metadata)
        .find(|package| package["name"] == name && package["version"] == version)
        .ok_or_else(|| format!("{name} {version} is not to be had"))?;
    let manifest = Path::new(text(&package["manifest_path"])?);
    Ok((package, manifest.parent().unwrap_or(manifest)))
}

fn source(suite: &'static Suite, metadata: &Value) -> Result<Source, Failure> {
    let (package, dir) = fetched(metadata, suite.package, suite.version)?;
    let tests = dir.join("tests");
    let mut files = Vec::new();
    for entry in fs::read_dir(&tests).map_err(|error| format!("{}: {error}", tests.display()))? {
        let path = entry.map_err(|error| error.to_string())?.path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            let name = path.file_stem().unwrap_or_default().to_string_lossy();
            files.push(TestFile {
                name: name.clone().into_owned(),
                target: Target::Test(name.into_owned()),
                path,
            });
        }
    }
    files.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(Source {
        package: suite.package,
        files,
        features: features(package),
    })
}

/// The names of a package's features.
pub fn features(package: &Value) -> BTreeSet<String> {
    let features = package["features"].as_object();
    features
        .map(|features| features.keys().cloned().collect())
        .unwrap_or_default()
}

/// What Cargo says about the workspace in `dir`, with these options for features; without the
/// network if that is possible.
pub fn metadata(dir: &Path, features: &[&str]) -> Result<Value, Failure> {
    let ask = |offline: bool| {
        let mut cargo = cargo(dir);
        cargo.args(["metadata", "--format-version", "1"]);
        cargo.args(features);
        if offline {
            cargo.arg("--offline");
        }
        cargo.output().map_err(|error| format!("cargo: {error}"))
    };
    let mut output = ask(true)?;
    if !output.status.success() {
        output = ask(false)?;
    }
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    serde_json::from_slice(&output.stdout).map_err(|error| format!("cargo metadata: {error}"))
}

/// The packages in what `metadata` returned.
pub fn packages(metadata: &Value) -> impl Iterator<Item = &Value> {
    metadata["packages"].as_array().into_iter().flatten()
}

/// A Cargo that runs in `dir`, in the toolchain that runs this program.
pub fn cargo(dir: &Path) -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command.current_dir(dir);
    command
}

/// The text in a JSON value that should be one.
pub fn text(value: &Value) -> Result<&str, Failure> {
    value
        .as_str()
        .ok_or_else(|| format!("cargo said {value} where a text was expected"))
}

/// Writes a file unless it says so already: Cargo looks at the times of files.
pub fn write_if_changed(path: &Path, content: &str) -> Result<(), Failure> {
    if fs::read_to_string(path).is_ok_and(|present| present == content) {
        return Ok(());
    }
    let write = || {
        fs::create_dir_all(path.parent().unwrap_or(path))?;
        fs::write(path, content)
    };
    write().map_err(|error| format!("{}: {error}", path.display()))
}
