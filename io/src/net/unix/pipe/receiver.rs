//! [`Receiver`]: the reading end of a pipe, over a registered descriptor.

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd, RawFd};
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::io::{Interest, Ready};
use crate::net::fill_buf::{as_uninit, fill_buf};
use crate::reactor::Direction;
use crate::reactor::descriptor::Descriptor;
use crate::reactor::pipe_end::{pipe_descriptor, read_from_pipe};
use crate::sys;

/// The reading end of a pipe.
///
/// Reading goes through `AsyncRead`, whose methods are in `AsyncReadExt`. Once all writing ends are
/// closed and what they wrote is read, it returns zero bytes.
///
/// # Examples
///
/// ```
/// use vitte::io::{AsyncReadExt, AsyncWriteExt};
/// use vitte::net::unix::pipe;
///
/// # #[vitte::main]
/// # async fn main() -> std::io::Result<()> {
/// let (mut sender, mut receiver) = pipe::pipe()?;
/// sender.write_all(b"hello").await?;
/// drop(sender);
///
/// let mut text = String::new();
/// receiver.read_to_string(&mut text).await?;
/// assert_eq!(text, "hello");
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Receiver {
    pipe: Descriptor,
}

impl Receiver {
    /// Takes over a FIFO or a pipe that is open for reading, and makes it non-blocking.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if it is not a pipe, or is not open for reading. Also fails if the reactor
    /// cannot register it.
    ///
    /// # Panics
    ///
    /// Outside of a runtime with I/O enabled.
    pub fn from_file(file: File) -> io::Result<Receiver> {
        Receiver::from_owned_fd(file.into())
    }

