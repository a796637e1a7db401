//! The wheel's entry: one timer, pinned inside its future.
//!
//! An entry has an *owner*, who holds the future, and while it is armed also a *wheel*, behind a
//! lock. The owner alone arms it. Then one atomic word says who may do what:
//!
//! ```text
//!              (1) arm                         (3) fire, close
//!   IDLE ────────────────────▶ armed until t ────────────────────▶ FIRED, CLOSED
//!    ▲ ◀──────────────────────  │     ▲                                 │
//!    │         (4) disarm       └─────┘ (2) extend                      │
//!    └──────────────────────────────────────────────────────────────────┘
//!                               (5) the owner starts anew
//! ```
//!
//! 1. [`arm`](Entry::arm): owner with the lock; then the wheel links the entry.
//! 2. [`extend`](Entry::extend): owner *without* the lock, only to a later tick. The wheel finds
//!    the entry at its old place, sees that it is not due yet, and puts it where it belongs.
//! 3. [`fire`](Entry::fire), [`close`](Entry::close): the lock's holder, after unlinking. It is
//!    the last that the wheel does with the entry: an owner who sees these states may reuse or
//!    free the memory without taking the lock.
//! 4. [`disarm`](Entry::disarm): owner with the lock, after unlinking.
//! 5. [`rearm_later`](Entry::rearm_later): owner alone.
//!
//! The waker's bits are written only by the owner: alone while not armed, under the lock while
//! armed. So the lock's holder may read them, and so may the owner without the lock, to compare
//! them with another waker. Whoever takes the entry out of the armed state takes the waker over.

use std::fmt;
use std::marker::PhantomPinned;
use std::mem::MaybeUninit;
use std::ptr::NonNull;
use std::task::Waker;

use vitte_context::primitive::UnsafeCell;
use vitte_context::primitive::atomic::{AtomicU64, Ordering};

/// Not in a wheel, and not fired.
const IDLE: u64 = u64::MAX;
/// The deadline has passed.
const FIRED: u64 = u64::MAX - 1;
/// The wheel went away first.
const CLOSED: u64 = u64::MAX - 2;

/// What an owner sees of its entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// Not in a wheel, and not fired.
    Idle,
    /// In a wheel, until this tick.
    Armed(u64),
    /// The deadline has passed.
    Fired,
    /// The wheel went away first.
    Closed,
}

/// Where the entry hangs in its wheel. Guarded by the wheel's lock.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Links {
    pub(crate) previous: Option<NonNull<Entry>>,
    pub(crate) next: Option<NonNull<Entry>>,
}

/// One timer.
pub(crate) struct Entry {
    state: AtomicU64,
    links: UnsafeCell<Links>,
    waker: UnsafeCell<MaybeUninit<Waker>>,
    /// Which of the wheel's lists it hangs in. Guarded by the wheel's lock.
    list: UnsafeCell<u16>,
    /// A number for whoever owns the entry; here, because here it costs no space.
    pub(crate) tag: u32,
    _pinned: PhantomPinned,
}

// SAFETY: the cells are shared between the owner and the wheel by the protocol above; a waker is
// `Send` and `Sync`, and the pointers lead to entries of the same kind.
unsafe impl Send for Entry {}
// SAFETY: `&Entry` gives access to nothing but the state; all else asks for the protocol.
unsafe impl Sync for Entry {}

impl Entry {
    #[inline]
    pub(crate) fn new(tag: u32) -> Self {
        Entry {
            state: AtomicU64::new(IDLE),
            links: UnsafeCell::new(Links {
                previous: None,
                next: None,
            }),
            waker: UnsafeCell::new(MaybeUninit::uninit()),
            list: UnsafeCell::new(0),
            tag,
            _pinned: PhantomPinned,
        }
    }

