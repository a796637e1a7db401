//! What a task's handle shows: its panic, its end by an abort; and that its wakers are one.

use std::future::{pending, poll_fn};
use std::task::Poll;
use std::time::Duration;

use vitte::time;

use crate::support::{both, current_thread, multi_thread};

#[test]
fn a_panic_in_a_task_reaches_the_joiner_with_its_payload() {
    both(|runtime| {
        let error =
            runtime.block_on(runtime.spawn(async { panic!("boom {}", std::hint::black_box(1)) }));
        assert_eq!(
            *error
                .unwrap_err()
                .into_panic()
                .downcast::<String>()
                .unwrap(),
            "boom 1"
        );
        assert_eq!(runtime.block_on(async { 1 }), 1);
    });
}

#[test]
fn abort_before_during_and_after() {
    both(|runtime| {
        let before = runtime.spawn(async { 1 });
        before.abort();
        // It may have run already on another worker.
        match runtime.block_on(before) {
            Ok(value) => assert_eq!(value, 1),
            Err(error) => assert!(error.is_cancelled()),
        }

        let during = runtime.spawn(pending::<()>());
        runtime.block_on(async { time::sleep(Duration::from_millis(2)).await });
        during.abort();
        assert!(runtime.block_on(during).unwrap_err().is_cancelled());

        let after = runtime.spawn(async { 2 });
        runtime.block_on(async {
            while !after.is_finished() {
                vitte::task::yield_now().await;
            }
        });
        after.abort();
        assert_eq!(runtime.block_on(after).unwrap(), 2);
    });
}

/// tokio 2045: clones of one task's waker were taken for different ones.
#[test]
fn wakers_of_one_task_wake_the_same() {
    for runtime in [current_thread(), multi_thread(1).build().unwrap()] {
        let task = runtime.spawn(poll_fn(|cx| {
            let clone = cx.waker().clone();
            Poll::Ready(clone.will_wake(cx.waker()))
        }));
        assert!(runtime.block_on(task).unwrap());
    }
}
