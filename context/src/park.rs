//! Blocking a thread: the only place in vitte that does so.
//!
//! A [`Parker`] is a thread's one-token semaphore: `park` waits for the token and takes it,
//! `unpark` leaves one. Idle workers, `block_on` and the blocking halves of channels all wait
//! here, so that a deterministic run can see every wait.
//!
//! The state is a word. `unpark` swaps in NOTIFIED and, if the thread was
//! PARKED, takes the mutex before it signals: the parked thread moved to PARKED under that mutex,
//! so the signal cannot fall between its last look and its wait.
//!
//! The thread of a blocking job in a deterministic runtime waits under the [baton] instead, where
//! the scheduler chooses when its wait ends, in virtual time.

#[cfg(all(test, vitte_loom))]
mod loom_model;

use std::future::Future;
use std::mem::ManuallyDrop;
use std::pin::pin;
use std::task::{Context, Poll, RawWaker, RawWakerVTable, Waker};
use std::time::{Duration, Instant};

use crate::baton::{self, Baton, Seat};
#[cfg(not(vitte_loom))]
use crate::primitive::MutexGuard;
use crate::primitive::atomic::{AtomicU8, Ordering};
use crate::primitive::{Arc, Condvar, Mutex, lock};
use crate::{clock, coop};

/// No thread waits, and there is no token.
const EMPTY: u8 = 0;
/// The owner waits.
const PARKED: u8 = 1;
/// There is a token.
const NOTIFIED: u8 = 2;
/// The owner waits for its turn under a baton.
const SEATED: u8 = 3;

#[derive(Debug)]
struct ParkState {
    state: AtomicU8,
    /// The baton that the owner waits under, while it is SEATED.
    /// The baton that the parked thread waits under; `None` if it really waits.
    mutex: Mutex<Option<std::sync::Arc<Baton>>>,
    condvar: Condvar,
}

/// Parks the thread that owns it.
#[derive(Debug)]
pub struct Parker {
    unparker: Unparker,
}

/// Wakes the thread that owns the [`Parker`].
#[derive(Debug, Clone)]
pub struct Unparker {
    state: Arc<ParkState>,
}

impl Default for Parker {
    fn default() -> Self {
        Parker::new()
    }
}

impl Parker {
    /// A parker without a token.
    pub fn new() -> Self {
        let state = ParkState {
            state: AtomicU8::new(EMPTY),
            mutex: Mutex::new(None),
            condvar: Condvar::new(),
        };
        Parker {
            unparker: Unparker {
                state: Arc::new(state),
            },
        }
    }

    /// A handle that wakes this parker's thread.
    pub fn unparker(&self) -> &Unparker {
        &self.unparker
    }

    /// Waits for a token and takes it.
    pub fn park(&self) {
        self.park_until(None);
    }

    /// Waits for a token at most that long. Returns whether there was one.
    pub fn park_timeout(&self, timeout: Duration) -> bool {
        self.park_until(now().checked_add(timeout))
    }

    fn park_until(&self, deadline: Option<Instant>) -> bool {
        if let Some(seat) = baton::seat() {
            return self.park_seated(seat, deadline);
        }
        let this = &*self.unparker.state;
        if this.take_token() {
            return true;
        }
        let mut guard = lock(&this.mutex);
        if this
            .state
            .compare_exchange(EMPTY, PARKED, Ordering::Relaxed, Ordering::Relaxed)
            .is_err()
        {
            // Acquire: pairs with the Release in `unpark`. A swap rather than a store: another
            // token may have come on top of the one that was just seen, and it is taken too.
            this.state.swap(EMPTY, Ordering::Acquire);
            return true;
        }
        loop {
            let timed_out;
            (guard, timed_out) = this.wait(guard, deadline);
            if this.take_token() {
                return true;
            }
            if timed_out {
                // A notification from here on finds EMPTY and leaves a token for the next time.
                return this.state.swap(EMPTY, Ordering::Acquire) == NOTIFIED;
            }
        }
    }
}

