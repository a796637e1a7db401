//! Circles of imports: files of a crate each of which leads to each other.
//!
//! Files in a circle can be understood only together, so each circle is either cut or listed here
//! with the reason why it is natural. [`graph`](super::graph) says what counts as an import.
//! `cargo test --test it tidy::circles -- --nocapture` prints all that there are.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::graph::circles;
use super::modules::modules;
use super::read;

/// The crates, by their root files.
const ROOTS: &[&str] = &[
    "src/lib.rs",
    "context/src/lib.rs",
    "executor/src/lib.rs",
    "timer/src/lib.rs",
    "sync/src/lib.rs",
    "io/src/lib.rs",
    "macros/src/lib.rs",
    "compat/tokio/src/lib.rs",
    "compat/futures/src/lib.rs",
    "benches/src/main.rs",
];

/// A circle that may be there.
struct Natural {
    /// The crate's folder of sources.
    folder: &'static str,
    files: &'static [&'static str],
    reason: &'static str,
}

const NATURAL: &[Natural] = &[
    Natural {
        folder: "src",
        files: &[
            "runtime/builder.rs",
            "runtime/builder/histograms.rs",
            "runtime/builder/tuning.rs",
            "runtime/deterministic.rs",
            "runtime/local_runtime.rs",
            "runtime/runtime.rs",
        ],
        reason: "a builder makes runtimes, and each kind of runtime begins with its builder.",
    },
    Natural {
        folder: "src",
        files: &["macros/support/entry.rs", "macros/support/schedules.rs"],
        reason: "a test's entry runs schedules, which begin with the entry's configuration.",
    },
    Natural {
        folder: "src",
        files: &["runtime/handle.rs", "runtime/metrics.rs"],
        reason: "a handle shows metrics, which hold a handle.",
    },
    Natural {
        folder: "context/src",
        files: &[
            "baton.rs",
            "block.rs",
            "choose.rs",
            "clock.rs",
            "clock/meter.rs",
            "coop.rs",
            "defer.rs",
            "enter.rs",
            "runtime.rs",
            "trace/waits.rs",
        ],
        reason: "one `const` block per thread, with a typed cell for each module that uses it.",
    },
    Natural {
        folder: "executor/src",
        files: &[
            "scheduler.rs",
            "scheduler/context.rs",
            "scheduler/current_thread.rs",
            "scheduler/deterministic.rs",
            "scheduler/flavor.rs",
            "scheduler/multi_thread.rs",
            "scheduler/one_thread.rs",
            "scheduler/one_thread/running.rs",
            "scheduler/task_events.rs",
            "worker/context.rs",
            "worker/life.rs",
        ],
        reason: "a scheduler owns its flavor, whose threads keep the scheduler.",
    },
    Natural {
        folder: "executor/src",
        files: &["task/header.rs", "task/owner.rs", "task/registry.rs"],
        reason: "a task points to its owner, whose registry has tasks.",
    },
    Natural {
        folder: "timer/src",
        files: &["registry.rs", "registry/shard.rs"],
        reason: "the registry is its shards, which report to it.",
    },
    Natural {
        folder: "sync/src",
        files: &[
            "batch_semaphore.rs",
            "batch_semaphore/acquire.rs",
            "batch_semaphore/state.rs",
        ],
        reason: "a semaphore, and the future that waits for it.",
    },
    Natural {
        folder: "sync/src",
        files: &["mpsc/bounded.rs", "mpsc/unbounded.rs", "mpsc/weak.rs"],
        reason: "a weak sender becomes a sender, and the other way round.",
    },
    Natural {
        folder: "sync/src",
        files: &["mutex.rs", "mutex/guard.rs", "mutex/mapped_guard.rs"],
        reason: "a lock, and guards that become each other.",
    },
    Natural {
        folder: "sync/src",
        files: &["notify.rs", "notify/notified.rs", "notify/wait.rs"],
        reason: "a `Notify`, and the future that waits for it.",
    },
    Natural {
        folder: "sync/src",
        files: &["barrier.rs", "barrier/arrival.rs"],
        reason: "a barrier, and the future that waits for it.",
    },
    Natural {
        folder: "sync/src",
        files: &["broadcast/receiver.rs", "broadcast/recv.rs"],
        reason: "a receiver, and its future.",
    },
    Natural {
        folder: "sync/src",
        files: &["semaphore.rs", "semaphore/permit.rs"],
        reason: "a semaphore, and its permits, which lead back to it.",
    },
    Natural {
        folder: "sync/src",
        files: &["watch.rs", "watch/sender.rs"],
        reason: "a channel's state, and the sender that sees its end.",
    },
    Natural {
        folder: "io/src",
        files: &["reactor.rs", "reactor/registry.rs", "reactor/turn.rs"],
        reason: "the reactor, and two parts of what it does, which are methods of it.",
    },
    Natural {
        folder: "io/src",
        files: &["fs/file.rs", "fs/open_options.rs"],
        reason: "`File::options` gives options, which open a file.",
    },
    Natural {
        folder: "benches/src",
        files: &[
            "workloads/blocking.rs",
            "workloads/broadcast.rs",
            "workloads/channels.rs",
            "workloads/fs.rs",
            "workloads/idle.rs",
            "workloads/join.rs",
            "workloads/locks.rs",
            "workloads/mod.rs",
            "workloads/notify.rs",
            "workloads/select.rs",
            "workloads/spawn.rs",
            "workloads/tail.rs",
            "workloads/timers.rs",
            "workloads/wake.rs",
            "workloads/yields.rs",
        ],
        reason: "a table of the workloads, which share its helpers.",
    },
    Natural {
        folder: "benches/src",
        files: &[
            "others.rs",
            "others/on.rs",
            "others/on_compio.rs",
            "others/on_glommio.rs",
            "others/on_monoio.rs",
            "others/on_smol.rs",
            "others/workloads.rs",
        ],
        reason: "a table of rivals, which share its types.",
    },
    Natural {
        folder: "benches/src",
        files: &["main.rs", "memory.rs"],
        reason: "a measurement starts this program again, and `main` then runs its child.",
    },
];

