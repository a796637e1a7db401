//! tokio and its companions, and what their tests need.

use crate::downstream;

/// A published package with integration tests.
pub struct Suite {
    /// The package.
    pub package: &'static str,
    /// Its version, exactly.
    pub version: &'static str,
    /// The features that its tests ask about with `cfg`, all of which are on.
    pub features: &'static [&'static str],
    /// The features of tokio that the tests need.
    pub tokio_features: &'static [&'static str],
    /// The other dependencies of the tests, as lines of a manifest: the package's own development
    /// dependencies, and those of its dependencies that the tests name.
    pub dependencies: &'static str,
    /// What comes to it with `--unstable`.
    pub unstable: Unstable,
}

/// What the tests behind `--cfg tokio_unstable` need besides.
pub struct Unstable {
    /// Features of the package, and of tokio.
    pub features: &'static [&'static str],
    /// Dependencies, as above.
    pub dependencies: &'static str,
}

const NOTHING: Unstable = Unstable {
    features: &[],
    dependencies: "",
};

/// The version of tokio that vitte implements.
pub const TOKIO: &str = "1.54.1";

/// The names of all suites, those of [`downstream`] too.
pub fn names() -> impl Iterator<Item = &'static str> {
    let downstream = downstream::ALL.iter().map(|package| package.name);
    ALL.iter().map(|suite| suite.package).chain(downstream)
}

/// All of them.
pub const ALL: &[Suite] = &[
    Suite {
        package: "tokio",
        version: TOKIO,
        features: &[
            "full",
            "fs",
            "io-std",
            "io-util",
            "macros",
            "net",
            "parking_lot",
            "process",
            "rt",
            "rt-multi-thread",
            "signal",
            "sync",
            "test-util",
            "time",
        ],
        tokio_features: &["full", "test-util"],
        dependencies: r#"
tokio-stream = "=0.1.19"
tokio-test = "=0.4.6"
bytes = "1"
futures = { version = "0.3", features = ["async-await"] }
futures-test = "0.3.31"
libc = "0.2"
nix = { version = "0.31", default-features = false, features = ["aio", "fs", "socket"] }
pin-project-lite = "0.2"
rand = "0.9"
socket2 = "0.6"
tempfile = "3"
"#,
        // The features for task dumps and io_uring are left off: neither is there yet.
        unstable: Unstable {
            features: &["schedule-latency", "tracing"],
            dependencies: r#"
tracing = "0.1.29"
tracing-mock = "=0.1.0-beta.1"
"#,
        },
    },
    Suite {
        package: "tokio-util",
        version: "0.7.20",
        features: &[
            "full", "codec", "compat", "io-util", "join-map", "net", "rt", "time",
        ],
        tokio_features: &["full"],
        dependencies: r#"
tokio-stream = "=0.1.19"
tokio-test = "=0.4.6"
tokio-util = { version = "=0.7.20", features = ["full"] }
async-stream = "0.3"
bytes = "1"
futures = "0.3"
futures-core = "0.3"
futures-io = "0.3"
futures-sink = "0.3"
futures-test = "0.3.5"
futures-util = "0.3"
parking_lot = "0.12"
pin-project-lite = "0.2"
tempfile = "3"
"#,
        unstable: NOTHING,
    },
    Suite {
        package: "tokio-stream",
        version: "0.1.19",
        features: &[
            "full", "fs", "io-util", "net", "rt", "signal", "sync", "time",
        ],
        tokio_features: &["full", "test-util"],
        dependencies: r#"
tokio-stream = { version = "=0.1.19", features = ["full"] }
tokio-test = "=0.4.6"
tokio-util = "=0.7.20"
async-stream = "0.3"
futures = { version = "0.3", default-features = false }
futures-core = "0.3"
parking_lot = "0.12"
pin-project-lite = "0.2"
"#,
        unstable: NOTHING,
    },
    Suite {
        package: "tokio-test",
        version: "0.4.6",
        features: &[],
        tokio_features: &["full"],
        dependencies: r#"
tokio-stream = "=0.1.19"
tokio-test = "=0.4.6"
futures-core = "0.3"
futures-util = "0.3"
"#,
        unstable: NOTHING,
    },
];
