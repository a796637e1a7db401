//! Streams, files, sockets, processes.

use std::future::Future;
use std::io::{ErrorKind, SeekFrom};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use vitte::io::{
    AsyncBufRead, AsyncRead, AsyncReadExt, AsyncSeekExt, AsyncWrite, AsyncWriteExt, BufReader,
    ReadBuf,
};

use super::{block_on, current_thread, noop};
use crate::support::{multi_thread, within_a_minute};

/// A reader that is interrupted before everything it does, and then gives one byte.
struct Interrupted {
    left: u8,
    is_next: bool,
}

impl Interrupted {
    fn interrupts(&mut self) -> bool {
        self.is_next = !self.is_next;
        self.is_next
    }
}

impl AsyncRead for Interrupted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        if self.interrupts() {
            return Poll::Ready(Err(ErrorKind::Interrupted.into()));
        }
        if self.left > 0 && buf.remaining() > 0 {
            self.left -= 1;
            buf.put_slice(b"7");
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Interrupted {
    fn poll_write(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        if self.interrupts() {
            return Poll::Ready(Err(ErrorKind::Interrupted.into()));
        }
        Poll::Ready(Ok(buf.len().min(1)))
    }
    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }
    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// 8417, 8432, 8448, 8453, 8455, 8460: an interrupted operation was an error instead of being tried
/// again.
#[test]
fn interrupted_operations_are_tried_again() {
    let source = || Interrupted {
        left: 12,
        is_next: false,
    };
    block_on(async {
        let mut bytes = [0; 3];
        let mut reader = source();
        assert_eq!(reader.read_exact(&mut bytes).await.unwrap(), 3);
        assert_eq!(reader.read_u8().await.unwrap(), b'7');
        assert_eq!(reader.read_u32().await.unwrap(), 0x3737_3737);
        let mut rest = Vec::new();
        assert_eq!(reader.read_to_end(&mut rest).await.unwrap(), 4);
        let mut text = String::new();
        assert_eq!(source().read_to_string(&mut text).await.unwrap(), 12);
        let mut lines = vitte::io::AsyncBufReadExt::lines(BufReader::new(source()));
        assert_eq!(lines.next_line().await.unwrap().unwrap().len(), 12);
        let mut writer = source();
        writer.write_all(b"abc").await.unwrap();
        writer.write_u64(1).await.unwrap();
        writer.write_all_buf(&mut &b"abc"[..]).await.unwrap();
        let mut buffered = vitte::io::BufWriter::new(source());
        buffered.write_all(b"abcdef").await.unwrap();
        buffered.flush().await.unwrap();
        let copied = vitte::io::copy(&mut source(), &mut source()).await;
        assert_eq!(copied.unwrap(), 12);
        let mut reader = BufReader::new(source());
        let copied = vitte::io::copy_buf(&mut reader, &mut source()).await;
        assert_eq!(copied.unwrap(), 12);
    });
}

/// 8424: what was copied stayed in the writer's buffer while the reader had nothing.
#[test]
fn copy_buf_flushes_while_the_reader_waits() {
    struct Once(bool);
    impl AsyncRead for Once {
        fn poll_read(
            self: Pin<&mut Self>,
            _: &mut Context<'_>,
            _: &mut ReadBuf<'_>,
        ) -> Poll<std::io::Result<()>> {
            Poll::Pending
        }
    }
    impl AsyncBufRead for Once {
        fn poll_fill_buf(
            self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<std::io::Result<&[u8]>> {
            if self.0 {
                Poll::Ready(Ok(b"abc"))
            } else {
                Poll::Pending
            }
        }
        fn consume(mut self: Pin<&mut Self>, _: usize) {
            self.0 = false;
        }
    }
    let mut written = vitte::io::BufWriter::new(Vec::new());
    let mut reader = Once(true);
    {
        let mut copying = pin!(vitte::io::copy_buf(&mut reader, &mut written));
        assert!(copying.as_mut().poll(&mut noop()).is_pending());
    }
    assert_eq!(written.get_ref(), b"abc");
}

/// 6080: limits near the largest number overflowed.
#[test]
fn take_takes_any_limit() {
    block_on(async {
        let mut bytes = Vec::new();
        let mut reader = (&b"abc"[..]).take(u64::MAX);
        assert_eq!(reader.read_to_end(&mut bytes).await.unwrap(), 3);
        assert_eq!(reader.limit(), u64::MAX - 3);
    });
}

/// 8574: a relative seek overflowed when there was something read ahead.
#[test]
fn a_file_with_bytes_read_ahead_seeks_by_any_distance() {
    let directory = tempfile();
    let path = directory.join("seek");
    std::fs::write(&path, b"0123456789").unwrap();
    block_on(async {
        let mut file = vitte::fs::File::open(&path).await.unwrap();
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
    std::fs::remove_dir_all(directory).unwrap();
}

/// 4316: a write that had returned was lost when the runtime ended before it was done.
#[test]
fn a_write_that_returned_is_done_although_the_runtime_ends() {
    let directory = tempfile();
    for (n, runtime) in [current_thread(), multi_thread(1).build().unwrap()]
        .into_iter()
        .enumerate()
    {
        let path = directory.join(n.to_string());
        let file = runtime.block_on(async {
            let mut file = vitte::fs::File::create(&path).await.unwrap();
            assert_eq!(file.write(b"written").await.unwrap(), 7);
            file
        });
        drop(runtime);
        assert_eq!(std::fs::read(&path).unwrap(), b"written");
        drop(file);
    }
    std::fs::remove_dir_all(directory).unwrap();
}

/// 5555: a directory that was read to its end was read on.
#[test]
fn a_directory_stays_at_its_end() {
    let directory = tempfile();
    std::fs::write(directory.join("one"), b"").unwrap();
    block_on(async {
        let mut entries = vitte::fs::read_dir(&directory).await.unwrap();
        assert!(entries.next_entry().await.unwrap().is_some());
        for _ in 0..3 {
            assert!(entries.next_entry().await.unwrap().is_none());
        }
    });
    std::fs::remove_dir_all(directory).unwrap();
}

/// An empty directory of this test's own.
fn tempfile() -> std::path::PathBuf {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let name = format!("vitte-fixes-{}-{number}", std::process::id());
    let path = std::env::temp_dir().join(name);
    std::fs::create_dir(&path).unwrap();
    path
}

/// 6329: a descriptor that the system refused to watch stayed in the driver's list.
#[cfg(target_os = "linux")]
#[test]
fn a_refused_registration_leaves_nothing_behind() {
    use vitte::io::unix::AsyncFd;

    let runtime = current_thread();
    let _entered = runtime.enter();
    let registered = || runtime.metrics().io_driver_fd_registered_count();
    let before = registered();
    // Ordinary files are always ready, and epoll refuses them.
    let regular = std::fs::File::open(std::env::current_exe().unwrap()).unwrap();
    // SAFETY: it is given away, and nobody else closes it.
    assert!(unsafe { AsyncFd::register(regular) }.is_err());
    assert_eq!(registered(), before);
}

/// 8511: a backlog beyond `i32::MAX` became a negative one.
#[test]
fn a_socket_listens_with_the_largest_backlog() {
    block_on(async {
        let socket = vitte::net::TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let listener = socket.listen(u32::MAX).unwrap();
        let address = listener.local_addr().unwrap();
        let connected = vitte::net::TcpStream::connect(address);
        let (client, server) = vitte::join!(connected, listener.accept());
        client.unwrap();
        server.unwrap();
    });
}

/// 4315: a child that waits for the end of its output's reader was waited for, which kept the
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

/// 7672: the error of a child after the end of the runtime was another one on new compilers.
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
