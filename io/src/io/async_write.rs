//! [`AsyncWrite`], and what it is implemented for outside of vitte.

use std::io::{self, IoSlice, Write};
use std::ops::DerefMut;
use std::pin::Pin;
use std::task::{Context, Poll};

/// Writes bytes without blocking the thread.
///
/// The asynchronous form of [`std::io::Write`], with a shutdown of its own: closing some streams
/// takes a conversation with the other side, which a destructor could not wait for. Most code
/// calls the methods of `AsyncWriteExt` and leaves this trait to those who implement streams.
///
/// # Examples
///
/// A writer that forwards in upper case:
///
/// ```
/// use std::pin::Pin;
/// use std::task::{Context, Poll};
/// use vitte::io::{self, AsyncWrite};
///
/// struct Loud<W>(W);
///
/// impl<W: AsyncWrite + Unpin> AsyncWrite for Loud<W> {
///     fn poll_write(
///         mut self: Pin<&mut Self>,
///         cx: &mut Context<'_>,
///         buf: &[u8],
///     ) -> Poll<io::Result<usize>> {
///         Pin::new(&mut self.0).poll_write(cx, &buf.to_ascii_uppercase())
///     }
///
///     fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
///         Pin::new(&mut self.0).poll_flush(cx)
///     }
///
///     fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
///         Pin::new(&mut self.0).poll_shutdown(cx)
///     }
/// }
/// ```
pub trait AsyncWrite {
    /// Writes some of `buf`, and returns how many bytes were taken.
    ///
    /// Zero bytes for a non-empty `buf` mean that the stream takes no more, now or ever. On
    /// `Pending` nothing was written, and the task will be woken once it is worth another try.
    ///
    /// # Errors
    ///
    /// Whatever the stream reports; then nothing was written.
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>>;

    /// Waits until everything written so far has reached its destination.
    ///
    /// # Errors
    ///
    /// Whatever the stream reports while it writes what was buffered.
    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>>;

    /// Flushes the stream and closes it for writing, in an orderly way.
    ///
    /// `Ready(Ok(()))` says that the stream can be dropped, or its file descriptor closed, without
    /// anything being lost. A stream with a protocol of its own, such as TLS, sends its goodbye
    /// here and then shuts down the stream below. Writing afterwards is an error of the caller,
    /// which streams answer with an error or a panic.
    ///
    /// # Errors
    ///
    /// Whatever the stream reports while it closes.
    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>>;

    /// Like [`poll_write`](Self::poll_write), from several buffers one after the other.
    ///
    /// The last buffer used may have been written in part, as if all of them were one. The
    /// default writes the first non-empty buffer alone.
    ///
    /// # Errors
    ///
    /// As [`poll_write`](Self::poll_write).
    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let first = bufs.iter().find(|buf| !buf.is_empty());
        self.poll_write(cx, first.map_or(&[], |buf| &**buf))
    }

    /// Whether [`poll_write_vectored`](Self::poll_write_vectored) does better than its default.
    ///
    /// When it does not, a caller with many small buffers had better join them into one.
    fn is_write_vectored(&self) -> bool {
        false
    }
}

macro_rules! forward_write {
    ($this:ident => $pointee:expr) => {
        fn poll_write(
            self: Pin<&mut Self>,
            cx: &mut Context<'_>,
            buf: &[u8],
        ) -> Poll<io::Result<usize>> {
            let $this = self;
            $pointee.poll_write(cx, buf)
        }

        fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
            let $this = self;
            $pointee.poll_flush(cx)
        }

        fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
            let $this = self;
            $pointee.poll_shutdown(cx)
        }

        fn poll_write_vectored(
            self: Pin<&mut Self>,
            cx: &mut Context<'_>,
            bufs: &[IoSlice<'_>],
        ) -> Poll<io::Result<usize>> {
            let $this = self;
            $pointee.poll_write_vectored(cx, bufs)
        }

        fn is_write_vectored(&self) -> bool {
            (**self).is_write_vectored()
        }
    };
}

impl<T: ?Sized + AsyncWrite + Unpin> AsyncWrite for Box<T> {
    forward_write!(this => Pin::new(&mut **this.get_mut()));
}

impl<T: ?Sized + AsyncWrite + Unpin> AsyncWrite for &mut T {
    forward_write!(this => Pin::new(&mut **this.get_mut()));
}

impl<P> AsyncWrite for Pin<P>
where
    P: DerefMut,
    P::Target: AsyncWrite,
{
    forward_write!(this => this.as_deref_mut());
}

/// Writes to memory never wait: they are std's, and always ready.
macro_rules! write_to_memory {
    ($($memory:ty)*) => {$(
        impl AsyncWrite for $memory {
            #[inline]
            fn poll_write(
                self: Pin<&mut Self>,
                _: &mut Context<'_>,
                buf: &[u8],
            ) -> Poll<io::Result<usize>> {
                Poll::Ready(self.get_mut().write(buf))
            }

            #[inline]
            fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
                Poll::Ready(Ok(()))
            }

            #[inline]
            fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
                Poll::Ready(Ok(()))
            }

            #[inline]
            fn poll_write_vectored(
                self: Pin<&mut Self>,
                _: &mut Context<'_>,
                bufs: &[IoSlice<'_>],
            ) -> Poll<io::Result<usize>> {
                Poll::Ready(self.get_mut().write_vectored(bufs))
            }

            #[inline]
            fn is_write_vectored(&self) -> bool {
                true
            }
        }
    )*};
}

write_to_memory! {
    Vec<u8>
    io::Cursor<&mut [u8]>
    io::Cursor<&mut Vec<u8>>
    io::Cursor<Vec<u8>>
    io::Cursor<Box<[u8]>>
}
