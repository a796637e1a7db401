//! `vitte::fs`, and what becomes of files when a runtime goes away.

use std::future::Future;
use std::io::{ErrorKind, SeekFrom};
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Waker};
use std::time::Duration;

use vitte::fs::{self, File};
use vitte::io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt, BufReader};
use vitte::runtime::Builder;

use crate::support::{block_on, current_thread, multi_thread};

/// A directory of a test's own, removed at the end.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("vitte-fs-{}-{count}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir(&path).unwrap();
        Scratch(path)
    }

    fn join(&self, name: impl AsRef<Path>) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

async fn open_both_ways(path: &Path, contents: &str) -> File {
    fs::write(path, contents).await.unwrap();
    let mut options = File::options();
    options.read(true).write(true);
    options.open(path).await.unwrap()
}

#[test]
fn write_goes_where_reading_has_got_to_and_not_where_it_read_ahead() {
    let runtime = Builder::new_current_thread()
        .max_blocking_threads(1)
        .build()
        .unwrap();
    runtime.block_on(async {
        let scratch = Scratch::new();
        let mut file = open_both_ways(&scratch.join("file"), "0123456789").await;
        // The first read is dropped with its job queued behind another: it will read ten bytes,
        // and nobody gets one.
        let (release, wait) = std::sync::mpsc::channel::<()>();
        let busy = vitte::task::spawn_blocking(move || wait.recv());
        {
            let mut buf = [0; 10];
            let read = pin!(file.read(&mut buf));
            assert!(
                read.poll(&mut Context::from_waker(Waker::noop()))
                    .is_pending()
            );
        }
        release.send(()).unwrap();
        busy.await.unwrap().unwrap();
        assert_eq!(file.read_u8().await.unwrap(), b'0');
        file.write_all(b"ab").await.unwrap();
        assert_eq!(file.read_u8().await.unwrap(), b'3');
        assert_eq!(file.stream_position().await.unwrap(), 4);
        let contents = fs::read_to_string(scratch.join("file")).await.unwrap();
        assert_eq!(contents, "0ab3456789");
    });
}

#[vitte::test]
async fn error_of_a_write_is_told_to_the_next_flush() {
    let scratch = Scratch::new();
    fs::write(scratch.join("file"), "x").await.unwrap();
    let mut file = File::open(scratch.join("file")).await.unwrap();
    assert_eq!(file.write(b"not for writing").await.unwrap(), 15);
    // An operation in between does not swallow it.
    file.sync_all().await.unwrap();
    assert!(file.flush().await.is_err());
    assert_eq!(file.read_u8().await.unwrap(), b'x');
}

#[vitte::test]
async fn set_len_leaves_the_position_alone() {
    let scratch = Scratch::new();
    let mut file = open_both_ways(&scratch.join("file"), "0123456789").await;
    file.seek(SeekFrom::Start(2)).await.unwrap();
    file.set_len(5).await.unwrap();
    let mut rest = String::new();
    file.read_to_string(&mut rest).await.unwrap();
    assert_eq!(rest, "234");
}

#[vitte::test]
async fn seek_during_an_operation_is_refused() {
    use std::pin::Pin;
    use vitte::io::AsyncSeek;

    let scratch = Scratch::new();
    let mut file = open_both_ways(&scratch.join("file"), "x").await;
    file.write_all(b"y").await.unwrap();
    let error = Pin::new(&mut file)
        .start_seek(SeekFrom::Start(0))
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Other);
    // The utilities wait for it instead.
    assert_eq!(file.rewind().await.unwrap(), 0);
}

#[vitte::test]
async fn small_buffers_split_reads_and_writes() {
    let scratch = Scratch::new();
    let mut file = open_both_ways(&scratch.join("file"), "").await;
    file.set_max_buf_size(3);
    assert_eq!(file.write(b"0123").await.unwrap(), 3);
    file.write_all(b"3456789").await.unwrap();
    file.rewind().await.unwrap();
    assert_eq!(file.read(&mut [0; 8]).await.unwrap(), 3);
    assert_eq!(file.try_clone().await.unwrap().max_buf_size(), 3);
}

