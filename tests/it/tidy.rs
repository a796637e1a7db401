//! What ARCHITECTURE.md and CONTRIBUTING.md promise about the sources, read from the sources.
//!
//! Each file checks one kind of promise. The checks are functions over the name and the text of a
//! file, and each is tried on a small sample that breaks its rule, so none of them passes only
//! because it finds nothing. A list of exceptions names what breaks a rule today, with the reason,
//! or as a list that can only shrink: an entry that is no longer needed fails the test as well.

mod circles;
mod documents;
mod graph;
mod modules;
mod seams;
mod tokens;

use std::fs;
use std::path::PathBuf;

/// Where the workspace lies; `VITTE_TIDY_ROOT` names another tree, such as an older commit.
fn root() -> PathBuf {
    match std::env::var_os("VITTE_TIDY_ROOT") {
        Some(root) => root.into(),
        None => env!("CARGO_MANIFEST_DIR").into(),
    }
}

/// A file's text, by its name below the root.
fn read(name: &str) -> Option<String> {
    fs::read_to_string(root().join(name)).ok()
}
