//! `Timeout`: a future with a deadline.
//!
//! It polls the future first and the [`Sleep`] after it. So a future that is ready at once costs
//! no timer, and one that is late gets a last chance at the deadline.

use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use pin_project_lite::pin_project;
use vitte_context::coop;

use crate::error::Elapsed;
use crate::{Instant, Sleep, sleep_until};

/// Limits a future to `duration`.
///
/// Returns the future's output, or [`Elapsed`] if the time was up first; the future is dropped with
/// the `Timeout` then. The future is polled before the clock is read. A future that is ready at
/// once therefore succeeds whatever the duration, without registering a timer. A future that never
/// yields is not interrupted. A duration that cannot be added to the current time means no limit.
///
/// # Errors
///
/// The future returns [`Elapsed`] if `duration` passes before `future` completes.
///
/// # Panics
///
/// Outside of a runtime, and in a runtime without timers; see [`sleep_until`].
///
/// # Cancel safety
///
/// Dropping the `Timeout` drops the future inside, so it is as cancel safe as that one.
/// [`Timeout::into_inner`] gives it back.
///
/// # Examples
///
/// ```
/// # #[vitte::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// use vitte::sync::oneshot;
/// use vitte::time::{Duration, timeout};
///
/// let (tx, rx) = oneshot::channel::<u32>();
/// if timeout(Duration::from_millis(10), rx).await.is_err() {
///     println!("no answer within 10 ms");
/// }
/// # drop(tx);
/// # }
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

/// Limits a future to the time until `deadline`.
///
/// The same as [`timeout`], with an instant in place of a duration. Use it to give several futures
/// one deadline in common.
///
/// # Errors
///
/// The future returns [`Elapsed`] if `deadline` comes before `future` completes.
///
/// # Panics
///
/// Outside of a runtime, and in a runtime without timers; see [`sleep_until`].
///
/// # Cancel safety
///
/// As for [`timeout`].
///
/// # Examples
///
/// ```
/// # #[vitte::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// use vitte::sync::mpsc;
/// use vitte::time::{Duration, Instant, timeout_at};
///
/// let (tx, mut rx) = mpsc::channel(8);
/// tx.send("one").await.unwrap();
///
/// let deadline = Instant::now() + Duration::from_millis(10);
/// assert_eq!(timeout_at(deadline, rx.recv()).await, Ok(Some("one")));
/// assert!(timeout_at(deadline, rx.recv()).await.is_err()); // the second one did not come
/// # }
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
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// use std::future::ready;
    /// use vitte::time::{Duration, Timeout, timeout};
    ///
    /// let limited: Timeout<_> = timeout(Duration::from_secs(1), ready("done"));
    /// assert_eq!(limited.await, Ok("done"));
    /// # }
    /// ```
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
    /// Returns a reference to the future inside.
    pub fn get_ref(&self) -> &T {
        &self.value
    }

    /// Returns a mutable reference to the future inside.
    pub fn get_mut(&mut self) -> &mut T {
        &mut self.value
    }

    /// Returns the future inside, without its deadline.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// use vitte::time::{Duration, Instant, sleep, timeout};
    ///
    /// let start = Instant::now();
    /// let limited = timeout(Duration::from_secs(1), sleep(Duration::from_secs(2)));
    /// limited.into_inner().await; // is not cut short
    /// assert!(start.elapsed() >= Duration::from_secs(2));
    /// # }
    /// ```
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
