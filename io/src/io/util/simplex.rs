//! [`simplex`](fn@simplex): a pipe in memory, from one writer to one reader.
//!
//! [`duplex`](fn@super::duplex) is two of them crossed. The pipe itself is one owner's; it never
//! wakes or drops a waker while it runs, but hands it out in [`Wakers`], so that whoever keeps a
//! pipe behind a mutex can release that first.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, Waker, ready};

use bytes::{Buf, BytesMut};
use vitte_context::coop;
use vitte_context::trace::{WaitKind, waiting_on};

use super::{ReadHalf, WriteHalf, split};
use crate::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A pipe in memory: what is written to it can be read from it, in order.
///
/// [`simplex`] returns its two ends, [`new_unsplit`](Self::new_unsplit) the whole. Writing waits
/// while the pipe is full, reading while it is empty; after a
/// [`shutdown`](super::AsyncWriteExt::shutdown) reading ends where the data does. One task at a
/// time can wait for each.
///
/// # Examples
///
/// ```
/// # #[vitte::main]
/// # async fn main() -> std::io::Result<()> {
/// use vitte::io::{AsyncReadExt, AsyncWriteExt, SimplexStream};
///
/// let mut pipe = SimplexStream::new_unsplit(16);
/// pipe.write_all(b"vitte").await?;
/// pipe.shutdown().await?;
/// let mut text = String::new();
/// pipe.read_to_string(&mut text).await?;
/// assert_eq!(text, "vitte");
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct SimplexStream {
    buffer: BytesMut,
    is_closed: bool,
    max_buf_size: usize,
    read_waker: Option<Waker>,
    write_waker: Option<Waker>,
}

/// Makes a pipe that holds at most `max_buf_size` bytes, and returns its two ends.
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
/// let (mut read, mut write) = io::simplex(16);
/// write.write_all(b"vitte").await?;
/// write.shutdown().await?;
/// let mut text = String::new();
/// read.read_to_string(&mut text).await?;
/// assert_eq!(text, "vitte");
/// # Ok(())
/// # }
/// ```
#[track_caller]
pub fn simplex(max_buf_size: usize) -> (ReadHalf<SimplexStream>, WriteHalf<SimplexStream>) {
    split(SimplexStream::new_unsplit(max_buf_size))
}

/// What one call leaves to do once no lock is held: one waker to wake, one to drop.
#[derive(Default)]
pub(super) struct Wakers {
    wake: Option<Waker>,
    replaced: Option<Waker>,
}

impl Wakers {
    pub(super) fn wake(self) {
        if let Some(waker) = self.wake {
            waker.wake();
        }
        drop(self.replaced);
    }
}

impl SimplexStream {
    /// A pipe in one piece, which holds at most `max_buf_size` bytes.
    ///
    /// # Panics
    ///
    /// When the size is zero.
    #[track_caller]
    pub fn new_unsplit(max_buf_size: usize) -> SimplexStream {
        assert!(max_buf_size > 0, "`max_buf_size` must be greater than 0");
        SimplexStream {
            buffer: BytesMut::new(),
            is_closed: false,
            max_buf_size,
            read_waker: None,
            write_waker: None,
        }
    }

    /// The writer is gone: the reader gets what is left, and then the end.
    pub(super) fn close_write(&mut self) -> Wakers {
        self.is_closed = true;
        Wakers {
            wake: self.read_waker.take(),
            replaced: None,
        }
    }

    /// The reader is gone: writing is an error.
    pub(super) fn close_read(&mut self) -> Wakers {
        self.is_closed = true;
        Wakers {
            wake: self.write_waker.take(),
            replaced: None,
        }
    }

    /// [`AsyncRead::poll_read`]; the caller wakes.
    pub(super) fn poll_read_waking_later(
        &mut self,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
        wakers: &mut Wakers,
    ) -> Poll<io::Result<()>> {
        let budget = ready!(coop::poll_proceed(cx));
        let count = self.buffer.len().min(buf.remaining());
        if count > 0 {
            buf.put_slice(&self.buffer[..count]);
            self.buffer.advance(count);
            wakers.wake = self.write_waker.take();
        } else if buf.remaining() > 0 && !self.is_closed {
            wakers.replaced = self.read_waker.replace(cx.waker().clone());
            waiting_on(WaitKind::Pipe, self);
            return Poll::Pending;
        }
        budget.made_progress();
        Poll::Ready(Ok(()))
    }

    /// [`AsyncWrite::poll_write_vectored`]; the caller wakes.
    pub(super) fn poll_write_waking_later<'a>(
        &mut self,
        cx: &mut Context<'_>,
        bufs: impl Iterator<Item = &'a [u8]>,
        wakers: &mut Wakers,
    ) -> Poll<io::Result<usize>> {
        let budget = ready!(coop::poll_proceed(cx));
        let mut bufs = bufs.filter(|buf| !buf.is_empty()).peekable();
        if self.is_closed {
            budget.made_progress();
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        if bufs.peek().is_none() {
            budget.made_progress();
            return Poll::Ready(Ok(0));
        }
        let room = self.max_buf_size - self.buffer.len();
        if room == 0 {
            wakers.replaced = self.write_waker.replace(cx.waker().clone());
            waiting_on(WaitKind::Pipe, self);
            return Poll::Pending;
        }
        let mut left = room;
        for buf in bufs {
            let count = buf.len().min(left);
            self.buffer.extend_from_slice(&buf[..count]);
            left -= count;
            if left == 0 {
                break;
            }
        }
        wakers.wake = self.read_waker.take();
        budget.made_progress();
        Poll::Ready(Ok(room - left))
    }
}

impl AsyncRead for SimplexStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let mut wakers = Wakers::default();
        let polled = self.poll_read_waking_later(cx, buf, &mut wakers);
        wakers.wake();
        polled
    }
}

impl AsyncWrite for SimplexStream {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_write_vectored(cx, &[IoSlice::new(buf)])
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.close_write().wake();
        Poll::Ready(Ok(()))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let mut wakers = Wakers::default();
        let bufs = bufs.iter().map(|buf| &**buf);
        let polled = self.poll_write_waking_later(cx, bufs, &mut wakers);
        wakers.wake();
        polled
    }

    fn is_write_vectored(&self) -> bool {
        true
    }
}
