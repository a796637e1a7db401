//! Public items with an example: at least half of the functions, and the others are listed.
//!
//! Counted are the items that a user meets: `pub`, with a doc comment, in the facade and in the
//! rooms that it re-exports, neither `#[doc(hidden)]` nor a field. An example may also stand in the
//! text of a file that the doc comment includes.

use std::collections::BTreeSet;

use super::{is_test, only_shrinks, sources};

/// A crate, and the folders of what users meet in it.
const PUBLIC: &[(&str, &[&str])] = &[
    ("facade", &["src"]),
    (
        "io",
        &[
            "io/src/io",
            "io/src/net",
            "io/src/fs",
            "io/src/process",
            "io/src/signal",
        ],
    ),
    ("timer", &["timer/src"]),
    ("sync", &["sync/src"]),
    (
        "executor",
        &[
            "executor/src/task",
            "executor/src/local_set",
            "executor/src/blocking",
        ],
    ),
];

/// Crates in which half of the functions have an example.
const HALF: &[&str] = &["facade", "io", "timer", "sync"];

struct Item {
    name: String,
    is_function: bool,
    has_example: bool,
}

#[test]
fn public_items_have_examples() {
    let mut without = BTreeSet::new();
    let mut below = BTreeSet::new();
    for (name, folders) in PUBLIC {
        let mut counts = (0, 0);
        for (file, text) in sources(folders, ".rs") {
            if is_test(&file) {
                continue;
            }
            for item in items(&text) {
                if item.is_function {
                    counts.0 += usize::from(item.has_example);
                    counts.1 += 1;
                }
                if !item.has_example {
                    without.insert(format!("{file}: {}", item.name));
                }
            }
        }
        let (with, all) = counts;
        println!("{name}: {with} of {all} public functions have an example");
        if HALF.contains(name) && 2 * with < all {
            below.insert(name.to_string());
        }
    }
    only_shrinks("without_half", below);
    only_shrinks("without_example", without);
}

/// The documented public items of a source, with the name of the type that they belong to.
fn items(text: &str) -> Vec<Item> {
    let mut items = Vec::new();
    let mut owner = String::new();
    let mut above: Vec<&str> = Vec::new();
    for line in text.lines() {
        let code = line.trim_start();
        if line.starts_with("#[cfg(") && line.contains("test") {
            break;
        }
        if code.starts_with("///") || code.starts_with("#[") {
            above.push(code);
            continue;
        }
        if line.starts_with("impl") {
            owner = owner_of(line);
        }
        if let Some((name, is_function)) = public(code) {
            let is_hidden = above.iter().any(|line| line.starts_with("#[doc(hidden)"));
            let is_documented = above.iter().any(|line| line.starts_with("///"));
            let has = |line: &&str| line.contains("```") || line.contains("include_str!");
            if is_documented && !is_hidden {
                let name = if line == code {
                    name.to_owned()
                } else {
                    format!("{owner}::{name}")
                };
                items.push(Item {
                    name,
                    is_function,
                    has_example: above.iter().any(has),
                });
            }
        }
        // An attribute may go on over several lines.
        if !(code.starts_with(')') || code.starts_with("feature")) {
            above.clear();
        }
    }
    items
}

/// The name of a public function or type that begins in a line.
fn public(code: &str) -> Option<(&str, bool)> {
    let mut words = code.strip_prefix("pub ")?.split_whitespace();
    let kind =
        words.find(|word| !matches!(*word, "async" | "unsafe" | "const" | "extern" | "\"C\""))?;
    if !matches!(kind, "fn" | "struct" | "enum" | "trait" | "union") {
        return None;
    }
    let name = words.next()?;
    let end = name
        .find(|c: char| !c.is_alphanumeric() && c != '_')
        .unwrap_or(name.len());
    Some((&name[..end], kind == "fn"))
}

/// The type that an `impl` is for.
fn owner_of(line: &str) -> String {
    let last = line.rsplit(" for ").next().unwrap_or(line);
    let last = last.trim_start_matches("impl").trim_end_matches(['{', ' ']);
    // After the parameters of the `impl` itself.
    let mut depth = 0;
    let start = last.char_indices().find(|&(_, c)| {
        depth += i32::from(c == '<') - i32::from(c == '>');
        depth == 0 && c != '>' && !c.is_whitespace()
    });
    let start = start.map_or(0, |(at, _)| at);
    let name = &last[start..];
    name[..name.find('<').unwrap_or(name.len())]
        .trim()
        .to_owned()
}

#[test]
fn items_of_a_sample_are_told_apart() {
    let text = "/// A.\npub struct A;\n\nimpl<T: B<C>> A<T> {\n    /// ```\n    /// x\n    \
                /// ```\n    \
                #[inline]\n    pub fn with(&self) {}\n\n    /// None.\n    \
                pub async fn without<X>() {}\n\n    \
                /// Not seen.\n    pub(crate) fn inner() {}\n    #[doc(hidden)]\n    \
                /// Nor this.\n    \
                pub fn hidden() {}\n}\n";
    let found: Vec<_> = items(text)
        .iter()
        .map(|item| (item.name.clone(), item.has_example))
        .collect();
    let expected = [("A", false), ("A::with", true), ("A::without", false)];
    assert_eq!(found, expected.map(|(name, has)| (name.to_owned(), has)));
}
