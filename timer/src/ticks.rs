//! Ticks: the wheels' unit of time, counted from the start of their runtime.
//!
//! A deadline becomes a tick by rounding up and the current time by rounding down, so that no
//! timer fires early. Tests compare paused clocks with whole milliseconds, so a tick has to
//! divide one.

use std::time::Instant;

use crate::moment::Moment;

/// How long a tick is, in nanoseconds.
pub(crate) const TICK_NANOS: u64 = 62_500;

/// When a runtime's tick 0 was.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ticks {
    start: Moment,
}

impl Ticks {
    pub(crate) fn starting_at(start: Moment) -> Self {
        Ticks { start }
    }

    /// The first tick at which a deadline has certainly passed.
    #[inline]
    pub(crate) fn of_deadline(self, deadline: Moment) -> u64 {
        deadline.nanos_since(self.start).div_ceil(TICK_NANOS)
    }

    /// The last tick that has passed by `now`.
    #[inline]
    pub(crate) fn passed_by(self, now: Moment) -> u64 {
        now.nanos_since(self.start) / TICK_NANOS
    }

    /// The instant at which a tick begins.
    pub(crate) fn instant_of(self, tick: u64) -> Instant {
        self.moment_of(tick).instant()
    }

    /// The moment at which a tick begins.
    pub(crate) fn moment_of(self, tick: u64) -> Moment {
        self.start.after(tick.saturating_mul(TICK_NANOS))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn start() -> (Instant, Ticks) {
        let start = vitte_context::clock::system_now();
        (start, Ticks::starting_at(Moment::of(start)))
    }

    const TICKS_PER_SECOND: u64 = 1_000_000_000 / TICK_NANOS;

    #[test]
    fn deadline_rounds_up_and_now_rounds_down() {
        let (start, ticks) = start();
        let tick = Duration::from_nanos(TICK_NANOS);
        let nano = Duration::from_nanos(1);
        let of_deadline = |deadline| ticks.of_deadline(Moment::of(deadline));
        let passed_by = |now| ticks.passed_by(Moment::of(now));
        assert_eq!(of_deadline(start), 0);
        assert_eq!(of_deadline(start + nano), 1);
        assert_eq!(of_deadline(start + tick), 1);
        assert_eq!(of_deadline(start + tick + nano), 2);
        assert_eq!(passed_by(start + tick - nano), 0);
        assert_eq!(passed_by(start + tick), 1);
    }

    #[test]
    fn end_of_second_is_the_next_seconds_first_tick() {
        let (start, ticks) = start();
        let deadline = Moment::of(start + Duration::new(1, 999_999_999));
        assert_eq!(ticks.of_deadline(deadline), 2 * TICKS_PER_SECOND);
        assert_eq!(ticks.passed_by(deadline), 2 * TICKS_PER_SECOND - 1);
    }

    #[test]
    fn whole_milliseconds_survive_the_way_there_and_back() {
        let (start, ticks) = start();
        for ms in [0, 1, 7, 999, 1000, 86_400_000] {
            let deadline = start + Duration::from_millis(ms);
            let tick = ticks.of_deadline(Moment::of(deadline));
            assert_eq!(ticks.instant_of(tick), deadline);
        }
    }

    #[test]
    fn instant_before_the_start_is_tick_zero() {
        let (start, _) = start();
        let later = Ticks::starting_at(Moment::of(start + Duration::from_secs(1)));
        assert_eq!(later.of_deadline(Moment::of(start)), 0);
    }
}
