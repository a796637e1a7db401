//! More tasks than a worker's ring holds.

use std::future::{pending, poll_fn};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;

use crate::support::{OnDrop, Signal, TestRuntime, spawn};

/// More than three rings.
const TASKS: usize = 1_000;

#[test]
fn tasks_that_overflowed_run_while_others_keep_the_ring_full() {
    const POLLS: usize = 5;
    let runtime = TestRuntime::multi_thread(1);
    let missing = Arc::new(AtomicUsize::new(TASKS));
    let all_ran = Signal::new();
    let parent = runtime.spawn({
        let all_ran = all_ran.clone();
        async move {
            let tasks: Vec<_> = (0..TASKS)
                .map(|_| {
                    let (missing, all_ran) = (missing.clone(), all_ran.clone());
                    let mut polls = 0;
                    spawn(poll_fn(move |cx| {
                        polls += 1;
                        if polls == POLLS && missing.fetch_sub(1, Ordering::Relaxed) == 1 {
                            all_ran.set();
                        }
                        cx.waker().wake_by_ref();
                        Poll::<()>::Pending
                    }))
                })
                .collect();
            pending::<()>().await;
            drop(tasks);
        }
    });
    all_ran.wait_blocking();
    drop(parent);
    runtime.shutdown(None);
    assert_eq!(runtime.scheduler.alive_tasks(), 0);
}

#[test]
fn tasks_that_overflowed_are_ended_at_shutdown() {
    let runtime = TestRuntime::multi_thread(1);
    let spawned = Signal::new();
    let dropped = Arc::new(AtomicUsize::new(0));
    runtime.spawn({
        let (spawned, dropped) = (spawned.clone(), dropped.clone());
        async move {
            for _ in 0..TASKS {
                let guard = OnDrop({
                    let dropped = dropped.clone();
                    move || {
                        dropped.fetch_add(1, Ordering::Relaxed);
                    }
                });
                spawn(async move {
                    let _guard = guard;
                    pending::<()>().await;
                });
            }
            spawned.set();
        }
    });
    spawned.wait_blocking();
    runtime.shutdown(None);
    assert_eq!(dropped.load(Ordering::Relaxed), TASKS);
    assert_eq!(runtime.scheduler.alive_tasks(), 0);
}
