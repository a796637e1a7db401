//! `Timeout`: a future with a deadline.

use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use pin_project_lite::pin_project;
use vitte_context::coop;

use crate::error::Elapsed;
use crate::{Instant, Sleep, sleep_until};

/// Gives a future `duration` to complete.
///
/// The result is the future's output, or [`Elapsed`] if the time was up first; then the future
/// is dropped with the `Timeout`. The future is polled before the clock is looked at: one that is
/// ready at once succeeds whatever the duration, and registers no timer; one that never yields is
/// not interrupted. With a duration that cannot be added to the current time there is no limit.
///
/// # Panics
///
/// Outside of a runtime, and in a runtime without timers; see [`sleep_until`].
///
/// # Cancel safety
///
/// Dropping the `Timeout` drops the future; [`Timeout::into_inner`] gives it back.
///
/// # Examples
///
/// ```
/// use std::future::pending;
/// use vitte_timer::{Duration, timeout};
///
/// async fn wait() {
///     let outcome = timeout(Duration::from_millis(10), pending::<()>()).await;
///     assert!(outcome.is_err());
/// }
/// ```
#[inline]
#[track_caller]
pub fn timeout<F>(duration: Duration, future: F) -> Timeout<F::IntoFuture>
where
    F: IntoFuture,
{
    let delay = Sleep::after(duration);
    Timeout {
        value: future.into_future(),
        delay,
    }
}

/// Gives a future until `deadline` to complete.
///
/// As [`timeout`], with an instant in place of a duration.
///
/// # Panics
///
/// Outside of a runtime, and in a runtime without timers; see [`sleep_until`].
///
/// # Examples
///
/// ```
/// use std::future::pending;
/// use vitte_timer::{Duration, Instant, timeout_at};
///
/// async fn wait() {
///     let deadline = Instant::now() + Duration::from_millis(10);
///     assert!(timeout_at(deadline, pending::<()>()).await.is_err());
/// }
/// ```
#[inline]
#[track_caller]
pub fn timeout_at<F>(deadline: Instant, future: F) -> Timeout<F::IntoFuture>
where
    F: IntoFuture,
{
    Timeout {
        value: future.into_future(),
        delay: Some(sleep_until(deadline)),
    }
}

pin_project! {
    /// The future that [`timeout`] and [`timeout_at`] return.
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    #[derive(Debug)]
    pub struct Timeout<T> {
        #[pin]
        value: T,
        #[pin]
        delay: Option<Sleep>,
    }
}

impl<T> Timeout<T> {
    /// The future inside.
    pub fn get_ref(&self) -> &T {
        &self.value
    }

    /// The future inside, to be changed.
    pub fn get_mut(&mut self) -> &mut T {
        &mut self.value
    }

    /// The future inside, without its deadline.
    pub fn into_inner(self) -> T {
        self.value
    }
}

impl<T> Future for Timeout<T>
where
    T: Future,
{
    type Output = Result<T::Output, Elapsed>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let had_budget = coop::has_budget_remaining();
        if let Poll::Ready(output) = this.value.poll(cx) {
            return Poll::Ready(Ok(output));
        }
        match this.delay.as_pin_mut() {
            Some(delay) => poll_delay(delay, had_budget, cx).map(Err),
            None => Poll::Pending,
        }
    }
}

/// Polls the delay. Not generic, so that it exists once.
fn poll_delay(delay: Pin<&mut Sleep>, had_budget: bool, cx: &mut Context<'_>) -> Poll<Elapsed> {
    // A future that uses up the budget in each of its polls would keep the delay from ever being
    // looked at, so the delay does not count then.
    let poll = if had_budget && !coop::has_budget_remaining() {
        coop::with_unconstrained(|| delay.poll(cx))
    } else {
        delay.poll(cx)
    };
    poll.map(|()| Elapsed::new())
}
