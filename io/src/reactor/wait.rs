//! The loops that wait for a source: try an operation until it does not block.
//!
//! Every loop is the same: take what is known, try the operation, and when it would block take
//! the readiness back (unless it is newer) and wait. `poll_*` functions are for one task per
//! direction; the async ones for any number. They run in the task that wants the operation, and
//! know neither what the operation does nor what reports readiness.

use std::future::poll_fn;
use std::io;
use std::mem::MaybeUninit;
use std::task::{Context, Poll, ready};

use vitte_context::{coop, runtime};

use super::{Direction, ReadyEvent, Source};
use crate::io::{Interest, ReadBuf};
use crate::sys::SHORT_MEANS_DRAINED;

impl Source {
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
        let event = ready!(self.poll_event(cx, direction));
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

    /// [`poll_io`](Self::poll_io) for a transfer of up to `wanted` bytes, which clears readiness
    /// after a short one.
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
        let event = self.event(interest);
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
        let event = self.wait_for(interest).await;
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

    /// Fills the unfilled part of `buf` with `read`, or waits until there is something to read.
    #[inline]
    pub(crate) fn poll_fill(
        &self,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
        read: impl Fn(&mut [MaybeUninit<u8>]) -> io::Result<usize>,
    ) -> Poll<io::Result<()>> {
        // SAFETY: nothing de-initializes a byte: `read` only writes.
        let unfilled = unsafe { buf.unfilled_mut() };
        let wanted = unfilled.len();
        let count = ready!(self.poll_transfer(cx, Direction::Read, wanted, || read(unfilled)))?;
        advance(buf, count);
        Poll::Ready(Ok(()))
    }
}

/// Counts bytes that a system call has written at the start of the unfilled part.
#[inline]
pub(crate) fn advance(buf: &mut ReadBuf<'_>, count: usize) {
    // SAFETY: every caller passes the number of bytes that a system call reports to have written.
    unsafe { buf.assume_init(count) };
    buf.advance(count);
}

/// The error of every operation once the runtime shuts down.
pub(super) fn shutting_down() -> io::Error {
    io::Error::other(runtime::SHUTTING_DOWN)
}
