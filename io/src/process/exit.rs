//! Waiting for the end of a child.

use std::io;
use std::process::{Child, ExitStatus};
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use super::orphans;
use crate::io::Interest;
use crate::reactor::descriptor::Descriptor;
use crate::reactor::{Direction, Reactor};
use crate::signal::registry::Listener;
use crate::sys::pidfd;

/// A child and a way to learn that it has ended.
#[derive(Debug)]
pub(super) struct Watched {
    /// `None` only during the drop.
    child: Option<Child>,
    notice: Notice,
    /// Who delivers signals for an orphan.
    reactor: Arc<Reactor>,
}

/// How one learns of a child's end.
#[derive(Debug)]
enum Notice {
    /// A process descriptor becomes readable.
    Descriptor(Descriptor),
    /// Some child has ended: look whether it is this one.
    Signal(Listener),
}

impl Watched {
    #[track_caller]
    pub(super) fn new(child: Child) -> io::Result<Self> {
        let reactor = Reactor::current();
        orphans::look_after(&reactor);
        let notice = match pidfd::open(child.id()) {
            Some(fd) => Notice::Descriptor(Descriptor::new(fd, Interest::READABLE)?),
            None => Notice::Signal(Listener::new(libc::SIGCHLD, &reactor)?),
        };
        Ok(Watched {
            child: Some(child),
            notice,
            reactor,
        })
    }

    pub(super) fn child(&self) -> &Child {
        self.child.as_ref().expect(DROPPED)
    }

    pub(super) fn child_mut(&mut self) -> &mut Child {
        self.child.as_mut().expect(DROPPED)
    }

    pub(super) fn poll_exit(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<ExitStatus>> {
        let child = self.child.as_mut().expect(DROPPED);
        match &mut self.notice {
            Notice::Descriptor(pidfd) => poll_descriptor(pidfd, child, cx),
            Notice::Signal(listener) => poll_signal(listener, child, cx),
        }
    }
}

/// For the `expect` of what cannot happen.
const DROPPED: &str = "the child is gone";

fn poll_descriptor(
    pidfd: &mut Descriptor,
    child: &mut Child,
    cx: &mut Context<'_>,
) -> Poll<io::Result<ExitStatus>> {
    // The only error is that the reactor shuts down.
    if let Ok(event) = ready!(pidfd.source().poll_ready(cx, Direction::Read)) {
        if let Some(status) = child.try_wait()? {
            return Poll::Ready(Ok(status));
        }
        pidfd.source().clear(event);
    }
    // Either the child was handed to another runtime, or it is not quite gone: ask again, in the
    // runtime that waits now.
    pidfd.reregister(Interest::READABLE)?;
    cx.waker().wake_by_ref();
    Poll::Pending
}

fn poll_signal(
    listener: &mut Listener,
    child: &mut Child,
    cx: &mut Context<'_>,
) -> Poll<io::Result<ExitStatus>> {
    loop {
        // First listen, then look: an end in between is a signal that is seen.
        let is_listening = listener.poll(cx).is_pending();
        if let Some(status) = child.try_wait()? {
            return Poll::Ready(Ok(status));
        }
        if is_listening {
            return Poll::Pending;
        }
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        let Some(mut child) = self.child.take() else {
            return;
        };
        if !matches!(child.try_wait(), Ok(Some(_))) {
            orphans::adopt(child, &self.reactor);
        }
    }
}
