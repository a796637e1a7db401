//! The generated workspace: one package per suite, one target per file of tests.
//!
//! The targets point at the files where Cargo unpacked them; nothing is copied.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::Failure;
use crate::args::{Args, Mode};
use crate::sources::{self, Source, write_if_changed};
use crate::suites::{self, Suite};

/// The generated workspace.
pub struct Workspace {
    pub root: PathBuf,
    /// Where the build goes: beside what else is generated, so that runs do not disturb others.
    pub target: PathBuf,
    /// Where the output of each test goes.
    pub logs: PathBuf,
}

impl Workspace {
    /// The directory of a suite's package, in which its tests run.
    pub fn package_dir(&self, package: &str) -> PathBuf {
        self.root.join(package)
    }
}

/// Writes the manifests.
pub fn write(args: &Args, sources: &[Source]) -> Result<Workspace, Failure> {
    let work_dir = args.work_dir();
    let workspace = Workspace {
        root: work_dir.join("suites"),
        target: work_dir.join("target"),
        logs: work_dir.join("logs"),
    };
    let mut root = "[workspace]\nresolver = \"2\"\nmembers = [\n".to_owned();
    for source in sources {
        let _ = writeln!(root, "    {:?},", source.package);
    }
    root += "]\n";
    if args.mode == Mode::Vitte {
        root += &patch(args);
    }
    write_if_changed(&workspace.root.join("Cargo.toml"), &root)?;
    for (suite, source) in suites::ALL.iter().zip(sources) {
        let dir = workspace.package_dir(source.package);
        write_if_changed(&dir.join("Cargo.toml"), &manifest(args, suite, source))?;
        write_if_changed(&dir.join("src/lib.rs"), "")?;
    }
    Ok(workspace)
}

/// The section of a manifest that puts the shim in the place of tokio.
pub fn patch(args: &Args) -> String {
    let shim = args.tree.join("compat/tokio");
    format!("\n[patch.crates-io]\ntokio = {{ path = {shim:?} }}\n")
}

/// The manifest of one suite's package.
fn manifest(args: &Args, suite: &Suite, source: &Source) -> String {
    let mut features = suite.features.to_vec();
    let mut tokio_features = suite.tokio_features.to_vec();
    let mut dependencies = suite.dependencies.to_owned();
    if args.unstable {
        features.extend(suite.unstable.features);
        tokio_features.extend(suite.unstable.features);
        dependencies += suite.unstable.dependencies;
    }
    let mut text = format!(
        "[package]\nname = \"suite-{}\"\nversion = {:?}\nedition = \"2021\"\n\
         autotests = false\npublish = false\n",
        suite.package, suite.version,
    );
    // One of the tests reads the manifest of the package it is in and looks for this.
    text += "homepage = \"https://tokio.rs\"\n\n[features]\n";
    let _ = writeln!(text, "default = {features:?}");
    for feature in &source.features {
        if feature != "default" {
            let _ = writeln!(text, "{feature} = []");
        }
    }
    let _ = write!(
        text,
        "\n[dev-dependencies]\ntokio = {{ version = \"=1.54.1\", features = {tokio_features:?} }}\n\
         {dependencies}"
    );
    for file in &source.files {
        let _ = write!(
            text,
            "\n[[test]]\nname = {:?}\npath = {:?}\n",
            file.name, file.path
        );
    }
    text
}

/// Makes sure that everything in the workspace stands on the tokio that is to be tested, and
/// returns the manifest of that one.
///
/// Cargo drops a patch that lacks a feature, with a warning that is easily missed, and the suites
/// would then run on the real tokio, successfully.
pub fn check_graph(args: &Args, sources: &[Source], metadata: &Value) -> Result<String, Failure> {
    let mut found = Vec::new();
    for package in sources::packages(metadata).filter(|package| package["name"] == "tokio") {
        let manifest = Path::new(sources::text(&package["manifest_path"])?);
        let ours = package["source"].is_null() && manifest.starts_with(&args.tree);
        if ours != (args.mode == Mode::Vitte) || package["version"] != suites::TOKIO {
            let where_it_is = manifest.display();
            return Err(format!(
                "the suites would run on the tokio in {where_it_is}"
            ));
        }
        if ours {
            check_features(&sources::features(package), sources)?;
        }
        found.push(manifest.display().to_string());
    }
    match found.pop() {
        Some(manifest) if found.is_empty() => Ok(manifest),
        last => Err(format!(
            "there should be one tokio in the graph, not {found:?} and {last:?}"
        )),
    }
}

fn check_features(
    ours: &std::collections::BTreeSet<String>,
    sources: &[Source],
) -> Result<(), Failure> {
    let theirs = sources
        .iter()
        .filter(|source| source.package == "tokio")
        .flat_map(|source| &source.features);
    let missing: Vec<_> = theirs.filter(|feature| !ours.contains(*feature)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(format!("the shim lacks the features {missing:?}"))
}
