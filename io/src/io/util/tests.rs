//! Tests of the utilities, without a runtime. tokio's own tests run against them too.

mod copying;
mod pipes;
mod reading;
mod scripted;
mod writing;

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

/// Polls a future once, with a waker that does nothing and a full budget.
fn poll_once<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    let mut cx = Context::from_waker(Waker::noop());
    vitte_context::coop::with_full(|| future.poll(&mut cx))
}
