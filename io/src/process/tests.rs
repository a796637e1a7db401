//! Children that are small programs every unix has.

use std::future::poll_fn;
use std::pin::Pin;
use std::process::Stdio;

use super::{Child, Command};
use crate::io::AsyncWrite;
use crate::signal::unix::{SignalKind, signal};
use crate::testing::run;

/// Whether a process exists, be it as a zombie.
fn exists(pid: u32) -> bool {
    let pid = rustix::process::Pid::from_raw(pid as i32).unwrap();
    rustix::process::test_kill_process(pid).is_ok()
}

fn sleeper(kill_on_drop: bool) -> Child {
    Command::new("sleep")
        .arg("1000")
        .kill_on_drop(kill_on_drop)
        .spawn()
        .unwrap()
}

#[test]
fn exit_status_is_the_childs() {
    run(async {
        let status = Command::new("sh").args(["-c", "exit 3"]).status().await;
        assert_eq!(status.unwrap().code(), Some(3));
        let mut child = Command::new("true").spawn().unwrap();
        assert!(child.id().is_some());
        assert!(child.wait().await.unwrap().success());
        assert!(child.wait().await.unwrap().success());
        assert_eq!(child.id(), None);
        child.start_kill().unwrap();
    });
}

#[test]
fn output_is_read_to_its_end() {
    run(async {
        let script = "for i in 1 2 3 4 5 6 7 8; do printf '%10000s' $i; done; echo no >&2";
        let output = Command::new("sh")
            .args(["-c", script])
            .output()
            .await
            .unwrap();
        assert_eq!(output.stdout.len(), 80_000);
        assert_eq!(output.stderr, b"no\n");
    });
}

#[test]
fn input_reaches_the_child_and_is_closed_by_wait() {
    run(async {
        let mut child = Command::new("cat")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let stdin = child.stdin.as_mut().unwrap();
        let count = poll_fn(|cx| Pin::new(&mut *stdin).poll_write(cx, b"hello")).await;
        assert_eq!(count.unwrap(), 5);
        let output = child.wait_with_output().await.unwrap();
        assert_eq!(output.stdout, b"hello");
    });
}

#[test]
fn killed_child_ends() {
    run(async {
        let mut child = sleeper(false);
        assert!(child.try_wait().unwrap().is_none());
        child.kill().await.unwrap();
        assert!(!child.try_wait().unwrap().unwrap().success());
    });
}

#[test]
fn killed_orphan_is_reaped() {
    run(async {
        let mut ends = signal(SignalKind::child()).unwrap();
        let child = sleeper(true);
        let pid = child.id().unwrap();
        drop(child);
        // Children of other tests end too.
        while exists(pid) {
            ends.recv().await;
        }
    });
}

#[test]
fn orphan_that_is_not_killed_goes_on() {
    run(async {
        let child = sleeper(false);
        let pid = child.id().unwrap();
        drop(child);
        assert!(exists(pid));
        let mut ends = signal(SignalKind::child()).unwrap();
        let number = rustix::process::Signal::KILL;
        let process = rustix::process::Pid::from_raw(pid as i32).unwrap();
        rustix::process::kill_process(process, number).unwrap();
        while exists(pid) {
            ends.recv().await;
        }
    });
}

#[test]
fn child_can_be_waited_for_in_another_runtime() {
    let mut child = run(async { Command::new("cat").stdin(Stdio::piped()).spawn().unwrap() });
    assert!(run(async move { child.wait().await }).unwrap().success());
}

#[test]
fn missing_program_is_an_error() {
    run(async {
        let error = Command::new("/nowhere/at/all").spawn().unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::NotFound);
    });
}
