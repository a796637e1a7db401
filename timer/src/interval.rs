//! `Interval`: a tick at a regular period.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use vitte_context::trace::{self, Resource};

use crate::sleep::clamp_to_far_future;
use crate::{Instant, Sleep, sleep_until};

/// A tick that comes later than this after its time counts as missed.
const TOLERANCE: Duration = Duration::from_millis(5);

/// Ticks now, and then once per `period`.
///
/// The same as [`interval_at`] with `Instant::now()`. A tick's time is that of the tick before
/// plus the period, so that, unlike with a [`sleep`](crate::sleep()) in a loop, the time spent
/// between two ticks counts. What happens when that is more than a period, is for the
/// [`MissedTickBehavior`] to say.
///
/// # Panics
///
/// When `period` is zero; outside of a runtime, and in a runtime without timers.
///
/// # Examples
///
/// ```
/// use vitte_timer::{Duration, interval};
///
/// async fn beat() {
///     let mut interval = interval(Duration::from_millis(10));
///     interval.tick().await; // at once
///     interval.tick().await; // after 10 ms
///     interval.tick().await; // after 10 ms more
/// }
/// ```
#[track_caller]
pub fn interval(period: Duration) -> Interval {
    assert_period(period);
    new_interval(Instant::now(), period)
}

/// Ticks at `start`, and then once per `period`.
///
/// # Panics
///
/// When `period` is zero; outside of a runtime, and in a runtime without timers.
///
/// # Examples
///
/// ```
/// use vitte_timer::{Duration, Instant, interval_at};
///
/// async fn beat() {
///     let start = Instant::now() + Duration::from_millis(50);
///     let mut interval = interval_at(start, Duration::from_millis(10));
///     interval.tick().await; // after 50 ms
///     interval.tick().await; // after 10 ms more
/// }
/// ```
#[track_caller]
pub fn interval_at(start: Instant, period: Duration) -> Interval {
    assert_period(period);
    new_interval(start, period)
}

#[track_caller]
fn assert_period(period: Duration) {
    assert!(period > Duration::ZERO, "`period` must be non-zero.");
}

#[track_caller]
fn new_interval(start: Instant, period: Duration) -> Interval {
    let resource = Resource::interval();
    Interval {
        delay: Box::pin(sleep_until(start)),
        period: clamp_to_far_future(period),
        missed_tick_behavior: MissedTickBehavior::default(),
        resource,
    }
}

/// What an [`Interval`] does about ticks whose time has passed before it was asked for them.
///
/// Timers are never exact, so a tick counts as missed only if it is more than 5 ms late.
///
/// The pictures show one tick of a 100 ms interval that is asked for 250 ms late; each `|` is a
/// tick.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MissedTickBehavior {
    /// Ticks as fast as it is asked to, until it has caught up. The default.
    ///
    /// ```text
    /// due:  |    |    |    |    |    |    |
    /// is:   |    |            |||    |    |
    /// ```
    #[default]
    Burst,

    /// Starts counting anew from the late tick.
    ///
    /// ```text
    /// due:  |    |    |    |    |    |    |
    /// is:   |    |            |    |    |
    /// ```
    Delay,

    /// Leaves the missed ticks out and goes on at the next multiple of the period.
    ///
    /// ```text
    /// due:  |    |    |    |    |    |    |
    /// is:   |    |            | |    |    |
    /// ```
    Skip,
}

impl MissedTickBehavior {
    /// When the tick after the one that was due at `due` comes, if it is asked for at `now`.
    fn next_tick(self, due: Instant, now: Instant, period: Duration) -> Instant {
        match self {
            MissedTickBehavior::Burst => due + period,
            MissedTickBehavior::Delay => now + period,
            MissedTickBehavior::Skip => {
                let late = (now - due).as_nanos() % period.as_nanos();
                // Out of range only if both the delay and the period exceed five centuries.
                let late = u64::try_from(late)
                    .expect("too much time has elapsed since the interval was supposed to tick");
                now + (period - Duration::from_nanos(late))
            }
        }
    }
}

/// Ticks at a regular period; made by [`interval`] and [`interval_at`].
#[derive(Debug)]
pub struct Interval {
    /// Until the next tick.
    delay: Pin<Box<Sleep>>,
    period: Duration,
    missed_tick_behavior: MissedTickBehavior,
    resource: Resource,
}

impl Interval {
    /// Waits for the next tick and returns the instant at which it was due.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: a tick that was not returned is not lost.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte_timer::{Duration, interval};
    ///
    /// async fn beat() {
    ///     let mut interval = interval(Duration::from_millis(10));
    ///     let first = interval.tick().await;
    ///     let second = interval.tick().await;
    ///     assert_eq!(second - first, Duration::from_millis(10));
    /// }
    /// ```
    pub async fn tick(&mut self) -> Instant {
        let resource = self.resource.clone();
        let tick = poll_fn(|cx| self.poll_tick(cx));
        trace::operation(&resource, "Interval::tick", "poll_tick", false, || tick).await
    }

    /// Polls for the next tick, and returns the instant at which it was due.
    ///
    /// On `Pending`, the task of the latest call is woken when the tick is due.
    pub fn poll_tick(&mut self, cx: &mut Context<'_>) -> Poll<Instant> {
        ready!(self.delay.as_mut().poll(cx));
        let due = self.delay.deadline();
        let now = Instant::now();
        let next = if now > due + TOLERANCE {
            self.missed_tick_behavior.next_tick(due, now, self.period)
        } else {
            due + self.period
        };
        self.delay.as_mut().set_deadline(next);
        Poll::Ready(due)
    }

    /// Makes the next tick come one period from now.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte_timer::{Duration, interval};
    ///
    /// async fn beat() {
    ///     let mut interval = interval(Duration::from_millis(10));
    ///     interval.reset();
    ///     interval.tick().await; // after 10 ms
    /// }
    /// ```
    pub fn reset(&mut self) {
        self.delay.as_mut().reset(Instant::now() + self.period);
    }

    /// Makes the next tick come at once.
    pub fn reset_immediately(&mut self) {
        self.delay.as_mut().reset(Instant::now());
    }

    /// Makes the next tick come `after` from now.
    pub fn reset_after(&mut self, after: Duration) {
        let deadline = Instant::now() + clamp_to_far_future(after);
        self.delay.as_mut().reset(deadline);
    }

    /// Makes the next tick come at `deadline`; those after it follow at the period.
    ///
    /// Ticks that were missed before are forgotten. If `deadline` lies in the past, the
    /// [`MissedTickBehavior`] says how to catch up from there.
    pub fn reset_at(&mut self, deadline: Instant) {
        self.delay.as_mut().reset(deadline);
    }

    /// What happens to missed ticks.
    pub fn missed_tick_behavior(&self) -> MissedTickBehavior {
        self.missed_tick_behavior
    }

    /// Says what is to happen to missed ticks.
    pub fn set_missed_tick_behavior(&mut self, behavior: MissedTickBehavior) {
        self.missed_tick_behavior = behavior;
    }

    /// The time between two ticks.
    pub fn period(&self) -> Duration {
        self.period
    }
}
