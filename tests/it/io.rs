//! `vitte::io`: utilities over streams that interrupt, wait or never end; `AsyncFd`.

use std::future::Future;
use std::io::ErrorKind;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use vitte::io::{
    AsyncBufRead, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader, ReadBuf,
};

use crate::support::{block_on, current_thread, noop};

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

/// tokio 8417, 8432, 8448, 8453, 8455, 8460: an interrupted operation was an error instead of being
/// tried again.
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

/// tokio 8424: what was copied stayed in the writer's buffer while the reader had nothing.
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

/// tokio 6080: limits near the largest number overflowed.
#[test]
fn take_takes_any_limit() {
    block_on(async {
        let mut bytes = Vec::new();
        let mut reader = (&b"abc"[..]).take(u64::MAX);
        assert_eq!(reader.read_to_end(&mut bytes).await.unwrap(), 3);
        assert_eq!(reader.limit(), u64::MAX - 3);
    });
}

/// tokio 6329: a descriptor that the system refused to watch stayed in the driver's list.
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
