//! `Sleep`: a future that is ready at a deadline.
//!
//! A thin layer over the [`Registration`], which holds the deadline and the waker and enters the
//! wheel of the worker that polls it first. This layer adds the runtime's budget and the spans.

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

/// The longest wait: about thirty years. Some platforms cannot represent much more.
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
/// The future does no work while it waits, and is never ready early. Drop it to cancel the wait.
///
/// # Panics
///
/// Outside of a runtime, and in a runtime without timers. This function looks for its runtime when
/// it is called, not when its future is polled: `block_on(sleep_until(…))` panics, and
/// `block_on(async { sleep_until(…).await })` does not.
///
/// # Cancel safety
///
/// Cancel safe. To continue the same wait in several turns of a `select!`, await it by reference;
/// see [`Sleep`].
///
/// # Examples
///
/// ```
/// # #[vitte::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// use vitte::time::{Duration, Instant, sleep_until};
///
/// let deadline = Instant::now() + Duration::from_millis(100);
/// sleep_until(deadline).await;
/// assert!(Instant::now() >= deadline);
/// # }
/// ```
#[inline]
#[track_caller]
pub fn sleep_until(deadline: Instant) -> Sleep {
    Sleep::of(Registration::new(deadline.into_std()))
}

/// Waits until `duration` has passed.
///
/// The same as [`sleep_until`] with `Instant::now() + duration`, except that any duration is
/// accepted: the wait lasts at most thirty years. For something that happens at a regular period,
/// use [`interval`](crate::interval()).
///
/// # Panics
///
/// Outside of a runtime, and in a runtime without timers; see [`sleep_until`].
///
/// # Cancel safety
///
/// Cancel safe. To continue the same wait in several turns of a `select!`, await it by reference;
/// see [`Sleep`].
///
/// # Examples
///
/// ```
/// # #[vitte::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// use vitte::time::{Duration, sleep};
///
/// sleep(Duration::from_millis(100)).await;
/// println!("100 ms have passed");
/// # }
/// ```
#[inline]
#[track_caller]
pub fn sleep(duration: Duration) -> Sleep {
    Sleep::after(clamp_to_far_future(duration)).expect(TOO_FAR)
}

pin_project! {
    /// The future that [`sleep`] and [`sleep_until`] return.
    ///
    /// It is not `Unpin`, since its runtime's timer points to it while it waits. Pin it (`pin!`,
    /// `Box::pin`) to poll it by hand, or to await it by reference in several turns of a `select!`.
    ///
    /// # Panics
    ///
    /// Polling it panics if its runtime has shut down.
    ///
    /// # Cancel safety
    ///
    /// Dropping it cancels the wait. Polling it again continues the wait. Once it is ready it stays
    /// ready, until it is [`reset`](Sleep::reset).
    ///
    /// # Examples
    ///
    /// One deadline for a whole loop:
    ///
    /// ```
    /// # #[vitte::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// use std::pin::pin;
    /// use vitte::sync::mpsc;
    /// use vitte::time::{Duration, sleep};
    ///
    /// let (_tx, mut rx) = mpsc::channel::<u32>(8);
    /// let mut deadline = pin!(sleep(Duration::from_secs(5)));
    /// loop {
    ///     vitte::select! {
    ///         Some(message) = rx.recv() => println!("got {message}"),
    ///         () = deadline.as_mut() => break, // 5 s after the loop began
    ///     }
    /// }
    /// # }
    /// ```
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

    /// A sleep for `duration` from now; `None` if that instant cannot be represented.
    #[inline]
    #[track_caller]
    pub(crate) fn after(duration: Duration) -> Option<Sleep> {
        let registration = Registration::after(duration)?;
        Some(Sleep::of(registration))
    }

    /// Returns the instant at which the future becomes ready.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// use vitte::time::{Duration, Instant, sleep};
    ///
    /// let start = Instant::now();
    /// assert!(sleep(Duration::from_secs(1)).deadline() >= start + Duration::from_secs(1));
    /// # }
    /// ```
    pub fn deadline(&self) -> Instant {
        Instant::from_std(self.registration.deadline())
    }

    /// Returns true if the wait is over.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// use std::pin::pin;
    /// use vitte::time::{Duration, sleep};
    ///
    /// let mut nap = pin!(sleep(Duration::from_secs(1)));
    /// assert!(!nap.is_elapsed());
    /// nap.as_mut().await;
    /// assert!(nap.is_elapsed());
    /// # }
    /// ```
    pub fn is_elapsed(&self) -> bool {
        self.registration.is_over()
    }

    /// Moves the deadline, before or after it has passed.
    ///
    /// A task that waits for this future is woken at the new deadline instead of the old one.
    /// Moving the deadline to a later time is cheap: it takes no lock.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// use std::pin::pin;
    /// use vitte::time::{Duration, Instant, sleep};
    ///
    /// let start = Instant::now();
    /// let mut nap = pin!(sleep(Duration::from_millis(10)));
    /// nap.as_mut().reset(start + Duration::from_millis(20));
    /// nap.await;
    /// assert!(start.elapsed() >= Duration::from_millis(20));
    /// # }
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
