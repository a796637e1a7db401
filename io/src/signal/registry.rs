//! The process's signals: who waits for which, and how one gets from the handler to a task.
//!
//! 1. The operating system calls [`caught`], on any thread, between any two instructions. It
//!    sets the signal's `is_pending` and writes a byte into a pipe; neither allocates nor locks.
//! 2. Every reactor of a runtime in which somebody listens watches the pipe's other end. The
//!    first to notice calls [`deliver`] at the end of its turn: it drains the pipe and, for each
//!    pending signal, counts one more arrival and wakes the listeners, whatever runtime they are
//!    in.
//! 3. A [`Listener`] compares the count of arrivals with the one that it last saw. Several
//!    signals between two looks are one to it.
//!
//! The pipe is drained before the flags are read, and a flag is set before its byte is written:
//! so no flag is left behind without a byte that is still to be read.

use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Waker};

use rustix::io::Errno;
use slab::Slab;
use vitte_context::panics::Panicked;
use vitte_context::primitive::plain::{Mutex, MutexGuard};
use vitte_context::trace::{self, WaitKind};
use vitte_context::wakers::PreparedWaker;

use crate::reactor::Reactor;
use crate::sys;

/// The process's signals.
#[derive(Debug)]
struct Registry {
    writer: OwnedFd,
    reader: OwnedFd,
    /// By number, from 1.
    signals: Box<[Signal]>,
}

/// One signal.
#[derive(Debug, Default)]
struct Signal {
    /// It arrived and was not delivered yet.
    is_pending: AtomicBool,
    /// Whether our handler is installed, or the error number of the attempt.
    installed: OnceLock<Result<(), Option<i32>>>,
    listeners: Mutex<Listeners>,
    /// Called on each delivery, after the listeners were woken.
    callback: OnceLock<fn()>,
}

#[derive(Debug, Default)]
struct Listeners {
    arrivals: u64,
    wakers: Slab<Option<Waker>>,
}

fn registry() -> io::Result<&'static Registry> {
    static REGISTRY: OnceLock<Registry> = OnceLock::new();
    if let Some(registry) = REGISTRY.get() {
        return Ok(registry);
    }
    let (reader, writer) = sys::pipe::pipe()?;
    let signals = (0..sys::signal::max()).map(|_| Signal::default()).collect();
    Ok(REGISTRY.get_or_init(|| Registry {
        writer,
        reader,
        signals,
    }))
}

impl Signal {
    fn listeners(&self) -> MutexGuard<'_, Listeners> {
        self.listeners
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    fn deliver(&self) {
        let wakers: Vec<Waker> = {
            let mut listeners = self.listeners();
            listeners.arrivals += 1;
            let wakers = listeners.wakers.iter_mut();
            wakers.filter_map(|(_, waker)| waker.take()).collect()
        };
        let mut panicked = Panicked::default();
        for waker in wakers {
            panicked.call(|| waker.wake());
        }
        if let Some(callback) = self.callback.get() {
            panicked.call(callback);
        }
        panicked.resume();
    }
}

/// Step 1. Async-signal-safe.
fn caught(registry: &Registry, signal: &Signal) {
    // SeqCst: before the byte that announces it, and read after that byte; the calls between
    // them are the kernel's.
    signal.is_pending.store(true, Ordering::SeqCst);
    // A full pipe has enough in it to be noticed.
    let _ = rustix::io::write(&registry.writer, &[1]);
}

/// Step 2: what the reactors call.
fn deliver() {
    let Ok(registry) = registry() else { return };
    let mut buf = [0; 128];
    loop {
        match rustix::io::read(&registry.reader, &mut buf) {
            Ok(0) => panic!("EOF on self-pipe"),
            Ok(_) | Err(Errno::INTR) => {}
            Err(Errno::AGAIN) => break,
            Err(error) => panic!("Bad read on self-pipe: {error}"),
        }
    }
    // The byte is gone: what a panic kept from being delivered would wait for the next signal.
    let mut panicked = Panicked::default();
    for signal in &registry.signals {
        // SeqCst: see `caught`.
        if signal.is_pending.swap(false, Ordering::SeqCst) {
            panicked.call(|| signal.deliver());
        }
    }
    panicked.resume();
}

/// The state of a signal, once it is caught and `reactor` delivers it.
fn enable(number: i32, reactor: &Reactor) -> io::Result<&'static Signal> {
    let is_forbidden = signal_hook_registry::FORBIDDEN.contains(&number);
    let index = match usize::try_from(number) {
        Ok(number) if number > 0 && !is_forbidden => number - 1,
        _ => {
            let message = format!("Refusing to register signal {number}");
            return Err(io::Error::other(message));
        }
    };
    let registry = registry()?;
    reactor.watch_signals(registry.reader.as_raw_fd(), deliver)?;
    let Some(signal) = registry.signals.get(index) else {
        return Err(io::Error::other("signal too large"));
    };
    let installed = signal.installed.get_or_init(|| {
        let handler = move || caught(registry, signal);
        // SAFETY: the handler is async-signal-safe: an atomic store and a `write`.
        match unsafe { signal_hook_registry::register(number, handler) } {
            Ok(_) => Ok(()),
            Err(error) => Err(error.raw_os_error()),
        }
    });
    match installed {
        Ok(()) => Ok(signal),
        Err(Some(code)) => Err(io::Error::from_raw_os_error(*code)),
        Err(None) => Err(io::Error::other("registering signal handler failed")),
    }
}

/// Lets `callback` be called, by whichever reactor delivers, each time the signal has arrived.
/// One per signal.
pub(crate) fn on_arrival(number: i32, reactor: &Reactor, callback: fn()) -> io::Result<()> {
    let signal = enable(number, reactor)?;
    let _ = signal.callback.set(callback);
    Ok(())
}

/// Step 3: waits for the arrivals of one signal.
#[derive(Debug)]
pub(crate) struct Listener {
    signal: &'static Signal,
    seen: u64,
    /// The place among the signal's wakers, once there is one.
    entry: Option<usize>,
}

impl Listener {
    /// Listens to a signal from now on.
    pub(crate) fn new(number: i32, reactor: &Reactor) -> io::Result<Self> {
        let signal = enable(number, reactor)?;
        let seen = signal.listeners().arrivals;
        Ok(Listener {
            signal,
            seen,
            entry: None,
        })
    }

    /// Whether the signal has arrived since the last time this returned `Ready`.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let mut prepared = PreparedWaker::new(cx.waker());
        let mut listeners = self.signal.listeners();
        if listeners.arrivals != self.seen {
            self.seen = listeners.arrivals;
            return Poll::Ready(());
        }
        let old = match self.entry {
            None => {
                self.entry = Some(listeners.wakers.insert(Some(prepared.take())));
                None
            }
            Some(entry) => prepared.store_in(&mut listeners.wakers[entry]),
        };
        drop(listeners);
        drop(old);
        trace::waiting_on(WaitKind::Io, self.signal);
        Poll::Pending
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        if let Some(entry) = self.entry.take() {
            let waker = self.signal.listeners().wakers.remove(entry);
            // Outside the mutex: dropping the waker may run anything.
            drop(waker);
        }
    }
}
