//! The standard streams.
//!
//! Terminals and redirected files cannot be waited for like sockets, so each operation is a job on
//! the blocking pool, and its stream travels there and back.

mod pooled;
mod stderr;
mod stdin;
mod stdout;
mod utf8;

pub use stderr::{Stderr, stderr};
pub use stdin::{Stdin, stdin};
pub use stdout::{Stdout, stdout};

/// Implements writing, and the borrowing of the descriptor, for an output stream.
macro_rules! output_stream {
    ($stream:ident, $std:path) => {
        impl AsyncWrite for $stream {
            fn poll_write(
                mut self: Pin<&mut Self>,
                cx: &mut Context<'_>,
                buf: &[u8],
            ) -> Poll<io::Result<usize>> {
                // A Windows console refuses half a character.
                let buf = if cfg!(windows) { utf8::cut(buf) } else { buf };
                Pin::new(&mut self.stream).poll_write(cx, buf)
            }

            fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
                Pin::new(&mut self.stream).poll_flush(cx)
            }

            fn poll_shutdown(
                mut self: Pin<&mut Self>,
                cx: &mut Context<'_>,
            ) -> Poll<io::Result<()>> {
                Pin::new(&mut self.stream).poll_shutdown(cx)
            }
        }

        standard_descriptor!($stream, $std);
    };
}

/// Implements the borrowing of the descriptor of a standard stream.
macro_rules! standard_descriptor {
    ($stream:ident, $std:path) => {
        #[cfg(unix)]
        impl std::os::fd::AsRawFd for $stream {
            fn as_raw_fd(&self) -> std::os::fd::RawFd {
                $std().as_raw_fd()
            }
        }

        #[cfg(unix)]
        impl std::os::fd::AsFd for $stream {
            fn as_fd(&self) -> std::os::fd::BorrowedFd<'_> {
                let fd = std::os::fd::AsRawFd::as_raw_fd(self);
                // SAFETY: std never closes the standard descriptors, and relies on nobody else
                // doing so.
                unsafe { std::os::fd::BorrowedFd::borrow_raw(fd) }
            }
        }
    };
}

use {output_stream, standard_descriptor};
