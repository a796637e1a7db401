//! Counting the steps of a deterministic runtime: each step is a poll, and takes a microsecond.
//!
//! A task that reads the clock again and again within one poll waits for time to pass. Virtual time
//! does not pass by itself, so after a certain number of reads each further one counts as a step:
//! such a loop ends, either because its deadline is reached or at the step limit.

use std::panic::resume_unwind;
use std::time::{Duration, Instant};

use super::{Clock, ClockState};

/// What a step costs.
const STEP: Duration = Duration::from_micros(1);

/// How often a step may read the clock before each read counts as a step of its own.
const FREE_READS_PER_STEP: u32 = 1000;

#[derive(Debug)]
pub(super) struct StepMeter {
    origin: Instant,
    steps: u64,
    limit: u64,
    /// The reads since the last step.
    reads: u32,
    /// Whether the program has paused the clock, as far as it knows.
    pub(super) paused: bool,
}

impl StepMeter {
    pub(super) fn new(origin: Instant, limit: u64) -> Self {
        StepMeter {
            origin,
            steps: 0,
            limit,
            reads: 0,
            paused: false,
        }
    }
}

impl ClockState {
    /// Counts a read of the clock. Returns whether that went over the limit.
    pub(super) fn meter_read(&mut self) -> bool {
        let Some(meter) = &mut self.meter else {
            return false;
        };
        if meter.reads < FREE_READS_PER_STEP {
            meter.reads += 1;
            return false;
        }
        meter.steps += 1;
        self.base += STEP;
        meter.steps > meter.limit
    }
}

impl Clock {
    /// Counts a step, which moves the clock. Returns false if that went over the limit.
    pub fn step(&self) -> bool {
        let mut state = self.state();
        state.base += STEP;
        let Some(meter) = &mut state.meter else {
            return true;
        };
        meter.reads = 0;
        meter.steps += 1;
        meter.steps <= meter.limit
    }

    /// How many steps there were.
    pub fn steps(&self) -> u64 {
        self.state().meter.as_ref().map_or(0, |meter| meter.steps)
    }

    /// How long the run has taken, in its own time.
    pub fn run_time(&self) -> Duration {
        let state = self.state();
        state.meter.as_ref().map_or(Duration::ZERO, |meter| {
            state.base.saturating_duration_since(meter.origin)
        })
    }

    /// Whether there were more steps than the limit allows.
    pub fn is_over_limit(&self) -> bool {
        let state = self.state();
        state
            .meter
            .as_ref()
            .is_some_and(|meter| meter.steps > meter.limit)
    }

    /// Whether the last step has read the clock so often that its reads counted as steps.
    pub fn is_spun_on(&self) -> bool {
        let state = self.state();
        state
            .meter
            .as_ref()
            .is_some_and(|meter| meter.reads == FREE_READS_PER_STEP)
    }

    /// Allows any number of steps, so that a run which has failed can come to its end.
    pub fn lift_limit(&self) {
        if let Some(meter) = &mut self.state().meter {
            meter.limit = u64::MAX;
        }
    }
}

/// Ends the poll that reads the clock too often. The scheduler, which finds the limit passed, says
/// what happened; so this does not.
#[cold]
pub(super) fn unwind_from_spin() -> ! {
    resume_unwind(Box::new("the step limit was reached"))
}
