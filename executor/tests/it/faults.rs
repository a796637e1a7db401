//! Panics wherever users' code is called.

use std::future::{Future, pending, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll};

use vitte_executor::task::yield_now;

use crate::support::{
    CountingWaker, OnDrop, Signal, TestRuntime, each_runtime, panicking_waker, poll_once,
};

/// Ready at once, or never; panics when it is dropped.
struct PanicsInDrop {
    ready: bool,
}

impl Future for PanicsInDrop {
    type Output = u32;

    fn poll(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<u32> {
        if self.ready {
            Poll::Ready(1)
        } else {
            Poll::Pending
        }
    }
}

impl Drop for PanicsInDrop {
    fn drop(&mut self) {
        panic!("in drop");
    }
}

/// The runtime still works.
fn assert_alive(runtime: &TestRuntime) {
    let task = runtime.spawn(async {
        yield_now().await;
        7
    });
    assert_eq!(runtime.block_on(task).unwrap(), 7);
}

#[test]
fn panic_in_poll_is_the_joiners_error() {
    each_runtime(|runtime| {
        let task = runtime.spawn(async {
            yield_now().await;
            panic!("in poll");
        });
        let id = task.id();
        let error = runtime.block_on(task).unwrap_err();
        assert!(error.is_panic());
        assert_eq!(error.id(), id);
        assert_eq!(
            error.to_string(),
            format!("task {id} panicked with message \"in poll\"")
        );
        assert_eq!(*error.into_panic().downcast::<&str>().unwrap(), "in poll");
        assert_alive(&runtime);
    });
}

#[test]
fn the_future_of_a_panicking_task_is_dropped_while_it_unwinds() {
    each_runtime(|runtime| {
        let unwinding = Signal::new();
        let guard = OnDrop({
            let unwinding = unwinding.clone();
            move || {
                assert!(std::thread::panicking());
                unwinding.set();
                panic!("in drop, too");
            }
        });
        let task = runtime.spawn(poll_fn(move |_| -> Poll<()> {
            let _guard = &guard;
            panic!("in poll")
        }));
        let error = runtime.block_on(task).unwrap_err();
        assert_eq!(*error.into_panic().downcast::<&str>().unwrap(), "in poll");
        assert!(unwinding.is_set());
        assert_alive(&runtime);
    });
}

#[test]
fn panic_in_drop_of_a_completed_future_is_the_joiners_error() {
    each_runtime(|runtime| {
        let error = runtime
            .block_on(runtime.spawn(PanicsInDrop { ready: true }))
            .unwrap_err();
        assert_eq!(*error.into_panic().downcast::<&str>().unwrap(), "in drop");
        assert_alive(&runtime);
    });
}

#[test]
fn panic_in_drop_of_an_aborted_future_is_the_joiners_error() {
    each_runtime(|runtime| {
        let task = runtime.spawn(PanicsInDrop { ready: false });
        assert_alive(&runtime);
        task.abort();
        let error = runtime.block_on(task).unwrap_err();
        assert!(error.is_panic());
        assert_alive(&runtime);
    });
}

#[test]
fn panic_in_drop_at_shutdown_is_contained() {
    each_runtime(|runtime| {
        let tasks: Vec<_> = (0..3)
            .map(|_| runtime.spawn(PanicsInDrop { ready: false }))
            .collect();
        assert_alive(&runtime);
        drop(runtime);
        assert!(tasks.iter().all(|task| task.is_finished()));
    });
}

#[test]
fn panic_in_drop_of_an_output_that_nobody_takes_is_contained() {
    each_runtime(|runtime| {
        let done = Signal::new();
        let task = runtime.spawn({
            let done = done.clone();
            async move {
                done.set();
                OnDrop(|| panic!("in drop of the output"))
            }
        });
        drop(task);
        runtime.block_on(done.wait());
        assert_alive(&runtime);

        // Dropped by the handle, after completion.
        let task = runtime.spawn(async { OnDrop(|| panic!("in drop of the output")) });
        while !task.is_finished() {
            runtime.block_on(yield_now());
            std::thread::yield_now();
        }
        drop(task);
        assert_alive(&runtime);
    });
}

#[test]
fn a_panic_payload_that_panics_in_drop_is_contained() {
    each_runtime(|runtime| {
        let task = runtime.spawn(async {
            std::panic::panic_any(OnDrop(|| panic!("in drop of the payload")));
        });
        let task: vitte_executor::task::JoinHandle<()> = task;
        drop(task);
        let _output = runtime.spawn(async {
            OnDrop(|| std::panic::panic_any(OnDrop(|| panic!("in drop of the payload"))))
        });
        assert_alive(&runtime);
    });
}

#[test]
fn panic_in_a_join_waker_is_contained() {
    each_runtime(|runtime| {
        let go = Signal::new();
        let mut task = runtime.spawn(go.wait());
        let waker = panicking_waker();
        assert!(poll_once(&mut task, &waker).is_pending());
        std::mem::forget(waker);
        go.set();
        assert_alive(&runtime);
        runtime.block_on(task).unwrap();
    });
}

#[test]
fn join_handle_wakes_the_waker_of_its_latest_poll() {
    each_runtime(|runtime| {
        let go = Signal::new();
        let mut task = runtime.spawn(go.wait());
        let (first, first_waker) = CountingWaker::pair();
        let (second, second_waker) = CountingWaker::pair();
        assert!(poll_once(&mut task, &first_waker).is_pending());
        assert!(poll_once(&mut task, &first_waker).is_pending());
        assert!(poll_once(&mut task, &second_waker).is_pending());
        go.set();
        while second.wakes() == 0 {
            runtime.block_on(yield_now());
            std::thread::yield_now();
        }
        assert_eq!((first.wakes(), second.wakes()), (0, 1));
        assert!(poll_once(&mut task, &second_waker).is_ready());
    });
}

#[test]
#[should_panic(expected = "JoinHandle polled after completion")]
fn join_handle_polled_after_completion_panics() {
    let runtime = TestRuntime::current_thread();
    let mut task = runtime.spawn(async {});
    runtime.block_on(&mut task).unwrap();
    let _ = runtime.block_on(&mut task);
}

#[test]
fn panic_in_block_on_leaves_the_runtime_usable() {
    each_runtime(|runtime| {
        let waiting = runtime.spawn(pending::<()>());
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            runtime.block_on(async {
                yield_now().await;
                panic!("in block_on");
            })
        }));
        assert!(panicked.is_err());
        assert_alive(&runtime);
        assert!(!waiting.is_finished());
    });
}
