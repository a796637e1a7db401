//! The deterministic mode: runs repeat, schedules are explored, faults are found and named.

mod foreign;
mod jobs;
mod runs;
mod stuck;
mod time;
mod victims;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use vitte::sync::{Mutex, mpsc};
use vitte::task::spawn_blocking;
use vitte::time::sleep;

/// A bit of everything: tasks, timers, channels, locks, `select!`, and jobs that block.
async fn busy_day() -> u64 {
    let (tx, mut rx) = mpsc::channel(2);
    let total = Arc::new(Mutex::new(0u64));
    let mut tasks = Vec::new();
    for n in 0..4u64 {
        let (tx, total) = (tx.clone(), total.clone());
        tasks.push(vitte::spawn(async move {
            sleep(Duration::from_millis(n % 2)).await;
            tx.send(n).await.unwrap();
            *total.lock().await += n;
        }));
    }
    let job_tx = tx.clone();
    let job = spawn_blocking(move || {
        job_tx.blocking_send(100).unwrap();
        7
    });
    drop(tx);
    let mut order = 0u64;
    loop {
        vitte::select! {
            message = rx.recv() => match message {
                Some(message) => order = order.wrapping_mul(31).wrapping_add(message),
                None => break,
            },
            _ = sleep(Duration::from_micros(200)) => order = order.wrapping_mul(37),
        }
    }
    for task in tasks {
        task.await.unwrap();
    }
    order + job.await.unwrap() + *total.lock().await
}

/// What a closure panics with.
fn panic_message(f: impl FnOnce()) -> String {
    let payload = catch_unwind(AssertUnwindSafe(f)).expect_err("it did not panic");
    match payload.downcast::<String>() {
        Ok(message) => *message,
        Err(payload) => payload
            .downcast_ref::<&str>()
            .map_or("?".to_string(), |message| message.to_string()),
    }
}
