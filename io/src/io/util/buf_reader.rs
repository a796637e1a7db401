//! [`BufReader`].
//!
//! A seek relative to the current position has to allow for the bytes that were read ahead. Where
//! that does not fit one offset, it takes two seeks:
//!
//! ```text
//! Idle ── start_seek ──▶ Requested ──▶ Seeking ──▶ Idle (buffer dropped)
//!                             └──▶ Rewinding ──▲
//! ```

use std::fmt;
use std::io::{self, IoSlice, SeekFrom};
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use pin_project_lite::pin_project;

use super::DEFAULT_BUF_SIZE;
use crate::io::{AsyncBufRead, AsyncRead, AsyncSeek, AsyncWrite, ReadBuf};

pin_project! {
    /// Reads ahead into a buffer, so that many small reads become few large ones.
    ///
    /// Reads at least as large as the buffer go past it. What was read ahead is lost with the
    /// `BufReader`. If the reader is a writer too, so is the `BufReader`, unbuffered.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::io::{AsyncBufReadExt, BufReader};
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// let mut reader = BufReader::new(&b"first\nsecond\n"[..]);
    /// let mut line = String::new();
    /// reader.read_line(&mut line).await?;
    /// assert_eq!(line, "first\n");
    /// assert_eq!(reader.buffer(), b"second\n");
    /// # Ok(())
    /// # }
    /// ```
    pub struct BufReader<R> {
        #[pin]
        pub(super) inner: R,
        pub(super) ahead: ReadAhead,
    }
}

/// The bytes read ahead, `start..end` of the buffer, and the seek in progress.
pub(super) struct ReadAhead {
    buf: Box<[u8]>,
    start: usize,
    end: usize,
    seek: Seek,
}

#[derive(Debug, Clone, Copy)]
enum Seek {
    Idle,
    Requested(SeekFrom),
    /// Going back by the bytes read ahead, before the seek by this offset.
    Rewinding(i64),
    Seeking,
}

impl ReadAhead {
    fn unread(&self) -> &[u8] {
        &self.buf[self.start..self.end]
    }

    fn discard(&mut self) {
        self.start = 0;
        self.end = 0;
    }
}

impl<R: AsyncRead> BufReader<R> {
    /// A `BufReader` with a buffer of 8 KiB.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// use vitte::io::{AsyncReadExt, BufReader};
    ///
    /// let mut reader = BufReader::new(&b"vitte"[..]);
    /// assert_eq!(reader.read_u8().await?, b'v');
    /// assert_eq!(reader.buffer(), b"itte");
    /// # Ok(())
    /// # }
    /// ```
    pub fn new(inner: R) -> Self {
        Self::with_capacity(DEFAULT_BUF_SIZE, inner)
    }

    /// A `BufReader` with a buffer of that size.
    ///
    /// # Panics
    ///
    /// When the size is zero.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// use vitte::io::{AsyncBufReadExt, BufReader};
    ///
    /// let mut reader = BufReader::with_capacity(2, &b"vitte"[..]);
    /// assert_eq!(reader.fill_buf().await?, b"vi");
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    pub fn with_capacity(capacity: usize, inner: R) -> Self {
        assert!(capacity > 0, "capacity must be greater than zero");
        BufReader {
            inner,
            ahead: ReadAhead {
                buf: vec![0; capacity].into_boxed_slice(),
                start: 0,
                end: 0,
                seek: Seek::Idle,
            },
        }
    }

    /// The reader. Reading from it directly skips what is buffered.
    pub fn get_ref(&self) -> &R {
        &self.inner
    }

    /// The reader. Reading from it directly skips what is buffered.
    pub fn get_mut(&mut self) -> &mut R {
        &mut self.inner
    }

    /// The reader, pinned. Reading from it directly skips what is buffered.
    pub fn get_pin_mut(self: Pin<&mut Self>) -> Pin<&mut R> {
        self.project().inner
    }

    /// Gives the reader back. What is buffered is lost.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// use vitte::io::{AsyncReadExt, BufReader};
    ///
    /// let mut reader = BufReader::with_capacity(2, &b"vitte"[..]);
    /// reader.read_u8().await?;
    /// assert_eq!(reader.into_inner(), b"tte"); // The `i` was in the buffer.
    /// # Ok(())
    /// # }
    /// ```
    pub fn into_inner(self) -> R {
        self.inner
    }

