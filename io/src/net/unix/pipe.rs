//! Pipes: anonymous ones, and FIFO files.

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd, RawFd};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::pin::Pin;
use std::task::{Context, Poll};

use rustix::fs::{FileType, OFlags};
use rustix::pipe::PipeFlags;

use crate::io::{AsyncRead, AsyncWrite, Interest, ReadBuf, Ready};
use crate::net::addr::invalid_input;
use crate::net::fill_buf::fill_buf;
use crate::reactor::Direction;
use crate::reactor::descriptor::Descriptor;
use crate::reactor::socket::as_uninit;

/// Makes an anonymous pipe: a writing and a reading end.
///
/// # Errors
///
/// What the system says.
///
/// # Panics
///
/// Outside of a runtime with io.
///
/// # Examples
///
/// ```no_run
/// # #[cfg(feature = "io-util")]
/// # async fn example() -> std::io::Result<()> {
/// use vitte_io::io::{AsyncReadExt, AsyncWriteExt};
/// use vitte_io::net::unix::pipe;
///
/// let (mut sender, mut receiver) = pipe::pipe()?;
/// sender.write_all(b"hello").await?;
/// drop(sender);
/// let mut text = String::new();
/// receiver.read_to_string(&mut text).await?;
/// # Ok(())
/// # }
/// ```
pub fn pipe() -> io::Result<(Sender, Receiver)> {
    let (reader, writer) = rustix::pipe::pipe_with(PipeFlags::CLOEXEC | PipeFlags::NONBLOCK)?;
    let sender = Sender::from_owned_fd_unchecked(writer)?;
    let receiver = Receiver::from_owned_fd_unchecked(reader)?;
    Ok((sender, receiver))
}

/// How a FIFO file is opened.
///
/// Opening the reading end never waits; opening the writing end fails (`ENXIO`) while nobody
/// reads, unless [`read_write`](Self::read_write) is set.
#[derive(Clone, Debug)]
pub struct OpenOptions {
    read_write: bool,
    unchecked: bool,
}

impl OpenOptions {
    /// Opens one end only, of what must be a FIFO.
    pub fn new() -> OpenOptions {
        OpenOptions {
            read_write: false,
            unchecked: false,
        }
    }

    /// Says whether the file is opened for both reading and writing, so that the other end is
    /// never missing. A reader then never sees the end of the file.
    pub fn read_write(&mut self, value: bool) -> &mut Self {
        self.read_write = value;
        self
    }

    /// Says whether to skip the check that the file is a FIFO.
    pub fn unchecked(&mut self, value: bool) -> &mut Self {
        self.unchecked = value;
        self
    }

    /// Opens the reading end.
    ///
    /// # Errors
    ///
    /// What the system says, or that the file is not a pipe.
    ///
    /// # Panics
    ///
    /// Outside of a runtime with io.
    pub fn open_receiver<P: AsRef<Path>>(&self, path: P) -> io::Result<Receiver> {
        let file = self.open(path.as_ref(), true, self.read_write)?;
        Receiver::from_file_unchecked(file)
    }

    /// Opens the writing end.
    ///
    /// # Errors
    ///
    /// What the system says, or that the file is not a pipe.
    ///
    /// # Panics
    ///
    /// Outside of a runtime with io.
    pub fn open_sender<P: AsRef<Path>>(&self, path: P) -> io::Result<Sender> {
        let file = self.open(path.as_ref(), self.read_write, true)?;
        Sender::from_file_unchecked(file)
    }

    fn open(&self, path: &Path, read: bool, write: bool) -> io::Result<File> {
        let file = File::options()
            .read(read)
            .write(write)
            .custom_flags(libc::O_NONBLOCK)
            .open(path)?;
        if !self.unchecked {
            must_be_pipe(file.as_fd())?;
        }
        Ok(file)
    }
}

impl Default for OpenOptions {
    fn default() -> OpenOptions {
        OpenOptions::new()
    }
}

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
        prepare(
            owned_fd.as_fd(),
            OFlags::WRONLY,
            "not in O_WRONLY or O_RDWR access mode",
        )?;
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
        let event = self.pipe.registration().ready(interest).await?;
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
        let registration = self.pipe.registration();
        registration.poll_ready(cx, Direction::Write).map_ok(drop)
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
        self.pipe.registration().try_io(Interest::WRITABLE, f)
    }

    /// Deregisters the pipe and makes it block.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn into_blocking_fd(self) -> io::Result<OwnedFd> {
        make_blocking(self.into_nonblocking_fd()?)
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

impl AsyncWrite for Sender {
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
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        // Only closing the descriptor tells the reader.
        Poll::Ready(Ok(()))
    }
}

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
        prepare(
            owned_fd.as_fd(),
            OFlags::RDONLY,
            "not in O_RDONLY or O_RDWR access mode",
        )?;
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
        let event = self.pipe.registration().ready(interest).await?;
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
        let registration = self.pipe.registration();
        registration.poll_ready(cx, Direction::Read).map_ok(drop)
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
        self.pipe.registration().try_io(Interest::READABLE, f)
    }

    /// Deregisters the pipe and makes it block.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn into_blocking_fd(self) -> io::Result<OwnedFd> {
        make_blocking(self.into_nonblocking_fd()?)
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

fn must_be_pipe(fd: BorrowedFd<'_>) -> io::Result<()> {
    let mode = rustix::fs::fstat(fd)?.st_mode;
    if FileType::from_raw_mode(mode) != FileType::Fifo {
        return Err(invalid_input("not a pipe"));
    }
    Ok(())
}

/// Checks that a descriptor is a pipe with this access mode (or both), and makes it non-blocking.
fn prepare(fd: BorrowedFd<'_>, mode: OFlags, otherwise: &'static str) -> io::Result<()> {
    must_be_pipe(fd)?;
    let flags = rustix::fs::fcntl_getfl(fd)?;
    let actual = flags & OFlags::ACCMODE;
    if actual != mode && actual != OFlags::RDWR {
        return Err(invalid_input(otherwise));
    }
    if !flags.contains(OFlags::NONBLOCK) {
        rustix::fs::fcntl_setfl(fd, flags | OFlags::NONBLOCK)?;
    }
    Ok(())
}

fn make_blocking(fd: OwnedFd) -> io::Result<OwnedFd> {
    let flags = rustix::fs::fcntl_getfl(&fd)?;
    rustix::fs::fcntl_setfl(&fd, flags - OFlags::NONBLOCK)?;
    Ok(fd)
}
