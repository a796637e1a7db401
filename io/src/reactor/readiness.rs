//! The readiness word: what is known of one source, in 32 bits.
//!
//! ```text
//! | shutdown | tick    | waits  | readiness |
//! |  1 bit   | 15 bits | 2 bits |  14 bits  |
//! ```
//!
//! The reactor [publishes](Readiness::publish) each event: it adds readiness bits and steps the
//! tick. A task whose operation would block [clears](Readiness::clear) the bits that it had
//! seen, but only if the tick is still the one it saw them with:
//!
//! 1. a task takes a [`ReadyEvent`]: bits and tick;
//! 2. it tries its operation, which would block;
//! 3. meanwhile new data arrives, and the reactor publishes: the bits stay, the tick steps;
//! 4. the task's clear carries the old tick and does nothing, so the task tries again.
//!
//! Without the comparison step 4 would erase an edge that the kernel never repeats, and the task
//! would sleep forever; the loom model `clear_does_not_erase_a_newer_event` shows that. Closed
//! bits are final and never cleared. The shutdown bit, once set, stays, and makes every wait
//! return.
//!
//! A task that [waits](Readiness::wait) for a direction sets that direction's bit, by an exchange
//! that fails if something was published meanwhile. The exchange that publishes clears the bits and
//! returns which were set. So either the task sees the event, or the reactor sees the task. The
//! wakers themselves are in the [source](super::source).

use vitte_context::primitive::atomic::{AtomicU32, Ordering};

use super::direction::Direction;
use crate::io::Ready;

const READY_MASK: u32 = 0x3fff;
const READ_WAITS: u32 = 1 << 14;
const WRITE_WAITS: u32 = 1 << 15;
const TICK_SHIFT: u32 = 16;
const TICK_MASK: u32 = 0x7fff;
const SHUTDOWN: u32 = 1 << 31;

/// What a source was ready for at one moment, and which moment that was.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ReadyEvent {
    pub(crate) ready: Ready,
    tick: u16,
    pub(crate) is_shutdown: bool,
}

impl ReadyEvent {
    /// The same moment with another set of states, to clear just these.
    pub(crate) fn with_ready(self, ready: Ready) -> Self {
        ReadyEvent { ready, ..self }
    }

    /// The same moment, restricted to the states of `mask`.
    #[inline]
    pub(crate) fn masked(self, mask: Ready) -> Self {
        self.with_ready(self.ready & mask)
    }

    /// True if a wait for any of these states is over.
    #[inline]
    pub(crate) fn is_over(&self) -> bool {
        !self.ready.is_empty() || self.is_shutdown
    }
}

/// The word itself.
#[derive(Debug)]
pub(crate) struct Readiness {
    word: AtomicU32,
}

impl Readiness {
    /// A source that is ready for nothing.
    pub(crate) fn new() -> Self {
        Readiness {
            word: AtomicU32::new(0),
        }
    }

    /// Returns what is known now.
    #[inline]
    pub(crate) fn event(&self) -> ReadyEvent {
        // Acquire: pairs with the Release half of `publish` and `shutdown`.
        unpack(self.word.load(Ordering::Acquire))
    }

    /// Adds what the operating system reported and steps the tick. Returns the directions whose
    /// waits end by this.
    #[inline]
    pub(crate) fn publish(&self, ready: Ready) -> Waits {
        let satisfied = waits_for(ready);
        let before = self.update(|word| {
            let tick = ((word >> TICK_SHIFT) + 1) & TICK_MASK;
            let rest = word & (SHUTDOWN | READ_WAITS | WRITE_WAITS | READY_MASK) & !satisfied;
            Some(rest | (tick << TICK_SHIFT) | u32::from(ready.bits()))
        });
        Waits(before & satisfied)
    }

    /// Records that a task waits for the direction, unless that wait is over already. Returns what
    /// is known of the direction.
    #[inline]
    pub(crate) fn wait(&self, direction: Direction) -> ReadyEvent {
        let waits = direction.waits();
        let known = |word| unpack(word).masked(direction.mask());
        let word = self.update(|word| {
            let is_said = word & waits != 0;
            (!is_said && !known(word).is_over()).then_some(word | waits)
        });
        known(word)
    }

    /// Adds readiness that was not reported yet but is certain, so that the first operation is
    /// tried at once. The tick stays.
    pub(crate) fn assume(&self, ready: Ready) {
        // AcqRel: like every transition, though only the bits are published here.
        self.word.fetch_or(ready.bits().into(), Ordering::AcqRel);
    }

    /// Takes back what an operation disproved, unless something was published since.
    #[inline]
    pub(crate) fn clear(&self, event: ReadyEvent) {
        let closed = Ready::READ_CLOSED | Ready::WRITE_CLOSED;
        let disproved = u32::from((event.ready - closed).bits());
        self.update(|word| {
            let is_stale = (word >> TICK_SHIFT) & TICK_MASK != u32::from(event.tick);
            if is_stale && !cfg!(vitte_mutant = "clear_ignores_tick") {
                return None;
            }
            Some(word & !disproved)
        });
    }

    /// Makes every wait return, now and later.
    pub(crate) fn shutdown(&self) {
        // AcqRel: as `publish`.
        self.word.fetch_or(SHUTDOWN, Ordering::AcqRel);
    }

    /// Takes the step, if there is one. Returns the word before it, or the one that has none.
    #[inline]
    fn update(&self, step: impl Fn(u32) -> Option<u32>) -> u32 {
        // Acquire, here and below: as in `event`, for a caller that goes by the word it gets.
        let mut word = self.word.load(Ordering::Acquire);
        while let Some(next) = step(word) {
            // AcqRel: Release pairs with the Acquire in `event`, so that a thread that sees the
            // bits sees what led to them; Acquire orders the transitions among themselves.
            match self
                .word
                .compare_exchange_weak(word, next, Ordering::AcqRel, Ordering::Acquire)
            {
                Ok(_) => return word,
                Err(current) => word = current,
            }
        }
        word
    }
}

/// The directions for which a task waited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Waits(u32);

impl Waits {
    /// Both directions, whether or not a task waits.
    pub(crate) const ALL: Waits = Waits(READ_WAITS | WRITE_WAITS);

    #[inline]
    pub(crate) fn includes(self, direction: Direction) -> bool {
        self.0 & direction.waits() != 0
    }
}

impl Direction {
    #[inline]
    fn waits(self) -> u32 {
        match self {
            Direction::Read => READ_WAITS,
            Direction::Write => WRITE_WAITS,
        }
    }
}

/// The directions whose waits end with these states.
#[inline]
fn waits_for(ready: Ready) -> u32 {
    let reads = if ready.is_readable() { READ_WAITS } else { 0 };
    let writes = if ready.is_writable() { WRITE_WAITS } else { 0 };
    reads | writes
}

#[inline]
fn unpack(word: u32) -> ReadyEvent {
    ReadyEvent {
        ready: Ready::from_bits((word & READY_MASK) as u16),
        tick: ((word >> TICK_SHIFT) & TICK_MASK) as u16,
        is_shutdown: word & SHUTDOWN != 0,
    }
}
