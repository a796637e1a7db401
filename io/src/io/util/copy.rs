//! [`copy`](fn@copy), and the buffer that copying in one or both directions goes through.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use vitte_context::coop;

use super::DEFAULT_BUF_SIZE;
use crate::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Copies everything from a reader to a writer, and returns how many bytes it was.
///
/// It goes through a buffer of 8 KiB; [`copy_buf`](fn@super::copy_buf) uses the reader's own. When
/// the reader has nothing for now, the writer is flushed, and so it is at the end, but it is not
/// shut down.
///
/// # Errors
///
/// The first one of the reader or the writer, but for `Interrupted`, which is tried again; and one
/// of kind `WriteZero` when the writer takes no more.
///
/// # Cancel safety
///
/// Not cancel safe: bytes that were read and not yet written are lost.
///
/// # Examples
///
/// ```
/// use vitte::io;
///
/// # #[vitte::main]
/// # async fn main() -> std::io::Result<()> {
/// let mut out = Vec::new();
/// assert_eq!(io::copy(&mut &b"vitte"[..], &mut out).await?, 5);
/// assert_eq!(out, b"vitte");
/// # Ok(())
/// # }
/// ```
pub async fn copy<'a, R, W>(reader: &'a mut R, writer: &'a mut W) -> io::Result<u64>
where
    R: AsyncRead + Unpin + ?Sized,
    W: AsyncWrite + Unpin + ?Sized,
{
    let mut buffer = CopyBuffer::new(DEFAULT_BUF_SIZE);
    poll_fn(|cx| buffer.poll_copy(cx, Pin::new(&mut *reader), Pin::new(&mut *writer))).await
}

/// What is between a reader and a writer: `start..end` of the buffer is read and not yet written.
///
/// Both are polled as long as either makes progress, so that a slow writer gets large writes and
/// a slow reader does not keep the writer waiting.
#[derive(Debug)]
pub(super) struct CopyBuffer {
    buf: Box<[u8]>,
    start: usize,
    end: usize,
    /// How many bytes have been written.
    total: u64,
    /// The reader is at its end.
    read_done: bool,
    /// Something was written since the last flush.
    need_flush: bool,
}

impl CopyBuffer {
    pub(super) fn new(size: usize) -> Self {
        CopyBuffer {
            buf: vec![0; size].into_boxed_slice(),
            start: 0,
            end: 0,
            total: 0,
            read_done: false,
            need_flush: false,
        }
    }

    fn can_read(&self) -> bool {
        !self.read_done && self.end < self.buf.len()
    }

    /// Copies until the reader ends and the writer is flushed. Takes one unit of budget a call.
    pub(super) fn poll_copy<R, W>(
        &mut self,
        cx: &mut Context<'_>,
        mut reader: Pin<&mut R>,
        mut writer: Pin<&mut W>,
    ) -> Poll<io::Result<u64>>
    where
        R: AsyncRead + ?Sized,
        W: AsyncWrite + ?Sized,
    {
        let budget = ready!(coop::poll_proceed(cx));
        loop {
            if self.can_read() {
                match self.poll_fill(cx, reader.as_mut()) {
                    Poll::Ready(result) => {
                        budget.made_progress();
                        result?;
                    }
                    // What is buffered can be written meanwhile.
                    Poll::Pending if self.start < self.end => {}
                    Poll::Pending => {
                        // The reader may wait for an answer to what the writer still buffers.
                        if self.need_flush {
                            ready!(writer.as_mut().poll_flush(cx))?;
                            budget.made_progress();
                            self.need_flush = false;
                        }
                        return Poll::Pending;
                    }
                }
            }
            while self.start < self.end {
                ready!(self.poll_write_once(cx, reader.as_mut(), writer.as_mut()))?;
                budget.made_progress();
            }
            debug_assert!(
                self.start <= self.end,
                "writer returned length larger than input slice"
            );
            self.start = 0;
            self.end = 0;
            if self.read_done {
                ready!(writer.as_mut().poll_flush(cx))?;
                budget.made_progress();
                return Poll::Ready(Ok(self.total));
            }
        }
    }

    /// One read into the room behind what is buffered.
    fn poll_fill<R>(
        &mut self,
        cx: &mut Context<'_>,
        mut reader: Pin<&mut R>,
    ) -> Poll<io::Result<()>>
    where
        R: AsyncRead + ?Sized,
    {
        let mut buf = ReadBuf::new(&mut self.buf);
        buf.set_filled(self.end);
        loop {
            match ready!(reader.as_mut().poll_read(cx, &mut buf)) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Poll::Ready(Err(error)),
                Ok(()) => break,
            }
        }
        let filled = buf.filled().len();
        self.read_done = filled == self.end;
        self.end = filled;
        Poll::Ready(Ok(()))
    }

    /// One write of what is buffered. While the writer is busy, it reads on instead.
    fn poll_write_once<R, W>(
        &mut self,
        cx: &mut Context<'_>,
        reader: Pin<&mut R>,
        mut writer: Pin<&mut W>,
    ) -> Poll<io::Result<()>>
    where
        R: AsyncRead + ?Sized,
        W: AsyncWrite + ?Sized,
    {
        let count = loop {
            let unwritten = &self.buf[self.start..self.end];
            match writer.as_mut().poll_write(cx, unwritten) {
                Poll::Ready(Ok(count)) => break count,
                Poll::Ready(Err(error)) if error.kind() == io::ErrorKind::Interrupted => {}
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Pending => {
                    if self.can_read() {
                        ready!(self.poll_fill(cx, reader))?;
                    }
                    return Poll::Pending;
                }
            }
        };
        if count == 0 {
            return Poll::Ready(Err(io::Error::new(
                io::ErrorKind::WriteZero,
                "write zero byte into writer",
            )));
        }
        self.start += count;
        self.total += count as u64;
        self.need_flush = true;
        Poll::Ready(Ok(()))
    }
}
