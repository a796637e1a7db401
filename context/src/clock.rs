//! Clocks: the only place in vitte that reads the time of the operating system.
//!
//! Each runtime has a [`Clock`]. It follows the system's monotonic clock until it is paused; a
//! paused clock stands still, and is moved only by `advance`, by an idle driver, which jumps to the
//! next deadline, and by the deterministic scheduler, which charges each step.
//!
//! The clock of a deterministic runtime is [metered](Clock::metered): it stands still whatever
//! the program does with `pause` and `resume`, and counts steps.
//!
//! Code asks [`now`], which uses the current runtime's clock, or the system's outside of one.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::primitive::plain::{Mutex, MutexGuard};
use crate::runtime;

mod meter;

use meter::StepMeter;

/// The message for a program that pauses the clock of a multi-thread runtime.
pub const PAUSING_NEEDS_CURRENT_THREAD: &str = "`time::pause()` requires the `current_thread` \
    Tokio runtime. This is the default Runtime used by `#[tokio::test].";

/// The system's monotonic clock, whatever the runtime's clock says.
///
/// For measuring how long something really took (metrics, park times), never for deadlines.
#[inline]
pub fn system_now() -> Instant {
    Instant::now()
}

/// The current runtime's time; the system's outside of a runtime.
#[inline]
pub fn now() -> Instant {
    runtime::with_current(|core| match core {
        Some(core) => core.clock().now(),
        None => Instant::now(),
    })
}

/// A runtime's clock.
#[derive(Debug)]
pub struct Clock {
    /// Whether the program may pause this clock: only where one thread runs all tasks.
    may_pause: bool,
    /// Whether the clock was ever paused. While false, `now` is the system's clock.
    virtualised: AtomicBool,
    /// How many blocking jobs and the like forbid that an idle driver jumps ahead.
    inhibitors: AtomicUsize,
    state: Mutex<ClockState>,
}

#[derive(Debug)]
struct ClockState {
    /// The clock's time at the moment `since`, or now if it stands still.
    base: Instant,
    /// The system's time when the clock last started to run; `None` while it is paused.
    since: Option<Instant>,
    /// Present in a deterministic runtime.
    meter: Option<StepMeter>,
}

impl Default for Clock {
    fn default() -> Self {
        Clock::new()
    }
}

impl Clock {
    /// A clock that follows the system's, and that the program may pause.
    pub fn new() -> Self {
        Clock::with_pausing(true)
    }

    /// A clock that follows the system's; `may_pause` says whether the program may pause it.
    pub fn with_pausing(may_pause: bool) -> Self {
        let now = system_now();
        Clock {
            may_pause,
            virtualised: AtomicBool::new(false),
            inhibitors: AtomicUsize::new(0),
            state: Mutex::new(ClockState {
                base: now,
                since: Some(now),
                meter: None,
            }),
        }
    }

    /// The clock of a deterministic runtime: it starts at some moment and moves only by what the
    /// run does. After `step_limit` steps it [says so](Self::is_over_limit).
    pub fn metered(step_limit: u64) -> Self {
        let clock = Clock::new();
        clock.pause();
        let mut state = clock.state();
        state.meter = Some(StepMeter::new(state.base, step_limit));
        drop(state);
        clock
    }

    /// Whether the program may pause this clock. Asked by `time::pause`, not by
    /// [`pause`](Self::pause).
    pub fn may_pause(&self) -> bool {
        self.may_pause
    }

    fn state(&self) -> MutexGuard<'_, ClockState> {
        self.state
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// What time it is on this clock.
    #[inline]
    pub fn now(&self) -> Instant {
        // Acquire: pairs with the Release in `pause`; the state it reads is then the paused one.
        if self.virtualised.load(Ordering::Acquire) {
            return self.virtual_now();
        }
        system_now()
    }

    /// What time it is on a clock that was ever paused.
    #[cold]
    fn virtual_now(&self) -> Instant {
        let mut state = self.state();
        let over_limit = state.meter_read();
        let now = state.now();
        drop(state);
        if over_limit && !std::thread::panicking() {
            meter::unwind_from_spin();
        }
        now
    }

    /// Whether the clock stands still.
    #[inline]
    pub fn is_paused(&self) -> bool {
        // Acquire: as in `now`.
        self.virtualised.load(Ordering::Acquire) && self.state().since.is_none()
    }

    /// Stops the clock. Returns false if it stood still already.
    pub fn pause(&self) -> bool {
        let mut state = self.state();
        if let Some(meter) = &mut state.meter {
            return !std::mem::replace(&mut meter.paused, true);
        }
        let Some(_) = state.since else { return false };
        state.base = if self.virtualised.load(Ordering::Relaxed) {
            state.now()
        } else {
            system_now()
        };
        state.since = None;
        // Release: publishes the paused state to `now`.
        self.virtualised.store(true, Ordering::Release);
        true
    }

    /// Lets the clock run again from where it stands. Returns false if it ran already.
    pub fn resume(&self) -> bool {
        let mut state = self.state();
        if let Some(meter) = &mut state.meter {
            return std::mem::replace(&mut meter.paused, false);
        }
        if state.since.is_some() {
            return false;
        }
        state.since = Some(system_now());
        true
    }

    /// Moves a paused clock ahead. Returns false, and does nothing, if it is not paused.
    pub fn advance(&self, by: Duration) -> bool {
        let mut state = self.state();
        if state.since.is_some() {
            return false;
        }
        state.base += by;
        true
    }

    /// Forbids, until [`allow_auto_advance`](Self::allow_auto_advance), that an idle driver jumps
    /// ahead: work is under way that this clock does not see.
    pub fn inhibit_auto_advance(&self) {
        // Relaxed: the driver reads it on the thread that called this, or after a wake by it.
        self.inhibitors.fetch_add(1, Ordering::Relaxed);
    }

    /// Takes back one [`inhibit_auto_advance`](Self::inhibit_auto_advance).
    pub fn allow_auto_advance(&self) {
        // Release: pairs with the Acquire in `can_auto_advance`; what the inhibitor did is seen.
        self.inhibitors.fetch_sub(1, Ordering::Release);
    }

    /// Whether an idle driver may jump to the next deadline instead of waiting for it.
    pub fn can_auto_advance(&self) -> bool {
        // Acquire: pairs with the Release in `allow_auto_advance`.
        self.is_paused() && self.inhibitors.load(Ordering::Acquire) == 0
    }
}

impl ClockState {
    fn now(&self) -> Instant {
        match self.since {
            Some(since) => self.base + system_now().saturating_duration_since(since),
            None => self.base,
        }
    }
}
