//! A wait on a `Notify` that is part of another primitive, reported under that primitive's name.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::ptr;

use vitte_context::trace::{WaitKind, waiting_on};

/// Makes a future that awaits `future`, and says meanwhile that the task waits for `thing`.
pub(crate) fn named<T: ?Sized, F: Future>(
    kind: WaitKind,
    thing: &T,
    future: F,
) -> impl Future<Output = F::Output> + use<T, F> {
    // As a number: a pointer would keep the future from being sent.
    let address = ptr::from_ref(thing).cast::<()>().addr();
    async move {
        let mut future = pin!(future);
        poll_fn(|cx| {
            let poll = future.as_mut().poll(cx);
            if poll.is_pending() {
                waiting_on(kind, ptr::without_provenance::<()>(address));
            }
            poll
        })
        .await
    }
}
