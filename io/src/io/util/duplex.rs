//! [`duplex`](fn@duplex): two streams in memory, connected to each other like a pair of sockets.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use vitte_context::panics::Panicked;
use vitte_context::primitive::lock;
use vitte_context::primitive::plain::Mutex;

use super::simplex::{SimplexStream, Wakers};
use crate::io::{AsyncRead, AsyncWrite, ReadBuf};

/// One side of a pair of connected streams in memory; made by [`duplex`].
///
/// Dropping it closes both directions: the other side reads what is left and then the end, and its
/// writes fail with `BrokenPipe`.
///
/// # Examples
///
/// ```
/// # #[vitte::main]
/// # async fn main() -> std::io::Result<()> {
/// use vitte::io::{self, AsyncReadExt, AsyncWriteExt};
///
/// let (mut client, mut server) = io::duplex(64);
/// client.write_all(b"bye").await?;
/// drop(client);
/// let mut text = String::new();
/// server.read_to_string(&mut text).await?;
/// assert_eq!(text, "bye");
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct DuplexStream {
    read: Arc<Mutex<SimplexStream>>,
    write: Arc<Mutex<SimplexStream>>,
}

/// Makes two streams in memory; what is written to one can be read from the other.
///
/// Each direction holds at most `max_buf_size` bytes; writing waits while it is full.
///
/// # Panics
///
/// When the size is zero.
///
/// # Examples
///
/// ```
/// use vitte::io::{self, AsyncReadExt, AsyncWriteExt};
///
/// # #[vitte::main]
/// # async fn main() -> std::io::Result<()> {
/// let (mut client, mut server) = io::duplex(64);
/// client.write_all(b"ping").await?;
/// let mut buf = [0; 4];
/// server.read_exact(&mut buf).await?;
/// assert_eq!(&buf, b"ping");
/// # Ok(())
/// # }
/// ```
#[track_caller]
pub fn duplex(max_buf_size: usize) -> (DuplexStream, DuplexStream) {
    let there = Arc::new(Mutex::new(SimplexStream::new_unsplit(max_buf_size)));
    let back = Arc::new(Mutex::new(SimplexStream::new_unsplit(max_buf_size)));
    let one = DuplexStream {
        read: back.clone(),
        write: there.clone(),
    };
    let other = DuplexStream {
        read: there,
        write: back,
    };
    (one, other)
}

/// Uses one direction under its lock, and wakes once the lock is released.
fn with_pipe<T>(
    pipe: &Mutex<SimplexStream>,
    f: impl FnOnce(&mut SimplexStream, &mut Wakers) -> T,
) -> T {
    let mut wakers = Wakers::default();
    let result = f(&mut lock(pipe), &mut wakers);
    wakers.wake();
    result
}

impl DuplexStream {
    fn poll_write_slices<'a>(
        &self,
        cx: &mut Context<'_>,
        bufs: impl Iterator<Item = &'a [u8]>,
    ) -> Poll<io::Result<usize>> {
        with_pipe(&self.write, |pipe, wakers| {
            pipe.poll_write_waking_later(cx, bufs, wakers)
        })
    }
}

impl AsyncRead for DuplexStream {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        with_pipe(&self.read, |pipe, wakers| {
            pipe.poll_read_waking_later(cx, buf, wakers)
        })
    }
}

impl AsyncWrite for DuplexStream {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_write_slices(cx, [buf].into_iter())
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        with_pipe(&self.write, |pipe, wakers| *wakers = pipe.close_write());
        Poll::Ready(Ok(()))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.poll_write_slices(cx, bufs.iter().map(|buf| &**buf))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }
}

impl Drop for DuplexStream {
    fn drop(&mut self) {
        // Both directions are closed before anyone is woken: a waker may look at the pair.
        let read_waker = lock(&self.write).close_write();
        let write_waker = lock(&self.read).close_read();
        let mut panicked = Panicked::default();
        panicked.call(|| read_waker.wake());
        panicked.call(|| write_waker.wake());
        panicked.resume();
    }
}
