//! What a pending task waits for, as the primitive that it waits for says.
//!
//! Primitives call [`waiting_on`] right before they return `Pending`; it is a flag test unless the
//! current runtime asked for it with [`record_waits`]. The deterministic mode does, to name what
//! each task waits for when a run can no longer advance.

use std::fmt;

use crate::block;

/// The kind of thing that a task can wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WaitKind {
    /// A timer.
    Sleep,
    /// Another task's completion.
    Join,
    /// A `Mutex`.
    Mutex,
    /// An `RwLock`.
    RwLock,
    /// Permits of a `Semaphore`.
    Semaphore,
    /// A `Notify`.
    Notify,
    /// A `Barrier`.
    Barrier,
    /// The value of a `OnceCell` or `SetOnce`.
    OnceCell,
    /// The value of a oneshot channel.
    Oneshot,
    /// A message or a free place in an mpsc channel.
    Mpsc,
    /// A change of a watch channel.
    Watch,
    /// A message of a broadcast channel.
    Broadcast,
    /// Bytes, or room for them, in a pipe within the program.
    Pipe,
    /// A socket or another file descriptor.
    Io,
    /// A thread of the blocking pool, all of which are busy.
    Blocking,
}

/// What a task waits for: the kind, and the address that tells two of a kind apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Waiting {
    /// What it is.
    pub kind: WaitKind,
    /// The address of the thing, for telling two of them apart.
    pub address: usize,
}

impl fmt::Display for Waiting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} at {:#x}", self.kind, self.address)
    }
}

/// Says what the current task is about to wait for. A flag test unless waits are recorded.
#[inline]
pub fn waiting_on<T: ?Sized>(kind: WaitKind, thing: *const T) {
    block::with(|block| {
        if block.trace_waits.get() {
            let address = thing.cast::<()>() as usize;
            block.waiting.set(Some(Waiting { kind, address }));
        }
    });
}

/// Switches the recording of waits on this thread on or off, and returns what it was.
pub fn record_waits(on: bool) -> bool {
    block::with(|block| block.trace_waits.replace(on))
}

/// Puts back what was taken, after other polls in between.
pub fn put_waiting(waiting: Option<Waiting>) {
    block::with(|block| block.waiting.set(waiting));
}

/// Whether waits on this thread are recorded.
#[inline]
pub fn records_waits() -> bool {
    block::with(|block| block.trace_waits.get())
}

/// Takes what the last poll on this thread waited for.
pub fn take_waiting() -> Option<Waiting> {
    block::with(|block| block.waiting.take())
}
