//! [`Reactor`]: the driver's part. Registers sources, waits, dispatches.
//!
//! `turn` is called by one thread at a time, whichever worker parks on the driver; everything
//! else may be called from any thread. The registry owns a reference to each registered source,
//! so that an address that the selector reports is always alive: a deregistered source moves to
//! the retired list and is freed at the start of a later turn, when the events that were
//! harvested before its deregistration have all been dispatched.

use std::io;
use std::os::fd::RawFd;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock, TryLockError};
use std::time::Duration;

use slab::Slab;
use vitte_context::panics::Panicked;
use vitte_context::primitive::plain::{Mutex, MutexGuard};
use vitte_context::runtime;

use super::source::Source;
use crate::io::{Interest, Ready};
use crate::sys::{Events, SIGNAL_KEY, Selector, WAKE_KEY};

/// How many retired sources wake a driver that may be asleep for long, to free them.
const RETIRED_MAX: usize = 16;

/// What tokio says when a resource is made in a runtime without io.
const IO_DISABLED: &str = "A Tokio 1.x context was found, but IO is disabled. \
    Call `enable_io` on the runtime builder to enable IO.";

/// The readiness of one runtime's file descriptors.
#[derive(Debug)]
pub struct Reactor {
    selector: Selector,
    /// Whoever holds it is in a turn. Nobody waits for it.
    events: Mutex<TurnBuffers>,
    registry: Mutex<Registry>,
    /// The number of registered sources, to be read without the mutex.
    sources: AtomicUsize,
    /// The number of retired sources, likewise.
    retired: AtomicUsize,
    /// Whether the selector's waker was used since the last turn, or need not be used because a
    /// turn is about to end.
    is_woken: AtomicBool,
    /// How many events there were. Written by whoever is in a turn.
    events_total: AtomicU64,
    /// Called at the end of a turn in which the signals' descriptor was readable.
    signals: OnceLock<SignalWatch>,
}

/// Where a turn's events land: their capacity is how many events a turn takes at most.
#[derive(Debug)]
struct TurnBuffers {
    /// Of turns that may wait.
    idle: Events,
    /// Of turns that only look, because there are tasks to run.
    busy: Events,
}

impl TurnBuffers {
    fn for_timeout(&mut self, timeout: Option<Duration>) -> &mut Events {
        if timeout == Some(Duration::ZERO) {
            &mut self.busy
        } else {
            &mut self.idle
        }
    }
}

/// The descriptor that signals are written to, and who reads it.
#[derive(Debug)]
struct SignalWatch {
    fd: RawFd,
    handler: fn(),
}

/// The part of a turn after the wait. During it an unpark needs no system call: the caller looks
/// for work next anyway. Above all this spares the wakers that the events wake.
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
        // AcqRel: Acquire pairs with the Release in `unpark`, so that the caller finds what
        // whoever called that left; from here on another system call is due. A swap, and not a
        // store, so that all calls since the last turn are synchronised with.
        self.is_woken.swap(false, Ordering::AcqRel);
    }
}

#[derive(Debug, Default)]
struct Registry {
    sources: Slab<Arc<Source>>,
    retired: Vec<Arc<Source>>,
    is_shutdown: bool,
    /// The descriptor that signals arrive at is registered.
    watches_signals: bool,
    /// How many descriptors were ever registered.
    registered: u64,
    /// How many of them were deregistered.
    deregistered: u64,
}

impl Reactor {
    /// A reactor that takes at most that many events per turn.
    ///
    /// # Errors
    ///
    /// What the operating system says when it has no descriptors left.
    pub fn new(events_per_turn: usize) -> io::Result<Arc<Self>> {
        Reactor::with_busy_limit(events_per_turn, events_per_turn)
    }

    /// Like [`new`](Self::new), with a limit of its own for turns that do not wait.
    ///
    /// # Errors
    ///
    /// As for [`new`](Self::new).
    pub fn with_busy_limit(
        events_per_turn: usize,
        events_per_busy_turn: usize,
    ) -> io::Result<Arc<Self>> {
        Ok(Arc::new(Reactor {
            selector: Selector::new()?,
            events: Mutex::new(TurnBuffers {
                idle: Events::with_capacity(events_per_turn),
                busy: Events::with_capacity(events_per_busy_turn),
            }),
            registry: Mutex::new(Registry::default()),
            sources: AtomicUsize::new(0),
            retired: AtomicUsize::new(0),
            is_woken: AtomicBool::new(false),
            events_total: AtomicU64::new(0),
            signals: OnceLock::new(),
        }))
    }

    /// The current runtime's reactor.
    ///
    /// # Panics
    ///
    /// Outside of a runtime, and in one without io, with tokio's words.
    #[track_caller]
    pub fn current() -> Arc<Self> {
        let found = runtime::with_current(|core| match core {
            None => Err(runtime::NO_RUNTIME),
            Some(core) => core.io::<Arc<Reactor>>().cloned().ok_or(IO_DISABLED),
        });
        match found {
            Ok(reactor) => reactor,
            Err(why) => panic!("{why}"),
        }
    }

    /// How many descriptors were ever registered, and how many of them were deregistered.
    pub fn registrations(&self) -> (u64, u64) {
        let registry = lock(&self.registry);
        (registry.registered, registry.deregistered)
    }

