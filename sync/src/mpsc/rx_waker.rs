//! The receiver's waker: left by one, taken by whoever sends first.
//!
//! # Protocol
//!
//! EMPTY: no waker; the cell is the receiver's. LEFT: a waker lies in the cell, anyone may take it.
//! TAKING: somebody moves it out, which takes a few instructions, and then goes on to EMPTY.
//!
//! A sender publishes its message and then looks for a waker; the receiver leaves its waker and
//! then looks for messages. All four are SeqCst: one of the two sees the other. A send to a
//! receiver that does not wait is one load here.

use std::task::Waker;

use vitte_context::primitive::atomic::AtomicUsize;
use vitte_context::primitive::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release, SeqCst};
use vitte_context::primitive::{UnsafeCell, hint};

const EMPTY: usize = 0;
const LEFT: usize = 1;
const TAKING: usize = 2;

pub(super) struct RxWaker {
    state: AtomicUsize,
    waker: UnsafeCell<Option<Waker>>,
}

// SAFETY: the state gives the cell to one thread at a time, and `Waker` is `Send`.
unsafe impl Send for RxWaker {}
// SAFETY: as above.
unsafe impl Sync for RxWaker {}

impl RxWaker {
    pub(super) fn new() -> Self {
        RxWaker {
            state: AtomicUsize::new(EMPTY),
            waker: UnsafeCell::new(None),
        }
    }

    /// Leaves a waker. The caller looks for messages afterwards.
    ///
    /// Only called by the receiver, hence never twice at a time.
    pub(super) fn leave(&self, waker: &Waker) {
        // Cloned before anything is touched: cloning runs other people's code.
        let left = waker.clone();
        if !self.retake() {
            // Somebody is waking the previous one right now, which takes a few instructions. The
            // cell is not to be had, so the task is polled again instead.
            hint::spin_loop();
            waker.wake_by_ref();
            return;
        }
        let previous = self.waker.with_mut(|cell| {
            // SAFETY: the cell is this thread's, as `retake` found.
            let cell = unsafe { &mut *cell };
            cell.replace(left)
        });
        // SeqCst: publishes the waker, and stands before the look at the messages.
        self.state.store(LEFT, SeqCst);
        full_fence();
        drop(previous);
    }

    /// Takes the cell back, if nobody else has it.
    fn retake(&self) -> bool {
        // Acquire: pairs with the Release in `take`; the cell is empty.
        if self.state.load(Acquire) == EMPTY {
            return true;
        }
        // Acquire: as above, if it is emptied in between.
        match self.state.compare_exchange(LEFT, EMPTY, AcqRel, Acquire) {
            Ok(_) => true,
            Err(actual) => actual == EMPTY,
        }
    }

    /// Wakes the receiver if it waits. The caller has published its message before.
    #[inline]
    pub(super) fn wake(&self) {
        full_fence();
        // SeqCst: stands behind the message's publication.
        if self.state.load(SeqCst) != EMPTY {
            self.wake_left();
        }
    }

    #[cold]
    fn wake_left(&self) {
        if let Some(waker) = self.take() {
            waker.wake();
        }
    }

    /// Takes the waker, if there is one that nobody else takes.
    pub(super) fn take(&self) -> Option<Waker> {
        // Acquire: pairs with the store in `leave`; the waker is visible. Relaxed: who fails here
        // leaves it to somebody else.
        self.state
            .compare_exchange(LEFT, TAKING, Acquire, Relaxed)
            .ok()?;
        // SAFETY: TAKING gives the cell to this thread.
        let waker = self.waker.with_mut(|cell| unsafe { (*cell).take() });
        // Release: gives the empty cell back; pairs with the Acquires in `retake`.
        self.state.store(EMPTY, Release);
        waker
    }
}

/// What the SeqCst operations around it imply already; loom takes those for AcqRel.
#[inline(always)]
fn full_fence() {
    #[cfg(vitte_loom)]
    vitte_context::primitive::atomic::fence(SeqCst);
}
