//! What the prose and the comments say, and in which words.

use std::collections::BTreeSet;

use super::{INNER, Source, only_shrinks, sources};

/// What was written here once and reads as if it were translated; see `docs/style.md`.
const PHRASES: &[&str] = &[
    "every how many",
    "is no worker",
    "is no task",
    "is no thread",
    "is no future",
    "is no runtime",
    "is no import",
    "is told",
    "are told",
    "save that",
    "to and fro",
    "for ever",
    "as a rule",
    "what the system says.",
];

/// Where the phrases are quoted.
const QUOTES: &[&str] = &["docs/style.md", "tests/it/tidy/prose.rs", "CONTRIBUTING.md"];

#[test]
fn comments_and_prose_avoid_what_reads_translated() {
    let mut found = BTreeSet::new();
    for (name, text) in sources(&[""], ".rs")
        .into_iter()
        .chain(sources(&[""], ".md"))
    {
        if !QUOTES.contains(&name.as_str()) {
            let prose = if name.ends_with(".md") {
                text
            } else {
                comments(&text)
            };
            found.extend(
                phrases(&prose)
                    .iter()
                    .map(|phrase| format!("{name}: {phrase}")),
            );
        }
    }
    only_shrinks("phrases", found);
}

/// The comments of a source, as one text.
fn comments(text: &str) -> String {
    let comments = text
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix("//"));
    comments
        .map(|line| line.trim_start_matches(['/', '!']))
        .collect::<Vec<_>>()
        .join("\n")
}

/// Which of the phrases a text has, also across the end of a line.
fn phrases(prose: &str) -> Vec<&'static str> {
    let words: Vec<_> = prose.split_whitespace().collect();
    // "If there is no worker" is English; "a thread that is no worker" is not.
    let prose = format!(" {} ", words.join(" ").to_lowercase()).replace(" there is no ", " ");
    let has = |phrase: &&&str| {
        let phrase = format!(" {phrase}");
        prose
            .split(&phrase)
            .skip(1)
            .any(|after| !after.starts_with(char::is_alphanumeric))
    };
    PHRASES.iter().filter(has).copied().collect()
}

/// Examples are copied into projects that have the crate `vitte` and no inner one.
#[test]
fn examples_name_no_inner_crate() {
    let found = sources(INNER, ".rs")
        .into_iter()
        .chain(sources(&["src"], ".rs"));
    let found = found.filter(|(_, text)| names_an_inner_crate(text));
    only_shrinks("inner_names", found.map(|(name, _)| name).collect());
}

fn names_an_inner_crate(text: &str) -> bool {
    const NAMES: &[&str] = &[
        "vitte_context::",
        "vitte_executor::",
        "vitte_timer::",
        "vitte_sync::",
        "vitte_io::",
    ];
    examples(text)
        .iter()
        .any(|line| NAMES.iter().any(|name| line.contains(name)))
}

/// The lines of the examples in doc comments.
fn examples(text: &str) -> Vec<&str> {
    let mut is_inside = false;
    let mut lines = Vec::new();
    for line in text.lines() {
        let line = line.trim_start();
        let doc = line
            .strip_prefix("///")
            .or_else(|| line.strip_prefix("//!"));
        match doc.map(str::trim_start) {
            Some(doc) if doc.starts_with("```") => is_inside = !is_inside,
            Some(doc) if is_inside => lines.push(doc),
            Some(_) => {}
            None => is_inside = false,
        }
    }
    lines
}

/// A test of `tests/it` that the documentation names is there.
#[test]
fn tests_that_the_documentation_names_are_there() {
    let tests = sources(&["tests/it"], ".rs");
    let prose = sources(&["docs"], ".md");
    let missing: Vec<_> = prose
        .iter()
        .flat_map(|(_, text)| named_tests(text))
        .filter(|name| !is_there(name, &tests))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

fn named_tests(prose: &str) -> Vec<String> {
    let names = prose.split('`').filter(|name| name.starts_with("it::"));
    names
        .filter(|name| !name.contains('…'))
        .map(str::to_owned)
        .collect()
}

/// Whether a module, or a test such as `it::task::join::a_name` is in `tests/it/task/join.rs`.
fn is_there(test: &str, tests: &[Source]) -> bool {
    let Some((module, function)) = test.rsplit_once("::") else {
        return false;
    };
    let file = format!(
        "{}.rs",
        module.replacen("it", "tests/it", 1).replace("::", "/")
    );
    let folder = format!("{}/{function}.rs", file.trim_end_matches(".rs"));
    if tests.iter().any(|(name, _)| *name == folder) {
        return true;
    }
    let definition = format!("fn {function}(");
    tests
        .iter()
        .any(|(name, text)| *name == file && text.contains(&definition))
}

#[test]
fn samples_of_bad_prose_are_seen() {
    assert_eq!(
        phrases("It is\nno worker. Is told. But is tolden."),
        ["is no worker", "is told"]
    );
    assert_eq!(
        comments("let x = \"is told\"; // kept\n    /// one\n//! two"),
        " one\n two"
    );
    assert!(names_an_inner_crate(
        "/// ```\n/// use vitte_sync::Mutex;\n/// ```"
    ));
    assert!(!names_an_inner_crate(
        "/// ```\n/// use vitte::x;\n/// ```\nuse vitte_sync::Mutex;"
    ));
    let tests = [("tests/it/task/join.rs".to_owned(), "fn a() {}".to_owned())];
    assert!(is_there("it::task::join::a", &tests));
    assert!(!is_there("it::task::join::b", &tests));
    assert_eq!(named_tests("`it::a::b`, `it::…` and `c`"), ["it::a::b"]);
}
