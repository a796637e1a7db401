//! Which crate may know which, and which room of a crate may know which.
//!
//! The arrows between crates are those of ARCHITECTURE.md; they are checked in the manifests and in
//! the code. Between rooms, imports are followed to the file that defines an item, as for
//! [`circles`](super::circles).

use std::collections::BTreeSet;

use super::graph::Graph;
use super::modules::modules;
use super::tokens::{Token, tokens};
use super::{is_test, only_shrinks, read, sources};

/// A crate's folder, and which of vitte's crates it may use.
const CRATES: &[(&str, &[&str])] = &[
    ("context", &[]),
    ("macros", &[]),
    ("executor", &["vitte-context"]),
    ("timer", &["vitte-context"]),
    ("sync", &["vitte-context", "vitte-timer"]),
    ("io", &["vitte-context", "vitte-executor", "vitte-sync"]),
    // The second one only to switch its spans on; no code names it.
    ("compat/tokio", &["vitte", "vitte-context"]),
    ("compat/futures", &["vitte"]),
];

/// What a room does not know, by the beginnings of file names.
const ROOMS: &[(&str, &[&str])] = &[
    (
        "executor/src/task",
        &[
            "executor/src/scheduler",
            "executor/src/worker",
            "executor/src/local_set",
            "executor/src/blocking",
            "executor/src/queue",
            "executor/src/idle",
            "executor/src/sentinel",
        ],
    ),
    (
        "executor/src/queue",
        &[
            "executor/src/scheduler",
            "executor/src/worker",
            "executor/src/local_set",
            "executor/src/blocking",
            "executor/src/idle",
            "executor/src/sentinel",
        ],
    ),
    (
        "executor/src/idle",
        &[
            "executor/src/task",
            "executor/src/scheduler",
            "executor/src/worker",
            "executor/src/local_set",
            "executor/src/blocking",
            "executor/src/queue",
        ],
    ),
    (
        "executor/src/sentinel",
        &["executor/src/task", "executor/src/local_set"],
    ),
    (
        "timer/src/wheel",
        &["timer/src/registry", "timer/src/sleep", "timer/src/clock"],
    ),
    (
        "sync/src/waiters",
        &[
            "sync/src/batch_semaphore",
            "sync/src/notify",
            "sync/src/mpsc",
        ],
    ),
    (
        "io/src/reactor",
        &["io/src/net", "io/src/fs", "io/src/process", "io/src/signal"],
    ),
    ("io/src/sys", &["io/src/net", "io/src/fs", "io/src/process"]),
    (
        "io/src/net",
        &["io/src/fs", "io/src/process", "io/src/signal"],
    ),
    (
        "io/src/fs",
        &[
            "io/src/net",
            "io/src/process",
            "io/src/signal",
            "io/src/reactor",
        ],
    ),
];

#[test]
fn crates_know_only_those_below_them() {
    let mut offences = Vec::new();
    for (folder, allowed) in CRATES {
        let manifest = read(&format!("{folder}/Cargo.toml")).unwrap();
        for name in dependencies(&manifest).difference(&set(allowed)) {
            offences.push(format!("{folder}/Cargo.toml: {name}"));
        }
        for (file, text) in sources(&[&format!("{folder}/src")], ".rs") {
            if !is_test(&file) {
                let foreign = mentions(&text);
                let foreign = foreign
                    .difference(&set(allowed))
                    .cloned()
                    .collect::<Vec<_>>();
                offences.extend(foreign.iter().map(|name| format!("{file}: {name}")));
            }
        }
    }
    assert!(
        offences.is_empty(),
        "arrows that do not go down:\n{}",
        offences.join("\n")
    );
}

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| name.to_string()).collect()
}

/// Which of vitte's crates a manifest depends on, other than for tests.
fn dependencies(manifest: &str) -> BTreeSet<String> {
    let mut is_counted = false;
    let mut names = BTreeSet::new();
    for line in manifest.lines() {
        if line.starts_with('[') {
            is_counted = line.ends_with("dependencies]") && !line.contains("dev-");
        } else if let Some((name, _)) = line.split_once([' ', '.', '=']) {
            if is_counted && name.starts_with("vitte") {
                names.insert(name.to_owned());
            }
        }
    }
    names
}

/// Which of vitte's crates the code names.
fn mentions(text: &str) -> BTreeSet<String> {
    let tokens = tokens(text);
    let pairs = tokens.iter().zip(tokens.iter().skip(1));
    let paths = pairs.filter(|(_, next)| **next == Token::Path);
    let names = paths.filter_map(|(token, _)| token.word());
    let inner = names.filter(|name| name.starts_with("vitte"));
    inner.map(|name| name.replace('_', "-")).collect()
}

#[test]
fn rooms_do_not_know_who_lives_above_them() {
    let mut found = BTreeSet::new();
    for root in ["executor", "timer", "sync", "io"] {
        let graph = modules(&format!("{root}/src/lib.rs"), &read).graph();
        found.extend(arrows(&graph, ROOMS));
    }
    only_shrinks("arrows", found);
}

/// Imports from a room into one that it does not know.
fn arrows(graph: &Graph, rooms: &[(&str, &[&str])]) -> BTreeSet<String> {
    let is_in = |file: &str, room: &str| {
        let rest = file.strip_prefix(room);
        rest.is_some_and(|rest| rest.starts_with('/') || rest == ".rs")
    };
    let mut found = BTreeSet::new();
    for (file, used) in graph {
        for (_, unknown) in rooms.iter().filter(|(room, _)| is_in(file, room)) {
            for other in used {
                if unknown.iter().any(|room| is_in(other, room)) {
                    found.insert(format!("{file} -> {other}"));
                }
            }
        }
    }
    found
}

#[test]
fn the_crate_named_tokio_defines_nothing() {
    for (name, text) in sources(&["compat/tokio/src"], ".rs") {
        assert_eq!(definitions(&text), Vec::<String>::new(), "{name}");
    }
}

/// What a source defines, other than modules and the marker.
fn definitions(text: &str) -> Vec<String> {
    const ITEMS: &[&str] = &[
        "fn",
        "struct",
        "enum",
        "union",
        "trait",
        "type",
        "const",
        "static",
        "impl",
        "macro_rules",
    ];
    let tokens = tokens(text);
    let words: Vec<_> = tokens.iter().filter_map(Token::word).collect();
    let pairs = words.windows(2).filter(|pair| ITEMS.contains(&pair[0]));
    let pairs = pairs.filter(|pair| pair[1] != "__VITTE");
    pairs.map(|pair| pair.join(" ")).collect()
}

#[test]
fn samples_that_break_the_layers_are_seen() {
    let manifest = "[dependencies]\nvitte-io = { workspace = true }\nlibc.workspace = true\n\
                    [dev-dependencies]\nvitte.workspace = true\n";
    assert_eq!(dependencies(manifest), set(&["vitte-io"]));
    assert_eq!(
        mentions("/// vitte_timer::x\nuse vitte_io::net; fn vitte_sync() {}"),
        set(&["vitte-io"])
    );
    let graph = Graph::from([("a/low/x.rs".to_owned(), set(&["a/high.rs", "a/higher.rs"]))]);
    assert_eq!(
        arrows(&graph, &[("a/low", &["a/high"])]),
        set(&["a/low/x.rs -> a/high.rs"])
    );
    assert_eq!(
        definitions("pub use a::b; pub const __VITTE: u8 = 0;"),
        Vec::<String>::new()
    );
    assert_eq!(definitions("impl X for Y {} fn f() {}"), ["impl X", "fn f"]);
}
