//! A program that uses the system: children, signals, files, and lines through a pipe.

use std::process::Stdio;
use std::time::Duration;

use services::on_both_flavors;
use tokio::fs;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncSeekExt, AsyncWriteExt, BufReader};
use tokio::process::Command;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinSet;
use tokio::time::timeout;

/// Sends a signal, as `kill` does.
fn kill(process: u32, signal: libc::c_int) {
    // SAFETY: `kill` takes two numbers; the process is this one or a child not yet waited for.
    let result = unsafe { libc::kill(process as libc::pid_t, signal) };
    assert_eq!(result, 0);
}

#[test]
fn lines_go_through_children_at_once() {
    on_both_flavors(|| async {
        let mut children = JoinSet::new();
        for child in 0..20 {
            children.spawn(async move {
                let mut cat = Command::new("cat")
                    .stdin(Stdio::piped())
                    .stdout(Stdio::piped())
                    .spawn()
                    .unwrap();
                let mut input = cat.stdin.take().unwrap();
                let mut lines = BufReader::new(cat.stdout.take().unwrap()).lines();
                for count in 0..20 {
                    let line = format!("line {count} of {child}");
                    input
                        .write_all(format!("{line}\n").as_bytes())
                        .await
                        .unwrap();
                    assert_eq!(lines.next_line().await.unwrap(), Some(line));
                }
                drop(input);
                assert_eq!(lines.next_line().await.unwrap(), None);
                assert!(cat.wait().await.unwrap().success());
            });
        }
        assert_eq!(children.join_all().await.len(), 20);
    });
}

#[test]
fn the_output_and_the_status_of_a_child_are_collected() {
    on_both_flavors(|| async {
        let script = "printf out; printf err >&2; exit 3";
        let output = Command::new("sh")
            .args(["-c", script])
            .output()
            .await
            .unwrap();
        assert_eq!(output.stdout, b"out");
        assert_eq!(output.stderr, b"err");
        assert_eq!(output.status.code(), Some(3));
    });
}

#[test]
fn a_child_that_takes_too_long_is_killed() {
    on_both_flavors(|| async {
        let mut child = Command::new("sleep")
            .arg("1000")
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        assert!(
            timeout(Duration::from_millis(20), child.wait())
                .await
                .is_err()
        );
        child.kill().await.unwrap();
        assert!(!child.wait().await.unwrap().success());
    });
}

#[test]
fn a_service_reloads_on_one_signal_and_stops_on_another() {
    on_both_flavors(|| async {
        let mut reload = signal(SignalKind::hangup()).unwrap();
        let mut stop = signal(SignalKind::user_defined1()).unwrap();
        let service = tokio::spawn(async move {
            let mut reloads = 0;
            loop {
                tokio::select! {
                    Some(()) = reload.recv() => {
                        reloads += 1;
                        kill(std::process::id(), libc::SIGUSR1);
                    }
                    Some(()) = stop.recv() => return reloads,
                }
            }
        });
        kill(std::process::id(), libc::SIGHUP);
        assert_eq!(service.await.unwrap(), 1);
    });
}

#[test]
fn files_are_written_read_and_removed_concurrently() {
    on_both_flavors(|| async {
        let folder = tempfile::tempdir().unwrap();
        let mut files = JoinSet::new();
        for count in 0..20_u8 {
            let (draft, kept) = (
                folder.path().join(format!("draft {count}")),
                folder.path().join(format!("kept {count}")),
            );
            files.spawn(async move {
                let mut file = fs::File::create_new(&draft).await.unwrap();
                file.write_all(&vec![count; 300_000]).await.unwrap();
                file.seek(std::io::SeekFrom::Start(10)).await.unwrap();
                file.write_all(b"middle").await.unwrap();
                file.sync_all().await.unwrap();
                fs::rename(&draft, &kept).await.unwrap();
                let mut content = Vec::new();
                let mut file = fs::File::open(&kept).await.unwrap();
                assert_eq!(file.read_to_end(&mut content).await.unwrap(), 300_000);
                assert_eq!(&content[10..16], b"middle");
                assert!(content[16..].iter().all(|byte| *byte == count));
            });
        }
        assert_eq!(files.join_all().await.len(), 20);
        let mut names = Vec::new();
        let mut entries = fs::read_dir(folder.path()).await.unwrap();
        while let Some(entry) = entries.next_entry().await.unwrap() {
            names.push(entry.file_name().into_string().unwrap());
            fs::remove_file(entry.path()).await.unwrap();
        }
        assert_eq!(names.len(), 20);
        assert!(names.iter().all(|name| name.starts_with("kept ")));
        fs::remove_dir(folder.path()).await.unwrap();
        assert!(!fs::try_exists(folder.path()).await.unwrap());
    });
}
