//! `vitte::time`: the ends of its range, and the paused clock.

use std::future::pending;
use std::time::Duration;

use vitte::runtime::Builder;
use vitte::{task, time};

use crate::support::both;

#[test]
fn the_longest_duration_is_as_good_as_any() {
    both(|runtime| {
        runtime.block_on(async {
            let slept = time::timeout(Duration::from_millis(1), time::sleep(Duration::MAX)).await;
            assert!(slept.is_err());
            assert_eq!(time::timeout(Duration::MAX, async { 3 }).await.unwrap(), 3);
            let forever = time::timeout(Duration::MAX, pending::<()>());
            assert!(
                time::timeout(Duration::from_millis(1), forever)
                    .await
                    .is_err()
            );
        });
        runtime.shutdown_timeout(Duration::MAX);
    });
}

/// The driver forgot, on its way to sleep, that it had just been unparked, and let the paused
/// clock jump although a task was ready.
#[test]
fn a_paused_clock_stands_still_while_jobs_are_joined() {
    let runtime = Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .unwrap();
    runtime.block_on(async {
        task::spawn(time::sleep(Duration::from_secs(3600)));
        let start = time::Instant::now();
        for _ in 0..20_000 {
            task::spawn_blocking(|| ()).await.unwrap();
            assert_eq!(time::Instant::now(), start);
        }
    });
}

/// tokio 4461: the difference of two instants in the wrong order panicked on some systems.
#[test]
fn instants_in_the_wrong_order_are_zero_apart() {
    let early = time::Instant::now();
    let late = early + Duration::from_secs(5);
    assert_eq!(early.duration_since(late), Duration::ZERO);
    assert_eq!(early - late, Duration::ZERO);
    assert_eq!(late.elapsed(), Duration::ZERO);
    assert_eq!(early.checked_duration_since(late), None);
}
