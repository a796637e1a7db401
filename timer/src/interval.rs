//! `Interval`: a tick at a regular period.
//!
//! One boxed [`Sleep`] that is reset after each tick. Which deadline it gets is decided by the
//! [`MissedTickBehavior`], from when the tick was due and when it was asked for.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use vitte_context::trace::{self, Resource};

use crate::sleep::clamp_to_far_future;
use crate::{Instant, Sleep, sleep_until};

/// A tick that comes later than this after its time counts as missed.
const TOLERANCE: Duration = Duration::from_millis(5);

/// Creates an [`Interval`] that ticks at once, and then every `period`.
///
/// The same as [`interval_at`] with `Instant::now()`. Each tick is due one period after the
/// previous tick was due. So, unlike with a [`sleep`](crate::sleep()) in a loop, the time that the
/// loop's body takes does not shift the ticks. If the body takes longer than a period, ticks are
/// missed; the [`MissedTickBehavior`] says what happens then.
///
/// # Panics
///
/// If `period` is zero, outside of a runtime, and in a runtime without timers.
///
/// # Examples
///
/// ```
/// # #[vitte::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// use vitte::time::{Duration, Instant, interval};
///
/// let start = Instant::now();
/// let mut interval = interval(Duration::from_secs(10));
/// interval.tick().await; // at once
/// interval.tick().await; // after 10 s
/// interval.tick().await; // after 10 s more
/// assert!(start.elapsed() >= Duration::from_secs(20));
/// # }
/// ```
#[track_caller]
pub fn interval(period: Duration) -> Interval {
    assert_period(period);
    new_interval(Instant::now(), period)
}

/// Creates an [`Interval`] that ticks at `start`, and then every `period`.
///
/// # Panics
///
/// If `period` is zero, outside of a runtime, and in a runtime without timers.
///
/// # Examples
///
/// ```
/// # #[vitte::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// use vitte::time::{Duration, Instant, interval_at};
///
/// let start = Instant::now();
/// let mut interval = interval_at(start + Duration::from_secs(50), Duration::from_secs(10));
/// interval.tick().await; // after 50 s
/// interval.tick().await; // after 10 s more
/// assert!(start.elapsed() >= Duration::from_secs(60));
/// # }
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

/// What an [`Interval`] does with ticks that were due before anyone asked for them.
///
/// Timers are never exact, so a tick counts as missed only if it is more than 5 ms late.
///
/// In the drawings of the variants, each `|` is a tick of a 100 ms interval, and one tick is asked
/// for 250 ms too late.
///
/// # Examples
///
/// ```
/// use vitte::time::{Duration, Instant, MissedTickBehavior, advance, interval};
///
/// #[vitte::main(flavor = "current_thread", start_paused = true)]
/// async fn main() {
///     let start = Instant::now();
///     let mut interval = interval(Duration::from_millis(100));
///     interval.set_missed_tick_behavior(MissedTickBehavior::Skip);
///     interval.tick().await; // at once
///     advance(Duration::from_millis(250)).await; // the loop's body took that long
///     interval.tick().await; // at once: this one was due at 100 ms
///     interval.tick().await; // at 300 ms, as the one at 200 ms is skipped
///     assert_eq!(start.elapsed(), Duration::from_millis(300));
/// }
/// ```
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
///
/// An interval is not a stream and not an iterator: call [`tick`](Self::tick) in a loop, often as a
/// branch of a `select!`.
///
/// # Examples
///
/// ```
/// # #[vitte::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// use vitte::sync::mpsc;
/// use vitte::time::{Duration, interval};
///
/// let (tx, mut jobs) = mpsc::channel(8);
/// vitte::spawn(async move { tx.send("job").await });
///
/// let mut heartbeat = interval(Duration::from_secs(30));
/// loop {
///     vitte::select! {
///         job = jobs.recv() => match job {
///             Some(job) => println!("run {job}"),
///             None => break,
///         },
///         _ = heartbeat.tick() => println!("still here"),
///     }
/// }
/// # }
/// ```
#[derive(Debug)]
pub struct Interval {
    /// Until the next tick.
    delay: Pin<Box<Sleep>>,
    period: Duration,
    missed_tick_behavior: MissedTickBehavior,
    resource: Resource,
}

