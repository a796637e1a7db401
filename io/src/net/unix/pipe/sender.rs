//! [`Sender`].

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd, RawFd};
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::io::{Interest, Ready};
use crate::reactor::Direction;
use crate::reactor::descriptor::{Descriptor, write_to_pipe};
use crate::sys;

/// The writing end of a pipe.
///
/// Once the reading end is closed, writing fails with `BrokenPipe`.
#[derive(Debug)]
pub struct Sender {
    pipe: Descriptor,
}

impl Sender {
    /// Takes over a FIFO or pipe that is open for writing, and makes it non-blocking.
    ///
    /// # Errors
    ///
    /// When it is no pipe, or is not open for writing.
    ///
    /// # Panics
    ///
    /// Outside of a runtime with io.
    pub fn from_file(file: File) -> io::Result<Sender> {
        Sender::from_owned_fd(file.into())
    }

    /// As [`from_file`](Self::from_file).
    ///
    /// # Errors
    ///
    /// When it is no pipe, or is not open for writing.
    ///
    /// # Panics
    ///
    /// Outside of a runtime with io.
    pub fn from_owned_fd(owned_fd: OwnedFd) -> io::Result<Sender> {
        sys::pipe::prepare(owned_fd.as_fd(), sys::pipe::End::Writing)?;
        Sender::from_owned_fd_unchecked(owned_fd)
    }

    /// Takes over a file that is known to be a non-blocking pipe, open for writing.
    ///
    /// # Errors
    ///
    /// When the reactor cannot register it.
    ///
    /// # Panics
    ///
    /// Outside of a runtime with io.
    pub fn from_file_unchecked(file: File) -> io::Result<Sender> {
        Sender::from_owned_fd_unchecked(file.into())
    }

    /// As [`from_file_unchecked`](Self::from_file_unchecked).
    ///
    /// # Errors
    ///
    /// When the reactor cannot register it.
    ///
    /// # Panics
    ///
    /// Outside of a runtime with io.
    pub fn from_owned_fd_unchecked(owned_fd: OwnedFd) -> io::Result<Sender> {
        let pipe = Descriptor::new(owned_fd, Interest::WRITABLE)?;
        Ok(Sender { pipe })
    }

    /// Waits until the pipe is ready for any of `interest`, and says for what.
    ///
    /// # Errors
    ///
    /// When the runtime shuts down.
    ///
    /// # Cancel safety
    ///
    /// Cancelling it loses nothing.
    pub async fn ready(&self, interest: Interest) -> io::Result<Ready> {
        let event = self.pipe.source().ready(interest).await?;
        Ok(event.ready)
    }

    /// Waits until the pipe can be written.
    ///
    /// # Errors
    ///
    /// When the runtime shuts down.
    ///
    /// # Cancel safety
    ///
    /// Cancelling it loses nothing.
    pub async fn writable(&self) -> io::Result<()> {
        self.ready(Interest::WRITABLE).await?;
        Ok(())
    }

    /// Waits until the pipe can be written. Only the last task that called it is woken.
    ///
    /// # Errors
    ///
    /// When the runtime shuts down.
    pub fn poll_write_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let source = self.pipe.source();
        source.poll_ready(cx, Direction::Write).map_ok(drop)
    }

    /// Writes as much as is possible without waiting.
    ///
    /// # Errors
    ///
    /// `WouldBlock` when nothing can be written.
    pub fn try_write(&self, buf: &[u8]) -> io::Result<usize> {
        self.try_io(|| self.pipe.write(buf))
    }

    /// [`try_write`](Self::try_write) from several buffers, one after the other.
    ///
    /// # Errors
    ///
    /// `WouldBlock` when nothing can be written.
    pub fn try_write_vectored(&self, buf: &[io::IoSlice<'_>]) -> io::Result<usize> {
        self.try_io(|| self.pipe.write_vectored(buf))
    }

    /// Calls `f` once, if the pipe can be written. It must return `WouldBlock` when, and only
    /// when, the operation would block.
    ///
    /// # Errors
    ///
    /// `WouldBlock` if the pipe is not ready; otherwise what `f` returns.
    pub fn try_io<R>(&self, f: impl FnOnce() -> io::Result<R>) -> io::Result<R> {
        self.pipe.source().try_io(Interest::WRITABLE, f)
    }

    /// Deregisters the pipe and makes it block.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn into_blocking_fd(self) -> io::Result<OwnedFd> {
        let fd = self.into_nonblocking_fd()?;
        sys::pipe::set_nonblocking(fd.as_fd(), false)?;
        Ok(fd)
    }

    /// Deregisters the pipe. It still does not block.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn into_nonblocking_fd(self) -> io::Result<OwnedFd> {
        self.pipe.into_fd()
    }
}

write_to_pipe!(Sender);

impl AsRawFd for Sender {
    fn as_raw_fd(&self) -> RawFd {
        self.as_fd().as_raw_fd()
    }
}

impl AsFd for Sender {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.pipe.as_fd()
    }
}
