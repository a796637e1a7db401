//! A registration: it keeps one descriptor registered with a reactor, and has its source.
//!
//! [`Descriptor`](super::descriptor) and `AsyncFd` hold one. It is made, used and dropped on any
//! thread. It does not own the descriptor: its holder drops it before it closes the descriptor.

use std::io;
use std::os::fd::RawFd;
use std::sync::Arc;

use super::Reactor;
use super::source::Source;
use crate::io::Interest;

/// Keeps a descriptor registered with a reactor. Its holder deregisters or drops it before the
/// descriptor is closed.
#[derive(Debug)]
pub(crate) struct Registration {
    source: Arc<Source>,
    reactor: Arc<Reactor>,
    fd: RawFd,
    /// Where the reactor's registry keeps the source.
    slot: usize,
    is_registered: bool,
}

impl Registration {
    /// Registers with the current runtime's reactor.
    #[track_caller]
    pub(crate) fn new(fd: RawFd, interest: Interest) -> io::Result<Self> {
        Registration::with_reactor(fd, interest, Reactor::current())
    }

    /// Registers with a given reactor.
    pub(crate) fn with_reactor(
        fd: RawFd,
        interest: Interest,
        reactor: Arc<Reactor>,
    ) -> io::Result<Self> {
        let (source, slot) = reactor.register(fd, interest)?;
        Ok(Registration {
            source,
            reactor,
            fd,
            slot,
            is_registered: true,
        })
    }

    /// What is known of the descriptor, and the loops that wait for it.
    #[inline]
    pub(crate) fn source(&self) -> &Source {
        &self.source
    }

    /// Ends the registration. Called once at most; dropping does it otherwise.
    pub(crate) fn deregister(&mut self) -> io::Result<()> {
        if !std::mem::take(&mut self.is_registered) {
            return Ok(());
        }
        self.reactor.deregister(self.fd, self.slot)
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        // An error can neither be reported here nor mended: see `Reactor::deregister`.
        let _ = self.deregister();
        // A stored waker may own what owns this reactor.
        self.source.clear_wakers();
    }
}
