//! What ARCHITECTURE.md and CONTRIBUTING.md promise about the sources, read from the sources.
//!
//! Each file checks one kind of promise. The checks are functions over the name and the text of a
//! file, and each is tried on a small sample that breaks its rule, so none of them passes only
//! because it finds nothing. A list of exceptions names what breaks a rule today, with the reason,
//! or as a list that can only shrink: an entry that is no longer needed fails the test as well.

mod circles;
mod documents;
mod examples;
mod features;
mod graph;
mod layers;
mod modules;
mod prose;
mod seams;
mod style;
mod tokens;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

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

/// A file by its name below the root, and its text.
type Source = (String, String);

/// All files of this project below some folders whose names end in a certain way.
fn sources(folders: &[&str], end: &str) -> Vec<Source> {
    let root = root();
    let mut files = Vec::new();
    for folder in folders {
        walk(&root.join(folder), end, &mut files);
    }
    assert!(!files.is_empty(), "no {end} in {folders:?}");
    let name = |path: &Path| {
        path.strip_prefix(&root)
            .unwrap()
            .to_string_lossy()
            .into_owned()
    };
    files
        .iter()
        .map(|path| (name(path), fs::read_to_string(path).unwrap()))
        .collect()
}

fn walk(folder: &Path, end: &str, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let is_ours = !name.starts_with('.') && name != "target";
        if path.is_dir() && is_ours && !path.join("CACHEDIR.TAG").exists() {
            walk(&path, end, files);
        } else if name.ends_with(end) {
            files.push(path);
        }
    }
}

/// The sources of the crates below the facade.
const INNER: &[&str] = &[
    "context/src",
    "executor/src",
    "timer/src",
    "sync/src",
    "io/src",
    "macros/src",
];

/// Whether a file is compiled for tests only.
fn is_test(name: &str) -> bool {
    let words = [
        "tests/",
        "/tests.rs",
        "/loom_model.rs",
        "/test_support.rs",
        "/testing.rs",
    ];
    words.iter().any(|word| name.contains(word))
}

/// Compares what breaks a rule today with the list of what may, which only shrinks.
///
/// The list is `tests/it/tidy/<list>.txt`, with an offence in each line. With `VITTE_TIDY_SHRINK`
/// in the environment, entries that are not needed any more are taken out of it.
fn only_shrinks(list: &str, found: BTreeSet<String>) {
    let name = format!("tests/it/tidy/{list}.txt");
    let text = read(&name).unwrap_or_default();
    let listed: BTreeSet<_> = text.lines().map(str::to_owned).collect();
    println!("{list}: {} listed, {} found", listed.len(), found.len());
    if std::env::var_os("VITTE_TIDY_SHRINK").is_some() {
        let left = listed.intersection(&found).map(|line| format!("{line}\n"));
        return fs::write(root().join(name), left.collect::<String>()).unwrap();
    }
    let complaints = difference(&found, &listed);
    assert!(
        complaints.is_empty(),
        "{name} is out of date:\n{complaints}"
    );
}

/// What is new, and what is listed in vain.
fn difference(found: &BTreeSet<String>, listed: &BTreeSet<String>) -> String {
    let new = found
        .difference(listed)
        .map(|line| format!("new: {line}\n"));
    let gone = listed
        .difference(found)
        .map(|line| format!("no longer true (VITTE_TIDY_SHRINK=1 takes it out): {line}\n"));
    new.chain(gone).collect()
}

#[test]
fn a_list_that_only_shrinks_complains_about_both() {
    let set = |lines: &[&str]| lines.iter().map(|line| line.to_string()).collect();
    assert_eq!(difference(&set(&["a"]), &set(&["a"])), "");
    assert_eq!(difference(&set(&["a", "b"]), &set(&["a"])), "new: b\n");
    assert!(difference(&set(&[]), &set(&["a"])).starts_with("no longer true"));
}