impl Interval {
    /// Waits for the next tick, and returns the instant at which it was due.
    ///
    /// # Panics
    ///
    /// If the runtime of the interval has shut down.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: a tick is consumed only when it is returned, so none is lost in a `select!`.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// use vitte::time::{Duration, interval};
    ///
    /// let mut interval = interval(Duration::from_millis(10));
    /// let first = interval.tick().await;
    /// let second = interval.tick().await;
    /// assert!(second - first >= Duration::from_millis(10));
    /// # }
    /// ```
    pub async fn tick(&mut self) -> Instant {
        let resource = self.resource.clone();
        let tick = poll_fn(|cx| self.poll_tick(cx));
        trace::operation(&resource, "Interval::tick", "poll_tick", false, || tick).await
    }

    /// Polls for the next tick, and returns the instant at which it was due.
    ///
    /// After `Pending`, the task of the latest call is woken when the tick is due.
    ///
    /// # Panics
    ///
    /// If the runtime of the interval has shut down.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// use std::future::poll_fn;
    /// use vitte::time::{Duration, Instant, interval};
    ///
    /// let start = Instant::now();
    /// let mut interval = interval(Duration::from_millis(10));
    /// let due = poll_fn(|cx| interval.poll_tick(cx)).await;
    /// assert!(due >= start);
    /// # }
    /// ```
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

    /// Makes the next tick due one period from now.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::time::{Duration, Instant, advance, interval};
    ///
    /// #[vitte::main(flavor = "current_thread", start_paused = true)]
    /// async fn main() {
    ///     let mut interval = interval(Duration::from_millis(100));
    ///     interval.tick().await;
    ///     advance(Duration::from_millis(50)).await;
    ///
    ///     interval.reset();
    ///     let start = Instant::now();
    ///     interval.tick().await;
    ///     assert_eq!(start.elapsed(), Duration::from_millis(100));
    /// }
    /// ```
    pub fn reset(&mut self) {
        self.delay.as_mut().reset(Instant::now() + self.period);
    }

    /// Makes the next tick due at once; those after it follow at the period.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// use vitte::time::{Duration, Instant, interval};
    ///
    /// let mut interval = interval(Duration::from_secs(60));
    /// interval.tick().await;
    ///
    /// interval.reset_immediately();
    /// let start = Instant::now();
    /// interval.tick().await; // does not wait
    /// assert!(start.elapsed() < Duration::from_secs(60));
    /// # }
    /// ```
    pub fn reset_immediately(&mut self) {
        self.delay.as_mut().reset(Instant::now());
    }

    /// Makes the next tick due `after` from now; those after it follow at the period.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// use vitte::time::{Duration, Instant, interval};
    ///
    /// let start = Instant::now();
    /// let mut interval = interval(Duration::from_secs(60));
    /// interval.reset_after(Duration::from_secs(5));
    /// interval.tick().await;
    /// assert!(start.elapsed() >= Duration::from_secs(5));
    /// # }
    /// ```
    pub fn reset_after(&mut self, after: Duration) {
        let deadline = Instant::now() + clamp_to_far_future(after);
        self.delay.as_mut().reset(deadline);
    }

    /// Makes the next tick due at `deadline`; those after it follow at the period.
    ///
    /// Ticks that were missed before are forgotten. If `deadline` lies in the past, the
    /// [`MissedTickBehavior`] says how the interval catches up from there.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// use vitte::time::{Duration, Instant, interval};
    ///
    /// let mut interval = interval(Duration::from_secs(60));
    /// let deadline = Instant::now() + Duration::from_secs(90);
    /// interval.reset_at(deadline);
    /// assert_eq!(interval.tick().await, deadline);
    /// # }
    /// ```
    pub fn reset_at(&mut self, deadline: Instant) {
        self.delay.as_mut().reset(deadline);
    }

    /// Returns what happens to missed ticks.
    pub fn missed_tick_behavior(&self) -> MissedTickBehavior {
        self.missed_tick_behavior
    }

    /// Sets what happens to missed ticks. The default is [`Burst`](MissedTickBehavior::Burst).
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// use vitte::time::{Duration, MissedTickBehavior, interval};
    ///
    /// let mut interval = interval(Duration::from_millis(100));
    /// interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    /// assert_eq!(interval.missed_tick_behavior(), MissedTickBehavior::Delay);
    /// # }
    /// ```
    pub fn set_missed_tick_behavior(&mut self, behavior: MissedTickBehavior) {
        self.missed_tick_behavior = behavior;
    }

    /// Returns the time between two ticks.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// use vitte::time::{Duration, interval};
    ///
    /// let interval = interval(Duration::from_secs(5));
    /// assert_eq!(interval.period(), Duration::from_secs(5));
    /// # }
    /// ```
    pub fn period(&self) -> Duration {
        self.period
    }
}
