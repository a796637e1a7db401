//! Where a `cfg` may stand: what it switches must not be strewn over the code.
//!
//! - `cfg(feature)` in the crates below the facade: in a `lib.rs`, or in the file at the root of a
//!   folder, where it switches that folder's modules and re-exports. `context/src/trace.rs` is such
//!   a file.
//! - `cfg(target_os)`: in `io/src/sys.rs` and the folder beside it.

use std::collections::BTreeSet;

use super::tokens::{Token, tokens};
use super::{INNER, is_test, only_shrinks, sources};

#[test]
fn features_switch_modules_at_the_root_of_a_folder() {
    let sources = sources(INNER, ".rs");
    let is_root = |name: &str| {
        let folder = format!("{}/", name.trim_end_matches(".rs"));
        name.ends_with("/lib.rs") || sources.iter().any(|(other, _)| other.starts_with(&folder))
    };
    let found = sources
        .iter()
        .filter(|(name, text)| !is_test(name) && !is_root(name) && asks_for("feature", text));
    only_shrinks("features", found.map(|(name, _)| name.clone()).collect());
}

#[test]
fn the_system_is_asked_for_in_sys_only() {
    let folders = [INNER, &["src", "compat"]].concat();
    let is_elsewhere = |name: &str| !name.starts_with("io/src/sys") && !is_test(name);
    let found: BTreeSet<_> = sources(&folders, ".rs")
        .into_iter()
        .filter(|(name, text)| is_elsewhere(name) && asks_for("target_os", text))
        .map(|(name, _)| name)
        .collect();
    assert!(
        found.is_empty(),
        "`cfg(target_os)` outside of io/src/sys: {found:?}"
    );
}

/// Whether an attribute of the code (or `cfg!`) asks for a condition.
fn asks_for(what: &str, text: &str) -> bool {
    let tokens = tokens(text);
    let is_cfg = |token: &Token| matches!(token.word(), Some("cfg" | "cfg_attr"));
    tokens.iter().enumerate().any(|(at, token)| {
        let rest = &tokens[at + 1..];
        let end = rest
            .iter()
            .position(|token| token.is(']') || token.is(';') || token.is('{'));
        let inside = &rest[..end.unwrap_or(rest.len())];
        is_cfg(token) && inside.iter().any(|token| token.word() == Some(what))
    })
}

#[test]
fn conditions_are_seen_in_code_and_not_in_comments() {
    assert!(asks_for(
        "feature",
        "#[cfg(all(unix, feature = \"x\"))] mod a;"
    ));
    assert!(asks_for("target_os", "if cfg!(target_os = \"linux\") { }"));
    assert!(!asks_for(
        "feature",
        "/// #[cfg(feature = \"x\")]\n#[cfg(unix)] fn feature() {}"
    ));
}
