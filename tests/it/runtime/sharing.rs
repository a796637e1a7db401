//! Work that is worth another worker's while gets there, also right after thousands of tasks that
//! were not.
//!
//! The sentinel would see to it as well, but only after two looks, which are 2 ms apart. So these
//! tests take the fastest of many rounds: a round may be slow because the machine is busy, but none
//! is faster than a sentinel that has to come.

use std::sync::{Arc, Barrier, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use vitte::task;

use crate::support::{multi_thread, within_a_minute};

const ROUNDS: u32 = 40;

/// Less than two looks of the sentinel.
const BEFORE_THE_SENTINEL: Duration = Duration::from_micros(1_500);

/// Has thousands of tasks run that do nothing, from a task that comes to its end after them.
async fn run_tiny_ones() {
    const TINY: usize = 10_000;
    let tasks: Vec<_> = (0..TINY).map(|_| task::spawn(async {})).collect();
    for task in tasks {
        task.await.unwrap();
    }
}

/// How long the fastest of many rounds took, each a task that says it itself.
fn fastest<F>(round: impl Fn() -> F) -> Duration
where
    F: Future<Output = Duration> + Send + 'static,
{
    let runtime = multi_thread(2).build().unwrap();
    let times = (0..ROUNDS).map(|_| runtime.block_on(runtime.spawn(round())));
    times.map(Result::unwrap).min().unwrap()
}

#[test]
fn a_task_queued_after_tiny_ones_does_not_wait_for_the_poll_that_blocks() {
    within_a_minute(|| {
        let fastest = fastest(|| async {
            run_tiny_ones().await;
            let (tell, told) = mpsc::channel();
            let start = Instant::now();
            task::spawn(async move { tell.send(()).unwrap() });
            // This one takes the LIFO slot, so that the one above can be stolen.
            task::spawn(async {});
            told.recv().unwrap();
            start.elapsed()
        });
        assert!(fastest < BEFORE_THE_SENTINEL, "{fastest:?}");
    });
}

#[test]
fn tasks_that_meet_at_a_barrier_after_tiny_ones_run_on_two_workers() {
    within_a_minute(|| {
        let fastest = fastest(|| async {
            run_tiny_ones().await;
            let barrier = Arc::new(Barrier::new(2));
            let start = Instant::now();
            let [one, other] = [(); 2].map(|()| {
                let barrier = barrier.clone();
                task::spawn(async move {
                    barrier.wait();
                    (start.elapsed(), thread::current().id())
                })
            });
            let (one, other) = (one.await.unwrap(), other.await.unwrap());
            assert_ne!(one.1, other.1);
            one.0.max(other.0)
        });
        assert!(fastest < BEFORE_THE_SENTINEL, "{fastest:?}");
    });
}

#[test]
fn children_that_compute_are_spread_right_after_tiny_ones() {
    const CHILDREN: usize = 8;
    let compute = || {
        let start = Instant::now();
        while start.elapsed() < Duration::from_millis(1) {
            std::hint::spin_loop();
        }
    };
    within_a_minute(move || {
        let runtime = multi_thread(2).build().unwrap();
        let spread = (0..ROUNDS).any(|_| {
            runtime
                .block_on(runtime.spawn(async move {
                    run_tiny_ones().await;
                    let children: Vec<_> = (0..CHILDREN)
                        .map(|_| {
                            task::spawn(async move {
                                compute();
                                thread::current().id()
                            })
                        })
                        .collect();
                    let mut threads = Vec::new();
                    for child in children {
                        threads.push(child.await.unwrap());
                    }
                    let elsewhere = threads.iter().filter(|&&id| id != threads[0]).count();
                    (2..=CHILDREN - 2).contains(&elsewhere)
                }))
                .unwrap()
        });
        assert!(spread);
    });
}
