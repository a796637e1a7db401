//! The state word of a oneshot channel: its flags, and the changes that the halves make to them.

use std::fmt;

use vitte_context::primitive::atomic::AtomicUsize;
use vitte_context::primitive::atomic::Ordering::{AcqRel, Acquire};

/// The receiver's waker is in its cell.
pub(super) const RX_WAKER: usize = 1;
/// The sender has sent, or was dropped. Never set once `CLOSED` is.
pub(super) const COMPLETE: usize = 2;
/// The receiver wants no value any more.
pub(super) const CLOSED: usize = 4;
/// The sender's waker is in its cell.
pub(super) const TX_WAKER: usize = 8;
/// The sender does not touch the channel any more.
pub(super) const TX_GONE: usize = 16;
/// The receiver does not touch the channel any more.
pub(super) const RX_GONE: usize = 32;

/// The word, as both halves share it.
pub(super) struct State(AtomicUsize);

/// The word at one moment.
#[derive(Clone, Copy)]
pub(super) struct Snapshot(usize);

impl State {
    pub(super) fn new() -> Self {
        State(AtomicUsize::new(0))
    }

    #[inline]
    pub(super) fn load(&self) -> Snapshot {
        // Acquire: pairs with the Release half of every change below; a half that sees a flag sees
        // the cell that the flag is about.
        Snapshot(self.0.load(Acquire))
    }

    /// Sets flags and returns the word from before.
    #[inline]
    pub(super) fn set(&self, flags: usize) -> Snapshot {
        // AcqRel: publishes the cell that is handed over, and takes over the other half's.
        Snapshot(self.0.fetch_or(flags, AcqRel))
    }

    /// Clears flags and returns the word from before.
    #[inline]
    pub(super) fn clear(&self, flags: usize) -> Snapshot {
        // AcqRel: as in `set`.
        Snapshot(self.0.fetch_and(!flags, AcqRel))
    }

    /// Sets `COMPLETE` unless the receiver has closed; returns the word from before.
    ///
    /// The sender leaves with the same step (`TX_GONE`) if no waker calls for another.
    #[inline]
    pub(super) fn complete(&self) -> Snapshot {
        let mut current = self.0.load(Acquire);
        while current & CLOSED == 0 {
            let leave = if current & (RX_WAKER | TX_WAKER) == 0 {
                TX_GONE
            } else {
                0
            };
            // AcqRel: publishes the value, and takes over the receiver's waker.
            match self
                .0
                .compare_exchange_weak(current, current | COMPLETE | leave, AcqRel, Acquire)
            {
                Ok(_) => break,
                Err(actual) => current = actual,
            }
        }
        Snapshot(current)
    }
}

impl Snapshot {
    #[inline]
    pub(super) fn has(self, flag: usize) -> bool {
        self.0 & flag != 0
    }
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.load();
        f.debug_struct("State")
            .field("is_complete", &state.has(COMPLETE))
            .field("is_closed", &state.has(CLOSED))
            .field("is_rx_task_set", &state.has(RX_WAKER))
            .field("is_tx_task_set", &state.has(TX_WAKER))
            .finish()
    }
}
