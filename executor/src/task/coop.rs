//! The cooperative budget: how much a task may do in one poll before it has to yield.
//!
//! A task whose operations are always ready, a receiver of a full channel for instance, would never
//! give its thread back. So each operation of vitte that completes takes one unit from the task's
//! budget, 128 per poll. When the budget is used up, the operations return `Pending` although they
//! could complete, and the task is polled again after the others.
//!
//! Code that works in a loop without using any of these operations can take part with
//! [`consume_budget`]; a future from another library with [`cooperative`]; a type that implements
//! `poll` itself with [`poll_proceed`]. [`unconstrained`] switches the budget off for a future.
//
// The budget itself is a byte in the thread's block, in the context's module of the same name; here
// are the futures that are built on it.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use pin_project_lite::pin_project;
use vitte_context::coop;

#[doc(inline)]
pub use vitte_context::coop::{RestoreOnPending, has_budget_remaining, poll_proceed};

/// Takes one unit of the task's budget, and yields if none is left.
///
/// A loop that works without using any of vitte's resources calls this in each round, and so lets
/// others run every now and then.
///
/// # Cancel safety
///
/// Cancel safe: it has no effect that could be lost.
///
/// # Examples
///
/// ```
/// # #[vitte::main(flavor = "current_thread")]
/// # async fn main() {
/// let mut sum = 0u64;
/// for n in 0..10_000 {
///     sum += n;
///     vitte::task::coop::consume_budget().await;
/// }
/// assert_eq!(sum, 49_995_000);
/// # }
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
    /// A future without a budget; from [`unconstrained`].
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::task::coop::{Unconstrained, unconstrained};
    ///
    /// # #[vitte::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let future: Unconstrained<_> = unconstrained(async { 1 });
    /// assert_eq!(future.await, 1);
    /// # }
    /// ```
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

/// Switches the budget off for a future: its operations do not yield while they could complete.
///
/// # Examples
///
/// ```
/// use vitte::sync::mpsc;
/// use vitte::task::coop::unconstrained;
///
/// # #[vitte::main(flavor = "current_thread")]
/// # async fn main() {
/// let (tx, mut rx) = mpsc::unbounded_channel();
/// for n in 0..1_000 {
///     tx.send(n).unwrap();
/// }
/// drop(tx);
/// // Takes all of them in one poll.
/// let all = unconstrained(async {
///     let mut count = 0;
///     while rx.recv().await.is_some() {
///         count += 1;
///     }
///     count
/// });
/// assert_eq!(all.await, 1_000);
/// # }
/// ```
pub fn unconstrained<F>(future: F) -> Unconstrained<F> {
    Unconstrained { future }
}

pin_project! {
    /// A future that takes part in the budget; from [`cooperative`].
    ///
    /// # Examples
    ///
    /// ```
    /// use std::future::{Ready, ready};
    /// use vitte::task::coop::{Coop, cooperative};
    ///
    /// # #[vitte::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let future: Coop<Ready<u32>> = cooperative(ready(1));
    /// assert_eq!(future.await, 1);
    /// # }
    /// ```
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

/// Makes the completion of a future from another library take one unit of the budget.
///
/// # Examples
///
/// ```
/// use std::future::ready;
/// use vitte::task::coop::cooperative;
///
/// # #[vitte::main(flavor = "current_thread")]
/// # async fn main() {
/// for n in 0..1_000 {
///     // Yields every now and then, although the future is always ready.
///     assert_eq!(cooperative(ready(n)).await, n);
/// }
/// # }
/// ```
pub fn cooperative<F: Future>(future: F) -> Coop<F> {
    Coop { future }
}
