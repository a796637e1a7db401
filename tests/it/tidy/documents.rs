//! What the documents name exists: links lead somewhere, paths and functions are in the tree.
//!
//! A page that explains a tree is read for its names, and a rename leaves them behind. Tokens in
//! backticks are checked where they look like a path (`scheduler/flavor.rs`, which may begin at any
//! folder) or like a function of one of our types (`Core::enqueue`). What is in a fence is not.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::{read, root};

/// Everything that is checked, by its name below the root.
const DOCUMENTS: &[&str] = &[
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "docs/decisions.md",
    "docs/drop-in.md",
    "docs/many-cores.md",
    "docs/performance.md",
    "docs/style.md",
    "docs/tokio-fixes.md",
    "benches/README.md",
    "tests/api/README.md",
    "tests/conformance/README.md",
    "tests/services/README.md",
];

/// Types whose functions are not ours to check.
const FOREIGN: &[&str] = &[
    "Arc",
    "BufReader",
    "Context",
    "Instant",
    "JoinError",
    "Poll",
    "Waker",
];

#[test]
fn links_lead_somewhere() {
    let mut broken = Vec::new();
    for document in DOCUMENTS {
        let text = read(document).unwrap_or_else(|| panic!("{document} is missing"));
        broken.extend(broken_links(document, &text, &read, &exists));
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn paths_and_functions_are_in_the_tree() {
    let tree = Tree::new();
    let mut missing = Vec::new();
    for document in DOCUMENTS
        .iter()
        .filter(|name| !name.ends_with("tokio-fixes.md"))
    {
        let text = read(document).unwrap_or_else(|| panic!("{document} is missing"));
        for token in code_tokens(&text) {
            if !tree.has(token) {
                missing.push(format!("{document}: `{token}`"));
            }
        }
    }
    assert!(
        missing.is_empty(),
        "not in the tree:\n{}",
        missing.join("\n")
    );
}

#[test]
fn what_is_missing_is_found() {
    let read = |name: &str| (name == "docs/a.md").then(|| "# One\n\n## The two\n".to_string());
    let exists = |name: &str| name == "docs/a.md" || name == "src";
    let links = "[a](docs/a.md) [b](docs/a.md#the-two) [c](src) [d](https://x) [e](#one)\n# One\n";
    assert_eq!(broken_links("R.md", links, &read, &exists), [""; 0]);
    let links = "[a](docs/b.md) [b](docs/a.md#three) [e](#two)\n";
    assert_eq!(broken_links("R.md", links, &read, &exists).len(), 3);

    let tree = Tree {
        paths: ["executor/src/worker/core.rs", "executor/src/worker"]
            .map(String::from)
            .into(),
        sources: vec!["impl Core {\n fn enqueue(&self) {}\n}".to_string()],
    };
    for present in [
        "worker/core.rs",
        "core.rs",
        "executor/src/worker/",
        "Core::enqueue",
        "a/b c",
    ] {
        assert!(tree.has(present), "{present}");
    }
    for missing in [
        "worker/heart.rs",
        "ore.rs",
        "Core::dequeue",
        "Heart::enqueue",
    ] {
        assert!(!tree.has(missing), "{missing}");
    }
}

/// The links of a document that lead nowhere.
fn broken_links(
    document: &str,
    text: &str,
    read: &dyn Fn(&str) -> Option<String>,
    exists: &dyn Fn(&str) -> bool,
) -> Vec<String> {
    let folder = Path::new(document).parent().unwrap_or(Path::new(""));
    let leads_somewhere = |link: &str| {
        let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
        let target = match path {
            "" => document.to_string(),
            path => plain(folder.join(path).to_str().expect("a name in UTF-8")),
        };
        let has_anchor = |text: &str| headings(text).any(|heading| heading == anchor);
        match anchor {
            "" => exists(&target),
            _ if path.is_empty() => has_anchor(text),
            _ => read(&target).is_some_and(|text| has_anchor(&text)),
        }
    };
    text.split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next())
        .filter(|link| !link.starts_with("http"))
        .filter(|link| !leads_somewhere(link))
        .map(|link| format!("{document}: {link} leads nowhere"))
        .collect()
}

/// The path without its `..`.
fn plain(path: &str) -> String {
    let mut parts = Vec::new();
    for part in path.split('/') {
        match part {
            "." | "" => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// The anchors of a document's headings.
fn headings(text: &str) -> impl Iterator<Item = String> {
    text.lines()
        .filter(|line| line.starts_with('#'))
        .map(|line| {
            line.trim_start_matches('#')
                .trim()
                .to_lowercase()
                .chars()
                .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
                .map(|c| if c == ' ' { '-' } else { c })
                .collect()
        })
}

/// What is between backticks, outside of fences.
fn code_tokens(text: &str) -> impl Iterator<Item = &str> {
    let mut is_fenced = false;
    text.lines()
        .filter(move |line| {
            let is_fence = line.starts_with("```");
            is_fenced ^= is_fence;
            !is_fenced && !is_fence
        })
        .flat_map(|line| line.split('`').skip(1).step_by(2))
}

fn exists(name: &str) -> bool {
    root().join(name).exists()
}

/// What the tree has: the names of all files and folders, and the text of the sources.
struct Tree {
    paths: BTreeSet<String>,
    sources: Vec<String>,
}

impl Tree {
    fn new() -> Self {
        let mut tree = Tree {
            paths: BTreeSet::new(),
            sources: Vec::new(),
        };
        tree.add(&root(), "");
        tree
    }

    fn add(&mut self, folder: &Path, prefix: &str) {
        for entry in fs::read_dir(folder).expect("a folder that can be read") {
            let entry = entry.expect("an entry");
            let name = entry.file_name().to_string_lossy().into_owned();
            if name == "target" || name == ".git" {
                continue;
            }
            let path = format!("{prefix}{name}");
            if entry.path().is_dir() {
                self.add(&entry.path(), &format!("{path}/"));
            } else if name.ends_with(".rs") {
                self.sources
                    .push(fs::read_to_string(entry.path()).expect("a source in UTF-8"));
            }
            self.paths.insert(path);
        }
    }

    /// Whether the tree has what the token names, if it names anything in a tree.
    fn has(&self, token: &str) -> bool {
        let is_word = |text: &str| text.chars().all(|c| c.is_alphanumeric() || c == '_');
        if let Some((owner, function)) = token.split_once("::") {
            let is_function = is_word(owner)
                && is_word(function)
                && owner.starts_with(char::is_uppercase)
                && function.starts_with(char::is_lowercase);
            return !is_function || FOREIGN.contains(&owner) || self.has_function(owner, function);
        }
        let is_path = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/');
        let looks_like_one = token.contains('/') || token.ends_with(".rs");
        if !looks_like_one || !token.chars().all(is_path) || token.starts_with(['/', '.', '-']) {
            return !token.starts_with(".ci/") || self.has_path(token.split(' ').next().unwrap());
        }
        token.starts_with("target/") || self.has_path(token.trim_end_matches('/'))
    }

    fn has_path(&self, path: &str) -> bool {
        let end = format!("/{path}");
        self.paths.contains(path) || self.paths.iter().any(|known| known.ends_with(&end))
    }

    fn has_function(&self, owner: &str, function: &str) -> bool {
        let (begin, generic) = (format!("fn {function}("), format!("fn {function}<"));
        self.sources.iter().any(|source| {
            source.contains(owner) && (source.contains(&begin) || source.contains(&generic))
        })
    }
}
