//! The baton: in a deterministic runtime one thread runs at a time, the one that has it.
//!
//! Code that blocks needs a thread of its own, and the operating system decides when a thread runs.
//! Under a baton the threads take turns instead. The scheduler's thread gives the baton to the
//! [`Seat`] of a blocking job and waits. The job's thread runs until it parks or ends, and gives
//! the baton back. Which seat is next is the scheduler's choice, and so follows from the run's
//! seed.
//!
//! ```text
//!   scheduler            job's thread
//!   Seat::run  ───────►  Seat::occupy: waits for its first turn, then runs the job
//!      │                    │
//!      ◄──────────────────  Parker::park: says what it waits for, gives the baton back
//!   is_ready? run ─────►    │  has its token, or its virtual deadline has passed
//!      ◄──────────────────  end of the job
//! ```
//!
//! A thread that has no part in this but wakes something is *foreign*: the operating system decides
//! when its wake arrives. The baton counts such wakes, since a run that saw one cannot be repeated
//! from its seed.
//!
//! The baton does not see what a job waits for outside of vitte (a lock of std, a file, a sleeping
//! thread): the whole run waits for it.

use std::fmt;
use std::marker::PhantomData;
use std::ptr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

use crate::block;
use crate::primitive::plain::{Condvar, Mutex, MutexGuard};
use crate::trace::{self, Waiting};

/// What the threads of one deterministic runtime share.
pub struct Baton {
    /// A scheduler is inside `block_on`: a thread that wakes something now and has no part in the
    /// run is foreign.
    running: AtomicBool,
    foreign_wakes: AtomicU64,
    /// The runtime has ended: the threads run without turns.
    released: AtomicBool,
    on_foreign_wake: Box<dyn Fn() + Send + Sync>,
}

impl Baton {
    /// A baton; `on_foreign_wake` ends the scheduler's wait, if it really waits somewhere.
    pub fn new(on_foreign_wake: Box<dyn Fn() + Send + Sync>) -> Arc<Self> {
        Arc::new(Baton {
            running: AtomicBool::new(false),
            foreign_wakes: AtomicU64::new(0),
            released: AtomicBool::new(false),
            on_foreign_wake,
        })
    }

    /// Makes this thread the scheduler's until the guard drops.
    pub fn enter(self: &Arc<Self>) -> BatonGuard {
        // Relaxed: a foreign thread that does not see it yet came before the run.
        self.running.store(true, Ordering::Relaxed);
        BatonGuard {
            previous: block::with(|block| block.baton.replace(Arc::as_ptr(self))),
            baton: self.clone(),
            _not_send: PhantomData,
        }
    }

    /// Something was woken. If this thread has no part in the run, the wake is counted as foreign.
    pub fn note_wake(&self) {
        let has_part = block::with(|block| ptr::eq(block.baton.get(), self));
        // Relaxed: see `enter`.
        if has_part || !self.running.load(Ordering::Relaxed) {
            return;
        }
        // Release: pairs with the Acquire in `foreign_wakes`.
        self.foreign_wakes.fetch_add(1, Ordering::Release);
        (self.on_foreign_wake)();
    }

    /// How many wakes came from foreign threads.
    pub fn foreign_wakes(&self) -> u64 {
        // Acquire: pairs with the Release in `note_wake`.
        self.foreign_wakes.load(Ordering::Acquire)
    }

    /// Lets every thread run without turns from now on; for the end of a runtime that will not wait
    /// for its jobs. The caller then calls [`Seat::release`] for each seat that is parked.
    pub fn release(&self) {
        // Relaxed: the seats' locks, which `Seat::release` takes, publish it.
        self.released.store(true, Ordering::Relaxed);
    }

    fn is_released(&self) -> bool {
        self.released.load(Ordering::Relaxed)
    }
}

impl fmt::Debug for Baton {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Baton")
            .field("foreign_wakes", &self.foreign_wakes())
            .finish_non_exhaustive()
    }
}

/// This thread is the scheduler's, until this drops.
#[derive(Debug)]
#[must_use]
pub struct BatonGuard {
    baton: Arc<Baton>,
    previous: *const Baton,
    _not_send: PhantomData<*mut ()>,
}

impl Drop for BatonGuard {
    fn drop(&mut self) {
        self.baton.running.store(false, Ordering::Relaxed);
        block::with(|block| block.baton.set(self.previous));
    }
}

/// A blocking job's place: where its thread waits for the baton.
#[derive(Debug)]
pub struct Seat {
    baton: Arc<Baton>,
    turn: Mutex<Turn>,
    passed: Condvar,
}