    /// Where the entry stands. After `Fired` and `Closed` the wheel does not touch it any more.
    #[inline]
    pub(crate) fn state(&self) -> State {
        // Acquire: pairs with the Release in `leave`; the wheel's accesses have happened.
        match self.state.load(Ordering::Acquire) {
            IDLE => State::Idle,
            FIRED => State::Fired,
            CLOSED => State::Closed,
            tick => State::Armed(tick),
        }
    }

    /// The tick that an armed entry waits for; for the wheel, under its lock.
    #[inline]
    pub(crate) fn target(&self) -> u64 {
        // Relaxed: an extension that is missed here is found by `fire`.
        self.state.load(Ordering::Relaxed)
    }

    /// (1) Makes an entry that is not armed wait for `tick`.
    ///
    /// # Safety
    ///
    /// The caller owns the entry, which is not armed, and holds the lock of the wheel that it
    /// puts the entry into before it lets the lock go.
    #[inline]
    pub(crate) unsafe fn arm(&self, tick: u64, waker: Waker) {
        debug_assert!(tick <= crate::ticks::MAX);
        self.waker.with_mut(|cell| {
            // SAFETY: the entry is not armed, so that only its owner, the caller, accesses the
            // cell; what was in it was taken when the entry was last disarmed or fired.
            unsafe { (*cell).write(waker) };
        });
        // Relaxed: the wheel reads it under the lock that the caller holds.
        self.state.store(tick, Ordering::Relaxed);
    }

    /// (2) Moves the target of an armed entry to a later tick. False if the entry has left the
    /// wheel meanwhile. Only the owner calls it.
    #[inline]
    pub(crate) fn extend(&self, from: u64, to: u64) -> bool {
        debug_assert!(from <= to && to <= crate::ticks::MAX);
        // Relaxed, when it succeeds: the tick is all there is to see.
        // Acquire, when it fails: pairs with the Release in `leave`.
        self.state
            .compare_exchange(from, to, Ordering::Relaxed, Ordering::Acquire)
            .is_ok()
    }

    /// (3) Fires an entry whose target is not after `now`, and hands out its waker; otherwise
    /// returns the target. Does not touch the entry after that.
    ///
    /// # Safety
    ///
    /// The caller holds the wheel's lock and has unlinked the entry, which is armed.
    #[inline]
    pub(crate) unsafe fn fire(entry: NonNull<Entry>, now: u64) -> Result<Waker, u64> {
        // SAFETY: an armed entry is alive, since its owner disarms it before it frees it.
        let this = unsafe { entry.as_ref() };
        let target = this.target();
        if target > now {
            return Err(target);
        }
        // SAFETY: the caller's promise is the one that `leave` asks for.
        unsafe { this.leave(target, FIRED) }
    }

    /// (3) Takes an entry out of service, whatever its target, and hands out its waker. Its owner
    /// finds it fired, or closed.
    ///
    /// # Safety
    ///
    /// As for [`fire`](Self::fire).
    pub(crate) unsafe fn close(entry: NonNull<Entry>, fires: bool) -> Waker {
        let end = if fires { FIRED } else { CLOSED };
        // SAFETY: as in `fire`.
        let this = unsafe { entry.as_ref() };
        let mut target = this.target();
        loop {
            // SAFETY: the caller's promise is the one that `leave` asks for.
            match unsafe { this.leave(target, end) } {
                Ok(waker) => return waker,
                Err(later) => target = later,
            }
        }
    }

    /// The waker, if the entry goes from `target` to `end`; the new target if it was extended.
    ///
    /// # Safety
    ///
    /// As for [`fire`](Self::fire).
    #[inline]
    unsafe fn leave(&self, target: u64, end: u64) -> Result<Waker, u64> {
        // Read before the exchange: after it, the memory may be gone.
        let waker = self.waker.with(|cell| {
            // SAFETY: armed, so that the bits are initialised, and written under the lock that
            // the caller holds; the copy becomes a waker only if the exchange succeeds.
            unsafe { cell.cast::<MaybeUninit<Waker>>().read() }
        });
        // Release: pairs with the Acquire in `state`; the wheel is done with the entry.
        // Relaxed, when it fails: the tick is all there is to see.
        match self
            .state
            .compare_exchange(target, end, Ordering::Release, Ordering::Relaxed)
        {
            // SAFETY: the exchange makes the caller the owner of the waker; nobody reads the bits
            // as a waker of their own until `arm` has written new ones.
            Ok(_) => Ok(unsafe { waker.assume_init() }),
            Err(later) => Err(later),
        }
    }

