//! The crates that stand on tokio whose own tests run too, unit tests included.
//!
//! They are here because many services depend on them, or because their tests ask much of a
//! runtime. What their packages lack (hyper's integration tests, say) cannot run.

/// A published package with tests of its own.
pub struct Package {
    /// Its name.
    pub name: &'static str,
    /// Its version, exactly.
    pub version: &'static str,
    /// The options that tell Cargo which of its features to build.
    pub features: &'static [&'static str],
    /// Whether it is nothing without `--cfg tokio_unstable`.
    pub unstable: bool,
}

/// Files of tests that cannot be built from what was published, on whatever tokio: package, file,
/// and the reason.
pub const LEFT_OUT: &[(&str, &str, &str)] = &[
    (
        "async-stream",
        "stream",
        "uses tokio-test, which the published manifest does not name",
    ),
    (
        "axum",
        "lib",
        "uses a macro of axum-macros that is private to axum's own repository",
    ),
    (
        "quinn",
        "post_quantum",
        "needs the cryptography of aws-lc, which is not built here",
    ),
];

const ALL_FEATURES: &[&str] = &["--all-features"];
const DEFAULT_FEATURES: &[&str] = &[];

/// All of them.
pub const ALL: &[Package] = &[
    package("tower", "0.5.3", ALL_FEATURES),
    package("hyper", "1.12.0", &["--features", "full"]),
    package("h2", "0.4.20", &["--features", "stream,unstable"]),
    package("hyper-util", "0.1.21", &["--features", "full"]),
    package("axum", "0.8.9", ALL_FEATURES),
    package(
        "reqwest",
        "0.13.5",
        &[
            "--features",
            "blocking,cookies,form,gzip,json,multipart,query,socks,stream",
        ],
    ),
    package("tonic", "0.14.9", DEFAULT_FEATURES),
    package("quinn", "0.11.12", DEFAULT_FEATURES),
    package("tokio-tungstenite", "0.30.0", DEFAULT_FEATURES),
    package("hyper-timeout", "0.5.2", DEFAULT_FEATURES),
    package("async-stream", "0.3.6", DEFAULT_FEATURES),
    package("bb8", "0.9.1", DEFAULT_FEATURES),
    Package {
        unstable: true,
        ..package("console-subscriber", "0.5.0", DEFAULT_FEATURES)
    },
    package("deadpool", "0.13.1", ALL_FEATURES),
    package("leaky-bucket", "1.1.2", DEFAULT_FEATURES),
    package("moka", "0.12.16", &["--features", "future,sync"]),
    package("tokio-graceful", "0.2.2", DEFAULT_FEATURES),
    package("tokio-io-timeout", "1.2.1", DEFAULT_FEATURES),
    package("tokio-metrics", "0.5.2", DEFAULT_FEATURES),
    package("tokio-retry", "0.3.2", DEFAULT_FEATURES),
    package(
        "tokio-websockets",
        "0.13.3",
        &["--features", "client,server,fastrand,sha1_smol"],
    ),
    package("warp", "0.4.3", DEFAULT_FEATURES),
];

const fn package(
    name: &'static str,
    version: &'static str,
    features: &'static [&'static str],
) -> Package {
    Package {
        name,
        version,
        features,
        unstable: false,
    }
}

fn find(name: &str) -> Option<&'static Package> {
    ALL.iter().find(|package| package.name == name)
}

/// The options for the features of a package; none for the suites that are not downstream.
pub fn features(name: &str) -> &'static [&'static str] {
    find(name).map_or(&[], |package| package.features)
}

/// Whether a package wants `--cfg tokio_unstable`, whatever the command line says.
pub fn unstable(name: &str) -> bool {
    find(name).is_some_and(|package| package.unstable)
}
