//! A future that takes one unit of budget when it completes.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use vitte_context::coop;

/// Made by [`cooperative`].
pub(crate) struct Cooperative<F>(F);

/// Polls `future` only while there is budget, and charges one unit for its completion.
pub(crate) fn cooperative<F: Future>(future: F) -> Cooperative<F> {
    Cooperative(future)
}

impl<F: Future> Future for Cooperative<F> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let coop = ready!(coop::poll_proceed(cx));
        // SAFETY: the future is pinned with this; nothing moves it out.
        let future = unsafe { self.map_unchecked_mut(|this| &mut this.0) };
        let output = ready!(future.poll(cx));
        coop.made_progress();
        Poll::Ready(output)
    }
}
