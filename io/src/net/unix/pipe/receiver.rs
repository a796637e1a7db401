//! [`Receiver`].

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd, RawFd};
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::io::{AsyncRead, Interest, ReadBuf, Ready};
use crate::net::fill_buf::{as_uninit, fill_buf};
use crate::reactor::Direction;
use crate::reactor::descriptor::Descriptor;
use crate::sys;

/// The reading end of a pipe.
///
/// Once all writing ends are closed and what they wrote is read, reading returns zero bytes.
#[derive(Debug)]
pub struct Receiver {
    pipe: Descriptor,
}

impl Receiver {
    /// Takes over a FIFO or pipe that is open for reading, and makes it non-blocking.
    ///
    /// # Errors
    ///
    /// When it is no pipe, or is not open for reading.
    ///
    /// # Panics
    ///
    /// Outside of a runtime with io.
    pub fn from_file(file: File) -> io::Result<Receiver> {
        Receiver::from_owned_fd(file.into())
    }

    /// As [`from_file`](Self::from_file).
    ///
    /// # Errors
    ///
    /// When it is no pipe, or is not open for reading.
    ///
    /// # Panics
    ///
    /// Outside of a runtime with io.
    pub fn from_owned_fd(owned_fd: OwnedFd) -> io::Result<Receiver> {
        sys::pipe::prepare(owned_fd.as_fd(), sys::pipe::End::Reading)?;
        Receiver::from_owned_fd_unchecked(owned_fd)
    }

    /// Takes over a file that is known to be a non-blocking pipe, open for reading.
    ///
    /// # Errors
    ///
    /// When the reactor cannot register it.
    ///
    /// # Panics
    ///
    /// Outside of a runtime with io.
    pub fn from_file_unchecked(file: File) -> io::Result<Receiver> {
        Receiver::from_owned_fd_unchecked(file.into())
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
    pub fn from_owned_fd_unchecked(owned_fd: OwnedFd) -> io::Result<Receiver> {
        let pipe = Descriptor::new(owned_fd, Interest::READABLE)?;
        Ok(Receiver { pipe })
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

    /// Waits until the pipe can be read.
    ///
    /// # Errors
    ///
    /// When the runtime shuts down.
    ///
    /// # Cancel safety
    ///
    /// Cancelling it loses nothing.
    pub async fn readable(&self) -> io::Result<()> {
        self.ready(Interest::READABLE).await?;
        Ok(())
    }

    /// Waits until the pipe can be read. Only the last task that called it is woken.
    ///
    /// # Errors
    ///
    /// When the runtime shuts down.
    pub fn poll_read_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let source = self.pipe.source();
        source.poll_ready(cx, Direction::Read).map_ok(drop)
    }

    /// Reads what there is, without waiting.
    ///
    /// # Errors
    ///
    /// `WouldBlock` when there is nothing to read.
    pub fn try_read(&self, buf: &mut [u8]) -> io::Result<usize> {
        self.try_io(|| self.pipe.read(as_uninit(buf)))
    }

    /// [`try_read`](Self::try_read) into several buffers, one after the other.
    ///
    /// # Errors
    ///
    /// `WouldBlock` when there is nothing to read.
    pub fn try_read_vectored(&self, bufs: &mut [io::IoSliceMut<'_>]) -> io::Result<usize> {
        self.try_io(|| self.pipe.read_vectored(bufs))
    }

    /// [`try_read`](Self::try_read) into the spare capacity of `buf`, which is advanced.
    ///
    /// # Errors
    ///
    /// `WouldBlock` when there is nothing to read.
    pub fn try_read_buf<B: bytes::BufMut>(&self, buf: &mut B) -> io::Result<usize> {
        self.try_io(|| fill_buf(buf, |spare| self.pipe.read(spare)))
    }

    /// Calls `f` once, if the pipe can be read. It must return `WouldBlock` when, and only when,
    /// the operation would block.
    ///
    /// # Errors
    ///
    /// `WouldBlock` if the pipe is not ready; otherwise what `f` returns.
    pub fn try_io<R>(&self, f: impl FnOnce() -> io::Result<R>) -> io::Result<R> {
        self.pipe.source().try_io(Interest::READABLE, f)
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

impl AsyncRead for Receiver {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.pipe.poll_read(cx, buf)
    }
}

impl AsRawFd for Receiver {
    fn as_raw_fd(&self) -> RawFd {
        self.as_fd().as_raw_fd()
    }
}

impl AsFd for Receiver {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.pipe.as_fd()
    }
}
