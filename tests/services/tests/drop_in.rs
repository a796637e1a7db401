//! The patch took: what the other tests run on is vitte, and there is no other tokio in the tree.
//! This is the only file that the real tokio cannot compile.

use std::path::Path;
use std::process::Command;

/// How a program asserts, when it is compiled, that it runs on vitte.
const _: &str = tokio::__VITTE;

#[test]
fn the_only_tokio_in_the_tree_is_the_drop_in() {
    let services = Path::new(env!("CARGO_MANIFEST_DIR"));
    // An ambiguous name, which is what two versions would be, makes `--invert` fail.
    let tree = Command::new(env!("CARGO"))
        .args(["tree", "--locked", "--invert", "tokio", "--depth", "0"])
        .current_dir(services)
        .output()
        .unwrap();
    let stdout = String::from_utf8(tree.stdout).unwrap();
    let stderr = String::from_utf8(tree.stderr).unwrap();
    assert!(tree.status.success(), "{stderr}");
    let drop_in = services.join("../../compat/tokio").canonicalize().unwrap();
    let source = format!("({})", drop_in.display());
    assert!(
        stdout.trim().ends_with(&source) && stdout.trim().lines().count() == 1,
        "tokio is not the drop-in:\n{stdout}{stderr}"
    );
}

#[test]
fn every_service_depends_on_it() {
    let tree = Command::new(env!("CARGO"))
        .args([
            "tree", "--locked", "--invert", "tokio", "--depth", "1", "--prefix", "none",
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let stdout = String::from_utf8(tree.stdout).unwrap();
    for service in [
        "axum",
        "h2",
        "hyper",
        "quinn",
        "reqwest",
        "sqlx-core",
        "tokio-rustls",
        "tonic",
    ] {
        let line = format!("{service} v");
        assert!(
            stdout.lines().any(|name| name.starts_with(&line)),
            "{service}:\n{stdout}"
        );
    }
}
