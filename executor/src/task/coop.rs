//! Futures built on the cooperative budget; the budget itself is in the context.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use pin_project_lite::pin_project;
use vitte_context::coop;

pub use vitte_context::coop::{RestoreOnPending, has_budget_remaining, poll_proceed};

/// Takes one unit of budget, and yields if none is left.
///
/// For loops that do work without touching any of vitte's resources: with a call of this per
/// round they let others run every now and then.
///
/// # Examples
///
/// ```
/// # vitte_context::park::block_on(async {
/// let mut sum = 0u64;
/// for n in 0..10_000 {
///     sum += n;
///     vitte_executor::task::coop::consume_budget().await;
/// }
/// # });
/// ```
pub async fn consume_budget() {
    poll_fn(|cx| {
        let coop = ready!(coop::poll_proceed(cx));
        coop.made_progress();
        Poll::Ready(())
    })
    .await;
}

pin_project! {
    /// A future without a budget; made by [`unconstrained`].
    #[must_use = "Unconstrained does nothing unless polled"]
    pub struct Unconstrained<F> {
        #[pin]
        future: F,
    }
}

impl<F: Future> Future for Unconstrained<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let future = self.project().future;
        coop::with_unconstrained(|| future.poll(cx))
    }
}

/// Switches the budget off for a future: its operations never yield on their own.
pub fn unconstrained<F>(future: F) -> Unconstrained<F> {
    Unconstrained { future }
}

pin_project! {
    /// A future that takes part in the budget; made by [`cooperative`].
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct Coop<F: Future> {
        #[pin]
        future: F,
    }
}

impl<F: Future> Future for Coop<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let coop = ready!(coop::poll_proceed(cx));
        let output = ready!(self.project().future.poll(cx));
        coop.made_progress();
        Poll::Ready(output)
    }
}

/// Makes each completion of a foreign future cost one unit of budget.
pub fn cooperative<F: Future>(future: F) -> Coop<F> {
    Coop { future }
}
