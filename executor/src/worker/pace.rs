//! How often a busy worker of the multi-thread scheduler looks at the injector first.
//!
//! A task from outside should not wait long behind a worker's own; but the injector is shared, and
//! looking at it after every task would make all workers contend for it. So a worker measures, from
//! one look at the driver to the next, how long its polls take, and chooses the number of ticks
//! that makes up about [`WAIT_NANOS_TARGET`].
//!
//! By the same measure a worker decides whether a few tasks are worth waking another worker for.

use std::cell::Cell;
use std::time::Instant;

use vitte_context::clock;

/// How long a task in the injector should wait at most, roughly, while workers are busy.
const WAIT_NANOS_TARGET: u64 = 200_000;

/// What takes less time is not worth waking another worker for, which takes 10 to 20 µs to come:
/// the wake and the theft would cost more than they save.
const HELP_NANOS: u64 = WAIT_NANOS_TARGET / 2;

/// The interval before anything was measured.
const INTERVAL_FIRST: u32 = 61;

const INTERVAL_MIN: u64 = 2;
const INTERVAL_MAX: u64 = 127;

/// How many polls make a stretch worth measuring that ends without a sleep.
const POLLS_MIN: u32 = 16;

/// How many polls weigh as much as all that was measured before them.
const POLLS_OF_EQUAL_WEIGHT: u64 = 8;

#[derive(Debug)]
pub(crate) struct Pace {
    /// The user chose the interval, and nothing is measured.
    fixed: bool,
    interval: Cell<u32>,
    /// How long a poll takes: an average in which old polls weigh less and less.
    poll_nanos: Cell<u64>,
    /// The stretch that is being measured: when it began, and how many polls it had.
    since: Cell<Instant>,
    polls: Cell<u32>,
}

impl Pace {
    /// The interval that the user chose, or else one that follows the tasks.
    pub(crate) fn new(chosen: Option<u32>) -> Self {
        Pace {
            fixed: chosen.is_some(),
            interval: Cell::new(chosen.unwrap_or(INTERVAL_FIRST)),
            poll_nanos: Cell::new(WAIT_NANOS_TARGET / u64::from(INTERVAL_FIRST)),
            since: Cell::new(clock::system_now()),
            polls: Cell::new(0),
        }
    }

    /// How often, in ticks, the injector comes first.
    #[inline]
    pub(crate) fn interval(&self) -> u32 {
        self.interval.get()
    }

    /// How long a poll takes on average; 0 if that is not measured.
    pub(crate) fn mean_poll_nanos(&self) -> u64 {
        if self.fixed { 0 } else { self.poll_nanos.get() }
    }

    /// Whether that many tasks take long enough for the help of another worker, as far as is known.
    pub(crate) fn is_worth_help(&self, tasks: usize) -> bool {
        self.fixed || self.poll_nanos.get().saturating_mul(tasks as u64) >= HELP_NANOS
    }

    /// Notes that tasks were polled.
    #[inline]
    pub(crate) fn count_polls(&self, polls: u32) {
        self.polls.set(self.polls.get().saturating_add(polls));
    }

    /// Whether the stretch has polls enough to be measured.
    #[inline]
    pub(crate) fn has_enough_polls(&self) -> bool {
        self.polls.get() >= POLLS_MIN
    }

    /// A stretch begins: the worker runs tasks from that moment on.
    pub(crate) fn begin(&self, now: Instant) {
        self.polls.set(0);
        self.since.set(now);
    }

    /// The stretch ends: the worker does something else than running tasks.
    pub(crate) fn end(&self) {
        let polls = u64::from(self.polls.replace(0));
        if self.fixed || polls == 0 {
            return;
        }
        let elapsed = clock::system_now().saturating_duration_since(self.since.get());
        self.note(elapsed.as_nanos() as u64 / polls, polls);
    }

    /// Adds polls of that mean length to the average, and chooses the interval anew.
    fn note(&self, mean_nanos: u64, polls: u64) {
        let weight = POLLS_OF_EQUAL_WEIGHT;
        // A very long poll must not make the sum wrap.
        let mean_nanos = mean_nanos.min(u64::from(u32::MAX));
        let sum = self.poll_nanos.get() * weight + mean_nanos * polls;
        let average = sum / (weight + polls);
        self.poll_nanos.set(average);
        let interval = WAIT_NANOS_TARGET / average.max(1);
        self.interval
            .set(interval.clamp(INTERVAL_MIN, INTERVAL_MAX) as u32);
    }
}

#[cfg(all(test, not(vitte_loom)))]
mod tests {
    use super::*;

    #[test]
    fn slow_tasks_make_it_look_often_and_fast_ones_seldom() {
        let pace = Pace::new(None);
        assert_eq!(pace.interval(), INTERVAL_FIRST);
        pace.note(60_000, 61);
        assert_eq!(pace.interval(), 3);
        pace.note(10_000_000, 61);
        assert_eq!(u64::from(pace.interval()), INTERVAL_MIN);
        for _ in 0..10 {
            pace.note(100, 61);
        }
        assert_eq!(u64::from(pace.interval()), INTERVAL_MAX);
    }

    #[test]
    fn a_few_fast_tasks_are_not_worth_help() {
        let pace = Pace::new(None);
        pace.note(2_000, 1_000);
        assert!(!pace.is_worth_help(2));
        assert!(pace.is_worth_help(60));
        pace.note(100_000, 1_000);
        assert!(pace.is_worth_help(2));
    }

    #[test]
    fn with_a_chosen_interval_nothing_is_measured_and_help_always_comes() {
        assert!(Pace::new(Some(7)).is_worth_help(2));
    }

    #[test]
    fn a_chosen_interval_stays() {
        let pace = Pace::new(Some(7));
        pace.begin(clock::system_now());
        pace.count_polls(10);
        pace.end();
        assert_eq!(pace.interval(), 7);
    }
}
