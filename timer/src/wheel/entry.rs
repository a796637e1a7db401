//! The wheel's entry: one timer, pinned inside its future.
//!
//! An entry has an *owner*, the future that contains it, and while it is armed also a *wheel*,
//! behind a lock. Only the owner arms it. Then one atomic byte says what either side may do:
//!
//! ```text
//!                   (1) arm                   (3) fire, close
//!   IDLE, PASSED ──────────────▶ ARMED ───────────────────────▶ FIRED, CLOSED
//!        ▲                       │   ▲        (4) disarm              │
//!        │                       └───┘ (2) extend                     │
//!        └────────────────────────────────────────────────────────────┘
//!                            (5) the owner starts anew
//! ```
//!
//! 1. [`arm`](Entry::arm): owner with the lock; then the wheel links the entry.
//! 2. [`extend`](Entry::extend): owner *without* the lock, only to a later deadline, by a plain
//!    store. The wheel finds the entry at its old place, sees that it is not due yet, and puts
//!    it where it belongs.
//! 3. [`fire`](Entry::fire), [`close`](Entry::close): the lock's holder, after unlinking. It is
//!    the last thing that the wheel does with the entry: an owner that sees these states may reuse
//!    or free the memory without taking the lock.
//! 4. [`disarm`](Entry::disarm): owner with the lock, after unlinking.
//! 5. [`rearm_later`](Entry::rearm_later): owner alone.
//!
//! Steps 2 and 3 may cross: the wheel fires an entry for a deadline that its owner has just moved
//! on. So the wheel leaves in the entry the deadline that it fired for, and an owner that finds a
//! deadline other than its own there sees [`State::Overtaken`]: its task was woken for nothing,
//! and the next poll arms the entry again.
//!
//! The deadline is kept once, but in two forms. Until the entry is armed it is the `Instant` that
//! the owner gave, where the links lie later: working out the [`Moment`], which fits into a word
//! that the wheel can read at any time, is left to those that are armed.
//!
//! The waker's bits are written only by the owner: alone while not armed, under the lock while
//! armed. So the lock's holder may read them, and so may the owner without the lock, to compare
//! them with another waker. The side that takes the entry out of the armed state takes the waker
//! over.

mod links;

use std::fmt;
use std::marker::PhantomPinned;
use std::mem::MaybeUninit;
use std::ptr::NonNull;
use std::task::Waker;
use std::time::Instant;

use vitte_context::primitive::UnsafeCell;
use vitte_context::primitive::atomic::{AtomicI64, AtomicU8, Ordering};

use crate::moment::Moment;
use crate::ticks::Ticks;

/// Not in a wheel, and not fired.
const IDLE: u8 = 0;
/// The deadline had passed before the entry entered a wheel, or as it was moved.
const PASSED: u8 = 1;
/// In a wheel.
const ARMED: u8 = 2;
/// The deadline has passed, in the wheel.
const FIRED: u8 = 3;
/// The wheel went away first, or the owner took the entry out.
const CLOSED: u8 = 4;

/// What an owner sees of its entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// Not in a wheel, and not fired.
    Idle,
    /// In a wheel.
    Armed,
    /// The deadline has passed.
    Fired,
    /// Fired for a deadline that its owner had moved on meanwhile. Not in a wheel.
    Overtaken,
    /// The wheel went away first, or the owner took the entry out.
    Closed,
}

/// Where the entry hangs in its wheel. Guarded by the wheel's lock.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Links {
    pub(crate) previous: Option<NonNull<Entry>>,
    pub(crate) next: Option<NonNull<Entry>>,
}

/// What is kept depends on the state. Each field begins where the union does.
#[derive(Clone, Copy)]
#[repr(C)]
union Place {
    /// Idle or passed: the deadline. The owner's.
    deadline: Instant,
    /// Armed: guarded by the wheel's lock.
    links: Links,
    /// Fired: the deadline for which. Written under the lock before the state, then the owner's.
    fired_for: Moment,
}

/// One timer.
pub(crate) struct Entry {
    /// The deadline of an entry that is or was armed. Only the owner writes it.
    moment: AtomicI64,
    place: UnsafeCell<Place>,
    waker: UnsafeCell<MaybeUninit<Waker>>,
    /// A number for the owner's use. It is kept here because here it takes no extra space.
    pub(crate) tag: u32,
    /// Which of the wheel's lists it hangs in. Guarded by the wheel's lock.
    list: UnsafeCell<u16>,
    state: AtomicU8,
    _pinned: PhantomPinned,
}

// SAFETY: the cells are shared between the owner and the wheel by the protocol above; a waker is
// `Send` and `Sync`, and the pointers lead to entries of the same kind.
unsafe impl Send for Entry {}
// SAFETY: `&Entry` gives access to nothing but the state and the deadline; all else asks for the
// protocol.
unsafe impl Sync for Entry {}

