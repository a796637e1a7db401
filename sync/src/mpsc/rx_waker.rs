//! The receiver's waker: stored by the receiver, taken by the first sender that comes.
//!
//! # Protocol
//!
//! EMPTY: no waker; the cell is the receiver's. LEFT: a waker lies in the cell, any thread may take
//! it. TAKING: a thread moves it out, which takes a few instructions, and then goes on to EMPTY.
//!
//! A sender publishes its message and then looks for a waker; the receiver leaves its waker and
//! then looks for messages. All four are SeqCst: one of the two sees the other. If the receiver
//! does not wait, a send costs one load here.

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
            // Another thread is taking the previous waker right now, which takes a few
            // instructions. The cell is not available, so the task is polled again instead.
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

    /// Takes the cell back, if no other thread has it.
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
        // SeqCst: comes after the publication of the message.
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

    /// Takes the waker, if there is one and no other thread takes it.
    pub(super) fn take(&self) -> Option<Waker> {
        // Acquire: pairs with the store in `leave`; the waker is visible. Relaxed: if this fails,
        // another thread takes the waker.
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
