//! One wakes the other: tasks, threads, and the thread that blocks on a runtime.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::{on_worker, rt};
use rt::runtime::Runtime;
use rt::sync::oneshot;

use crate::neutral::{Doorbell, per_operation};
use crate::quantile::quantile;

pub fn ping_pong(runtime: &Runtime, operations: u64) -> f64 {
    on_worker(runtime, async move {
        let start = Instant::now();
        for _ in 0..operations {
            let (ping, pinged) = oneshot::channel();
            let (pong, ponged) = oneshot::channel();
            rt::spawn(async move {
                pinged.await.expect("a ping");
                pong.send(()).expect("someone waits for the pong");
            });
            ping.send(()).expect("someone waits for the ping");
            ponged.await.expect("a pong");
        }
        per_operation(start, operations)
    })
}

pub fn block_on_ready(runtime: &Runtime, operations: u64) -> f64 {
    let start = Instant::now();
    for _ in 0..operations {
        runtime.block_on(std::hint::black_box(async {}));
    }
    per_operation(start, operations)
}

pub fn block_on_task(runtime: &Runtime, operations: u64) -> f64 {
    let start = Instant::now();
    for _ in 0..operations {
        runtime.block_on(runtime.spawn(async {})).expect("the task");
    }
    per_operation(start, operations)
}

pub fn from_thread_p50(runtime: &Runtime, operations: u64) -> f64 {
    from_thread(runtime, operations, 0.5)
}

pub fn from_thread_p99(runtime: &Runtime, operations: u64) -> f64 {
    from_thread(runtime, operations, 0.99)
}

/// How long after a thread's wake the task runs; between wakes all workers go to sleep.
fn from_thread(runtime: &Runtime, operations: u64, share: f64) -> f64 {
    let doorbell = Arc::new(Doorbell::default());
    let door = doorbell.clone();
    let task = runtime.spawn(async move {
        let mut delays = Vec::with_capacity(operations as usize);
        for _ in 0..operations {
            delays.push(door.rung().await.as_nanos() as f64);
        }
        delays
    });
    while !task.is_finished() {
        std::thread::sleep(Duration::from_micros(100));
        doorbell.ring();
    }
    let mut delays = runtime.block_on(task).expect("the task");
    quantile(&mut delays, share)
}
