//! [`AsyncRead`], and what it is implemented for outside of vitte.

use std::io;
use std::ops::DerefMut;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::ReadBuf;

/// Reads bytes without blocking the thread.
///
/// The asynchronous form of [`std::io::Read`]. Most code calls the methods of `AsyncReadExt`
/// and leaves this trait to those who implement streams.
///
/// # Examples
///
/// A reader that counts what passes through it:
///
/// ```
/// use std::pin::Pin;
/// use std::task::{Context, Poll, ready};
/// use vitte::io::{self, AsyncRead, ReadBuf};
///
/// struct Counted<R> {
///     reader: R,
///     count: usize,
/// }
///
/// impl<R: AsyncRead + Unpin> AsyncRead for Counted<R> {
///     fn poll_read(
///         mut self: Pin<&mut Self>,
///         cx: &mut Context<'_>,
///         buf: &mut ReadBuf<'_>,
///     ) -> Poll<io::Result<()>> {
///         let before = buf.filled().len();
///         ready!(Pin::new(&mut self.reader).poll_read(cx, buf))?;
///         self.count += buf.filled().len() - before;
///         Poll::Ready(Ok(()))
///     }
/// }
/// ```
pub trait AsyncRead {
    /// Reads into the unfilled part of `buf`.
    ///
    /// `Ready(Ok(()))` says that the read is over: the bytes, if any, are appended to the filled
    /// part of `buf`. When nothing was appended although there was room, the end of the stream
    /// has been reached. `Pending` says that nothing was read and that the task will be woken
    /// once it is worth another try.
    ///
    /// # Errors
    ///
    /// Whatever the stream reports; then nothing was read.
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>>;
}

macro_rules! forward_read {
    ($this:ident => $pointee:expr) => {
        fn poll_read(
            self: Pin<&mut Self>,
            cx: &mut Context<'_>,
            buf: &mut ReadBuf<'_>,
        ) -> Poll<io::Result<()>> {
            let $this = self;
            $pointee.poll_read(cx, buf)
        }
    };
}

impl<T: ?Sized + AsyncRead + Unpin> AsyncRead for Box<T> {
    forward_read!(this => Pin::new(&mut **this.get_mut()));
}

impl<T: ?Sized + AsyncRead + Unpin> AsyncRead for &mut T {
    forward_read!(this => Pin::new(&mut **this.get_mut()));
}

impl<P> AsyncRead for Pin<P>
where
    P: DerefMut,
    P::Target: AsyncRead,
{
    forward_read!(this => this.as_deref_mut());
}

impl AsyncRead for &[u8] {
    #[inline]
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let (read, rest) = this.split_at(this.len().min(buf.remaining()));
        buf.put_slice(read);
        *this = rest;
        Poll::Ready(Ok(()))
    }
}

impl<T: AsRef<[u8]> + Unpin> AsyncRead for io::Cursor<T> {
    #[inline]
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let position = self.position();
        let bytes = self.get_ref().as_ref();
        // A cursor may stand behind its end: then there is nothing to read.
        let start = position.min(bytes.len() as u64) as usize;
        let count = buf.remaining().min(bytes.len() - start);
        buf.put_slice(&bytes[start..start + count]);
        self.set_position(position + count as u64);
        Poll::Ready(Ok(()))
    }
}
