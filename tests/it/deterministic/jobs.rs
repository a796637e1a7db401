//! Blocking jobs take turns with the tasks.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use vitte::runtime::Builder;
use vitte::sync::oneshot;
use vitte::task::spawn_blocking;
use vitte::time::{Instant, sleep};

use super::panic_message;

#[test]
fn blocking_jobs_take_turns() {
    static INSIDE: AtomicU32 = AtomicU32::new(0);
    let mut orders = HashSet::new();
    for seed in 0..200 {
        let runtime = Builder::new_deterministic(seed).build().unwrap();
        let order = Arc::new(std::sync::Mutex::new(Vec::new()));
        runtime.block_on(async {
            let jobs: Vec<_> = (0..3)
                .map(|n| {
                    let order = order.clone();
                    spawn_blocking(move || {
                        assert_eq!(INSIDE.fetch_add(1, Ordering::SeqCst), 0);
                        order.lock().unwrap().push(n);
                        INSIDE.fetch_sub(1, Ordering::SeqCst);
                    })
                })
                .collect();
            for job in jobs {
                job.await.unwrap();
            }
        });
        orders.insert(order.lock().unwrap().clone());
    }
    assert_eq!(orders.len(), 6);
}

#[test]
fn blocking_jobs_wait_in_virtual_time_and_for_each_other() {
    for seed in 0..100 {
        let runtime = Builder::new_deterministic(seed).build().unwrap();
        runtime.block_on(async {
            let (tx, rx) = oneshot::channel();
            let receiver = spawn_blocking(move || rx.blocking_recv().unwrap());
            let handle = vitte::runtime::Handle::current();
            let sender = spawn_blocking(move || {
                let start = Instant::now();
                handle.block_on(sleep_for_an_hour());
                tx.send(5).unwrap();
                start.elapsed()
            });
            assert_eq!(receiver.await.unwrap(), 5);
            assert!(sender.await.unwrap() >= Duration::from_secs(3600));
        });
        assert!(runtime.deterministic_report().unwrap().is_repeatable());
    }
}

async fn sleep_for_an_hour() {
    sleep(Duration::from_secs(3600)).await;
}

#[test]
fn jobs_beyond_the_threads_there_may_be_wait_for_others() {
    for seed in 0..50 {
        let runtime = Builder::new_deterministic(seed)
            .max_blocking_threads(1)
            .build()
            .unwrap();
        let message = panic_message(|| {
            runtime.block_on(async {
                // Whichever is first keeps the only thread.
                let barrier = Arc::new(vitte::sync::Barrier::new(2));
                let handle = vitte::runtime::Handle::current();
                let jobs = [(); 2].map(|()| {
                    let (barrier, handle) = (barrier.clone(), handle.clone());
                    spawn_blocking(move || {
                        handle.block_on(async { barrier.wait().await.is_leader() })
                    })
                });
                for job in jobs {
                    job.await.unwrap();
                }
            });
        });
        assert!(
            message.contains("waits for a thread of the blocking pool"),
            "{message}"
        );
        assert!(message.contains("waits for Barrier #1"), "{message}");
        runtime.shutdown_background();
    }
}

#[test]
fn shutdown_lets_jobs_come_to_their_end() {
    let ended = Arc::new(AtomicBool::new(false));
    let runtime = Builder::new_deterministic(9).build().unwrap();
    let (tx, rx) = oneshot::channel::<()>();
    let (begun_tx, begun) = oneshot::channel::<()>();
    let theirs = ended.clone();
    runtime.block_on(async {
        // The runtime's end drops the task, and with it the sender.
        vitte::spawn(async move {
            std::future::pending::<()>().await;
            drop(tx);
        });
        spawn_blocking(move || {
            begun_tx.send(()).unwrap();
            assert!(rx.blocking_recv().is_err());
            theirs.store(true, Ordering::Relaxed);
        });
        begun.await.unwrap();
    });
    drop(runtime);
    assert!(ended.load(Ordering::Relaxed));
}

#[test]
fn shutdown_names_jobs_that_never_end() {
    let runtime = Builder::new_deterministic(9).build().unwrap();
    let (_keep, rx) = oneshot::channel::<()>();
    let (begun_tx, begun) = oneshot::channel::<()>();
    runtime.block_on(async {
        spawn_blocking(move || {
            begun_tx.send(()).unwrap();
            let _ = rx.blocking_recv();
        });
        begun.await.unwrap();
    });
    let message = panic_message(|| drop(runtime));
    assert!(message.contains("these jobs never will"), "{message}");
    assert!(message.contains("waits for Oneshot #1"), "{message}");
}
