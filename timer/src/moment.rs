//! Moments: instants as numbers, which fit into one word.
//!
//! The standard library's `Instant` takes two words, so it cannot be stored atomically, and
//! subtracting it is a call. A moment counts the nanoseconds from the time when the first runtime
//! with timers was built; it is negative before that. Instants within 292 years of that time
//! convert exactly; those further away become the last moment that can be represented.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use vitte_context::clock::system_now;

/// An instant, in nanoseconds from a moment that is the same for the whole process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment(i64);

impl Moment {
    #[inline]
    pub(crate) fn of(instant: Instant) -> Moment {
        let epoch = epoch();
        match instant.checked_duration_since(epoch) {
            Some(after) => Moment(in_nanos(after)),
            None => Moment(-in_nanos(epoch.saturating_duration_since(instant))),
        }
    }

    #[inline]
    pub(crate) fn from_raw(nanos: i64) -> Moment {
        Moment(nanos)
    }

    #[inline]
    pub(crate) fn into_raw(self) -> i64 {
        self.0
    }

    /// The instant that [`of`](Self::of) was given.
    #[inline]
    pub(crate) fn instant(self) -> Instant {
        let distance = Duration::from_nanos(self.0.unsigned_abs());
        // Neither overflows: this moment was made from an instant at the same distance, or from
        // one even further away.
        if self.0 >= 0 {
            epoch() + distance
        } else {
            epoch() - distance
        }
    }

    /// How many nanoseconds after `earlier` this is; zero if it is before.
    #[inline]
    pub(crate) fn nanos_since(self, earlier: Moment) -> u64 {
        if self < earlier {
            return 0;
        }
        self.0.wrapping_sub(earlier.0) as u64
    }

    /// The moment `nanos` nanoseconds after this one, or the last one that can be represented.
    pub(crate) fn after(self, nanos: u64) -> Moment {
        Moment(self.0.saturating_add_unsigned(nanos))
    }
}

#[inline]
fn epoch() -> Instant {
    static EPOCH: OnceLock<Instant> = OnceLock::new();
    *EPOCH.get_or_init(system_now)
}

#[inline]
fn in_nanos(duration: Duration) -> i64 {
    const NANOS_PER_SECOND: u64 = 1_000_000_000;
    let seconds = duration.as_secs();
    if seconds >= i64::MAX as u64 / NANOS_PER_SECOND {
        return i64::MAX;
    }
    (seconds * NANOS_PER_SECOND + u64::from(duration.subsec_nanos())) as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instant_survives_the_way_there_and_back_on_either_side_of_the_epoch() {
        let now = system_now();
        let century = Duration::new(100 * 365 * 86_400, 123_456_789);
        for instant in [now, now + century, now + Duration::from_nanos(1)] {
            assert_eq!(Moment::of(instant).instant(), instant);
        }
        let before = epoch() - Duration::from_nanos(1);
        assert_eq!(Moment::of(before), Moment(-1));
        assert_eq!(Moment::of(before).instant(), before);
    }

    #[test]
    fn what_lies_beyond_all_moments_is_the_last_one() {
        let ages = epoch() + Duration::from_secs(1 << 40);
        assert_eq!(Moment::of(ages), Moment(i64::MAX));
        assert!(Moment(i64::MAX).instant() > system_now());
        assert_eq!(Moment(i64::MAX).after(1), Moment(i64::MAX));
        let all = Moment(i64::MAX).nanos_since(Moment(i64::MIN));
        assert_eq!(all, u64::MAX);
    }
}
