//! [`yield_now`]: lets other tasks run.

use std::future::poll_fn;
use std::task::Poll;

use vitte_context::defer::defer;

/// Gives the scheduler a chance to run other tasks, and to look at timers and sockets.
///
/// The task is polled again after the scheduler has looked at them. No order is promised among the
/// tasks that run in the meantime.
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
/// fn step(n: u32) -> u32 {
///     n + 1
/// }
///
/// let mut n = 0;
/// while n < 1_000 {
///     n = step(n);
///     if n % 100 == 0 {
///         // Much work, and nothing to wait for: let others run.
///         vitte::task::yield_now().await;
///     }
/// }
/// # }
/// ```
pub async fn yield_now() {
    let mut yielded = false;
    poll_fn(|cx| {
        if yielded {
            return Poll::Ready(());
        }
        yielded = true;
        defer(cx.waker());
        Poll::Pending
    })
    .await;
}