    /// Takes over a FIFO or a pipe that is open for reading, and makes it non-blocking.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if it is not a pipe, or is not open for reading. Also fails if the reactor
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
    /// # let end = receiver.into_blocking_fd()?;
    /// let receiver = pipe::Receiver::from_owned_fd(end)?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn from_owned_fd(owned_fd: OwnedFd) -> io::Result<Receiver> {
        sys::pipe::prepare(owned_fd.as_fd(), sys::pipe::End::Reading)?;
        Receiver::from_owned_fd_unchecked(owned_fd)
    }

    /// Takes over a file that is known to be a pipe, open for reading, in non-blocking mode. If it
    /// blocks, it blocks the thread of the runtime.
    ///
    /// # Errors
    ///
    /// If the reactor cannot register the descriptor.
    ///
    /// # Panics
    ///
    /// Outside of a runtime with I/O enabled.
    pub fn from_file_unchecked(file: File) -> io::Result<Receiver> {
        Receiver::from_owned_fd_unchecked(file.into())
    }

    /// Takes over a descriptor that is known to be a pipe, open for reading, in non-blocking mode.
    /// If it blocks, it blocks the thread of the runtime.
    ///
    /// # Errors
    ///
    /// If the reactor cannot register the descriptor.
    ///
    /// # Panics
    ///
    /// Outside of a runtime with I/O enabled.
    pub fn from_owned_fd_unchecked(owned_fd: OwnedFd) -> io::Result<Receiver> {
        let pipe = Descriptor::new(owned_fd, Interest::READABLE)?;
        Ok(Receiver { pipe })
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
    /// # use vitte::io::AsyncWriteExt;
    /// let (mut sender, receiver) = pipe::pipe()?;
    /// sender.write_all(b"hello").await?;
    /// let ready = receiver.ready(Interest::READABLE).await?;
    /// assert!(ready.is_readable());
    /// # Ok(())
    /// # }
    /// ```
    pub async fn ready(&self, interest: Interest) -> io::Result<Ready> {
        let event = self.pipe.source().ready(interest).await?;
        Ok(event.ready)
    }

    /// Waits until the pipe can be read.
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
    /// # use vitte::io::AsyncWriteExt;
    /// let (mut sender, receiver) = pipe::pipe()?;
    /// sender.write_all(b"hello").await?;
    /// receiver.readable().await?;
    /// let mut buf = [0; 16];
    /// assert_eq!(receiver.try_read(&mut buf)?, 5);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn readable(&self) -> io::Result<()> {
        self.ready(Interest::READABLE).await?;
        Ok(())
    }

    /// Polls until the pipe can be read. Only the task that called this last is woken.
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
    /// # use vitte::io::AsyncWriteExt;
    /// let (mut sender, receiver) = pipe::pipe()?;
    /// sender.write_all(b"hello").await?;
    /// poll_fn(|cx| receiver.poll_read_ready(cx)).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn poll_read_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let source = self.pipe.source();
        source.poll_ready(cx, Direction::Read).map_ok(drop)
    }

    /// Reads what there is without waiting, and returns how many bytes; zero at the end, or if
    /// `buf` is empty.
    ///
    /// # Errors
    ///
    /// `WouldBlock` if there is nothing to read.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::net::unix::pipe;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # use vitte::io::AsyncWriteExt;
    /// let (mut sender, receiver) = pipe::pipe()?;
    /// sender.write_all(b"hello").await?;
    /// receiver.readable().await?;
    /// let mut buf = [0; 16];
    /// assert_eq!(receiver.try_read(&mut buf)?, 5);
    /// # Ok(())
    /// # }
    /// ```
    pub fn try_read(&self, buf: &mut [u8]) -> io::Result<usize> {
        self.try_io(|| self.pipe.read(as_uninit(buf)))
    }

    /// Like [`try_read`](Self::try_read), into several buffers, one after the other.
    ///
    /// # Errors
    ///
    /// `WouldBlock` if there is nothing to read.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::io::IoSliceMut;
    /// use vitte::net::unix::pipe;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # use vitte::io::AsyncWriteExt;
    /// let (mut sender, receiver) = pipe::pipe()?;
    /// sender.write_all(b"hello").await?;
    /// receiver.readable().await?;
    /// let (mut head, mut rest) = ([0; 1], [0; 16]);
    /// let mut bufs = [IoSliceMut::new(&mut head), IoSliceMut::new(&mut rest)];
    /// assert_eq!(receiver.try_read_vectored(&mut bufs)?, 5);
    /// # Ok(())
    /// # }
    /// ```
    pub fn try_read_vectored(&self, bufs: &mut [io::IoSliceMut<'_>]) -> io::Result<usize> {
        self.try_io(|| self.pipe.read_vectored(bufs))
    }

    /// Like [`try_read`](Self::try_read), into the spare capacity of `buf`, which is advanced.
    ///
    /// # Errors
    ///
    /// `WouldBlock` if there is nothing to read.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::net::unix::pipe;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # use vitte::io::AsyncWriteExt;
    /// let (mut sender, receiver) = pipe::pipe()?;
    /// sender.write_all(b"hello").await?;
    /// receiver.readable().await?;
    /// let mut buf = Vec::with_capacity(16);
    /// receiver.try_read_buf(&mut buf)?;
    /// assert_eq!(buf, b"hello");
    /// # Ok(())
    /// # }
    /// ```
    pub fn try_read_buf<B: bytes::BufMut>(&self, buf: &mut B) -> io::Result<usize> {
        self.try_io(|| fill_buf(buf, |spare| self.pipe.read(spare)))
    }

    /// Calls `f` once if the pipe is ready for reading; `f` may use the pipe's descriptor directly.
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
    /// use std::io::Read;
    /// use std::os::fd::AsFd;
    /// use vitte::net::unix::pipe;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # use vitte::io::AsyncWriteExt;
    /// let (mut sender, receiver) = pipe::pipe()?;
    /// sender.write_all(b"hello").await?;
    /// receiver.readable().await?;
    /// let mut file = std::fs::File::from(receiver.as_fd().try_clone_to_owned()?);
    /// let mut buf = [0; 16];
    /// let count = receiver.try_io(|| file.read(&mut buf))?;
    /// assert_eq!(count, 5);
    /// # Ok(())
    /// # }
    /// ```
    pub fn try_io<R>(&self, f: impl FnOnce() -> io::Result<R>) -> io::Result<R> {
        self.pipe.source().try_io(Interest::READABLE, f)
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
    /// # use vitte::io::AsyncWriteExt;
    /// let (mut sender, receiver) = pipe::pipe()?;
    /// sender.write_all(b"hello").await?;
    /// drop(sender);
    /// let output = Command::new("cat").stdin(receiver.into_blocking_fd()?).output()?;
    /// assert_eq!(output.stdout, b"hello");
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
    /// # use vitte::io::AsyncWriteExt;
    /// let (mut sender, receiver) = pipe::pipe()?;
    /// let fd = receiver.into_nonblocking_fd()?;
    /// let receiver = pipe::Receiver::from_owned_fd_unchecked(fd)?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn into_nonblocking_fd(self) -> io::Result<OwnedFd> {
        self.pipe.into_fd()
    }
}

read_from_pipe!(Receiver);

pipe_descriptor!(Receiver);
