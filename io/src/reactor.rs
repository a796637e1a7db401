//! The reactor: readiness of file descriptors.
//!
//! The facade's driver owns a [`Reactor`] and calls [`turn`](Reactor::turn) from whichever worker
//! has nothing else to do; a turn waits in the operating system and publishes what it reported to
//! the sources. Tasks try their operation first, and wait on the source only when the operation
//! would block.
//!
//! It has two halves, which meet in a `Registration`:
//!
//! - readiness, which knows no descriptor: a `Source` is a word of what is known (`readiness`)
//!   and the tasks that wait for it (`source`); `wait` has the loops that try an operation until
//!   it does not block. A simulated resource has a source too, and publishes into it itself.
//! - the operating system: `turn` waits in the selector and dispatches, `registry` adds and
//!   removes descriptors, `registration` is one owner's claim on a descriptor, and `descriptor`
//!   has the reads and writes of one.
//!
//! It makes no decision about tasks, timers or threads: which task a wake makes ready is decided by
//! the executor, and when to wait by the driver.

pub(crate) mod descriptor;
mod direction;
#[cfg(all(test, vitte_loom))]
mod loom_model;
#[cfg(any(feature = "net", feature = "process"))]
pub(crate) mod pipe_end;
mod readiness;
pub(crate) mod registration;
mod registry;
mod source;
#[cfg(all(test, not(vitte_loom)))]
mod tests;
mod turn;
mod wait;

use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use vitte_context::primitive::plain::{Mutex, MutexGuard};
use vitte_context::runtime;

pub(crate) use self::direction::Direction;
pub(crate) use self::readiness::ReadyEvent;
pub(crate) use self::registration::Registration;
use self::registry::Registry;
pub(crate) use self::source::Source;
use self::turn::{SignalWatch, TurnBuffers};
#[cfg(feature = "net")]
pub(crate) use self::wait::advance;
use crate::sys::Selector;

/// The message of tokio's panic when a resource is made in a runtime without I/O.
const IO_DISABLED: &str = "A Tokio 1.x context was found, but IO is disabled. \
    Call `enable_io` on the runtime builder to enable IO.";

/// The readiness of one runtime's file descriptors.
#[derive(Debug)]
pub struct Reactor {
    selector: Selector,
    /// Held by the thread that is in a turn. No thread waits for it.
    events: Mutex<TurnBuffers>,
    registry: Mutex<Registry>,
    /// The number of registered sources, to be read without the mutex.
    sources: AtomicUsize,
    /// The number of retired sources, likewise.
    retired: AtomicUsize,
    /// True if the selector's waker was used since the last turn, or need not be used because a
    /// turn is about to end.
    is_woken: AtomicBool,
    /// How many events there were. Written by the thread that is in a turn.
    events_total: AtomicU64,
    /// Called at the end of a turn in which the signals' descriptor was readable.
    signals: OnceLock<SignalWatch>,
}

impl Reactor {
    /// Makes a reactor that takes at most that many events per turn.
    ///
    /// # Errors
    ///
    /// What the operating system reports: usually that it has no descriptors left.
    pub fn new(events_per_turn: usize) -> io::Result<Arc<Self>> {
        Reactor::with_busy_limit(events_per_turn, events_per_turn)
    }

    /// Like [`new`](Self::new), with a limit of its own for turns that do not wait.
    ///
    /// # Errors
    ///
    /// See [`new`](Self::new).
    pub fn with_busy_limit(
        events_per_turn: usize,
        events_per_busy_turn: usize,
    ) -> io::Result<Arc<Self>> {
        Ok(Arc::new(Reactor {
            selector: Selector::new()?,
            events: Mutex::new(TurnBuffers::new(events_per_turn, events_per_busy_turn)),
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
    /// Outside of a runtime, and in one without I/O, with tokio's messages.
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

    /// Ends the current turn, or the next one, early.
    #[inline]
    pub fn unpark(&self) {
        // AcqRel: Release pairs with the Acquire in `turn`. If another thread has woken the
        // selector since the last turn, its event is still to come and ends the turn for us as
        // well.
        if !self.is_woken.swap(true, Ordering::AcqRel) {
            self.selector.wake().expect("failed to wake I/O driver");
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner())
}
