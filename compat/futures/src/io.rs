//! Streams: `futures_io`'s traits over vitte's, and vitte's over `futures_io`'s.

use std::io::{IoSlice, Result, SeekFrom};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use pin_project_lite::pin_project;
use vitte::io::ReadBuf;

pin_project! {
    /// A stream with the traits of the other side: around a stream of vitte it implements
    /// `futures_io`'s traits, and around one of `futures_io` it implements vitte's.
    ///
    /// Make one with [`FuturesIoExt::futures_io`] or [`VitteIoExt::vitte_io`].
    ///
    /// # Examples
    ///
    /// ```
    /// use futures::io::AsyncReadExt;
    /// use vitte_futures::io::FuturesIoExt;
    ///
    /// # #[vitte::main(flavor = "current_thread")]
    /// # async fn main() -> std::io::Result<()> {
    /// let stream: &[u8] = b"of vitte";
    /// let mut text = String::new();
    /// stream.futures_io().read_to_string(&mut text).await?;
    /// assert_eq!(text, "of vitte");
    /// # Ok(())
    /// # }
    /// ```
    #[derive(Debug, Clone, Copy)]
    pub struct Compat<T> {
        #[pin]
        stream: T,
        // The seek in progress. vitte starts a seek and waits for it in two steps; `futures_io`
        // repeats one step.
        seek: Option<SeekFrom>,
    }
}

impl<T> Compat<T> {
    /// Wraps a stream.
    pub fn new(stream: T) -> Self {
        Compat { stream, seek: None }
    }

    /// The stream inside.
    pub fn get_ref(&self) -> &T {
        &self.stream
    }

    /// The stream inside, to be changed.
    pub fn get_mut(&mut self) -> &mut T {
        &mut self.stream
    }

    /// The stream inside, pinned.
    pub fn get_pin_mut(self: Pin<&mut Self>) -> Pin<&mut T> {
        self.project().stream
    }

    /// Unwraps the stream.
    pub fn into_inner(self) -> T {
        self.stream
    }
}

/// Makes streams of vitte usable where `futures_io`'s traits are required.
///
/// Its method exists for every type. Its name differs from those in `tokio_util::compat`, so that
/// a program can use both.
pub trait FuturesIoExt: Sized {
    /// Wraps a stream of vitte for code that takes one of `futures_io`.
    fn futures_io(self) -> Compat<Self> {
        Compat::new(self)
    }
}

impl<T> FuturesIoExt for T {}

/// Makes streams of `futures_io` usable where vitte's traits are required.
///
/// # Examples
///
/// ```
/// use futures::io::Cursor;
/// use vitte::io::AsyncReadExt;
/// use vitte_futures::io::VitteIoExt;
///
/// # #[vitte::main(flavor = "current_thread")]
/// # async fn main() -> std::io::Result<()> {
/// let stream = Cursor::new(b"of futures");
/// let mut text = String::new();
/// stream.vitte_io().read_to_string(&mut text).await?;
/// assert_eq!(text, "of futures");
/// # Ok(())
/// # }
/// ```
pub trait VitteIoExt: Sized {
    /// Wraps a stream of `futures_io` for code that takes one of vitte.
    fn vitte_io(self) -> Compat<Self> {
        Compat::new(self)
    }
}

impl<T> VitteIoExt for T {}

impl<T: vitte::io::AsyncRead> futures_io::AsyncRead for Compat<T> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut [u8],
    ) -> Poll<Result<usize>> {
        let mut buf = ReadBuf::new(buf);
        ready!(self.project().stream.poll_read(cx, &mut buf))?;
        Poll::Ready(Ok(buf.filled().len()))
    }
}

impl<T: futures_io::AsyncRead> vitte::io::AsyncRead for Compat<T> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<Result<()>> {
        // A safe reader may look at the buffer before it writes, so it must be initialised.
        let count = ready!(
            self.project()
                .stream
                .poll_read(cx, buf.initialize_unfilled())
        )?;
        buf.advance(count);
        Poll::Ready(Ok(()))
    }
}

impl<T: vitte::io::AsyncBufRead> futures_io::AsyncBufRead for Compat<T> {
    fn poll_fill_buf(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<&[u8]>> {
        self.project().stream.poll_fill_buf(cx)
    }

    fn consume(self: Pin<&mut Self>, count: usize) {
        self.project().stream.consume(count);
    }
}

impl<T: futures_io::AsyncBufRead> vitte::io::AsyncBufRead for Compat<T> {
    fn poll_fill_buf(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<&[u8]>> {
        self.project().stream.poll_fill_buf(cx)
    }

    fn consume(self: Pin<&mut Self>, count: usize) {
        self.project().stream.consume(count);
    }
}

impl<T: vitte::io::AsyncWrite> futures_io::AsyncWrite for Compat<T> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<Result<usize>> {
        self.project().stream.poll_write(cx, buf)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        self.project().stream.poll_write_vectored(cx, bufs)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        self.project().stream.poll_flush(cx)
    }

    fn poll_close(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        self.project().stream.poll_shutdown(cx)
    }
}

impl<T: futures_io::AsyncWrite> vitte::io::AsyncWrite for Compat<T> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<Result<usize>> {
        self.project().stream.poll_write(cx, buf)
    }

    // `is_write_vectored` stays false: `futures_io` does not say whether it pays.
    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        self.project().stream.poll_write_vectored(cx, bufs)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        self.project().stream.poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        self.project().stream.poll_close(cx)
    }
}

impl<T: vitte::io::AsyncSeek> futures_io::AsyncSeek for Compat<T> {
    /// A call with another position than that of the seek in progress waits for that one first.
    fn poll_seek(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        position: SeekFrom,
    ) -> Poll<Result<u64>> {
        let mut this = self.project();
        if *this.seek != Some(position) {
            let finished = ready!(this.stream.as_mut().poll_complete(cx));
            *this.seek = None;
            finished?;
            this.stream.as_mut().start_seek(position)?;
            *this.seek = Some(position);
        }
        let result = ready!(this.stream.poll_complete(cx));
        *this.seek = None;
        Poll::Ready(result)
    }
}

impl<T: futures_io::AsyncSeek> vitte::io::AsyncSeek for Compat<T> {
    /// Only notes the position: the seek begins when it is waited for.
    fn start_seek(self: Pin<&mut Self>, position: SeekFrom) -> Result<()> {
        *self.project().seek = Some(position);
        Ok(())
    }

    /// Without a seek in progress the answer is 0.
    fn poll_complete(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<u64>> {
        let this = self.project();
        let Some(position) = *this.seek else {
            return Poll::Ready(Ok(0));
        };
        let result = ready!(this.stream.poll_seek(cx, position));
        *this.seek = None;
        Poll::Ready(result)
    }
}
