//! What the types that are an end of a pipe have in common: macros for types with a field `pipe`,
//! of `net` and of `process`.

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

/// `AsyncRead` for the reading end of a pipe, a field `pipe`.
macro_rules! read_from_pipe {
    ($ty:ty) => {
        impl $crate::io::AsyncRead for $ty {
            fn poll_read(
                self: Pin<&mut Self>,
                cx: &mut Context<'_>,
                buf: &mut $crate::io::ReadBuf<'_>,
            ) -> Poll<io::Result<()>> {
                self.pipe.poll_read(cx, buf)
            }
        }
    };
}
pub(crate) use read_from_pipe;

/// The descriptor of an end of a pipe, a field `pipe`.
macro_rules! pipe_descriptor {
    ($ty:ty) => {
        impl AsRawFd for $ty {
            fn as_raw_fd(&self) -> RawFd {
                self.as_fd().as_raw_fd()
            }
        }

        impl AsFd for $ty {
            fn as_fd(&self) -> BorrowedFd<'_> {
                self.pipe.as_fd()
            }
        }
    };
}
pub(crate) use pipe_descriptor;
