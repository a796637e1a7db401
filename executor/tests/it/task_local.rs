//! Task-local values.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use vitte_executor::task::{LocalKey, yield_now};
use vitte_executor::task_local;

use crate::support::{OnDrop, TestRuntime, panic_text, poll_once, spawn};

task_local! {
    static REQUEST: u32;
    pub(crate) static USER: String;
}

#[test]
fn a_value_follows_its_future_from_poll_to_poll() {
    let runtime = TestRuntime::multi_thread(2);
    let tasks: Vec<_> = (0..20)
        .map(|n| {
            runtime.spawn(REQUEST.scope(n, async move {
                for _ in 0..10 {
                    assert_eq!(REQUEST.get(), n);
                    yield_now().await;
                }
                // A task of its own does not see it.
                spawn(async { REQUEST.try_get().is_err() }).await.unwrap()
            }))
        })
        .collect();
    for task in tasks {
        assert!(runtime.block_on(task).unwrap());
    }
}

#[test]
fn scopes_nest_and_come_back() {
    REQUEST.sync_scope(1, || {
        USER.sync_scope("ann".to_string(), || {
            REQUEST.sync_scope(2, || assert_eq!(REQUEST.get(), 2));
            assert_eq!(REQUEST.get(), 1);
            USER.with(|user| assert_eq!(user, "ann"));
        });
        let _ = panic_text(|| REQUEST.sync_scope(3, || panic!("inside")));
        assert_eq!(REQUEST.get(), 1);
    });
    assert!(REQUEST.try_get().is_err());
}

#[test]
fn the_value_is_set_while_the_future_is_dropped() {
    let mut seen = None;
    let future = REQUEST.scope(4, async {
        let _guard = OnDrop(|| seen = Some(REQUEST.get()));
        std::future::pending::<()>().await;
    });
    {
        let mut future = Box::pin(future);
        assert!(poll_once(&mut future, Waker::noop()).is_pending());
    }
    assert_eq!(seen, Some(4));
}

#[test]
fn a_value_that_was_taken_is_gone() {
    let mut future = pin!(REQUEST.scope(5, async {
        yield_now().await;
        REQUEST.try_get().is_err()
    }));
    let mut cx = Context::from_waker(Waker::noop());
    assert!(future.as_mut().poll(&mut cx).is_pending());
    assert_eq!(format!("{future:?}"), "TaskLocalFuture { value: 5 }");
    assert_eq!(future.as_mut().take_value(), Some(5));
    assert_eq!(
        format!("{future:?}"),
        "TaskLocalFuture { value: <missing> }"
    );
    assert_eq!(future.as_mut().poll(&mut cx), Poll::Ready(true));
}

#[test]
fn misuse_panics_with_its_cause() {
    assert_eq!(
        panic_text(|| REQUEST.get()),
        "cannot access a task-local storage value without setting it first"
    );
    let text = REQUEST.sync_scope(1, || {
        panic_text(|| REQUEST.with(|_| REQUEST.sync_scope(2, || ())))
    });
    assert_eq!(
        text,
        "cannot enter a task-local scope while the task-local storage is borrowed"
    );
    assert_eq!(
        format!("{:?}", &REQUEST as &LocalKey<u32>),
        "LocalKey { .. }"
    );
}
