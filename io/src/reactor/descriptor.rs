//! A registered descriptor that vitte owns: of a socket, a pipe, or a process.
//!
//! It has the system calls that read and write, each tried once, and `poll_*` functions that wait.
//! `net::socket::os`, the pipes and the child processes use it, from any thread. It does not know
//! what kind of file the descriptor stands for.

use std::io;
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::task::{Context, Poll};

use super::{Direction, Registration, Source};
use crate::io::{Interest, ReadBuf};

/// A descriptor and its registration.
#[derive(Debug)]
pub(crate) struct Descriptor {
    // Before the descriptor, so that it is dropped first: a closed descriptor cannot be
    // deregistered.
    registration: Registration,
    fd: OwnedFd,
}

impl Descriptor {
    /// Registers a descriptor with the current runtime's reactor.
    ///
    /// # Panics
    ///
    /// Outside of a runtime with I/O enabled.
    #[track_caller]
    pub(crate) fn new(fd: OwnedFd, interest: Interest) -> io::Result<Self> {
        let registration = Registration::new(fd.as_raw_fd(), interest)?;
        Ok(Descriptor { registration, fd })
    }

    /// What is known of the descriptor, and the loops that wait for it.
    #[inline]
    pub(crate) fn source(&self) -> &Source {
        self.registration.source()
    }

    /// Registers again, with the current runtime's reactor.
    #[track_caller]
    pub(crate) fn reregister(&mut self, interest: Interest) -> io::Result<()> {
        // The old reactor may be gone; an error of it does not matter.
        let _ = self.registration.deregister();
        self.registration = Registration::new(self.fd.as_raw_fd(), interest)?;
        Ok(())
    }

    /// Deregisters and gives the descriptor back.
    pub(crate) fn into_fd(self) -> io::Result<OwnedFd> {
        let Descriptor {
            mut registration,
            fd,
        } = self;
        registration.deregister()?;
        Ok(fd)
    }

    /// `read(2)`, once.
    #[inline]
    pub(crate) fn read(&self, buf: &mut [MaybeUninit<u8>]) -> io::Result<usize> {
        let (filled, _) = rustix::io::read(&self.fd, buf)?;
        Ok(filled.len())
    }

    /// `readv(2)`, once.
    pub(crate) fn read_vectored(&self, bufs: &mut [io::IoSliceMut<'_>]) -> io::Result<usize> {
        Ok(rustix::io::readv(&self.fd, bufs)?)
    }

    /// `write(2)`, once.
    #[inline]
    pub(crate) fn write(&self, buf: &[u8]) -> io::Result<usize> {
        Ok(rustix::io::write(&self.fd, buf)?)
    }

    /// `writev(2)`, once.
    pub(crate) fn write_vectored(&self, bufs: &[io::IoSlice<'_>]) -> io::Result<usize> {
        Ok(rustix::io::writev(&self.fd, bufs)?)
    }

    /// Reads into `buf`, or waits until there is something to read.
    pub(crate) fn poll_read(
        &self,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.source()
            .poll_fill(cx, buf, |unfilled| self.read(unfilled))
    }

    /// Writes some of `buf`, or waits until that is possible.
    pub(crate) fn poll_write(&self, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.source()
            .poll_transfer(cx, Direction::Write, buf.len(), || self.write(buf))
    }

    /// Writes some of `bufs`, or waits until that is possible.
    pub(crate) fn poll_write_vectored(
        &self,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.source()
            .poll_io(cx, Direction::Write, || self.write_vectored(bufs))
    }
}

impl AsFd for Descriptor {
    #[inline]
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}
