//! A batch of wakers: filled under a lock, woken after it.

use std::mem::MaybeUninit;
use std::task::Waker;

use vitte_context::panics::Panicked;

/// How many wakers are collected before the lock is released to wake them.
#[cfg(not(vitte_loom))]
const BATCH: usize = 32;
/// Small, so that models reach a second batch.
#[cfg(vitte_loom)]
const BATCH: usize = 2;

/// Up to [`BATCH`] wakers, on the stack.
///
/// The first `len` places are initialised. Wakers that are still here when it is dropped are
/// dropped unwoken.
pub(crate) struct WakeList {
    wakers: [MaybeUninit<Waker>; BATCH],
    len: usize,
}

impl WakeList {
    /// An empty batch.
    #[inline]
    pub(crate) fn new() -> Self {
        WakeList {
            wakers: [const { MaybeUninit::uninit() }; BATCH],
            len: 0,
        }
    }

    /// Whether one more fits; if not, unlock and [`wake_all`](Self::wake_all).
    #[inline]
    pub(crate) fn has_room(&self) -> bool {
        self.len < BATCH
    }

    /// Adds a waker.
    ///
    /// # Panics
    ///
    /// When there is no room.
    #[inline]
    pub(crate) fn push(&mut self, waker: Waker) {
        self.wakers[self.len].write(waker);
        self.len += 1;
    }

    /// Wakes all in the order in which they were pushed, and empties the batch. Wakers may panic:
    /// all others are woken nevertheless, and the first panic is handed back.
    ///
    /// The caller holds no lock.
    #[inline]
    pub(crate) fn wake_all(&mut self) -> Panicked {
        let mut panicked = Panicked::default();
        let len = std::mem::take(&mut self.len);
        for place in &mut self.wakers[..len] {
            // SAFETY: the first `len` places are initialised, and as `self.len` is 0 now, this
            // waker is not taken a second time.
            let waker = unsafe { place.assume_init_read() };
            panicked.call(|| waker.wake());
        }
        panicked
    }
}

impl Drop for WakeList {
    fn drop(&mut self) {
        for place in &mut self.wakers[..self.len] {
            // SAFETY: the first `len` places are initialised, and this is the end of the batch.
            unsafe { place.assume_init_drop() };
        }
    }
}
