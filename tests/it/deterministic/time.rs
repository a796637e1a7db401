//! Time is virtual.

use std::time::Duration;

use vitte::runtime::Builder;
use vitte::time::{Instant, advance, pause, resume, sleep, timeout};

use super::panic_message;

#[test]
fn time_jumps_to_the_next_deadline() {
    let runtime = Builder::new_deterministic(3).build().unwrap();
    let took = runtime.block_on(async {
        let start = Instant::now();
        sleep(Duration::from_secs(86_400)).await;
        assert!(
            timeout(Duration::from_secs(1), std::future::pending::<()>())
                .await
                .is_err()
        );
        start.elapsed()
    });
    assert!(took >= Duration::from_secs(86_401));
    assert!(took < Duration::from_secs(86_401) + Duration::from_millis(1));
}

#[test]
fn pause_and_advance_work_on_virtual_time() {
    let runtime = Builder::new_deterministic(3).build().unwrap();
    runtime.block_on(async {
        pause();
        let start = Instant::now();
        let task = vitte::spawn(sleep(Duration::from_secs(10)));
        advance(Duration::from_secs(10)).await;
        task.await.unwrap();
        assert!(start.elapsed() < Duration::from_millis(10_001));
        resume();
        sleep(Duration::from_secs(60)).await;
        assert!(start.elapsed() >= Duration::from_secs(70));
    });
    runtime.block_on(async {
        pause();
        assert_eq!(panic_message(pause), "time is already frozen");
    });
}
