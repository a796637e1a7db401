//! [`AsyncBufRead`], and what it is implemented for outside of vitte.

use std::io::{self, BufRead};
use std::ops::DerefMut;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::AsyncRead;

/// Reads bytes through an internal buffer, whose contents can be looked at before they are taken.
///
/// The asynchronous form of [`std::io::BufRead`]. Most code calls the methods of
/// `AsyncBufReadExt` and leaves this trait to those who implement streams.
///
/// # Examples
///
/// ```
/// # #[vitte::main]
/// # async fn main() -> std::io::Result<()> {
/// use std::pin::Pin;
/// use vitte::io::AsyncBufRead;
///
/// let mut reader = &b"vitte"[..];
/// let mut pinned = Pin::new(&mut reader);
/// let len = std::future::poll_fn(|cx| {
///     pinned.as_mut().poll_fill_buf(cx).map_ok(|bytes| bytes.len())
/// });
/// assert_eq!(len.await?, 5);
/// # Ok(())
/// # }
/// ```
pub trait AsyncBufRead: AsyncRead {
    /// Returns the buffered bytes, after refilling the buffer from the stream if it was empty.
    ///
    /// An empty slice says that the end of the stream has been reached. The bytes stay in the
    /// buffer until [`consume`](Self::consume) is called; without it, the next call returns them
    /// again. On `Pending` the task will be woken once there may be something to read.
    ///
    /// # Errors
    ///
    /// Whatever the stream reports; then nothing was read.
    fn poll_fill_buf(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>>;

    /// Says that `amt` bytes of the buffer have been used, and need not be returned again.
    ///
    /// `amt` must not exceed the length of the slice that [`poll_fill_buf`](Self::poll_fill_buf)
    /// returned; what happens otherwise is up to the reader, and may be a panic.
    fn consume(self: Pin<&mut Self>, amt: usize);
}

macro_rules! forward_buf_read {
    ($this:ident => $pointee:expr) => {
        fn poll_fill_buf(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
            let $this = self;
            $pointee.poll_fill_buf(cx)
        }

        fn consume(self: Pin<&mut Self>, amt: usize) {
            let $this = self;
            $pointee.consume(amt);
        }
    };
}

impl<T: ?Sized + AsyncBufRead + Unpin> AsyncBufRead for Box<T> {
    forward_buf_read!(this => Pin::new(&mut **this.get_mut()));
}

impl<T: ?Sized + AsyncBufRead + Unpin> AsyncBufRead for &mut T {
    forward_buf_read!(this => Pin::new(&mut **this.get_mut()));
}

impl<P> AsyncBufRead for Pin<P>
where
    P: DerefMut,
    P::Target: AsyncBufRead,
{
    forward_buf_read!(this => this.as_deref_mut());
}

impl AsyncBufRead for &[u8] {
    #[inline]
    fn poll_fill_buf(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        Poll::Ready(Ok(self.get_mut()))
    }

    #[inline]
    fn consume(self: Pin<&mut Self>, amt: usize) {
        BufRead::consume(self.get_mut(), amt);
    }
}

impl<T: AsRef<[u8]> + Unpin> AsyncBufRead for io::Cursor<T> {
    #[inline]
    fn poll_fill_buf(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        Poll::Ready(self.get_mut().fill_buf())
    }

    #[inline]
    fn consume(self: Pin<&mut Self>, amt: usize) {
        BufRead::consume(self.get_mut(), amt);
    }
}
