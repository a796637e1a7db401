//! Ticks: the wheels' unit of time, counted from the start of their runtime.
//!
//! A deadline becomes a tick by rounding up and the current time by rounding down, so that no
//! timer fires early. Tests compare paused clocks with whole milliseconds, so a tick has to
//! divide one.

use std::time::{Duration, Instant};

/// How long a tick is, in nanoseconds.
pub(crate) const TICK_NANOS: u32 = 62_500;

const TICKS_PER_SECOND: u64 = 1_000_000_000 / TICK_NANOS as u64;

/// The last tick there is: millions of years ahead, and room above it for marks.
pub(crate) const MAX: u64 = 1 << 60;

/// The tick at which a deadline has passed for sure.
#[inline]
pub(crate) fn of_deadline(start: Instant, deadline: Instant) -> u64 {
    let since = deadline.saturating_duration_since(start);
    whole_seconds(since) + u64::from(since.subsec_nanos().div_ceil(TICK_NANOS))
}

/// The last tick that has passed by `now`.
#[inline]
pub(crate) fn passed_by(start: Instant, now: Instant) -> u64 {
    let since = now.saturating_duration_since(start);
    whole_seconds(since) + u64::from(since.subsec_nanos() / TICK_NANOS)
}

/// When a tick is; `None` beyond what the system's clock can represent.
pub(crate) fn instant_of(start: Instant, tick: u64) -> Option<Instant> {
    let rest = (tick % TICKS_PER_SECOND) as u32 * TICK_NANOS;
    start.checked_add(Duration::new(tick / TICKS_PER_SECOND, rest))
}

#[inline]
fn whole_seconds(since: Duration) -> u64 {
    since
        .as_secs()
        .saturating_mul(TICKS_PER_SECOND)
        .min(MAX - TICKS_PER_SECOND)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deadline_rounds_up_and_now_rounds_down() {
        let start = vitte_context::clock::system_now();
        let tick = Duration::from_nanos(u64::from(TICK_NANOS));
        let nano = Duration::from_nanos(1);
        assert_eq!(of_deadline(start, start), 0);
        assert_eq!(of_deadline(start, start + nano), 1);
        assert_eq!(of_deadline(start, start + tick), 1);
        assert_eq!(of_deadline(start, start + tick + nano), 2);
        assert_eq!(passed_by(start, start + tick - nano), 0);
        assert_eq!(passed_by(start, start + tick), 1);
    }

    #[test]
    fn end_of_second_is_the_next_seconds_first_tick() {
        let start = vitte_context::clock::system_now();
        let deadline = start + Duration::new(1, 999_999_999);
        assert_eq!(of_deadline(start, deadline), 2 * TICKS_PER_SECOND);
        assert_eq!(passed_by(start, deadline), 2 * TICKS_PER_SECOND - 1);
    }

    #[test]
    fn whole_milliseconds_survive_the_way_there_and_back() {
        let start = vitte_context::clock::system_now();
        for ms in [0, 1, 7, 999, 1000, 86_400_000] {
            let deadline = start + Duration::from_millis(ms);
            assert_eq!(
                instant_of(start, of_deadline(start, deadline)),
                Some(deadline)
            );
        }
    }

    #[test]
    fn instant_before_the_start_is_tick_zero() {
        let now = vitte_context::clock::system_now();
        assert_eq!(of_deadline(now + Duration::from_secs(1), now), 0);
    }
}
