//! Letting others run.

use std::future::poll_fn;
use std::task::Poll;

use vitte_context::defer::defer;

/// Gives the scheduler a chance to run other tasks, and to look at timers and sockets.
///
/// The task goes to the back: it is polled again after the scheduler's next turn of the driver.
/// No order is promised among the tasks that run meanwhile.
///
/// # Cancel safety
///
/// Cancel safe; nothing is lost when it is dropped.
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
