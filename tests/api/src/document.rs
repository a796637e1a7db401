//! Has rustdoc describe both sides as JSON, and reads that.
//!
//! Each side is a generated package that depends on tokio, with the same features; for one of them
//! `[patch.crates-io]` puts the drop-in in tokio's place.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use rustdoc_types::{Crate, FORMAT_VERSION};

use crate::Failure;

/// One side of the comparison.
#[derive(Clone, Copy)]
pub struct Side {
    /// The name of the generated package.
    pub name: &'static str,
    /// Whether everything is compiled with `--cfg tokio_unstable`.
    unstable: bool,
    /// Whether the drop-in takes tokio's place.
    patched: bool,
    /// The crates to describe; the first is the one whose API is compared.
    crates: &'static [&'static str],
}

/// The tokio on crates.io.
pub const REAL: Side = Side {
    name: "real",
    unstable: false,
    patched: false,
    crates: &["tokio"],
};

/// The drop-in, and the crates that it re-exports from.
pub const VITTE: Side = Side {
    name: "vitte",
    unstable: false,
    patched: true,
    crates: &[
        "tokio",
        "vitte",
        "vitte-context",
        "vitte-executor",
        "vitte-io",
        "vitte-macros",
        "vitte-sync",
        "vitte-timer",
    ],
};

/// The version whose API the drop-in has.
const TOKIO: &str = "1.54.1";

/// The root of the repository.
pub fn repository() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors()
        .nth(2)
        .expect("tests/api is two levels below the root")
        .to_owned()
}

impl Side {
    /// The same side with or without `--cfg tokio_unstable`.
    pub fn unstable(self, unstable: bool) -> Self {
        Side { unstable, ..self }
    }

    /// The flags for the compiler and rustdoc.
    pub fn cfg(&self) -> &'static str {
        match self.unstable {
            true => "--cfg tokio_unstable",
            false => "",
        }
    }

    /// Where everything that is generated for this side goes.
    pub fn directory(&self) -> PathBuf {
        let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(
            || Path::new(env!("CARGO_MANIFEST_DIR")).join("target"),
            PathBuf::from,
        );
        // The commands run elsewhere, where a relative path would lead somewhere else.
        let target = std::path::absolute(&target).unwrap_or(target);
        let stability = match self.unstable {
            true => "unstable",
            false => "stable",
        };
        target.join("api").join(stability).join(self.name)
    }

    /// A cargo command that works in the generated package, by the nightly toolchain.
    pub fn cargo(&self) -> Command {
        let mut cargo = Command::new("cargo");
        // The outer cargo chose a toolchain for its children; another one is wanted here.
        cargo
            .env_remove("RUSTUP_TOOLCHAIN")
            .env_remove("RUSTC")
            .env_remove("RUSTDOC")
            .env_remove("CARGO")
            .env("CARGO_TARGET_DIR", self.directory().join("target"))
            .env("RUSTFLAGS", self.cfg())
            .current_dir(self.directory())
            .arg("+nightly");
        cargo
    }

    /// Writes a file of the generated package, unless it is as it should be.
    pub fn write(&self, path: &str, text: &str) -> Result<(), Failure> {
        let path = self.directory().join(path);
        let written = fs::read_to_string(&path).is_ok_and(|present| present == text)
            || (fs::create_dir_all(path.parent().expect("a file in a directory")).is_ok()
                && fs::write(&path, text).is_ok());
        match written {
            true => Ok(()),
            false => Err(format!("cannot write {}", path.display())),
        }
    }

    /// The descriptions of this side's crates, with these features of tokio.
    pub fn describe(&self, features: &[String]) -> Result<Vec<(String, Crate)>, Failure> {
        self.write("Cargo.toml", &self.manifest(features))?;
        self.write("src/lib.rs", "")?;
        let mut cargo = self.cargo();
        cargo.args(["doc", "--quiet", "--no-deps", "--lib"]).env(
            "RUSTDOCFLAGS",
            format!(
                "-Zunstable-options --output-format=json --document-hidden-items \
                 --cap-lints=allow {}",
                self.cfg()
            ),
        );
        let crates = self.crates_in_use()?;
        for package in &crates {
            cargo.args(["--package", package]);
        }
        let status = cargo.status().map_err(|error| format!("cargo: {error}"))?;
        if !status.success() {
            return Err(format!("rustdoc failed on the {} side", self.name));
        }
        crates
            .iter()
            .map(|package| {
                let name = package.replace('-', "_");
                let file = self.directory().join(format!("target/doc/{name}.json"));
                Ok((name, read(&file)?))
            })
            .collect()
    }

    /// The crates that the features need.
    fn crates_in_use(&self) -> Result<Vec<&'static str>, Failure> {
        let mut cargo = self.cargo();
        cargo.args(["tree", "--edges=normal", "--prefix=none", "--format={p}"]);
        let output = cargo.output().map_err(|error| format!("cargo: {error}"))?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into_owned());
        }
        let tree = String::from_utf8_lossy(&output.stdout);
        let in_use = |name: &str| {
            tree.lines()
                .any(|line| line.split(' ').next() == Some(name))
        };
        Ok(self
            .crates
            .iter()
            .copied()
            .filter(|name| in_use(name))
            .collect())
    }

    fn manifest(&self, features: &[String]) -> String {
        let mut text = format!(
            "[package]\nname = \"api-{}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\
             publish = false\n\n[dependencies]\n\
             tokio = {{ version = \"={TOKIO}\", features = {features:?} }}\n\n\
             [profile.dev]\ndebug = 0\nincremental = false\n\n[workspace]\n",
            self.name
        );
        if self.patched {
            let shim = repository().join("compat/tokio");
            text += &format!("\n[patch.crates-io]\ntokio = {{ path = {shim:?} }}\n");
        }
        text
    }
}

fn read(path: &Path) -> Result<Crate, Failure> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let value: serde_json::Value =
        serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?;
    if value["format_version"] != FORMAT_VERSION {
        return Err(format!(
            "the nightly writes version {} of rustdoc's JSON, and rustdoc-types in this package's \
             manifest reads version {FORMAT_VERSION}",
            value["format_version"]
        ));
    }
    serde_json::from_value(value).map_err(|error| format!("{}: {error}", path.display()))
}