impl Entry {
    #[inline]
    pub(crate) fn new(tag: u32, deadline: Instant) -> Self {
        Entry {
            moment: AtomicI64::new(0),
            place: UnsafeCell::new(Place { deadline }),
            waker: UnsafeCell::new(MaybeUninit::uninit()),
            tag,
            list: UnsafeCell::new(0),
            state: AtomicU8::new(IDLE),
            _pinned: PhantomPinned,
        }
    }

    #[inline]
    fn raw_state(&self) -> u8 {
        // Acquire: pairs with the Release in `leave`; the wheel's accesses have happened.
        self.state.load(Ordering::Acquire)
    }

    /// Where the entry stands. After all but `Armed` the wheel does not touch it any more.
    #[inline]
    pub(crate) fn state(&self) -> State {
        match self.raw_state() {
            IDLE => State::Idle,
            ARMED => State::Armed,
            PASSED => State::Fired,
            CLOSED => State::Closed,
            _ if self.fired_for() == self.moment() => State::Fired,
            _ => State::Overtaken,
        }
    }

    /// Whether it is in a wheel. If not, the wheel does not touch it any more.
    #[inline]
    pub(crate) fn is_armed(&self) -> bool {
        self.raw_state() == ARMED
    }

    /// Which deadline the wheel fired the entry for. The entry has fired.
    #[inline]
    fn fired_for(&self) -> Moment {
        // SAFETY: after the wheel has fired the entry this is what the union holds, and only the
        // owner writes it, which has the entry exclusively then.
        self.place.with(|place| unsafe { *place.cast::<Moment>() })
    }

    /// The deadline of an entry that is or was armed.
    #[inline]
    fn moment(&self) -> Moment {
        // Relaxed: an extension that the wheel misses is found by the owner.
        Moment::from_raw(self.moment.load(Ordering::Relaxed))
    }

    #[inline]
    fn set_moment(&self, moment: Moment) {
        // Relaxed: as in `moment`.
        self.moment.store(moment.into_raw(), Ordering::Relaxed);
    }

    /// The deadline, as the owner gave it.
    #[inline]
    pub(crate) fn deadline(&self) -> Instant {
        match self.raw_state() {
            // SAFETY: in these states the union holds the deadline, and only the owner writes it,
            // which has the entry exclusively then.
            IDLE | PASSED => self.place.with(|place| unsafe { *place.cast::<Instant>() }),
            _ => self.moment().instant(),
        }
    }

    /// The tick that an armed entry waits for; for the wheel, under its lock.
    #[inline]
    pub(crate) fn target(&self, ticks: Ticks) -> u64 {
        ticks.of_deadline(self.moment())
    }

    /// (1) Makes an idle entry wait for `deadline`.
    ///
    /// # Safety
    ///
    /// The caller owns the entry, which is not armed, and holds the lock of the wheel that it
    /// puts the entry into before it lets the lock go.
    #[inline]
    pub(crate) unsafe fn arm(&self, deadline: Moment, waker: Waker) {
        self.waker.with_mut(|cell| {
            // SAFETY: the entry is not armed, so that only its owner, the caller, accesses the
            // cell; what was in it was taken when the entry was last disarmed or fired.
            unsafe { (*cell).write(waker) };
        });
        self.set_moment(deadline);
        // Relaxed: the wheel reads it under the lock that the caller holds.
        self.state.store(ARMED, Ordering::Relaxed);
    }

    /// (2) Moves the deadline of an entry that was seen armed, if it does not come before the
    /// present one. Only the owner calls it.
    #[inline]
    pub(crate) fn extend(&self, deadline: Moment) -> bool {
        if deadline < self.moment() {
            return false;
        }
        self.set_moment(deadline);
        true
    }

    /// Moves the deadline of an armed entry in any direction.
    ///
    /// # Safety
    ///
    /// The caller owns the entry, which is armed, and holds the wheel's lock. The entry is in none
    /// of the wheel's lists, or the wheel is being closed and places nothing any more.
    #[inline]
    pub(crate) unsafe fn retarget(&self, deadline: Moment) {
        self.set_moment(deadline);
    }

    /// (3) Fires an entry whose deadline is not after the tick `now`, and hands out its waker;
    /// otherwise returns the tick that it waits for. Does not touch the entry after that.
    ///
    /// # Safety
    ///
    /// The caller holds the wheel's lock and has unlinked the entry, which is armed.
    #[inline]
    pub(crate) unsafe fn fire(entry: NonNull<Entry>, ticks: Ticks, now: u64) -> Result<Waker, u64> {
        // SAFETY: an armed entry is alive, since its owner disarms it before it frees it.
        let this = unsafe { entry.as_ref() };
        let moment = this.moment();
        let target = ticks.of_deadline(moment);
        if target > now {
            return Err(target);
        }
        // SAFETY: the caller's promise is the one that `leave` asks for.
        Ok(unsafe { this.leave(moment, FIRED) })
    }

