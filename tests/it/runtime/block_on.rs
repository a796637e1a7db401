//! `block_on`: on several threads, inside other runtimes, and where it is refused.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use vitte::runtime::{Builder, Runtime};
use vitte::{task, time};

use crate::support::{both, current_thread, multi_thread, panic_text, within_a_minute};

#[test]
fn nested_block_on_panics_and_leaves_the_runtime_usable() {
    both(|runtime| {
        let result = catch_unwind(AssertUnwindSafe(|| {
            runtime.block_on(async { current_thread().block_on(async {}) });
        }));
        assert!(panic_text(result).starts_with("Cannot start a runtime from within a runtime."));
        assert_eq!(runtime.block_on(async { 7 }), 7);
    });
}

/// Threads that are inside `block_on` of one current-thread runtime take its tasks over from each
/// other.
#[test]
fn block_on_hands_the_tasks_to_the_next_thread() {
    within_a_minute(|| {
        let runtime = Arc::new(Builder::new_current_thread().enable_all().build().unwrap());
        let threads: Vec<_> = (0..4)
            .map(|_| {
                let runtime = runtime.clone();
                std::thread::spawn(move || {
                    for _ in 0..200 {
                        runtime.block_on(async {
                            let task = task::spawn(async {
                                task::yield_now().await;
                                time::sleep(Duration::from_micros(50)).await;
                            });
                            task.await.unwrap();
                        });
                    }
                })
            })
            .collect();
        for thread in threads {
            thread.join().unwrap();
        }
    });
}

/// Timers and tasks of one runtime, polled on another one's threads.
#[test]
fn a_runtime_inside_another_s_blocking_code_works() {
    within_a_minute(|| {
        let outer = multi_thread(1).build().unwrap();
        let result = outer.block_on(outer.spawn(async {
            let sleep = time::sleep(Duration::from_millis(5));
            task::block_in_place(|| {
                let inner = Runtime::new().unwrap();
                inner.block_on(async {
                    sleep.await;
                    task::spawn(async { 3 }).await.unwrap()
                })
            })
        }));
        assert_eq!(result.unwrap(), 3);
    });
}