    /// (4) Makes an armed entry idle and hands out its waker.
    ///
    /// # Safety
    ///
    /// The caller owns the entry, holds the wheel's lock and has unlinked the entry, which is
    /// armed.
    #[inline]
    pub(crate) unsafe fn disarm(&self) -> Waker {
        // Relaxed: only the owner looks at it from now on.
        self.state.store(IDLE, Ordering::Relaxed);
        self.waker.with(|cell| {
            // SAFETY: the entry was armed, so that the bits are a waker; with the state above
            // they are the caller's.
            unsafe { cell.cast::<Waker>().read() }
        })
    }

    /// (4) Like [`disarm`](Self::disarm), but the entry counts as fired.
    ///
    /// # Safety
    ///
    /// As for [`disarm`](Self::disarm).
    pub(crate) unsafe fn disarm_fired(&self) -> Waker {
        // SAFETY: the caller's promise is the one that `disarm` asks for.
        let waker = unsafe { self.disarm() };
        self.mark_fired();
        waker
    }

    /// Makes an entry that is not armed count as fired. Only the owner calls it.
    #[inline]
    pub(crate) fn mark_fired(&self) {
        // Relaxed: the entry is in no wheel; only the owner looks at it.
        self.state.store(FIRED, Ordering::Relaxed);
    }

    /// (5) Makes an entry that is not armed idle again. Only the owner calls it.
    #[inline]
    pub(crate) fn rearm_later(&self) {
        // Relaxed: the entry is in no wheel; only the owner looks at it.
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

    /// The links. For the wheel.
    ///
    /// # Safety
    ///
    /// The entry is in a wheel, or is being put into one, whose lock the caller holds.
    #[inline]
    pub(super) unsafe fn links(entry: NonNull<Entry>) -> Links {
        // SAFETY: an entry in a wheel is alive.
        let this = unsafe { entry.as_ref() };
        // SAFETY: the lock keeps writers out.
        this.links.with(|links| unsafe { *links })
    }

    /// Changes the links. For the wheel.
    ///
    /// # Safety
    ///
    /// As for [`links`](Self::links).
    #[inline]
    pub(super) unsafe fn set_links(entry: NonNull<Entry>, change: impl FnOnce(&mut Links)) {
        // SAFETY: an entry in a wheel is alive.
        let this = unsafe { entry.as_ref() };
        // SAFETY: the lock keeps everyone else out.
        this.links.with_mut(|links| change(unsafe { &mut *links }));
    }

    /// Which list it hangs in. For the wheel.
    ///
    /// # Safety
    ///
    /// As for [`links`](Self::links).
    #[inline]
    pub(super) unsafe fn list(entry: NonNull<Entry>) -> usize {
        // SAFETY: an entry in a wheel is alive.
        let this = unsafe { entry.as_ref() };
        // SAFETY: the lock keeps writers out.
        this.list.with(|list| usize::from(unsafe { *list }))
    }

    /// Says which list it hangs in. For the wheel.
    ///
    /// # Safety
    ///
    /// As for [`links`](Self::links).
    #[inline]
    pub(super) unsafe fn set_list(entry: NonNull<Entry>, index: usize) {
        // SAFETY: an entry in a wheel is alive.
        let this = unsafe { entry.as_ref() };
        // SAFETY: the lock keeps everyone else out.
        this.list.with_mut(|list| unsafe { *list = index as u16 });
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.state().fmt(f)
    }
}