impl Parker {
    /// Gives the baton back, even if there is a token: every wait is a point where another thread
    /// may be next. The scheduler gives the baton back once there is a token or the deadline has
    /// passed, and without either only when the runtime is gone.
    fn park_seated(&self, seat: &Seat, deadline: Option<Instant>) -> bool {
        let this = &*self.unparker.state;
        *lock(&this.mutex) = Some(seat.baton().clone());
        // Relaxed: the seat's lock orders it before the scheduler's look at the token.
        let _ = this
            .state
            .compare_exchange(EMPTY, SEATED, Ordering::Relaxed, Ordering::Relaxed);
        let unparker = self.unparker.clone();
        seat.pause(baton::pause_on(move || unparker.is_notified(), deadline));
        *lock(&this.mutex) = None;
        // Acquire: pairs with the Release in `unpark`.
        if this.state.swap(EMPTY, Ordering::Acquire) == NOTIFIED {
            return true;
        }
        if deadline.is_some() {
            return false;
        }
        match baton::seat() {
            None => self.park_until(None),
            Some(_) => unreachable!("the baton came without a token"),
        }
    }
}

/// The time that deadlines of waits are on: real time, or that of the runtime under a baton.
fn now() -> Instant {
    match baton::seat() {
        None => clock::system_now(),
        Some(_) => clock::now(),
    }
}

impl ParkState {
    fn take_token(&self) -> bool {
        // Acquire: pairs with the Release in `unpark`; what the waker wrote is visible.
        self.state
            .compare_exchange(NOTIFIED, EMPTY, Ordering::Acquire, Ordering::Relaxed)
            .is_ok()
    }

    /// Waits once on the condition variable; true if the deadline has passed.
    #[cfg(not(vitte_loom))]
    fn wait<'a>(
        &self,
        guard: MutexGuard<'a, Option<std::sync::Arc<Baton>>>,
        deadline: Option<Instant>,
    ) -> (MutexGuard<'a, Option<std::sync::Arc<Baton>>>, bool) {
        let Some(deadline) = deadline else {
            let guard = self
                .condvar
                .wait(guard)
                .unwrap_or_else(|poisoned| poisoned.into_inner());
            return (guard, false);
        };
        let left = deadline.saturating_duration_since(clock::system_now());
        if left.is_zero() {
            return (guard, true);
        }
        let (guard, _) = self
            .condvar
            .wait_timeout(guard, left)
            .unwrap_or_else(|poison| poison.into_inner());
        (guard, false)
    }

    /// loom has no clock: a wait with a deadline is one that never times out.
    #[cfg(vitte_loom)]
    fn wait<'a>(
        &self,
        guard: loom::sync::MutexGuard<'a, Option<std::sync::Arc<Baton>>>,
        _deadline: Option<Instant>,
    ) -> (
        loom::sync::MutexGuard<'a, Option<std::sync::Arc<Baton>>>,
        bool,
    ) {
        (self.condvar.wait(guard).unwrap(), false)
    }
}

impl Unparker {
    /// Leaves a token, and wakes the thread if it waits.
    pub fn unpark(&self) {
        // Release: pairs with the Acquire in `take_token`. A token that is already there is
        // swapped too, so that the parker synchronises with the latest waker as well.
        match self.state.state.swap(NOTIFIED, Ordering::AcqRel) {
            PARKED => {
                // The owner set PARKED under the mutex; once we hold it, the owner waits.
                drop(lock(&self.state.mutex));
                self.state.condvar.notify_one();
            }
            EMPTY | NOTIFIED => {}
            SEATED => self.note_wake(),
            other => unreachable!("parker in state {other}"),
        }
    }

    /// Tells the baton that this thread has woken one of its own.
    #[cold]
    fn note_wake(&self) {
        let baton = lock(&self.state.mutex).clone();
        if let Some(baton) = baton {
            baton.note_wake();
        }
    }

