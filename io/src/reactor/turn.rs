//! A turn of the reactor: waits in the selector, and dispatches what it reports.
//!
//! One thread at a time is in a turn: the worker that parks in the driver. A source that is
//! deregistered during a turn is freed at the start of a later one; see `registry`.

use std::io;
use std::os::fd::RawFd;
use std::sync::TryLockError;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use vitte_context::panics::Panicked;
use vitte_context::primitive::plain::MutexGuard;

use super::source::Source;
use super::{Reactor, lock};
use crate::io::{Interest, Ready};
use crate::sys::{Events, SIGNAL_KEY, WAKE_KEY};

/// The buffers of a turn's events; their capacity is how many events a turn takes at most.
#[derive(Debug)]
pub(super) struct TurnBuffers {
    /// For turns that may wait.
    idle: Events,
    /// For turns that only look, because there are tasks to run.
    busy: Events,
}

impl TurnBuffers {
    pub(super) fn new(events_per_turn: usize, events_per_busy_turn: usize) -> Self {
        TurnBuffers {
            idle: Events::with_capacity(events_per_turn),
            busy: Events::with_capacity(events_per_busy_turn),
        }
    }

    fn for_timeout(&mut self, timeout: Option<Duration>) -> &mut Events {
        if timeout == Some(Duration::ZERO) {
            &mut self.busy
        } else {
            &mut self.idle
        }
    }
}

/// The descriptor that signals are written to, and the function that reads it.
#[derive(Debug)]
pub(super) struct SignalWatch {
    fd: RawFd,
    handler: fn(),
}

/// The part of a turn after the wait. During it an unpark needs no system call: the caller looks
/// for work next anyway. Above all this saves it for the wakers that the events wake.
struct EndOfTurn<'a> {
    is_woken: &'a AtomicBool,
}

impl<'a> EndOfTurn<'a> {
    fn new(is_woken: &'a AtomicBool) -> Self {
        // AcqRel: see `drop`; a store would hide earlier unparks from the swap there.
        is_woken.swap(true, Ordering::AcqRel);
        EndOfTurn { is_woken }
    }
}

impl Drop for EndOfTurn<'_> {
    /// Also when a waker panics.
    fn drop(&mut self) {
        // AcqRel: Acquire pairs with the Release in `unpark`, so that the caller finds what that
        // thread left; from here on an unpark needs a system call again. A swap and not a store,
        // so that it synchronises with all calls since the last turn.
        self.is_woken.swap(false, Ordering::AcqRel);
    }
}

impl Reactor {
    /// Waits for events, at most that long, and dispatches them. Returns how many there were.
    ///
    /// A zero timeout only looks; it costs nothing when no source is registered. A turn also ends
    /// on [`unpark`](Self::unpark). When another thread is in a turn it returns at once.
    ///
    /// # Panics
    ///
    /// When the operating system refuses to wait, which means that its descriptor is gone.
    pub fn turn(&self, timeout: Option<Duration>) -> usize {
        if timeout == Some(Duration::ZERO) && self.is_idle() {
            return 0;
        }
        let Some(mut buffers) = self.try_begin_turn() else {
            return 0;
        };
        let events = buffers.for_timeout(timeout);
        self.free_retired();
        if let Err(error) = self.selector.wait(events, timeout) {
            panic!("unexpected error when polling the I/O driver: {error:?}");
        }
        // Acquire: pairs with the Release in `register`. The kernel reports a source only after it
        // was registered; this says so to the compiler and the sanitizers.
        self.sources.load(Ordering::Acquire);
        let _end = EndOfTurn::new(&self.is_woken);
        let mut dispatched = 0;
        let mut signals = None;
        // An event is reported once: those behind a waker that panics must not be lost.
        let mut panicked = Panicked::default();
        for (key, ready) in events.iter() {
            match key {
                WAKE_KEY => continue,
                SIGNAL_KEY => signals = self.signals.get(),
                _ => panicked.call(|| self.dispatch(key, ready)),
            }
            dispatched += 1;
        }
        if let Some(watch) = signals {
            (watch.handler)();
            let readable = Interest::READABLE;
            self.selector
                .arming(watch.fd, readable)
                .rearm(SIGNAL_KEY, Ready::EMPTY);
        }
        let total = self.events_total.load(Ordering::Relaxed);
        // Not an atomic addition: there is one turn at a time.
        self.events_total
            .store(total + dispatched as u64, Ordering::Relaxed);
        panicked.resume();
        dispatched
    }

    /// True if no event can come.
    #[inline]
    fn is_idle(&self) -> bool {
        self.sources() == 0 && self.signals.get().is_none()
    }

    /// Makes `handler` be called at the end of each turn in which `fd` was readable. There can be
    /// one such descriptor, which must never be closed: the one that signals are written to.
    ///
    /// It is registered edge-triggered: the handler drains it.
    pub(crate) fn watch_signals(&self, fd: RawFd, handler: fn()) -> io::Result<()> {
        let mut registry = lock(&self.registry);
        if registry.is_shutdown {
            return Err(io::Error::other("signal driver gone"));
        }
        if registry.watches_signals {
            return Ok(());
        }
        // The handler first: the event may come as soon as the descriptor is registered, and comes
        // only once. (It is set already if the system refused the descriptor before.)
        let _ = self.signals.set(SignalWatch { fd, handler });
        self.selector.add(fd, SIGNAL_KEY, Interest::READABLE)?;
        registry.watches_signals = true;
        Ok(())
    }

    #[inline]
    fn dispatch(&self, key: usize, ready: Ready) {
        let source = std::ptr::with_exposed_provenance::<Source>(key);
        // SAFETY: the key is the address of a source that was registered when the event was
        // harvested, in this turn. The registry keeps it alive: registered ones in `sources`,
        // deregistered ones in `retired`, which only the start of a turn empties, and this turn
        // holds `events`, so that no other one starts.
        let source = unsafe { &*source };
        source.dispatch(ready);
    }

    pub(super) fn try_begin_turn(&self) -> Option<MutexGuard<'_, TurnBuffers>> {
        match self.events.try_lock() {
            Ok(events) => Some(events),
            // A waker panicked in the turn before.
            Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }
}
