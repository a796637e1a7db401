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
    pub suite: &'static Suite,
    pub files: Vec<TestFile>,
    /// Every feature that the package has.
    pub features: BTreeSet<String>,
}

/// A file of tests.
pub struct TestFile {
    pub name: String,
    pub path: PathBuf,
}

/// Finds the packages, by a manifest that depends on them and on nothing of ours.
pub fn locate(args: &Args) -> Result<Vec<Source>, Failure> {
    let dir = args.work_dir().join("sources");
    let mut manifest = "[package]\nname = \"sources\"\nversion = \"0.0.0\"\n\
         edition = \"2021\"\n\n[workspace]\n\n[dependencies]\n"
        .to_owned();
    for suite in suites::ALL {
        manifest += &format!("{} = \"={}\"\n", suite.package, suite.version);
    }
    write_if_changed(&dir.join("Cargo.toml"), &manifest)?;
    write_if_changed(&dir.join("src/lib.rs"), "")?;
    let metadata = metadata(&dir)?;
    suites::ALL
        .iter()
        .map(|suite| source(suite, &metadata))
        .collect()
}

fn source(suite: &'static Suite, metadata: &Value) -> Result<Source, Failure> {
    let package = packages(metadata)
        .find(|package| package["name"] == suite.package && package["version"] == suite.version)
        .ok_or_else(|| format!("{} {} is not to be had", suite.package, suite.version))?;
    let manifest = Path::new(text(&package["manifest_path"])?);
    let tests = manifest.with_file_name("tests");
    let mut files = Vec::new();
    for entry in fs::read_dir(&tests).map_err(|error| format!("{}: {error}", tests.display()))? {
        let path = entry.map_err(|error| error.to_string())?.path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            let name = path.file_stem().unwrap_or_default();
            files.push(TestFile {
                name: name.to_string_lossy().into_owned(),
                path,
            });
        }
    }
    files.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(Source {
        suite,
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

/// What Cargo says about the workspace in `dir`; without the network if that is possible.
pub fn metadata(dir: &Path) -> Result<Value, Failure> {
    let ask = |offline: bool| {
        let mut cargo = cargo(dir);
        cargo.args(["metadata", "--format-version", "1"]);
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
