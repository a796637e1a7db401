//! `AsyncWrite` of the types that are the writing end of a pipe, written once.

/// `AsyncWrite` for the writing end of a pipe, a field `pipe`.
macro_rules! write_to_pipe {
    ($ty:ty) => {
        impl $crate::io::AsyncWrite for $ty {
            fn poll_write(
                self: Pin<&mut Self>,
                cx: &mut Context<'_>,
                buf: &[u8],
            ) -> Poll<io::Result<usize>> {
                self.pipe.poll_write(cx, buf)
            }

            fn poll_write_vectored(
                self: Pin<&mut Self>,
                cx: &mut Context<'_>,
                bufs: &[io::IoSlice<'_>],
            ) -> Poll<io::Result<usize>> {
                self.pipe.poll_write_vectored(cx, bufs)
            }

            fn is_write_vectored(&self) -> bool {
                true
            }

            fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
                // The system has already taken what was written.
                Poll::Ready(Ok(()))
            }

            fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
                // The reader notices only that the descriptor is closed.
                Poll::Ready(Ok(()))
            }
        }
    };
}
pub(crate) use write_to_pipe;