#[vitte::test]
async fn directories_longer_than_a_job_are_listed_in_full() {
    let scratch = Scratch::new();
    for index in 0..100 {
        fs::write(scratch.join(index.to_string()), "")
            .await
            .unwrap();
    }
    let mut entries = fs::read_dir(&scratch.0).await.unwrap();
    let mut names = std::collections::BTreeSet::new();
    while let Some(entry) = entries.next_entry().await.unwrap() {
        assert!(entry.file_type().await.unwrap().is_file());
        names.insert(entry.file_name());
    }
    assert_eq!(names.len(), 100);
}

#[test]
fn accepted_write_happens_even_if_the_runtime_shuts_down() {
    let scratch = Scratch::new();
    let path = scratch.join("file");
    let runtime = Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let mut file = File::create(&path).await.unwrap();
        file.write_all(b"kept").await.unwrap();
    });
    drop(runtime);
    assert_eq!(std::fs::read(&path).unwrap(), b"kept");
}

#[test]
fn file_outlives_a_runtime_that_lost_its_jobs() {
    let scratch = Scratch::new();
    std::fs::write(scratch.join("file"), "vitte").unwrap();
    let dead = Builder::new_multi_thread()
        .worker_threads(1)
        .build()
        .unwrap();
    let handle = dead.handle().clone();
    dead.shutdown_timeout(Duration::ZERO);
    let mut file = File::from_std(std::fs::File::open(scratch.join("file")).unwrap());
    {
        let _guard = handle.enter();
        let mut cx = Context::from_waker(Waker::noop());
        assert!(pin!(file.read_u8()).poll(&mut cx).is_ready());
        assert!(pin!(file.write(b"x")).poll(&mut cx).is_ready());
        assert!(pin!(file.set_len(1)).poll(&mut cx).is_ready());
        assert!(pin!(file.rewind()).poll(&mut cx).is_ready());
    }
    let runtime = Builder::new_current_thread().build().unwrap();
    assert_eq!(runtime.block_on(file.read_u8()).unwrap(), b'v');
}

/// tokio 8574: a relative seek overflowed when there was something read ahead.
#[test]
fn a_file_with_bytes_read_ahead_seeks_by_any_distance() {
    let directory = Scratch::new();
    let path = directory.join("seek");
    std::fs::write(&path, b"0123456789").unwrap();
    block_on(async {
        let mut file = File::open(&path).await.unwrap();
        for offset in [i64::MIN, i64::MIN + 1] {
            let mut one = [0];
            file.read_exact(&mut one).await.unwrap();
            let mut reader = BufReader::new(&mut file);
            reader.read_exact(&mut one).await.unwrap();
            assert!(reader.seek(SeekFrom::Current(offset)).await.is_err());
            assert!(file.seek(SeekFrom::Current(offset)).await.is_err());
            file.rewind().await.unwrap();
        }
        let mut all = String::new();
        file.read_to_string(&mut all).await.unwrap();
        assert_eq!(all, "0123456789");
    });
}

/// tokio 4316: a write that had returned was lost when the runtime ended before it was done.
#[test]
fn a_write_that_returned_is_done_although_the_runtime_ends() {
    let directory = Scratch::new();
    for (n, runtime) in [current_thread(), multi_thread(1).build().unwrap()]
        .into_iter()
        .enumerate()
    {
        let path = directory.join(n.to_string());
        let file = runtime.block_on(async {
            let mut file = File::create(&path).await.unwrap();
            assert_eq!(file.write(b"written").await.unwrap(), 7);
            file
        });
        drop(runtime);
        assert_eq!(std::fs::read(&path).unwrap(), b"written");
        drop(file);
    }
}

/// tokio 5555: a directory that was read to its end was read on.
#[test]
fn a_directory_stays_at_its_end() {
    let directory = Scratch::new();
    std::fs::write(directory.join("one"), b"").unwrap();
    block_on(async {
        let mut entries = fs::read_dir(&directory.0).await.unwrap();
        assert!(entries.next_entry().await.unwrap().is_some());
        for _ in 0..3 {
            assert!(entries.next_entry().await.unwrap().is_none());
        }
    });
}
