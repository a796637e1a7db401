//! `Notify`.

use std::sync::Arc;
use std::time::Instant;

use super::{on_worker, rt};
use rt::runtime::Runtime;
use rt::sync::Notify;
use rt::task::yield_now;

use crate::neutral::per_operation;

pub fn ping_pong(runtime: &Runtime, operations: u64) -> f64 {
    on_worker(runtime, async move {
        let ping = Arc::new(Notify::new());
        let pong = Arc::new(Notify::new());
        let (pinged, ponger) = (ping.clone(), pong.clone());
        let other = rt::spawn(async move {
            for _ in 0..operations {
                pinged.notified().await;
                ponger.notify_one();
            }
        });
        let start = Instant::now();
        for _ in 0..operations {
            ping.notify_one();
            pong.notified().await;
        }
        let cost = per_operation(start, operations);
        other.await.expect("the other task");
        cost
    })
}

pub fn same_task(runtime: &Runtime, operations: u64) -> f64 {
    on_worker(runtime, async move {
        let notify = Notify::new();
        let start = Instant::now();
        for _ in 0..operations {
            notify.notify_one();
            notify.notified().await;
        }
        per_operation(start, operations)
    })
}

/// One operation is one waiter that is woken.
pub fn waiters(runtime: &Runtime, operations: u64) -> f64 {
    const TASKS: u64 = 50;
    on_worker(runtime, async move {
        let notify = Arc::new(Notify::new());
        let each = operations / TASKS;
        let tasks: Vec<_> = (0..TASKS)
            .map(|_| {
                let notify = notify.clone();
                rt::spawn(async move {
                    for _ in 0..each {
                        notify.notified().await;
                    }
                })
            })
            .collect();
        let start = Instant::now();
        while !tasks.iter().all(rt::task::JoinHandle::is_finished) {
            notify.notify_waiters();
            yield_now().await;
        }
        per_operation(start, operations)
    })
}
