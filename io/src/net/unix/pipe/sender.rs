//! [`Sender`]: the writing end of a pipe, over a registered descriptor.

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd, RawFd};
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::io::{Interest, Ready};
use crate::reactor::Direction;
use crate::reactor::descriptor::Descriptor;
use crate::reactor::pipe_end::{pipe_descriptor, write_to_pipe};
use crate::sys;

/// The writing end of a pipe.
///
/// Writing goes through `AsyncWrite`, whose methods are in `AsyncWriteExt`. Once the reading end is
/// closed, it fails with `BrokenPipe`.
///
/// # Examples
///
/// ```
/// use vitte::io::{AsyncReadExt, AsyncWriteExt};
/// use vitte::net::unix::pipe;
///
/// # #[vitte::main]
/// # async fn main() -> std::io::Result<()> {
/// let (mut sender, receiver) = pipe::pipe()?;
/// sender.write_all(b"hello").await?;
///
/// drop(receiver);
/// let error = sender.write_all(b"hello").await.unwrap_err();
/// assert_eq!(error.kind(), std::io::ErrorKind::BrokenPipe);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Sender {
    pipe: Descriptor,
}

impl Sender {
    /// Takes over a FIFO or a pipe that is open for writing, and makes it non-blocking.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if it is not a pipe, or is not open for writing. Also fails if the reactor
    /// cannot register it.
    ///
    /// # Panics
    ///
    /// Outside of a runtime with I/O enabled.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::net::unix::pipe;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let (sender, receiver) = pipe::pipe()?;
    /// # let end = sender.into_blocking_fd()?;
    /// let file = std::fs::File::from(end);
    /// let sender = pipe::Sender::from_file(file)?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn from_file(file: File) -> io::Result<Sender> {
        Sender::from_owned_fd(file.into())
    }

    /// Takes over a FIFO or a pipe that is open for writing, and makes it non-blocking.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if it is not a pipe, or is not open for writing. Also fails if the reactor
    /// cannot register it.
    ///
    /// # Panics
    ///
    /// Outside of a runtime with I/O enabled.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::net::unix::pipe;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let (sender, receiver) = pipe::pipe()?;
    /// # let end = sender.into_blocking_fd()?;
    /// let sender = pipe::Sender::from_owned_fd(end)?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn from_owned_fd(owned_fd: OwnedFd) -> io::Result<Sender> {
        sys::pipe::prepare(owned_fd.as_fd(), sys::pipe::End::Writing)?;
        Sender::from_owned_fd_unchecked(owned_fd)
    }

    /// Takes over a file that is known to be a pipe, open for writing, in non-blocking mode. If it
    /// blocks, it blocks the thread of the runtime.
    ///
    /// # Errors
    ///
    /// If the reactor cannot register the descriptor.
    ///
    /// # Panics
    ///
    /// Outside of a runtime with I/O enabled.
    pub fn from_file_unchecked(file: File) -> io::Result<Sender> {
        Sender::from_owned_fd_unchecked(file.into())
    }

    /// Takes over a descriptor that is known to be a pipe, open for writing, in non-blocking mode.
    /// If it blocks, it blocks the thread of the runtime.
    ///
    /// # Errors
    ///
    /// If the reactor cannot register the descriptor.
    ///
    /// # Panics
    ///
    /// Outside of a runtime with I/O enabled.
    pub fn from_owned_fd_unchecked(owned_fd: OwnedFd) -> io::Result<Sender> {
        let pipe = Descriptor::new(owned_fd, Interest::WRITABLE)?;
        Ok(Sender { pipe })
    }

    /// Waits until the pipe is ready for any of `interest`, and returns for what.
    ///
    /// Readiness is a hint: the operation that follows may still return `WouldBlock`.
    ///
    /// # Errors
    ///
    /// If the runtime shuts down.
    ///
    /// # Cancel safety
    ///
    /// This method is cancel safe. If the future is dropped, no readiness is lost: the next call
    /// returns at once.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::io::Interest;
    /// use vitte::net::unix::pipe;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// let (sender, receiver) = pipe::pipe()?;
    /// let ready = sender.ready(Interest::WRITABLE).await?;
    /// assert!(ready.is_writable());
    /// # Ok(())
    /// # }
    /// ```
    pub async fn ready(&self, interest: Interest) -> io::Result<Ready> {
        let event = self.pipe.source().ready(interest).await?;
        Ok(event.ready)
    }

    /// Waits until the pipe can be written.
    ///
    /// # Errors
    ///
    /// If the runtime shuts down.
    ///
    /// # Cancel safety
    ///
    /// This method is cancel safe. If the future is dropped, no readiness is lost: the next call
    /// returns at once.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::net::unix::pipe;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// let (sender, receiver) = pipe::pipe()?;
    /// sender.writable().await?;
    /// assert_eq!(sender.try_write(b"hello")?, 5);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn writable(&self) -> io::Result<()> {
        self.ready(Interest::WRITABLE).await?;
        Ok(())
    }

    /// Polls until the pipe can be written. Only the task that called this last is woken.
    ///
    /// # Errors
    ///
    /// If the runtime shuts down.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::future::poll_fn;
    /// use vitte::net::unix::pipe;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// let (sender, receiver) = pipe::pipe()?;
    /// poll_fn(|cx| sender.poll_write_ready(cx)).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn poll_write_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let source = self.pipe.source();
        source.poll_ready(cx, Direction::Write).map_ok(drop)
    }

    /// Writes as much as is possible without waiting, and returns how much.
    ///
    /// # Errors
    ///
    /// `WouldBlock` if the pipe is full, `BrokenPipe` if the reading end is closed.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::net::unix::pipe;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// let (sender, receiver) = pipe::pipe()?;
    /// sender.writable().await?;
    /// assert_eq!(sender.try_write(b"hello")?, 5);
    /// # Ok(())
    /// # }
    /// ```
    pub fn try_write(&self, buf: &[u8]) -> io::Result<usize> {
        self.try_io(|| self.pipe.write(buf))
    }

    /// Like [`try_write`](Self::try_write), from several buffers, one after the other.
    ///
    /// # Errors
    ///
    /// See [`try_write`](Self::try_write).
    ///
    /// # Examples
    ///
    /// ```
    /// use std::io::IoSlice;
    /// use vitte::net::unix::pipe;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// let (sender, receiver) = pipe::pipe()?;
    /// sender.writable().await?;
    /// let parts = [IoSlice::new(b"hello"), IoSlice::new(b" world")];
    /// assert_eq!(sender.try_write_vectored(&parts)?, 11);
    /// # Ok(())
    /// # }
    /// ```
    pub fn try_write_vectored(&self, buf: &[io::IoSlice<'_>]) -> io::Result<usize> {
        self.try_io(|| self.pipe.write_vectored(buf))
    }

    /// Calls `f` once if the pipe is ready for writing; `f` may use the pipe's descriptor directly.
    ///
    /// `f` must return `WouldBlock` if, and only if, the operation would block: that clears the
    /// readiness.
    ///
    /// # Errors
    ///
    /// `WouldBlock` if the pipe is not ready; otherwise what `f` returns.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::io::Write;
    /// use std::os::fd::AsFd;
    /// use vitte::net::unix::pipe;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// let (sender, receiver) = pipe::pipe()?;
    /// let mut file = std::fs::File::from(sender.as_fd().try_clone_to_owned()?);
    /// sender.writable().await?;
    /// let count = sender.try_io(|| file.write(b"hello"))?;
    /// assert_eq!(count, 5);
    /// # Ok(())
    /// # }
    /// ```
    pub fn try_io<R>(&self, f: impl FnOnce() -> io::Result<R>) -> io::Result<R> {
        self.pipe.source().try_io(Interest::WRITABLE, f)
    }

    /// Deregisters the pipe, puts it into blocking mode and returns its descriptor, such as for a
    /// child process.
    ///
    /// # Errors
    ///
    /// What the reactor reports when it deregisters the descriptor, or `fcntl`; it does not fail
    /// for an open pipe.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::process::Command;
    /// use vitte::net::unix::pipe;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// let (sender, receiver) = pipe::pipe()?;
    /// let echo = Command::new("echo").arg("hello").stdout(sender.into_blocking_fd()?).spawn();
    /// # echo?.wait()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn into_blocking_fd(self) -> io::Result<OwnedFd> {
        let fd = self.into_nonblocking_fd()?;
        sys::pipe::set_nonblocking(fd.as_fd(), false)?;
        Ok(fd)
    }

    /// Deregisters the pipe and returns its descriptor, which stays in non-blocking mode.
    ///
    /// # Errors
    ///
    /// What the reactor reports when it deregisters the descriptor; it does not fail for an open
    /// pipe.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::net::unix::pipe;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// let (sender, receiver) = pipe::pipe()?;
    /// let fd = sender.into_nonblocking_fd()?;
    /// let sender = pipe::Sender::from_owned_fd_unchecked(fd)?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn into_nonblocking_fd(self) -> io::Result<OwnedFd> {
        self.pipe.into_fd()
    }
}

write_to_pipe!(Sender);

pipe_descriptor!(Sender);