    /// (3) Takes an entry out of service, whatever its deadline, and hands out its waker. Its
    /// owner finds it fired, or closed.
    ///
    /// # Safety
    ///
    /// As for [`fire`](Self::fire).
    pub(crate) unsafe fn close(entry: NonNull<Entry>, fires: bool) -> Waker {
        let end = if fires { FIRED } else { CLOSED };
        // SAFETY: as in `fire`.
        let this = unsafe { entry.as_ref() };
        // SAFETY: the caller's promise is the one that `leave` asks for.
        unsafe { this.leave(this.moment(), end) }
    }

    /// Ends the entry's time in the wheel.
    ///
    /// # Safety
    ///
    /// As for [`fire`](Self::fire).
    #[inline]
    unsafe fn leave(&self, fired_for: Moment, end: u8) -> Waker {
        self.place.with_mut(|place| {
            // SAFETY: armed and unlinked, so that the place is the lock holder's.
            unsafe { place.write(Place { fired_for }) };
        });
        // Before the store: after it, the memory may be gone.
        // SAFETY: armed, so that the bits are a waker, written under the lock that the caller
        // holds; with the store below they are the caller's.
        let waker = self
            .waker
            .with(|cell| unsafe { cell.cast::<Waker>().read() });
        // Release: pairs with the Acquire in `raw_state`; the wheel is done with the entry.
        self.state.store(end, Ordering::Release);
        waker
    }

    /// (4) Takes an armed entry out of service, and hands out its waker.
    ///
    /// # Safety
    ///
    /// The caller owns the entry, holds the wheel's lock and has unlinked the entry, which is
    /// armed.
    #[inline]
    pub(crate) unsafe fn disarm(&self) -> Waker {
        // Relaxed: only the owner looks at it from now on.
        self.state.store(CLOSED, Ordering::Relaxed);
        // SAFETY: armed until now, so that the bits are a waker; with the state above they are
        // the caller's.
        self.waker
            .with(|cell| unsafe { cell.cast::<Waker>().read() })
    }

    /// (4) Like [`disarm`](Self::disarm), but the entry counts as fired, with this deadline.
    ///
    /// # Safety
    ///
    /// As for [`disarm`](Self::disarm).
    pub(crate) unsafe fn disarm_passed(&self, deadline: Instant) -> Waker {
        // SAFETY: the caller's promise is the one that `disarm` asks for.
        let waker = unsafe { self.disarm() };
        self.rearm_later(deadline);
        self.mark_passed();
        waker
    }

    /// Makes an idle entry count as fired. Only the owner calls it.
    #[inline]
    pub(crate) fn mark_passed(&self) {
        // Relaxed: the entry is in no wheel; only the owner looks at it.
        self.state.store(PASSED, Ordering::Relaxed);
    }

    /// (5) Makes an entry that is not armed idle again, with this deadline. Only the owner calls
    /// it.
    #[inline]
    pub(crate) fn rearm_later(&self, deadline: Instant) {
        self.place.with_mut(|place| {
            // SAFETY: the entry is in no wheel; only the owner, the caller, looks at it.
            unsafe { place.write(Place { deadline }) };
        });
        // Relaxed: as above.
        self.state.store(IDLE, Ordering::Relaxed);
    }

    /// Whether an armed entry would wake what `waker` wakes.
    ///
    /// If the entry is fired meanwhile, the answer speaks of the waker that firing takes. That
    /// one was alive when the caller saw the entry armed, and `waker` is alive now and was then:
    /// equal bits mean the same task.
    ///
    /// # Safety
    ///
    /// The caller owns the entry and has seen it armed.
    #[inline]
    pub(crate) unsafe fn will_wake(&self, waker: &Waker) -> bool {
        self.waker.with(|cell| {
            // SAFETY: the bits were written before the entry was armed, and only the owner, the
            // caller, writes them. `will_wake` compares two pointers and follows neither.
            let current = unsafe { &*cell.cast::<Waker>() };
            current.will_wake(waker)
        })
    }

    /// Puts another waker into an armed entry and hands out the previous one.
    ///
    /// # Safety
    ///
    /// The caller owns the entry and holds the wheel's lock; the entry is armed.
    pub(crate) unsafe fn replace_waker(&self, waker: Waker) -> Waker {
        self.waker.with_mut(|cell| {
            // SAFETY: armed, so that the bits are a waker; the lock keeps the wheel out.
            unsafe { cell.cast::<Waker>().replace(waker) }
        })
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.state().fmt(f)
    }
}