#[test]
fn circles_of_imports_are_those_that_are_listed() {
    let mut found = Vec::new();
    for root in ROOTS {
        let graph = modules(root, &read).graph();
        let circles = circles(&graph);
        let sizes: Vec<_> = circles.iter().map(BTreeSet::len).collect();
        println!("{root}: {} circles {sizes:?}", circles.len());
        for circle in &circles {
            println!("    {}", in_a_line(circle));
            for file in circle {
                let inside = graph[file].intersection(circle).cloned().collect();
                println!("        {file} -> {}", in_a_line(&inside));
            }
        }
        found.extend(circles);
    }
    let listed: Vec<_> = NATURAL.iter().map(Natural::circle).collect();
    let complaints = complaints(&found, &listed);
    assert!(complaints.is_empty(), "{complaints}");
    assert!(NATURAL.iter().all(|natural| natural.reason.ends_with('.')));
}

impl Natural {
    fn circle(&self) -> BTreeSet<String> {
        self.files
            .iter()
            .map(|file| format!("{}/{file}", self.folder))
            .collect()
    }
}

/// What differs between the circles that there are and those that may be there.
fn complaints(found: &[BTreeSet<String>], listed: &[BTreeSet<String>]) -> String {
    let mut complaints = String::new();
    for circle in found
        .iter()
        .filter(|circle| !listed.iter().any(|listed| listed == *circle))
    {
        let grown = listed.iter().any(|listed| !listed.is_disjoint(circle));
        let what = if grown {
            "another circle than the listed one"
        } else {
            "a new circle"
        };
        let _ = writeln!(complaints, "{what}: {}", in_a_line(circle));
    }
    for circle in listed
        .iter()
        .filter(|listed| !found.iter().any(|circle| circle == *listed))
    {
        let _ = writeln!(complaints, "listed, but not there: {}", in_a_line(circle));
    }
    complaints
}

fn in_a_line(circle: &BTreeSet<String>) -> String {
    circle
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn a_new_a_larger_and_a_missing_circle_are_complained_about() {
    let circle = |files: &[&str]| files.iter().map(|file| file.to_string()).collect();
    let listed = [circle(&["a", "b"])];
    assert_eq!(complaints(&[circle(&["a", "b"])], &listed), "");
    let new = complaints(&[circle(&["a", "b"]), circle(&["c", "d"])], &listed);
    assert_eq!(new, "a new circle: c d\n");
    let larger = complaints(&[circle(&["a", "b", "c"])], &listed);
    assert!(
        larger.contains("another circle than the listed one: a b c"),
        "{larger}"
    );
    assert_eq!(complaints(&[], &listed), "listed, but not there: a b\n");
}
