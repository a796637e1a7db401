//! Wakers that were collected under a shard's lock and are called outside of it.
//!
//! A waker runs code of the executor, or of the program, which may well register or drop timers. So
//! the driver fills a batch while it holds the lock, and wakes the batch once it has let go.

use std::array;
use std::task::Waker;

use vitte_context::choose::{self, Kind};
use vitte_context::panics::Panicked;

const CAPACITY: usize = 32;

/// A fixed number of wakers, in the order in which their timers fired.
pub(super) struct Batch {
    wakers: [Option<Waker>; CAPACITY],
    len: usize,
    /// Where the timers of the latest tick begin, and that tick.
    run: (usize, u64),
}

impl Batch {
    pub(super) fn new() -> Self {
        Batch {
            wakers: array::from_fn(|_| None),
            len: 0,
            run: (0, 0),
        }
    }

    #[inline]
    pub(super) fn is_full(&self) -> bool {
        self.len == CAPACITY
    }

    /// Adds a waker. The batch is not full.
    #[inline]
    pub(super) fn push(&mut self, waker: Waker, tick: u64) {
        if tick != self.run.1 {
            self.order_run();
            self.run = (self.len, tick);
        }
        self.wakers[self.len] = Some(waker);
        self.len += 1;
    }

    /// Calls all wakers and empties the batch. If one panics, the others are still called, and
    /// then the first panic is resumed.
    pub(super) fn wake_all(&mut self) {
        self.order_run();
        self.run.0 = 0;
        let len = std::mem::take(&mut self.len);
        let mut panicked = Panicked::default();
        for waker in &mut self.wakers[..len] {
            if let Some(waker) = waker.take() {
                panicked.call(|| waker.wake());
            }
        }
        panicked.resume();
    }

    /// Puts the timers of the latest tick into the order that a deterministic runtime chooses:
    /// no order among them is promised. In other runtimes every choice is 0, which leaves them as
    /// they are.
    #[inline]
    fn order_run(&mut self) {
        let run = &mut self.wakers[self.run.0..self.len];
        for first in 0..run.len().saturating_sub(1) {
            let chosen = choose::free(Kind::Timer, run.len() - first);
            if chosen == 0 {
                continue;
            }
            run[first..=first + chosen].rotate_right(1);
        }
    }
}
