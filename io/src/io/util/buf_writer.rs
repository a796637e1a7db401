//! [`BufWriter`].

use std::fmt;
use std::io::{self, IoSlice, SeekFrom};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use pin_project_lite::pin_project;

use super::DEFAULT_BUF_SIZE;
use crate::io::{AsyncBufRead, AsyncRead, AsyncSeek, AsyncWrite, ReadBuf};

pin_project! {
    /// Gathers small writes in a buffer, so that they become few large ones.
    ///
    /// Writes at least as large as the buffer go past it. Dropping a `BufWriter` does **not** write
    /// what is buffered: flush it, or shut it down. If the writer is a reader too, so is the
    /// `BufWriter`.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::io::{AsyncWriteExt, BufWriter};
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// let mut writer = BufWriter::new(Vec::new());
    /// writer.write_all(b"vitte").await?;
    /// assert_eq!(writer.get_ref(), b"");
    /// writer.flush().await?;
    /// assert_eq!(writer.get_ref(), b"vitte");
    /// # Ok(())
    /// # }
    /// ```
    pub struct BufWriter<W> {
        #[pin]
        pub(super) inner: W,
        pub(super) behind: WriteBehind,
    }
}

/// The bytes not yet written, and the seek that waits for them.
pub(super) struct WriteBehind {
    buf: Vec<u8>,
    /// How many of the buffer's bytes a flush in progress has written.
    written: usize,
    seek: Seek,
}

#[derive(Debug, Clone, Copy)]
enum Seek {
    Idle,
    Requested(SeekFrom),
    Seeking,
}

impl WriteBehind {
    fn room(&self) -> usize {
        self.buf.capacity() - self.buf.len()
    }

    /// Writes the whole buffer, or as much as the writer takes before an error.
    fn poll_write_out<W: AsyncWrite>(
        &mut self,
        mut writer: Pin<&mut W>,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        let mut result = Ok(());
        while self.written < self.buf.len() {
            match ready!(writer.as_mut().poll_write(cx, &self.buf[self.written..])) {
                Ok(0) => {
                    result = Err(io::Error::new(
                        io::ErrorKind::WriteZero,
                        "failed to write the buffered data",
                    ));
                    break;
                }
                Ok(count) => self.written += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    result = Err(error);
                    break;
                }
            }
        }
        self.buf.drain(..self.written);
        self.written = 0;
        Poll::Ready(result)
    }
}

impl<W: AsyncWrite> BufWriter<W> {
    /// A `BufWriter` with a buffer of 8 KiB.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// use vitte::io::{AsyncWriteExt, BufWriter};
    ///
    /// let mut writer = BufWriter::new(Vec::new());
    /// writer.write_all(b"vitte").await?;
    /// writer.flush().await?;
    /// assert_eq!(writer.into_inner(), b"vitte");
    /// # Ok(())
    /// # }
    /// ```
    pub fn new(inner: W) -> Self {
        Self::with_capacity(DEFAULT_BUF_SIZE, inner)
    }

    /// A `BufWriter` with a buffer of that size.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// use vitte::io::{AsyncWriteExt, BufWriter};
    ///
    /// let mut writer = BufWriter::with_capacity(4, Vec::new());
    /// writer.write_all(b"longer than the buffer").await?;
    /// assert_eq!(writer.get_ref(), b"longer than the buffer");
    /// # Ok(())
    /// # }
    /// ```
    pub fn with_capacity(cap: usize, inner: W) -> Self {
        BufWriter {
            inner,
            behind: WriteBehind {
                buf: Vec::with_capacity(cap),
                written: 0,
                seek: Seek::Idle,
            },
        }
    }

    /// The writer.
    pub fn get_ref(&self) -> &W {
        &self.inner
    }

    /// The writer. Writing to it directly overtakes what is buffered.
    pub fn get_mut(&mut self) -> &mut W {
        &mut self.inner
    }

    /// The writer, pinned. Writing to it directly overtakes what is buffered.
    pub fn get_pin_mut(self: Pin<&mut Self>) -> Pin<&mut W> {
        self.project().inner
    }

    /// Gives the writer back. What is buffered is lost.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// use vitte::io::{AsyncWriteExt, BufWriter};
    ///
    /// let mut writer = BufWriter::new(Vec::new());
    /// writer.write_all(b"vitte").await?;
    /// assert_eq!(writer.into_inner(), b""); // It was not flushed.
    /// # Ok(())
    /// # }
    /// ```
    pub fn into_inner(self) -> W {
        self.inner
    }