    /// Whether there is a token.
    pub(crate) fn is_notified(&self) -> bool {
        // Acquire: pairs with the Release in `unpark`.
        self.state.state.load(Ordering::Acquire) == NOTIFIED
    }

    /// A waker that unparks.
    pub fn waker(&self) -> Waker {
        let pointer = Arc::into_raw(self.state.clone());
        // SAFETY: `VTABLE` treats the pointer as the `Arc` that `into_raw` gave up.
        unsafe { Waker::new(pointer.cast(), &VTABLE) }
    }
}

/// Whether `waker` unparks a thread of ours: then waking and dropping it cannot panic.
#[inline]
pub fn is_parker_waker(waker: &Waker) -> bool {
    std::ptr::eq(waker.vtable(), &VTABLE)
}

static VTABLE: RawWakerVTable = RawWakerVTable::new(
    |pointer| {
        // SAFETY: the pointer stands for a counted reference, which stays with the original.
        let unparker = ManuallyDrop::new(unsafe { unparker_from(pointer) });
        let clone = Unparker::clone(&unparker);
        RawWaker::new(Arc::into_raw(clone.state).cast(), &VTABLE)
    },
    // SAFETY: `wake` consumes the reference that the pointer stands for.
    |pointer| unsafe { unparker_from(pointer) }.unpark(),
    // SAFETY: `wake_by_ref` borrows it: the reference is not dropped.
    |pointer| ManuallyDrop::new(unsafe { unparker_from(pointer) }).unpark(),
    // SAFETY: `drop` consumes it.
    |pointer| drop(unsafe { unparker_from(pointer) }),
);

/// # Safety
///
/// `pointer` must come from `Arc::into_raw` of a `ParkState`, and the reference that it stands
/// for must be given up or forgotten.
unsafe fn unparker_from(pointer: *const ()) -> Unparker {
    // SAFETY: the caller's promise.
    let state = unsafe { Arc::from_raw(pointer.cast::<ParkState>()) };
    Unparker { state }
}

/// Calls `f` with this thread's own parker, so that `block_on` need not allocate one each time.
///
/// A nested call, or one while thread-locals are destroyed, gets a fresh parker: two waits on one
/// token would steal each other's wakes.
pub fn with_thread_parker<R>(f: impl FnOnce(&Parker) -> R) -> R {
    use std::cell::Cell;
    thread_local! {
        static PARKER: Cell<Option<Parker>> = const { Cell::new(None) };
    }
    let cached = PARKER.try_with(Cell::take).ok().flatten();
    let parker = cached.unwrap_or_default();
    let result = f(&parker);
    // A thread whose locals are gone just drops the parker.
    let _ = PARKER.try_with(|cell| cell.set(Some(parker)));
    result
}

/// Runs a future to completion on this thread, parking while it is pending.
///
/// It drives nothing but the future. Each poll has a full budget, as a task's has.
pub fn block_on<F: Future>(future: F) -> F::Output {
    match block_on_until(future, None) {
        Some(output) => output,
        None => unreachable!("a wait without a deadline timed out"),
    }
}

/// [`block_on`] that gives up, with `None`, once the timeout has passed.
pub fn block_on_timeout<F: Future>(future: F, timeout: Duration) -> Option<F::Output> {
    block_on_until(future, now().checked_add(timeout))
}

fn block_on_until<F: Future>(future: F, deadline: Option<Instant>) -> Option<F::Output> {
    let mut future = pin!(future);
    with_thread_parker(|parker| {
        let waker = parker.unparker().waker();
        let mut cx = Context::from_waker(&waker);
        loop {
            let budget = coop::enter(coop::for_poll());
            let polled = future.as_mut().poll(&mut cx);
            drop(budget);
            if let Poll::Ready(output) = polled {
                return Some(output);
            }
            let passed = deadline.is_some_and(|deadline| now() >= deadline);
            if passed {
                return None;
            }
            parker.park_until(deadline);
        }
    })
}
