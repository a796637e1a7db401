//! Threads that a run does not know.

use std::time::Duration;

use vitte::runtime::Builder;
use vitte::sync::oneshot;
use vitte::task::spawn_blocking;
use vitte::time::sleep;

use super::panic_message;

/// Wakes from a thread that the runtime does not know, in the middle of a poll.
async fn woken_from_outside() {
    let (tx, rx) = oneshot::channel();
    let waiter = vitte::spawn(rx);
    sleep(Duration::from_secs(1)).await;
    std::thread::spawn(move || tx.send(1).unwrap())
        .join()
        .unwrap();
    assert_eq!(waiter.await.unwrap(), Ok(1));
}

#[test]
fn wake_from_a_foreign_thread_labels_the_run() {
    let runtime = Builder::new_deterministic(0).build().unwrap();
    runtime.block_on(woken_from_outside());
    let report = runtime.deterministic_report().unwrap();
    assert_eq!(report.foreign_wakes(), 1);
    assert!(!report.is_repeatable());
}

#[test]
fn foreign_wake_of_a_blocking_job_labels_the_run() {
    let runtime = Builder::new_deterministic(0).build().unwrap();
    runtime.block_on(async {
        let (tx, rx) = oneshot::channel();
        let (parks_tx, parks) = oneshot::channel();
        let job = spawn_blocking(move || {
            parks_tx.send(()).unwrap();
            rx.blocking_recv().unwrap()
        });
        parks.await.unwrap();
        std::thread::spawn(move || tx.send(3).unwrap())
            .join()
            .unwrap();
        assert_eq!(job.await.unwrap(), 3);
    });
    assert_eq!(runtime.deterministic_report().unwrap().foreign_wakes(), 1);
}

#[test]
fn wake_from_a_foreign_thread_fails_in_strict_mode() {
    let runtime = Builder::new_deterministic(0)
        .deterministic_strict(true)
        .build()
        .unwrap();
    let message = panic_message(|| runtime.block_on(woken_from_outside()));
    assert!(message.starts_with("not deterministic: "), "{message}");
}
