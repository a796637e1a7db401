//! `Sleep`: a future that is ready at a deadline.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use pin_project_lite::pin_project;
use vitte_context::coop;
use vitte_context::trace::{Operation, Resource, WaitKind, polled, waiting_on};

use crate::Instant;
use crate::registry::Registration;

/// As far ahead as any deadline goes: about thirty years. More cannot be represented everywhere.
const FAR_FUTURE: Duration = Duration::from_secs(86_400 * 365 * 30);

/// What std says when it adds a duration to an instant. It never does here.
const TOO_FAR: &str = "overflow when adding duration to instant";

/// A duration that can be added to the current time on every platform.
#[inline]
pub(crate) fn clamp_to_far_future(duration: Duration) -> Duration {
    duration.min(FAR_FUTURE)
}

/// Waits until `deadline`.
///
/// The returned future does no work while it waits, never is ready early, and is cancelled by
/// dropping it.
///
/// # Panics
///
/// Outside of a runtime, and in a runtime without timers. Like any function that is called to
/// make a future, this one runs where it is called: `block_on(sleep_until(…))` panics, and
/// `block_on(async { sleep_until(…).await })` does not.
///
/// # Examples
///
/// ```
/// use vitte_timer::{Duration, Instant, sleep_until};
///
/// async fn nap() {
///     let deadline = Instant::now() + Duration::from_millis(100);
///     sleep_until(deadline).await;
///     assert!(Instant::now() >= deadline);
/// }
/// ```
#[inline]
#[track_caller]
pub fn sleep_until(deadline: Instant) -> Sleep {
    Sleep::of(Registration::new(deadline.into_std()))
}

/// Waits until `duration` has passed.
///
/// The same as [`sleep_until`] with `Instant::now() + duration`, save that a duration of any
/// length will do: the wait lasts thirty years at most.
///
/// # Panics
///
/// Outside of a runtime, and in a runtime without timers; see [`sleep_until`].
///
/// # Examples
///
/// ```
/// use vitte_timer::{Duration, sleep};
///
/// async fn nap() {
///     sleep(Duration::from_millis(100)).await;
/// }
/// ```
#[inline]
#[track_caller]
pub fn sleep(duration: Duration) -> Sleep {
    Sleep::after(clamp_to_far_future(duration)).expect(TOO_FAR)
}

pin_project! {
    /// The future that [`sleep`] and [`sleep_until`] return.
    ///
    /// It is not `Unpin`: while it waits, its runtime's timer points to it. Pin it (`pin!`,
    /// `Box::pin`) to poll it by hand or to use it in several turns of a `select!`.
    ///
    /// # Panics
    ///
    /// Polling it panics when its runtime has shut down.
    ///
    /// # Cancel safety
    ///
    /// Dropping it cancels the wait. Polling it again continues the wait; once it was ready it
    /// stays so, until it is [`reset`](Sleep::reset).
    #[project(!Unpin)]
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    pub struct Sleep {
        operation: Operation,
        resource: Resource,
        #[pin]
        registration: Registration,
    }
}

impl Sleep {
    #[inline]
    #[track_caller]
    fn of(registration: Registration) -> Sleep {
        let resource = Resource::sleep();
        Sleep {
            operation: Operation::sleep(&resource),
            resource,
            registration,
        }
    }

    /// One for so long from now; `None` if there is no such instant.
    #[inline]
    #[track_caller]
    pub(crate) fn after(duration: Duration) -> Option<Sleep> {
        let registration = Registration::after(duration)?;
        Some(Sleep::of(registration))
    }

    /// When the future will be ready.
    pub fn deadline(&self) -> Instant {
        Instant::from_std(self.registration.deadline())
    }

    /// Whether the wait is over.
    pub fn is_elapsed(&self) -> bool {
        self.registration.is_over()
    }

    /// Moves the deadline, before or after it has passed.
    ///
    /// A task that waits for this future is woken at the new deadline instead of the old one.
    /// Moving it to a later time is cheap: it takes no lock.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::pin::pin;
    /// use vitte_timer::{Duration, Instant, sleep};
    ///
    /// async fn nap() {
    ///     let mut nap = pin!(sleep(Duration::from_millis(10)));
    ///     nap.as_mut().reset(Instant::now() + Duration::from_millis(20));
    ///     nap.await;
    /// }
    /// ```
    pub fn reset(self: Pin<&mut Self>, deadline: Instant) {
        let this = self.project();
        *this.operation = Operation::sleep_again(this.resource, || deadline.remaining_ms());
        this.registration.reset(deadline.into_std());
    }

    /// [`reset`](Self::reset) of one that has fired, as part of something else: it only notes the
    /// deadline, which the next poll registers.
    pub(crate) fn set_deadline(self: Pin<&mut Self>, deadline: Instant) {
        let this = self.project();
        this.registration.reset(deadline.into_std());
    }
}

impl Future for Sleep {
    type Output = ();

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let address: *const Sleep = &*self;
        let this = self.project();
        this.operation.in_scope(this.resource, || {
            let coop = ready!(polled("poll_elapsed", coop::poll_proceed(cx)));
            let poll = this.registration.poll(cx);
            if poll.is_ready() {
                coop.made_progress();
            } else {
                waiting_on(WaitKind::Sleep, address);
            }
            polled("poll_elapsed", poll)
        })
    }
}

impl fmt::Debug for Sleep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sleep")
            .field("deadline", &self.deadline())
            .field("registration", &self.registration)
            .finish_non_exhaustive()
    }
}