    /// What is buffered.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// use vitte::io::{AsyncWriteExt, BufWriter};
    ///
    /// let mut writer = BufWriter::new(Vec::new());
    /// writer.write_all(b"vitte").await?;
    /// assert_eq!(writer.buffer(), b"vitte");
    /// # Ok(())
    /// # }
    /// ```
    pub fn buffer(&self) -> &[u8] {
        &self.behind.buf
    }

    fn poll_write_out(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.project();
        this.behind.poll_write_out(this.inner, cx)
    }

    /// Buffers several slices for a writer that is good at them: all, or none.
    fn poll_buffer_all(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let mut this = self.project();
        let total = bufs
            .iter()
            .fold(0_usize, |total, buf| total.saturating_add(buf.len()));
        if total > this.behind.room() {
            ready!(this.behind.poll_write_out(this.inner.as_mut(), cx))?;
        }
        if total >= this.behind.buf.capacity() {
            return this.inner.poll_write_vectored(cx, bufs);
        }
        for buf in bufs {
            this.behind.buf.extend_from_slice(buf);
        }
        Poll::Ready(Ok(total))
    }

    /// Buffers slices for a writer that would take the first one only: as many as fit.
    fn poll_buffer_some(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let mut this = self.project();
        let mut bufs = bufs.iter().skip_while(|buf| buf.is_empty());
        let Some(first) = bufs.next() else {
            return Poll::Ready(Ok(0));
        };
        if first.len() > this.behind.room() {
            ready!(this.behind.poll_write_out(this.inner.as_mut(), cx))?;
        }
        if first.len() >= this.behind.buf.capacity() {
            return this.inner.poll_write(cx, first);
        }
        this.behind.buf.extend_from_slice(first);
        let mut total = first.len();
        for buf in bufs {
            if buf.len() > this.behind.room() {
                break;
            }
            this.behind.buf.extend_from_slice(buf);
            total += buf.len();
        }
        Poll::Ready(Ok(total))
    }
}

impl<W: AsyncWrite> AsyncWrite for BufWriter<W> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let mut this = self.project();
        if buf.len() > this.behind.room() {
            ready!(this.behind.poll_write_out(this.inner.as_mut(), cx))?;
        }
        if buf.len() >= this.behind.buf.capacity() {
            return this.inner.poll_write(cx, buf);
        }
        this.behind.buf.extend_from_slice(buf);
        Poll::Ready(Ok(buf.len()))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.as_mut().poll_write_out(cx))?;
        self.get_pin_mut().poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.as_mut().poll_write_out(cx))?;
        self.get_pin_mut().poll_shutdown(cx)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if self.inner.is_write_vectored() {
            self.poll_buffer_all(cx, bufs)
        } else {
            self.poll_buffer_some(cx, bufs)
        }
    }

    fn is_write_vectored(&self) -> bool {
        true
    }
}

/// Seeking writes the buffer out first.
impl<W: AsyncWrite + AsyncSeek> AsyncSeek for BufWriter<W> {
    fn start_seek(self: Pin<&mut Self>, position: SeekFrom) -> io::Result<()> {
        // Only `poll_complete` can wait until the buffer is written out.
        self.project().behind.seek = Seek::Requested(position);
        Ok(())
    }

    fn poll_complete(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<u64>> {
        let this = self.project();
        let mut inner = this.inner;
        let behind = this.behind;
        if let Seek::Idle = behind.seek {
            return inner.poll_complete(cx);
        }
        ready!(behind.poll_write_out(inner.as_mut(), cx))?;
        if let Seek::Requested(position) = behind.seek {
            // The writer may still be busy with a seek of its own.
            ready!(inner.as_mut().poll_complete(cx))?;
            behind.seek = Seek::Idle;
            inner.as_mut().start_seek(position)?;
            behind.seek = Seek::Seeking;
        }
        let result = ready!(inner.poll_complete(cx));
        behind.seek = Seek::Idle;
        Poll::Ready(result)
    }
}

impl<W: AsyncWrite + AsyncRead> AsyncRead for BufWriter<W> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.get_pin_mut().poll_read(cx, buf)
    }
}

impl<W: AsyncWrite + AsyncBufRead> AsyncBufRead for BufWriter<W> {
    fn poll_fill_buf(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        self.get_pin_mut().poll_fill_buf(cx)
    }

    fn consume(self: Pin<&mut Self>, amt: usize) {
        self.get_pin_mut().consume(amt);
    }
}

impl<W: fmt::Debug> fmt::Debug for BufWriter<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let buf = &self.behind.buf;
        f.debug_struct("BufWriter")
            .field("writer", &self.inner)
            .field("buffer", &format_args!("{}/{}", buf.len(), buf.capacity()))
            .field("written", &self.behind.written)
            .finish()
    }
}
