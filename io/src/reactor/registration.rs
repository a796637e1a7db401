//! A registration: one owner's claim on a source, and the readiness loops.
//!
//! Every loop is the same: take what is known, try the operation, and when it would block take
//! the readiness back (unless it is newer) and wait. `poll_*` functions are for one task per
//! direction; the async ones for any number.

use std::future::poll_fn;
use std::io;
use std::os::fd::RawFd;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use vitte_context::coop;

use super::driver::{Reactor, shutting_down};
use super::readiness::ReadyEvent;
use super::source::{Direction, Source};
use crate::io::{Interest, Ready};
use crate::sys::SHORT_MEANS_DRAINED;

/// Keeps a descriptor registered. Whoever holds it deregisters or drops it before the descriptor
/// is closed.
#[derive(Debug)]
pub(crate) struct Registration {
    source: Arc<Source>,
    reactor: Arc<Reactor>,
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
        let source = reactor.register(fd, interest)?;
        Ok(Registration {
            source,
            reactor,
            is_registered: true,
        })
    }

    /// Ends the registration. Called once at most; dropping does it otherwise.
    pub(crate) fn deregister(&mut self) -> io::Result<()> {
        if !std::mem::take(&mut self.is_registered) {
            return Ok(());
        }
        self.reactor.deregister(&self.source)
    }

    /// Says that the source is ready before the operating system did: for sockets that are, so
    /// that the first operation does not wait for a turn.
    pub(crate) fn assume_ready(&self, ready: Ready) {
        self.source.assume_ready(ready);
    }

    /// Takes back readiness that an operation disproved.
    #[inline]
    pub(crate) fn clear(&self, event: ReadyEvent) {
        self.source.clear(event, self.reactor.selector());
    }

    /// Takes back readiness after an operation that moved `moved` of `wanted` bytes, if that
    /// proves that there is nothing left: it saves the call that would block.
    #[inline]
    pub(crate) fn clear_if_short(&self, event: ReadyEvent, moved: usize, wanted: usize) {
        if SHORT_MEANS_DRAINED && 0 < moved && moved < wanted {
            self.clear(event);
        }
    }

    /// Waits until the direction is ready. Takes one unit of budget.
    #[inline]
    pub(crate) fn poll_ready(
        &self,
        cx: &mut Context<'_>,
        direction: Direction,
    ) -> Poll<io::Result<ReadyEvent>> {
        let coop = ready!(coop::poll_proceed(cx));
        let event = ready!(self.source.poll_ready(cx, direction));
        if event.is_shutdown {
            return Poll::Ready(Err(shutting_down()));
        }
        coop.made_progress();
        Poll::Ready(Ok(event))
    }

    /// Tries `operation` until it does not block, waiting in between.
    #[inline]
    pub(crate) fn poll_io<R>(
        &self,
        cx: &mut Context<'_>,
        direction: Direction,
        mut operation: impl FnMut() -> io::Result<R>,
    ) -> Poll<io::Result<R>> {
        loop {
            let event = ready!(self.poll_ready(cx, direction))?;
            match operation() {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => self.clear(event),
                result => return Poll::Ready(result),
            }
        }
    }

    /// [`poll_io`](Self::poll_io) for a transfer of up to `wanted` bytes, that knows what a short
    /// one means.
    #[inline]
    pub(crate) fn poll_transfer(
        &self,
        cx: &mut Context<'_>,
        direction: Direction,
        wanted: usize,
        mut operation: impl FnMut() -> io::Result<usize>,
    ) -> Poll<io::Result<usize>> {
        loop {
            let event = ready!(self.poll_ready(cx, direction))?;
            match operation() {
                Ok(moved) => {
                    self.clear_if_short(event, moved, wanted);
                    return Poll::Ready(Ok(moved));
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => self.clear(event),
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
    }

    /// Tries `operation` once if the source is ready for `interest`; never waits.
    pub(crate) fn try_io<R>(
        &self,
        interest: Interest,
        operation: impl FnOnce() -> io::Result<R>,
    ) -> io::Result<R> {
        let event = self.source.event(interest);
        if event.ready.is_empty() {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        match operation() {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                self.clear(event);
                Err(io::ErrorKind::WouldBlock.into())
            }
            result => result,
        }
    }

    /// Waits until the source is ready for `interest`.
    pub(crate) async fn ready(&self, interest: Interest) -> io::Result<ReadyEvent> {
        let event = self.source.ready(interest).await;
        if event.is_shutdown {
            return Err(shutting_down());
        }
        Ok(event)
    }

    /// Tries `operation` until it does not block, waiting in between. Takes one unit of budget.
    pub(crate) async fn async_io<R>(
        &self,
        interest: Interest,
        mut operation: impl FnMut() -> io::Result<R>,
    ) -> io::Result<R> {
        loop {
            let event = self.ready(interest).await?;
            let coop = poll_fn(coop::poll_proceed).await;
            match operation() {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => self.clear(event),
                result => {
                    coop.made_progress();
                    return result;
                }
            }
        }
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        // Nobody to report an error to, and nothing to do about it: see `Reactor::deregister`.
        let _ = self.deregister();
        // A stored waker may own what owns this reactor.
        self.source.clear_wakers();
    }
}
