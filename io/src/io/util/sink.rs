//! [`sink`](fn@sink).

use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use super::poll_unit_of_budget;
use crate::io::AsyncWrite;

/// A writer that swallows everything; made by [`sink`].
///
/// # Examples
///
/// ```
/// # #[vitte::main]
/// # async fn main() -> std::io::Result<()> {
/// use vitte::io;
///
/// let mut reader = &b"gone"[..];
/// assert_eq!(io::copy(&mut reader, &mut io::sink()).await?, 4);
/// # Ok(())
/// # }
/// ```
pub struct Sink(());

/// A writer that swallows everything.
///
/// # Examples
///
/// ```
/// use vitte::io::{self, AsyncWriteExt};
///
/// # #[vitte::main]
/// # async fn main() -> std::io::Result<()> {
/// assert_eq!(io::sink().write(b"gone").await?, 4);
/// # Ok(())
/// # }
/// ```
pub fn sink() -> Sink {
    Sink(())
}

/// `AsyncWrite` for a type that swallows everything.
macro_rules! swallow {
    ($ty:ty) => {
        impl AsyncWrite for $ty {
            #[inline]
            fn poll_write(
                self: Pin<&mut Self>,
                cx: &mut Context<'_>,
                buf: &[u8],
            ) -> Poll<io::Result<usize>> {
                ready!(poll_unit_of_budget(cx));
                Poll::Ready(Ok(buf.len()))
            }

            #[inline]
            fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
                poll_unit_of_budget(cx).map(Ok)
            }

            #[inline]
            fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
                poll_unit_of_budget(cx).map(Ok)
            }

            #[inline]
            fn poll_write_vectored(
                self: Pin<&mut Self>,
                cx: &mut Context<'_>,
                bufs: &[io::IoSlice<'_>],
            ) -> Poll<io::Result<usize>> {
                ready!(poll_unit_of_budget(cx));
                Poll::Ready(Ok(bufs.iter().map(|buf| buf.len()).sum()))
            }

            #[inline]
            fn is_write_vectored(&self) -> bool {
                true
            }
        }
    };
}
pub(super) use swallow;

swallow!(Sink);

impl fmt::Debug for Sink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad("Sink { .. }")
    }
}
