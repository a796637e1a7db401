//! The protocol between threads that register timers and the driver, which sleeps until the next
//! one.
//!
//! Each shard says in a [`NextDeadline`] when its wheel next has to be looked at; the [`Horizon`]
//! says until when the driver has promised to sleep. Neither side takes the other's lock. The
//! driver must not go to sleep past a deadline that was registered meanwhile:
//!
//! ```text
//!   registering, under its shard's lock        the driver, before it sleeps
//!   R1  next = tick                            D1  horizon = FOREVER
//!   R2  fence                                  D2  fence
//!   R3  if tick < horizon: unpark              D3  min = least of all next
//!                                              D4  horizon = min
//! ```
//!
//! Of two fences one comes first. If it is R2, then D3 sees what R1 wrote and the driver sleeps
//! no longer than until `tick`. If it is D2, then R3 sees what D1 or D4 wrote: `FOREVER` is later
//! than any tick, and after D4 the comparison is exact. An unpark before the driver waits is not
//! lost, because the driver's wait consumes it. While the driver is awake, the horizon is 0 and
//! no registration unparks it: it will look at each `next` before it sleeps again.
//!
//! R1 happens only if `tick` comes before what `next` holds: otherwise the driver is going to
//! look at this wheel in time anyway. So a `next` that is too early is harmless and one that is
//! too late is not, and that is why a cancelled timer leaves `next` as it is, marked as stale;
//! the driver works the true value out under the shard's lock before it sleeps. A timer that is
//! registered and cancelled over and over therefore writes no shared line and meets no fence.

use vitte_context::primitive::atomic::{AtomicU64, Ordering, fence};

/// The driver sleeps until it is unparked.
pub(crate) const FOREVER: u64 = u64::MAX;

/// The driver is awake.
const AWAKE: u64 = 0;

/// Until which tick the driver has promised to sleep.
#[derive(Debug)]
pub(crate) struct Horizon(AtomicU64);

impl Horizon {
    pub(crate) fn new() -> Self {
        Horizon(AtomicU64::new(AWAKE))
    }

    /// The driver is about to look for the next deadline and then to sleep (D1, D2).
    pub(crate) fn announce(&self) {
        self.0.store(FOREVER, Ordering::Relaxed);
        // SeqCst: pairs with the fence in `NextDeadline::lower`; of the two loads that follow
        // them, at least one sees what the other side stored before.
        fence(Ordering::SeqCst);
    }

    /// The driver sleeps until `tick` (D4).
    pub(crate) fn promise(&self, tick: u64) {
        // Relaxed: a thread that still reads `FOREVER` unparks once too often, no more.
        self.0.store(tick, Ordering::Relaxed);
    }

    /// The driver is awake again.
    pub(crate) fn clear(&self) {
        // Relaxed: a thread that still reads a promise unparks once too often, no more.
        self.0.store(AWAKE, Ordering::Relaxed);
    }
}

/// When a shard's wheel has to be looked at. Written under the shard's lock, read without it.
///
/// The tick is shifted left by one; the lowest bit says that a timer was cancelled since then, so
/// that the true tick may be later.
#[derive(Debug)]
pub(crate) struct NextDeadline(AtomicU64);

const NONE: u64 = u64::MAX;
const STALE: u64 = 1;

/// What a shard says about its next deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    /// It has no timers.
    Nothing,
    /// Look again at this tick.
    At(u64),
    /// Look again at this tick or later; the wheel knows which.
    Stale(u64),
}

impl NextDeadline {
    pub(crate) fn new() -> Self {
        NextDeadline(AtomicU64::new(NONE))
    }

    #[inline]
    pub(crate) fn read(&self) -> Next {
        // Relaxed: the fence in `Horizon::announce` takes care of what this load may miss.
        match self.0.load(Ordering::Relaxed) {
            NONE => Next::Nothing,
            word if word & STALE == 0 => Next::At(word >> 1),
            word => Next::Stale(word >> 1),
        }
    }

