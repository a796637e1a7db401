//! A connection as hyper wants it: one system call per read and per write, none to learn that
//! there is nothing.
//!
//! It stores no waker: whatever epoll reports of a connection makes the loop poll its task, which
//! is the only one that reads and writes.

use std::cell::{Cell, RefCell};
use std::io::{self, IoSlice};
use std::os::fd::OwnedFd;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use hyper::rt::{Read, ReadBufCursor, Write};
use rustix::io::{Errno, writev};
use rustix::net::{RecvFlags, SendFlags, Shutdown, recv, send, shutdown};

/// Up to how many bytes of several buffers are copied together, to be sent by one `send`.
const GATHER_MAX: usize = 1024;

/// What may be tried; otherwise an event has to come first.
#[derive(Debug, Clone, Copy, Default)]
pub struct Readiness {
    reads: bool,
    writes: bool,
}

impl Readiness {
    pub const ALL: Readiness = Readiness {
        reads: true,
        writes: true,
    };
}

/// See the module's header.
#[derive(Debug)]
pub struct Stream {
    socket: OwnedFd,
    readiness: Rc<Cell<Readiness>>,
    /// Where several small buffers are copied together.
    together: RefCell<Vec<u8>>,
}

impl Stream {
    pub fn new(socket: OwnedFd, readiness: Rc<Cell<Readiness>>) -> Self {
        Stream {
            socket,
            readiness,
            together: RefCell::default(),
        }
    }

    fn try_write(
        &self,
        wanted: usize,
        write: impl FnOnce() -> Result<usize, Errno>,
    ) -> Poll<io::Result<usize>> {
        let readiness = self.readiness.get();
        if !readiness.writes {
            return Poll::Pending;
        }
        let written = write();
        if written.is_err() || written.is_ok_and(|count| count < wanted) {
            self.readiness.set(Readiness {
                writes: false,
                ..readiness
            });
        }
        match written {
            Err(Errno::AGAIN) => Poll::Pending,
            written => Poll::Ready(Ok(written?)),
        }
    }
}

impl Read for Stream {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        mut buf: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        let readiness = self.readiness.get();
        if !readiness.reads {
            return Poll::Pending;
        }
        // SAFETY: `recv` only ever writes initialized bytes.
        let space = unsafe { buf.as_mut() };
        let wanted = space.len();
        let received = recv(&self.socket, space, RecvFlags::empty()).map(|(_, count)| count);
        // A short read says that there is no more, but for the end, which is an event of its own.
        let is_over = received.is_err() || received.is_ok_and(|count| 0 < count && count < wanted);
        if is_over {
            self.readiness.set(Readiness {
                reads: false,
                ..readiness
            });
        }
        match received {
            Err(Errno::AGAIN) => Poll::Pending,
            Err(error) => Poll::Ready(Err(error.into())),
            Ok(count) => {
                // SAFETY: that many bytes at the start of the space were just written.
                unsafe { buf.advance(count) };
                Poll::Ready(Ok(()))
            }
        }
    }
}

impl Write for Stream {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.try_write(buf.len(), || send(&self.socket, buf, SendFlags::NOSIGNAL))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = &*self;
        let wanted = bufs.iter().map(|buf| buf.len()).sum();
        this.try_write(wanted, || {
            if wanted > GATHER_MAX {
                return writev(&this.socket, bufs);
            }
            let mut together = this.together.borrow_mut();
            together.clear();
            bufs.iter().for_each(|buf| together.extend_from_slice(buf));
            send(&this.socket, &together, SendFlags::NOSIGNAL)
        })
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(shutdown(&self.socket, Shutdown::Write)?))
    }
}
