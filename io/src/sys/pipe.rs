//! Pipes: making them, and checking descriptors that should be one.

use std::io;
use std::os::fd::{BorrowedFd, OwnedFd};

use rustix::fs::{FileType, OFlags};
use rustix::pipe::PipeFlags;

/// An end of a pipe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Reading,
    Writing,
}

/// A pipe that does not block and is closed on exec: the reading and the writing end.
pub(crate) fn pipe() -> io::Result<(OwnedFd, OwnedFd)> {
    Ok(rustix::pipe::pipe_with(
        PipeFlags::CLOEXEC | PipeFlags::NONBLOCK,
    )?)
}

/// Fails unless the descriptor is a pipe or FIFO.
pub(crate) fn must_be_pipe(fd: BorrowedFd<'_>) -> io::Result<()> {
    let mode = rustix::fs::fstat(fd)?.st_mode;
    if FileType::from_raw_mode(mode) != FileType::Fifo {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a pipe"));
    }
    Ok(())
}

/// Fails unless the descriptor is that end of a pipe (or both), and makes it non-blocking.
pub(crate) fn prepare(fd: BorrowedFd<'_>, end: End) -> io::Result<()> {
    must_be_pipe(fd)?;
    let (mode, otherwise) = match end {
        End::Reading => (OFlags::RDONLY, "not in O_RDONLY or O_RDWR access mode"),
        End::Writing => (OFlags::WRONLY, "not in O_WRONLY or O_RDWR access mode"),
    };
    let actual = rustix::fs::fcntl_getfl(fd)? & OFlags::ACCMODE;
    if actual != mode && actual != OFlags::RDWR {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, otherwise));
    }
    set_nonblocking(fd, true)
}

/// Sets whether calls on the descriptor block, for all that share it.
pub(crate) fn set_nonblocking(fd: BorrowedFd<'_>, nonblocking: bool) -> io::Result<()> {
    let flags = rustix::fs::fcntl_getfl(fd)?;
    if flags.contains(OFlags::NONBLOCK) == nonblocking {
        return Ok(());
    }
    let mut changed = flags;
    changed.set(OFlags::NONBLOCK, nonblocking);
    Ok(rustix::fs::fcntl_setfl(fd, changed)?)
}
