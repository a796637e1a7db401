//! The selector everywhere else: the `polling` crate's portable API.
//!
//! Where the system has edge-triggered events (kqueue, epoll) a registration stays armed. Elsewhere
//! registrations are one-shot: an event disarms them, and they are armed again for the states that
//! are not ready, when the event is dispatched and when readiness is cleared.
//!
//! The portable API does not distinguish a closed half from readable data, so a short read proves
//! nothing here and only an operation that would block clears readiness. One poll(2) per event that
//! says readable finds out whether the other end sends no more.

use std::io;
use std::num::NonZeroUsize;
use std::os::fd::{BorrowedFd, RawFd};
use std::sync::Arc;
use std::time::Duration;

use polling::{Event, PollMode, Poller};
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::WAKE_KEY;
use crate::io::{Interest, Ready};

/// False: see the module's header.
pub(crate) const SHORT_MEANS_DRAINED: bool = false;

/// The poller of one reactor.
#[derive(Debug)]
pub(crate) struct Selector {
    poller: Arc<Poller>,
    mode: PollMode,
}

/// The buffer for a turn's events.
#[derive(Debug)]
pub(crate) struct Events {
    events: polling::Events,
}

impl Events {
    pub(crate) fn with_capacity(capacity: usize) -> Self {
        let capacity = NonZeroUsize::new(capacity).unwrap_or(NonZeroUsize::MIN);
        Events {
            events: polling::Events::with_capacity(capacity),
        }
    }

    /// Key and readiness of each event of the last wait.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (usize, Ready)> + '_ {
        self.events
            .iter()
            .map(|event| (event.key, ready_from(event)))
    }
}

impl Selector {
    pub(crate) fn new() -> io::Result<Self> {
        let poller = Arc::new(Poller::new()?);
        let mode = if poller.supports_edge() {
            PollMode::Edge
        } else {
            PollMode::Oneshot
        };
        Ok(Selector { poller, mode })
    }

    /// Registers a descriptor under a key.
    pub(crate) fn add(&self, fd: RawFd, key: usize, interest: Interest) -> io::Result<()> {
        debug_assert_ne!(key, WAKE_KEY);
        let event = event_for(key, interest, Ready::EMPTY);
        // SAFETY: the registration that calls this deletes the descriptor again before its owner
        // closes it.
        unsafe { self.poller.add_with_mode(&borrow(fd)?, event, self.mode) }
    }

    /// What a registered descriptor needs besides its events.
    pub(crate) fn arming(&self, fd: RawFd, interest: Interest) -> Arming {
        let poller = (self.mode == PollMode::Oneshot).then(|| self.poller.clone());
        Arming {
            poller,
            fd,
            interest,
        }
    }

    pub(crate) fn delete(&self, fd: RawFd) -> io::Result<()> {
        self.poller.delete(borrow(fd)?)
    }

    /// Waits until something happens or the timeout has passed.
    pub(crate) fn wait(&self, events: &mut Events, timeout: Option<Duration>) -> io::Result<()> {
        events.events.clear();
        match self.poller.wait(&mut events.events, timeout) {
            Ok(_) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Ends the current wait, or the next one.
    pub(crate) fn wake(&self) -> io::Result<()> {
        self.poller.notify()
    }
}

/// What a descriptor needs besides its events: to be asked whether it hung up, and, where the
/// registration is one-shot, to be armed again.
#[derive(Debug)]
pub(crate) struct Arming {
    /// Only where registrations are one-shot.
    poller: Option<Arc<Poller>>,
    fd: RawFd,
    interest: Interest,
}

impl Arming {
    /// For what is not a descriptor.
    #[cfg(all(test, vitte_loom))]
    pub(crate) fn none() -> Self {
        Arming {
            poller: None,
            fd: -1,
            interest: Interest::READABLE,
        }
    }

    /// What an event says, and what it does not say but is true.
    pub(crate) fn complete(&self, ready: Ready) -> Ready {
        if ready.is_readable() && is_hung_up(self.fd) {
            ready | Ready::READ_CLOSED
        } else {
            ready
        }
    }

    /// Whether [`rearm`](Self::rearm) does anything.
    pub(crate) fn is_one_shot(&self) -> bool {
        self.poller.is_some()
    }

    /// Arms a one-shot registration again, for what is not `ready` yet.
    pub(crate) fn rearm(&self, key: usize, ready: Ready) {
        let Some(poller) = &self.poller else { return };
        let event = event_for(key, self.interest, ready);
        if let Ok(fd) = borrow(self.fd) {
            // It fails if the owner has closed the descriptor: then no task waits for it.
            let _ = poller.modify_with_mode(fd, event, PollMode::Oneshot);
        }
    }
}

fn borrow<'a>(fd: RawFd) -> io::Result<BorrowedFd<'a>> {
    if fd < 0 {
        return Err(io::Error::from_raw_os_error(libc::EBADF));
    }
    // SAFETY: the descriptor is used for one system call only, on behalf of the owner that keeps
    // it open meanwhile; a closed one makes the call fail.
    Ok(unsafe { BorrowedFd::borrow_raw(fd) })
}

/// What poll(2) reports for a descriptor whose other end sends no more.
#[cfg(any(target_os = "linux", target_os = "android", target_os = "freebsd"))]
const HUNG_UP: PollFlags = PollFlags::HUP.union(PollFlags::RDHUP);
#[cfg(not(any(target_os = "linux", target_os = "android", target_os = "freebsd")))]
const HUNG_UP: PollFlags = PollFlags::HUP;

/// True if nothing follows what there is to read.
///
/// Peeking would show that too, but it takes away the error of a failed connection.
fn is_hung_up(fd: RawFd) -> bool {
    let Ok(fd) = borrow(fd) else { return false };
    let mut fds = [PollFd::from_borrowed_fd(fd, PollFlags::IN | HUNG_UP)];
    let now = Timespec::default();
    poll(&mut fds, Some(&now)).is_ok() && fds[0].revents().intersects(HUNG_UP)
}

fn event_for(key: usize, interest: Interest, ready: Ready) -> Event {
    let readable = interest.is_readable() || interest == Interest::ERROR;
    let mut event = Event::new(
        key,
        readable && !ready.is_readable(),
        interest.is_writable() && !ready.is_writable(),
    );
    event.set_priority(interest.is_priority() && !ready.is_priority());
    event
}

fn ready_from(event: Event) -> Ready {
    let mut ready = Ready::EMPTY;
    if event.readable {
        ready |= Ready::READABLE;
    }
    if event.writable {
        ready |= Ready::WRITABLE;
    }
    if event.is_priority() {
        ready |= Ready::PRIORITY;
    }
    if event.is_interrupt() {
        ready |= Ready::READ_CLOSED | Ready::WRITE_CLOSED;
    }
    if event.is_err().unwrap_or(false) {
        ready |= Ready::ERROR;
    }
    ready
}
