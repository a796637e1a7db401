//! `Instant`: a point in time on the runtime's clock.
//!
//! A wrapper of the standard library's. Only `now` differs: it asks the clock of the runtime that
//! the calling thread is in.

use std::fmt;
use std::ops::{Add, AddAssign, Sub, SubAssign};
use std::time::Duration;

use vitte_context::clock;

/// A point in time on the current runtime's clock.
///
/// It wraps [`std::time::Instant`]. The difference is [`now`](Self::now): inside a runtime it reads
/// that runtime's clock, which tests can pause and advance. It never goes backwards, and can only
/// be compared with other instants.
///
/// # Examples
///
/// ```
/// use vitte::time::{Duration, Instant};
///
/// let start = Instant::now();
/// let later = start + Duration::from_secs(3);
/// assert_eq!(later - start, Duration::from_secs(3));
/// // A difference is never negative.
/// assert_eq!(start - later, Duration::ZERO);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant {
    std: std::time::Instant,
}

impl Instant {
    /// Returns the current time of the runtime's clock, or of the system's clock outside of a
    /// runtime.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::time::{Duration, Instant, sleep};
    ///
    /// #[vitte::main(flavor = "current_thread", start_paused = true)]
    /// async fn main() {
    ///     let start = Instant::now();
    ///     sleep(Duration::from_millis(20)).await;
    ///     // Exact, since the clock is paused.
    ///     assert_eq!(Instant::now() - start, Duration::from_millis(20));
    /// }
    /// ```
    #[inline]
    pub fn now() -> Instant {
        Instant::from_std(clock::now())
    }

    /// Converts a standard instant, which is taken as one of the runtime's clock.
    ///
    /// # Examples
    ///
    /// ```
    /// let now = std::time::Instant::now();
    /// let instant = vitte::time::Instant::from_std(now);
    /// assert_eq!(instant.into_std(), now);
    /// ```
    #[inline]
    pub fn from_std(std: std::time::Instant) -> Instant {
        Instant { std }
    }

    /// Converts into a standard instant.
    ///
    /// # Examples
    ///
    /// ```
    /// let now = vitte::time::Instant::now();
    /// let std: std::time::Instant = now.into_std();
    /// assert_eq!(vitte::time::Instant::from_std(std), now);
    /// ```
    #[inline]
    pub fn into_std(self) -> std::time::Instant {
        self.std
    }

    /// Returns the time from `earlier` to this instant, or zero if `earlier` is later.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::time::{Duration, Instant};
    ///
    /// let start = Instant::now();
    /// let later = start + Duration::from_secs(1);
    /// assert_eq!(later.duration_since(start), Duration::from_secs(1));
    /// assert_eq!(start.duration_since(later), Duration::ZERO);
    /// ```
    pub fn duration_since(&self, earlier: Instant) -> Duration {
        self.std.saturating_duration_since(earlier.std)
    }

    /// Returns the time from `earlier` to this instant, or `None` if `earlier` is later.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::time::{Duration, Instant};
    ///
    /// let start = Instant::now();
    /// let later = start + Duration::from_secs(1);
    /// assert_eq!(later.checked_duration_since(start), Some(Duration::from_secs(1)));
    /// assert_eq!(start.checked_duration_since(later), None);
    /// ```
    pub fn checked_duration_since(&self, earlier: Instant) -> Option<Duration> {
        self.std.checked_duration_since(earlier.std)
    }

    /// Returns the time from `earlier` to this instant, or zero if `earlier` is later.
    pub fn saturating_duration_since(&self, earlier: Instant) -> Duration {
        self.std.saturating_duration_since(earlier.std)
    }

    /// Returns the time that has passed since this instant, or zero if it lies in the future.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::time::{Duration, Instant, advance};
    ///
    /// #[vitte::main(flavor = "current_thread", start_paused = true)]
    /// async fn main() {
    ///     let start = Instant::now();
    ///     advance(Duration::from_secs(5)).await;
    ///     assert_eq!(start.elapsed(), Duration::from_secs(5));
    /// }
    /// ```
    pub fn elapsed(&self) -> Duration {
        Instant::now().saturating_duration_since(*self)
    }

    /// How many milliseconds are left until then, rounded up; for traces.
    pub(crate) fn remaining_ms(self) -> u64 {
        let remaining = self.saturating_duration_since(Instant::now());
        u64::try_from(remaining.as_micros().div_ceil(1000)).unwrap_or(u64::MAX)
    }

    /// Returns the instant `duration` after this one, or `None` if it cannot be represented.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::time::{Duration, Instant};
    ///
    /// let now = Instant::now();
    /// assert!(now.checked_add(Duration::from_secs(60)).is_some());
    /// assert_eq!(now.checked_add(Duration::MAX), None);
    /// ```
    #[inline]
    pub fn checked_add(&self, duration: Duration) -> Option<Instant> {
        self.std.checked_add(duration).map(Instant::from_std)
    }

    /// Returns the instant `duration` before this one, or `None` if it cannot be represented.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::time::{Duration, Instant};
    ///
    /// let now = Instant::now() + Duration::from_secs(60);
    /// assert_eq!(now.checked_sub(Duration::from_secs(60)).map(|past| past < now), Some(true));
    /// assert_eq!(now.checked_sub(Duration::MAX), None);
    /// ```
    pub fn checked_sub(&self, duration: Duration) -> Option<Instant> {
        self.std.checked_sub(duration).map(Instant::from_std)
    }
}

impl From<std::time::Instant> for Instant {
    fn from(std: std::time::Instant) -> Instant {
        Instant::from_std(std)
    }
}

impl From<Instant> for std::time::Instant {
    fn from(instant: Instant) -> std::time::Instant {
        instant.into_std()
    }
}

impl Add<Duration> for Instant {
    type Output = Instant;

    #[inline]
    fn add(self, duration: Duration) -> Instant {
        Instant::from_std(self.std + duration)
    }
}

impl AddAssign<Duration> for Instant {
    #[inline]
    fn add_assign(&mut self, duration: Duration) {
        *self = *self + duration;
    }
}

impl Sub for Instant {
    type Output = Duration;

    #[inline]
    fn sub(self, earlier: Instant) -> Duration {
        self.std.saturating_duration_since(earlier.std)
    }
}

impl Sub<Duration> for Instant {
    type Output = Instant;

    #[inline]
    fn sub(self, duration: Duration) -> Instant {
        Instant::from_std(self.std - duration)
    }
}

impl SubAssign<Duration> for Instant {
    #[inline]
    fn sub_assign(&mut self, duration: Duration) {
        *self = *self - duration;
    }
}

impl fmt::Debug for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.std.fmt(f)
    }
}
