//! The blocking halves of asynchronous operations (`blocking_lock`, `blocking_recv`, …).

use std::future::Future;

use vitte_context::{enter, park};

/// Waits for a future on a thread that drives no runtime.
///
/// # Panics
///
/// When the thread drives a runtime.
#[track_caller]
pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    enter::assert_may_block();
    park::block_on(future)
}
