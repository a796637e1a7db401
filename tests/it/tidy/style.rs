//! The form of the sources: widths, lengths, names of files.

use std::collections::BTreeSet;

use super::{Source, is_test, only_shrinks, sources};

const WIDTH: usize = 100;
const FUNCTION_LINES: usize = 50;
/// A file that has more lines is listed, and has at most [`FILE_LINES_MAX`].
const FILE_LINES: usize = 400;
const FILE_LINES_MAX: usize = 450;

fn all() -> Vec<Source> {
    sources(&[""], ".rs")
}

#[test]
fn lines_have_a_hundred_columns_at_most() {
    let all = all();
    let found = all
        .iter()
        .filter(|(name, text)| !wide(name, text).is_empty());
    only_shrinks("wide", found.map(|(name, _)| name.clone()).collect());
}

fn wide(name: &str, text: &str) -> Vec<String> {
    let lines = text.lines().enumerate();
    let wide = lines.filter(|(_, line)| line.chars().count() > WIDTH);
    wide.map(|(number, _)| format!("{name}:{}", number + 1))
        .collect()
}

#[test]
fn files_are_short() {
    let long = |max: usize| {
        let is_long = move |(_, text): &&Source| text.lines().count() > max;
        all()
            .iter()
            .filter(is_long)
            .map(|(name, _)| name.clone())
            .collect::<BTreeSet<_>>()
    };
    only_shrinks("too_long", long(FILE_LINES_MAX));
    only_shrinks("long", long(FILE_LINES));
}

#[test]
fn functions_are_short() {
    let all = all();
    let code = all
        .iter()
        .filter(|(name, _)| name.contains("src/") && !is_test(name));
    let found: Vec<_> = code
        .flat_map(|(name, text)| long_functions(name, text))
        .collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// Functions with too many lines, in a text that rustfmt has been over.
fn long_functions(name: &str, text: &str) -> Vec<String> {
    let lines: Vec<_> = text.lines().collect();
    let mut found = Vec::new();
    for (start, line) in lines.iter().enumerate() {
        let statement = line.trim_start();
        let is_function = statement.split("fn ").next().is_some_and(|before| {
            let words = ["pub", "async", "unsafe", "const", "extern", "\"C\""];
            let is_qualifier = |word: &str| words.iter().any(|known| word.starts_with(known));
            before.len() < statement.len() && before.split_whitespace().all(is_qualifier)
        });
        if !is_function {
            continue;
        }
        let indent = &line[..line.len() - statement.len()];
        // The end of the head: of a function without a body, it is a semicolon.
        let rest = &lines[start..];
        let ends_head = |line: &&str| line.ends_with(['{', ';', '}']);
        let Some(head) = rest
            .iter()
            .position(ends_head)
            .filter(|&at| rest[at].ends_with('{'))
        else {
            continue;
        };
        let end = format!("{indent}}}");
        let length = rest[head..]
            .iter()
            .position(|line| *line == end)
            .map_or(1, |at| head + at + 1);
        if length > FUNCTION_LINES {
            found.push(format!("{name}:{}: {length} lines", start + 1));
        }
    }
    found
}

#[test]
fn modules_and_models_are_named_in_one_way() {
    let found: Vec<_> = all()
        .iter()
        .filter(|(name, _)| is_misnamed(name))
        .map(|(name, _)| name.clone())
        .collect();
    assert!(found.is_empty(), "{found:?}");
}

/// A folder's root is `name.rs` beside it, except where one source is compiled twice; what loom
/// runs is `loom_model.rs`.
fn is_misnamed(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name);
    let is_model = file.contains("loom") || file.contains("model");
    file == "mod.rs" && name != "benches/src/workloads/mod.rs"
        || is_model && file != "loom_model.rs"
}

#[test]
fn samples_out_of_form_are_seen() {
    assert_eq!(
        wide("a.rs", &format!("\n// {}", "ä".repeat(98))),
        ["a.rs:2"]
    );
    assert!(wide("a.rs", &"ä".repeat(100)).is_empty());
    let body = "        x();\n".repeat(49);
    let function = format!("    pub async fn f() {{\n{body}    }}\n");
    assert_eq!(long_functions("a.rs", &function), ["a.rs:1: 51 lines"]);
    assert!(long_functions("a.rs", &function.replacen("        x();\n", "", 1)).is_empty());
    assert!(is_misnamed("io/src/net/mod.rs"));
    assert!(is_misnamed("io/src/models.rs"));
    assert!(!is_misnamed("io/src/loom_model.rs"));
}
