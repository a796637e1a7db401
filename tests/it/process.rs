//! `vitte::process`: a child's output, and a child that outlives its runtime.

use std::future::Future;
use std::pin::pin;
use std::task::Poll;

use crate::support::{block_on, current_thread, noop, within_a_minute};

/// tokio 4315: a child that waits for the end of its output's reader was waited for, which kept the
/// reader.
#[cfg(unix)]
#[test]
fn the_output_of_a_child_is_complete() {
    within_a_minute(|| {
        block_on(async {
            let output = vitte::process::Command::new("sh")
                .args(["-c", "head -c 300000 /dev/zero; echo done >&2"])
                .output()
                .await
                .unwrap();
            assert_eq!(output.stdout.len(), 300_000);
            assert_eq!(output.stderr, b"done\n");
        });
    });
}

/// tokio 7672: the error of a child after the end of the runtime was another one on new compilers.
#[cfg(unix)]
#[test]
fn a_child_of_a_runtime_that_is_gone_cannot_be_waited_for() {
    let runtime = current_thread();
    let mut child = runtime.block_on(async {
        vitte::process::Command::new("sleep")
            .arg("1000")
            .kill_on_drop(true)
            .spawn()
            .unwrap()
    });
    drop(runtime);
    let waited = std::panic::AssertUnwindSafe(|| pin!(child.wait()).poll(&mut noop()));
    if let Ok(Poll::Ready(waited)) = std::panic::catch_unwind(waited) {
        assert!(waited.is_err(), "{waited:?}");
    }
}
