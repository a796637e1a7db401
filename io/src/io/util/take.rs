//! [`Take`].

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use pin_project_lite::pin_project;

use crate::io::{AsyncBufRead, AsyncRead, ReadBuf};

pin_project! {
    /// A reader that ends after so many bytes; made by
    /// [`AsyncReadExt::take`](super::AsyncReadExt::take).
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// use vitte::io::AsyncReadExt;
    ///
    /// let mut start = (&b"vitte"[..]).take(3);
    /// let mut text = String::new();
    /// start.read_to_string(&mut text).await?;
    /// assert_eq!((text.as_str(), start.limit()), ("vit", 0));
    /// # Ok(())
    /// # }
    /// ```
    #[derive(Debug)]
    #[must_use = "streams do nothing unless you `.await` or poll them"]
    pub struct Take<R> {
        #[pin]
        inner: R,
        left: u64,
    }
}

impl<R: AsyncRead> Take<R> {
    pub(super) fn new(inner: R, limit: u64) -> Self {
        Take { inner, left: limit }
    }

    /// How many bytes may still be read. The reader itself may end before.
    pub fn limit(&self) -> u64 {
        self.left
    }

    /// Sets how many bytes may still be read, however many were read before.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// use vitte::io::AsyncReadExt;
    ///
    /// let mut parts = (&b"vitte"[..]).take(3);
    /// let mut text = String::new();
    /// parts.read_to_string(&mut text).await?;
    /// parts.set_limit(2);
    /// parts.read_to_string(&mut text).await?;
    /// assert_eq!(text, "vitte");
    /// # Ok(())
    /// # }
    /// ```
    pub fn set_limit(&mut self, limit: u64) {
        self.left = limit;
    }

    /// The reader.
    pub fn get_ref(&self) -> &R {
        &self.inner
    }

    /// The reader. What is read from it directly does not count towards the limit.
    pub fn get_mut(&mut self) -> &mut R {
        &mut self.inner
    }

    /// The reader, pinned. What is read from it directly does not count towards the limit.
    pub fn get_pin_mut(self: Pin<&mut Self>) -> Pin<&mut R> {
        self.project().inner
    }

    /// Gives the reader back.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// use vitte::io::AsyncReadExt;
    ///
    /// let mut start = (&b"vitte"[..]).take(3);
    /// start.read_u8().await?;
    /// assert_eq!(start.into_inner(), b"itte");
    /// # Ok(())
    /// # }
    /// ```
    pub fn into_inner(self) -> R {
        self.inner
    }
}

impl<R: AsyncRead> AsyncRead for Take<R> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.project();
        // At the limit the reader is not asked: it might wait for bytes that nobody wants.
        if *this.left == 0 {
            return Poll::Ready(Ok(()));
        }
        let mut limited = buf.take(usize::try_from(*this.left).unwrap_or(usize::MAX));
        let start = limited.filled().as_ptr();
        ready!(this.inner.poll_read(cx, &mut limited))?;
        // A reader in safe code may have put another `ReadBuf` in the place of ours.
        assert_eq!(start, limited.filled().as_ptr());
        let count = limited.filled().len();
        // SAFETY: `limited` is still the beginning of the unfilled part, and its first `count`
        // bytes are filled, hence initialised.
        unsafe { buf.assume_init(count) };
        buf.advance(count);
        *this.left -= count as u64;
        Poll::Ready(Ok(()))
    }
}

impl<R: AsyncBufRead> AsyncBufRead for Take<R> {
    fn poll_fill_buf(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        let this = self.project();
        if *this.left == 0 {
            return Poll::Ready(Ok(&[]));
        }
        let buf = ready!(this.inner.poll_fill_buf(cx))?;
        let len = (*this.left).min(buf.len() as u64) as usize;
        Poll::Ready(Ok(&buf[..len]))
    }

    fn consume(self: Pin<&mut Self>, amt: usize) {
        let this = self.project();
        // A caller that consumes too much must not get the limit to wrap.
        let amt = (*this.left).min(amt as u64);
        *this.left -= amt;
        this.inner.consume(amt as usize);
    }
}