#[derive(Debug, Default)]
struct Turn {
    /// The seat's thread has the baton.
    running: bool,
    finished: bool,
    /// What the thread is parked on; `None` before its first turn.
    pause: Option<Pause>,
}

pub(crate) struct Pause {
    /// Whether the parker has its token.
    pub(crate) is_notified: Box<dyn Fn() -> bool + Send>,
    /// When the wait ends in any case, on the runtime's clock.
    pub(crate) deadline: Option<Instant>,
    /// What the last poll said that it waits for.
    pub(crate) waiting: Option<Waiting>,
}

impl fmt::Debug for Pause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pause")
            .field("is_notified", &(self.is_notified)())
            .field("deadline", &self.deadline)
            .field("waiting", &self.waiting)
            .finish()
    }
}

impl Seat {
    /// A place for one job's thread.
    pub fn new(baton: &Arc<Baton>) -> Arc<Self> {
        Arc::new(Seat {
            baton: baton.clone(),
            turn: Mutex::default(),
            passed: Condvar::new(),
        })
    }

    pub(crate) fn baton(&self) -> &Arc<Baton> {
        &self.baton
    }

    /// Gives the baton to this seat's thread and waits until it comes back. Returns whether the
    /// job is over. For the scheduler's thread.
    pub fn run(&self) -> bool {
        let mut turn = self.lock();
        turn.running = true;
        turn.pause = None;
        self.passed.notify_all();
        turn = self.wait_while(turn, |turn| turn.running);
        turn.finished
    }

    /// Runs a job on this thread, in turns. Returns when the job is over.
    pub fn occupy(&self, job: impl FnOnce()) {
        struct Leave<'a>(&'a Seat);
        impl Drop for Leave<'_> {
            fn drop(&mut self) {
                block::with(|block| {
                    block.seat.set(ptr::null());
                    block.baton.set(ptr::null());
                });
                let mut turn = self.0.lock();
                turn.finished = true;
                turn.running = false;
                self.0.passed.notify_all();
            }
        }
        drop(self.wait_while(self.lock(), |turn| {
            !turn.running && !self.baton.is_released()
        }));
        block::with(|block| {
            block.seat.set(self);
            block.baton.set(Arc::as_ptr(&self.baton));
        });
        let _leave = Leave(self);
        job();
    }

    /// Whether the thread could go on: it has its token, or its deadline has passed.
    pub fn is_ready(&self, now: Instant) -> bool {
        match &self.lock().pause {
            None => true,
            Some(pause) => {
                (pause.is_notified)() || pause.deadline.is_some_and(|deadline| deadline <= now)
            }
        }
    }

    /// When the thread's wait ends in any case.
    pub fn deadline(&self) -> Option<Instant> {
        self.lock().pause.as_ref()?.deadline
    }

    /// What the thread waits for, if it said so.
    pub fn waiting(&self) -> Option<Waiting> {
        self.lock().pause.as_ref()?.waiting
    }

    /// Lets the thread go on without a baton, after [`Baton::release`].
    pub fn release(&self) {
        let _turn = self.lock();
        self.passed.notify_all();
    }

    /// Gives the baton back and waits for the next turn. For the seat's thread.
    pub(crate) fn pause(&self, pause: Pause) {
        let mut turn = self.lock();
        turn.pause = Some(pause);
        turn.running = false;
        self.passed.notify_all();
        turn = self.wait_while(turn, |turn| !turn.running && !self.baton.is_released());
        drop(turn);
        if self.baton.is_released() {
            // From now on this thread waits and wakes like any other.
            block::with(|block| block.seat.set(ptr::null()));
        }
    }

    fn lock(&self) -> MutexGuard<'_, Turn> {
        self.turn
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    fn wait_while<'a>(
        &self,
        turn: MutexGuard<'a, Turn>,
        condition: impl Fn(&Turn) -> bool,
    ) -> MutexGuard<'a, Turn> {
        self.passed
            .wait_while(turn, |turn| condition(turn))
            .unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

/// The seat that this thread sits in; `None` on every thread but those of a baton's jobs.
#[inline]
pub(crate) fn seat<'a>() -> Option<&'a Seat> {
    let seat = block::with(|block| block.seat.get());
    // SAFETY: `occupy` put the pointer there, borrows the seat for as long as the job runs on this
    // thread, and takes the pointer out before it returns; callers use the reference at once.
    unsafe { seat.as_ref() }
}

/// The pause of a thread that parks now.
pub(crate) fn pause_on(
    is_notified: impl Fn() -> bool + Send + 'static,
    deadline: Option<Instant>,
) -> Pause {
    Pause {
        is_notified: Box::new(is_notified),
        deadline,
        waiting: trace::take_waiting(),
    }
}

#[cfg(all(test, not(vitte_loom)))]
mod tests;