    /// How many events the turns have dispatched so far.
    pub fn events(&self) -> u64 {
        self.events_total.load(Ordering::Relaxed)
    }

    /// How many sources are registered.
    #[inline]
    pub fn sources(&self) -> usize {
        // Relaxed: a count for metrics, and a hint for `turn`.
        self.sources.load(Ordering::Relaxed)
    }

    /// Waits for events, at most that long, and dispatches them. Returns how many there were.
    ///
    /// A zero timeout just looks; it costs nothing when no source is registered. A turn also ends
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
                .rearm(watch.fd, SIGNAL_KEY, readable, Ready::EMPTY);
        }
        let total = self.events_total.load(Ordering::Relaxed);
        // Not an atomic addition: there is one turn at a time.
        self.events_total
            .store(total + dispatched as u64, Ordering::Relaxed);
        panicked.resume();
        dispatched
    }

    /// Whether no event can come.
    #[inline]
    fn is_idle(&self) -> bool {
        self.sources() == 0 && self.signals.get().is_none()
    }

    /// Lets `handler` be called at the end of each turn in which `fd` was readable. There can be
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
        // First the handler: the event may come as soon as the descriptor is registered, and comes
        // only once. (It is there already if the system refused the descriptor before.)
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
        source.dispatch(ready, &self.selector);
    }

    /// Ends the current turn, or the next one, early.
    #[inline]
    pub fn unpark(&self) {
        // AcqRel: Release pairs with the Acquire in `turn`. If somebody has woken the selector
        // since the last turn, its event is still to come and ends the turn for us as well.
        if !self.is_woken.swap(true, Ordering::AcqRel) {
            self.selector.wake().expect("failed to wake I/O driver");
        }
    }

    /// Makes every operation fail from now on, and wakes all that wait. There must be no turn
    /// after it.
    pub fn shutdown(&self) {
        let (sources, retired) = {
            let mut registry = lock(&self.registry);
            registry.is_shutdown = true;
            // They stay registered: their owners deregister them, as ever.
            let sources: Vec<_> = registry.sources.iter().map(|(_, s)| s.clone()).collect();
            (sources, registry.take_retired(self))
        };
        let mut panicked = Panicked::default();
        for source in &sources {
            panicked.call(|| source.shutdown());
        }
        drop((sources, retired));
        panicked.resume();
    }

    pub(super) fn selector(&self) -> &Selector {
        &self.selector
    }

    /// Registers a descriptor.
    pub(super) fn register(&self, fd: RawFd, interest: Interest) -> io::Result<Arc<Source>> {
        let source = {
            let mut registry = lock(&self.registry);
            if registry.is_shutdown {
                return Err(shutting_down());
            }
            let entry = registry.sources.vacant_entry();
            let source = Arc::new(Source::new(fd, interest, entry.key()));
            entry.insert(source.clone());
            registry.registered += 1;
            source
        };
        // Counted before it can report anything, so that no turn skips its events. Release: pairs
        // with the Acquire in `turn`; publishes the source.
        self.sources.fetch_add(1, Ordering::Release);
        if let Err(error) = self.selector.add(fd, source.key(), interest) {
            self.sources.fetch_sub(1, Ordering::Relaxed);
            // The selector never knew its address: it need not retire.
            let mut registry = lock(&self.registry);
            registry.registered -= 1;
            let removed = registry.sources.remove(source.slot);
            drop(registry);
            drop(removed);
            return Err(error);
        }
        Ok(source)
    }

    /// Deregisters a source, while its descriptor is still open.
    ///
    /// When the selector refuses (because the descriptor was closed already) the source stays in
    /// the registry for good: a duplicate of the descriptor may go on reporting its address.
    pub(super) fn deregister(&self, source: &Source) -> io::Result<()> {
        self.selector.delete(source.fd)?;
        self.sources.fetch_sub(1, Ordering::Relaxed);
        let (count, is_shutdown) = {
            let mut registry = lock(&self.registry);
            let source = registry.sources.remove(source.slot);
            registry.retired.push(source);
            registry.deregistered += 1;
            let count = registry.retired.len();
            // Relaxed: a hint for `free_retired`, which then takes the mutex.
            self.retired.store(count, Ordering::Relaxed);
            (count, registry.is_shutdown)
        };
        if is_shutdown {
            // No turn will come. One that is still under way frees them with the reactor.
            if let Some(_turn) = self.try_begin_turn() {
                self.free_retired();
            }
        } else if count == RETIRED_MAX {
            self.unpark();
        }
        Ok(())
    }

    fn try_begin_turn(&self) -> Option<MutexGuard<'_, TurnBuffers>> {
        match self.events.try_lock() {
            Ok(events) => Some(events),
            // A waker panicked in the turn before.
            Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    fn free_retired(&self) {
        if self.retired.load(Ordering::Relaxed) == 0 {
            return;
        }
        let retired = lock(&self.registry).take_retired(self);
        // Outside the mutex: wakers may be dropped with them.
        drop(retired);
    }
}

impl Registry {
    fn take_retired(&mut self, reactor: &Reactor) -> Vec<Arc<Source>> {
        reactor.retired.store(0, Ordering::Relaxed);
        std::mem::take(&mut self.retired)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// The error of every operation once the runtime shuts down.
pub(super) fn shutting_down() -> io::Error {
    io::Error::other(runtime::SHUTTING_DOWN)
}