    /// What is buffered; it does not read anything, unlike
    /// [`fill_buf`](super::AsyncBufReadExt::fill_buf).
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// use vitte::io::{AsyncBufReadExt, BufReader};
    ///
    /// let mut reader = BufReader::new(&b"vitte"[..]);
    /// assert_eq!(reader.buffer(), b"");
    /// reader.fill_buf().await?;
    /// assert_eq!(reader.buffer(), b"vitte");
    /// # Ok(())
    /// # }
    /// ```
    pub fn buffer(&self) -> &[u8] {
        self.ahead.unread()
    }
}

impl<R: AsyncRead> AsyncRead for BufReader<R> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.ahead.unread().is_empty() && buf.remaining() >= self.ahead.buf.len() {
            // Copying through the buffer would gain nothing.
            let this = self.project();
            let read = ready!(this.inner.poll_read(cx, buf));
            this.ahead.discard();
            return Poll::Ready(read);
        }
        let unread = ready!(self.as_mut().poll_fill_buf(cx))?;
        let count = unread.len().min(buf.remaining());
        buf.put_slice(&unread[..count]);
        self.consume(count);
        Poll::Ready(Ok(()))
    }
}

impl<R: AsyncRead> AsyncBufRead for BufReader<R> {
    fn poll_fill_buf(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        let this = self.project();
        let ahead = this.ahead;
        if ahead.start >= ahead.end {
            let mut buf = ReadBuf::new(&mut ahead.buf);
            ready!(this.inner.poll_read(cx, &mut buf))?;
            ahead.end = buf.filled().len();
            ahead.start = 0;
        }
        Poll::Ready(Ok(ahead.unread()))
    }

    fn consume(self: Pin<&mut Self>, amt: usize) {
        let ahead = self.project().ahead;
        ahead.start = (ahead.start + amt).min(ahead.end);
    }
}

/// Seeking drops the buffer, even if the target lies within it.
impl<R: AsyncRead + AsyncSeek> AsyncSeek for BufReader<R> {
    fn start_seek(self: Pin<&mut Self>, position: SeekFrom) -> io::Result<()> {
        // The reader may need two seeks, and only `poll_complete` can wait for the first.
        self.project().ahead.seek = Seek::Requested(position);
        Ok(())
    }

    fn poll_complete(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<u64>> {
        let this = self.project();
        let mut inner = this.inner;
        let ahead = this.ahead;
        loop {
            // On an error the seek is over, and the state `Idle`.
            let seek = mem::replace(&mut ahead.seek, Seek::Idle);
            let polled = match seek {
                Seek::Idle => return inner.poll_complete(cx),
                Seek::Requested(SeekFrom::Current(offset)) => {
                    let unread = ahead.unread().len() as i64;
                    let (step, next) = match offset.checked_sub(unread) {
                        Some(offset) => (offset, Seek::Seeking),
                        None => (-unread, Seek::Rewinding(offset)),
                    };
                    inner.as_mut().start_seek(SeekFrom::Current(step))?;
                    ahead.seek = next;
                    continue;
                }
                Seek::Requested(position) => {
                    inner.as_mut().start_seek(position)?;
                    ahead.seek = Seek::Seeking;
                    continue;
                }
                Seek::Rewinding(_) | Seek::Seeking => inner.as_mut().poll_complete(cx)?,
            };
            let Poll::Ready(position) = polled else {
                ahead.seek = seek;
                return Poll::Pending;
            };
            ahead.discard();
            let Seek::Rewinding(offset) = seek else {
                return Poll::Ready(Ok(position));
            };
            inner.as_mut().start_seek(SeekFrom::Current(offset))?;
            ahead.seek = Seek::Seeking;
        }
    }
}

impl<R: AsyncRead + AsyncWrite> AsyncWrite for BufReader<R> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.get_pin_mut().poll_write(cx, buf)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.get_pin_mut().poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.get_pin_mut().poll_shutdown(cx)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.get_pin_mut().poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.get_ref().is_write_vectored()
    }
}

impl<R: fmt::Debug> fmt::Debug for BufReader<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unread = self.ahead.unread().len();
        f.debug_struct("BufReader")
            .field("reader", &self.inner)
            .field("buffer", &format_args!("{unread}/{}", self.ahead.buf.len()))
            .finish()
    }
}
