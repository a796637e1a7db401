//! `block_in_place`: nested, with a yield inside, and after the runtime has ended.

use std::future::{Future, pending};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;
use std::time::Duration;

use vitte::runtime::Handle;
use vitte::{task, time};

use crate::support::{multi_thread, within_a_minute};

/// tokio panicked here: the inner call found the worker's core missing.
#[test]
fn block_in_place_nests_with_block_on_in_between() {
    within_a_minute(|| {
        let runtime = multi_thread(1).build().unwrap();
        let inner = async {
            let own = Handle::current();
            task::block_in_place(|| {
                own.block_on(async {
                    task::block_in_place(|| own.block_on(task::yield_now()));
                    task::yield_now().await;
                    task::spawn(async { 5 }).await.unwrap()
                })
            })
        };
        let task = runtime.spawn(async move {
            let value = inner.await;
            task::yield_now().await;
            time::sleep(Duration::from_millis(1)).await;
            value
        });
        assert_eq!(runtime.block_on(task).unwrap(), 5);
    });
}

/// Blocks in the middle of a poll that the end of the runtime has overtaken.
fn block_in_place_after_shutdown(blocking: impl Future<Output = ()> + Send + 'static) {
    within_a_minute(|| {
        let runtime = multi_thread(1).build().unwrap();
        let (begun, began) = mpsc::channel();
        let (go, gone) = mpsc::channel::<()>();
        let (done, ended) = mpsc::channel();
        runtime.spawn(async move {
            // Suspended once, so that the end of the runtime knows of this task, and waits for it.
            task::yield_now().await;
            begun.send(()).unwrap();
            gone.recv().unwrap();
            task::block_in_place(|| {
                // A timer may say with a panic that its runtime is gone.
                let _ = catch_unwind(AssertUnwindSafe(|| Handle::current().block_on(blocking)));
            });
            done.send(()).unwrap();
        });
        began.recv().unwrap();
        runtime.shutdown_background();
        go.send(()).unwrap();
        ended.recv().unwrap();
    });
}

/// The worker's successor was refused by the pool, and nobody ended the other tasks.
#[test]
fn block_in_place_after_the_shutdown_may_wait_for_a_task() {
    block_in_place_after_shutdown(async {
        let other = vitte::spawn(pending::<()>());
        assert!(other.await.unwrap_err().is_cancelled());
    });
}

/// The drain waited for the task, the task for a timer, and the timers ended after the drain.
#[test]
fn block_in_place_after_the_shutdown_may_wait_for_a_timer() {
    block_in_place_after_shutdown(async { time::sleep(Duration::from_secs(3600)).await });
}

/// tokio 6999, 7216: a yield inside `block_in_place` waited for a worker that was not there.
#[test]
fn a_yield_inside_block_in_place_goes_on() {
    within_a_minute(|| {
        let runtime = multi_thread(1).build().unwrap();
        let task = runtime.spawn(async {
            task::block_in_place(|| {
                let handle = vitte::runtime::Handle::current();
                handle.block_on(async {
                    for _ in 0..10 {
                        task::yield_now().await;
                    }
                });
            });
            7
        });
        assert_eq!(runtime.block_on(task).unwrap(), 7);
    });
}
