//! Nothing goes around the seams: contacts with the outside world happen in one module each.
//!
//! A simulated world stands beside these modules; a call that goes around one would not be seen
//! by it. The list is the architecture: add to it only with a reason.

use std::fs;
use std::path::{Path, PathBuf};

/// What only some files may mention, and which those are.
struct Seam {
    what: &'static str,
    words: &'static [&'static str],
    files: &'static [&'static str],
}

const SEAMS: &[Seam] = &[
    Seam {
        what: "the system's clock",
        words: &[
            "Instant::now()",
            "StdInstant::now()",
            "time::Instant::now",
            "SystemTime::now()",
        ],
        files: &["context/src/clock.rs"],
    },
    Seam {
        what: "threads",
        words: &["std::thread::spawn", "thread::Builder", "thread::scope("],
        files: &["context/src/thread.rs"],
    },
    Seam {
        what: "blocking the thread",
        words: &["Condvar", "thread::park", "thread::sleep", "sync::Barrier"],
        files: &[
            "context/src/park.rs",
            "context/src/primitive.rs",
            "context/src/primitive/announced.rs",
            "context/src/baton.rs",
        ],
    },
    Seam {
        what: "randomness",
        words: &["RandomState", "getrandom", "rand::"],
        files: &["context/src/choose/rng.rs"],
    },
    Seam {
        what: "file operations",
        words: &[
            "std::fs::read",
            "std::fs::write",
            "fs::File::open",
            "fs::OpenOptions::new",
        ],
        files: &["io/src/fs/"],
    },
    Seam {
        what: "socket operations",
        words: &[
            "rustix::net",
            "std::net::TcpStream::connect",
            "socket2::Socket::new",
        ],
        files: &["io/src/net/socket/", "io/src/sys/"],
    },
];

#[test]
fn nothing_goes_around_the_seams() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut offences = Vec::new();
    for folder in [
        "src",
        "context/src",
        "executor/src",
        "timer/src",
        "sync/src",
        "io/src",
    ] {
        for file in rust_files(&root.join(folder)) {
            let name = file
                .strip_prefix(root)
                .unwrap()
                .to_string_lossy()
                .into_owned();
            check(&name, &fs::read_to_string(&file).unwrap(), &mut offences);
        }
    }
    assert!(
        offences.is_empty(),
        "these go around a seam:\n{}",
        offences.join("\n")
    );
}

fn check(name: &str, text: &str, offences: &mut Vec<String>) {
    // Unit tests stand at the end of a file.
    let is_test = |line: &str| line.starts_with("#[cfg(") && line.contains("test");
    let code: Vec<_> = text.lines().take_while(|line| !is_test(line)).collect();
    // vitte's own `Instant::now` goes through the seam; only std's does not.
    let imports_std_instant = |line: &&str| {
        line.starts_with("use std::time")
            && line.contains("Instant")
            && !line.contains("Instant as")
    };
    let has_std_instant = code.iter().any(imports_std_instant);
    for seam in SEAMS {
        if seam.files.iter().any(|file| name.starts_with(file)) {
            continue;
        }
        for (number, line) in code.iter().enumerate() {
            let statement = line.split("//").next().unwrap_or_default();
            let goes_around = |word: &&str| {
                statement.contains(*word) && (*word != "Instant::now()" || has_std_instant)
            };
            if seam.words.iter().any(goes_around) {
                offences.push(format!(
                    "{name}:{}: {}: {}",
                    number + 1,
                    seam.what,
                    line.trim()
                ));
            }
        }
    }
}

/// All sources below a folder, but those of tests and models.
fn rust_files(folder: &Path) -> Vec<PathBuf> {
    const TESTS: &[&str] = &["test", "loom", "model"];
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if TESTS.iter().any(|word| name.contains(word)) {
            continue;
        }
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if name.ends_with(".rs") {
            files.push(path);
        }
    }
    files
}
