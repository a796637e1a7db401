//! The downstream packages: each a workspace of its own, under the target directory.
//!
//! Cargo does not build in the place where it unpacked a package, and the manifest needs the patch
//! at its end; so every package is copied, without its lock, and Cargo chooses the versions of what
//! it depends on as for a user who begins today.

use std::fs;
use std::io;
use std::path::Path;

use serde_json::Value;

use crate::Failure;
use crate::args::{Args, Mode};
use crate::downstream::{self, Package};
use crate::sources::{self, Source, Target, TestFile, cargo};
use crate::suites;
use crate::workspace::{self, Workspace};

/// Unpacks all packages, or those that were asked for, and makes sure that each stands on the tokio
/// that is to be tested.
pub fn all(args: &Args) -> Result<(Workspace, Vec<Source>), Failure> {
    let work_dir = args.work_dir();
    let workspace = Workspace {
        root: work_dir.join("packages"),
        // One for both modes, so that what does not stand on tokio is built once.
        target: work_dir.with_file_name("downstream-target"),
        logs: work_dir.join("logs"),
    };
    let wanted: Vec<&'static Package> = downstream::ALL
        .iter()
        .filter(|package| args.filter.takes_suite(package.name))
        .collect();
    let versions = wanted.iter().map(|package| (package.name, package.version));
    let fetched = sources::fetch(args, versions)?;
    let mut found = Vec::new();
    for package in wanted {
        let (_, original) = sources::fetched(&fetched, package.name, package.version)?;
        let dir = workspace.package_dir(package.name);
        unpack(args, original, &dir).map_err(|error| format!("{}: {error}", dir.display()))?;
        let source = source(args, package, &dir);
        found.push(source.map_err(|failure| format!("{}: {failure}", package.name))?);
    }
    Ok((workspace, found))
}

/// Copies the package that is in `original`, and puts the patch at the end of its manifest.
fn unpack(args: &Args, original: &Path, dir: &Path) -> io::Result<()> {
    let mut manifest = fs::read_to_string(original.join("Cargo.toml"))?;
    manifest += "\n[workspace]\n";
    if args.mode == Mode::Vitte {
        manifest += &workspace::patch(args);
    }
    let present = fs::read_to_string(dir.join("Cargo.toml"));
    if present.is_ok_and(|present| present == manifest) {
        return Ok(());
    }
    if dir.exists() {
        fs::remove_dir_all(dir)?;
    }
    copy(original, dir)?;
    fs::remove_file(dir.join("Cargo.lock")).or_else(|error| match error.kind() {
        io::ErrorKind::NotFound => Ok(()),
        _ => Err(error),
    })?;
    // The manifest is the last, so that a copy that was interrupted is made again.
    fs::write(dir.join("Cargo.toml"), manifest)
}

/// Copies a directory with all that is below it, but for manifests of Cargo.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (path, to) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy(&path, &to)?;
        } else if entry.file_name() != "Cargo.toml" {
            fs::copy(&path, &to)?;
        }
    }
    Ok(())
}

/// What Cargo finds in an unpacked package.
fn source(args: &Args, package: &'static Package, dir: &Path) -> Result<Source, Failure> {
    let mut metadata = sources::metadata(dir, package.features)?;
    let is_newer =
        |package: &Value| package["name"] == "tokio" && package["version"] != suites::TOKIO;
    if args.mode == Mode::Real && sources::packages(&metadata).any(is_newer) {
        hold_tokio(dir)?;
        metadata = sources::metadata(dir, package.features)?;
    }
    let tokio = workspace::check_graph(args, &[], &metadata)?;
    println!("{}: tokio is {tokio}", package.name);
    let itself = sources::packages(&metadata)
        .find(|found| found["name"] == package.name && found["source"].is_null())
        .ok_or("it is not in its own workspace")?;
    let targets = itself["targets"].as_array().into_iter().flatten();
    let left_out = |file: &TestFile| {
        let mut all = downstream::LEFT_OUT.iter();
        let why = all.find(|(name, left, _)| *name == package.name && *left == file.name);
        if let Some((_, _, why)) = why {
            println!("{}: {} is left out: it {why}", package.name, file.name);
        }
        why.is_some()
    };
    let files = targets
        .filter(|target| target["test"] == true)
        .filter_map(test_file);
    Ok(Source {
        package: package.name,
        files: files.filter(|file| !left_out(file)).collect(),
        features: sources::features(itself),
    })
}

fn test_file(target: &Value) -> Option<TestFile> {
    let path = target["src_path"].as_str()?.into();
    let target = Target::of(target)?;
    let name = match &target {
        Target::Lib => "lib".to_owned(),
        Target::Test(name) => name.clone(),
    };
    Some(TestFile { name, path, target })
}

/// Chooses the version of the real tokio that vitte is compared with, not the newest.
fn hold_tokio(dir: &Path) -> Result<(), Failure> {
    let output = cargo(dir)
        .args(["update", "--package", "tokio", "--precise", suites::TOKIO])
        .output()
        .map_err(|error| format!("cargo: {error}"))?;
    if output.status.success() {
        Ok(())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}