    /// Says that a timer with this tick was registered (R1 to R3). Returns true when the driver
    /// must be unparked for it. The caller holds the shard's lock.
    #[inline]
    pub(crate) fn lower(&self, tick: u64, horizon: &Horizon) -> bool {
        // Relaxed: the shard's lock orders writers.
        if self.0.load(Ordering::Relaxed) >> 1 <= tick {
            return false;
        }
        self.0.store(tick << 1, Ordering::Relaxed);
        // SeqCst: pairs with the fence in `Horizon::announce`.
        fence(Ordering::SeqCst);
        tick < horizon.0.load(Ordering::Relaxed)
    }

    /// Says that the timer with this tick was cancelled. The caller holds the shard's lock.
    #[inline]
    pub(crate) fn cancelled(&self, tick: u64) {
        // Relaxed, both: the shard's lock orders writers, and a stale mark seen late costs the
        // driver a wake for nothing.
        if self.0.load(Ordering::Relaxed) == tick << 1 {
            self.0.store(tick << 1 | STALE, Ordering::Relaxed);
        }
    }

    /// Sets what the wheel itself says. The caller holds the shard's lock.
    #[inline]
    pub(crate) fn set(&self, next: Option<u64>) {
        let word = next.map_or(NONE, |tick| tick << 1);
        // Relaxed: the shard's lock orders writers.
        self.0.store(word, Ordering::Relaxed);
    }
}

#[cfg(all(test, not(vitte_loom)))]
mod tests {
    use super::*;

    #[test]
    fn later_deadline_leaves_next_alone() {
        let (next, horizon) = (NextDeadline::new(), Horizon::new());
        assert_eq!(next.read(), Next::Nothing);
        next.lower(7, &horizon);
        next.lower(9, &horizon);
        assert_eq!(next.read(), Next::At(7));
    }

    #[test]
    fn cancelling_the_next_one_marks_it_stale_until_the_wheel_is_asked() {
        let (next, horizon) = (NextDeadline::new(), Horizon::new());
        next.lower(7, &horizon);
        next.cancelled(8);
        assert_eq!(next.read(), Next::At(7));
        next.cancelled(7);
        assert_eq!(next.read(), Next::Stale(7));
        next.set(None);
        assert_eq!(next.read(), Next::Nothing);
    }

    #[test]
    fn only_a_deadline_before_the_promise_unparks() {
        let (next, horizon) = (NextDeadline::new(), Horizon::new());
        assert!(
            !next.lower(100, &horizon),
            "an awake driver needs no unpark"
        );
        horizon.announce();
        assert!(next.lower(90, &horizon));
        horizon.promise(90);
        next.set(None);
        assert!(!next.lower(95, &horizon));
        assert!(next.lower(80, &horizon));
    }
}

#[cfg(all(test, vitte_loom))]
mod loom_model {
    use super::*;
    use vitte_context::primitive::{Arc, atomic::AtomicBool, thread};

    /// The lost wakeup: the driver sleeps past a deadline and is not unparked. Without either
    /// fence the model fails.
    #[test]
    fn loom_driver_never_sleeps_past_a_new_deadline() {
        loom::model(|| {
            let state = Arc::new((NextDeadline::new(), Horizon::new(), AtomicBool::new(false)));
            let theirs = state.clone();
            let registering = thread::spawn(move || {
                let (next, horizon, unparked) = &*theirs;
                if next.lower(10, horizon) {
                    unparked.store(true, Ordering::Relaxed);
                }
            });
            let (next, horizon, unparked) = &*state;
            horizon.announce();
            let until = match next.read() {
                Next::Nothing => FOREVER,
                Next::At(tick) | Next::Stale(tick) => tick,
            };
            horizon.promise(until);
            registering.join().unwrap();
            assert!(until <= 10 || unparked.load(Ordering::Relaxed));
        });
    }
}
