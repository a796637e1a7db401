//! Spawning tasks that do next to nothing, until all of them ran.

use std::sync::Arc;
use std::time::Instant;

use super::rt;
use rt::runtime::Runtime;

use crate::neutral::{Countdown, per_operation};

pub fn many(runtime: &Runtime, operations: u64) -> f64 {
    let countdown = Arc::new(Countdown::new(operations));
    let all = countdown.clone();
    let start = Instant::now();
    runtime.block_on(async move {
        rt::spawn(async move {
            for _ in 0..operations {
                let countdown = countdown.clone();
                rt::spawn(async move { countdown.done() });
            }
        });
        all.wait().await;
    });
    per_operation(start, operations)
}

pub fn from_outside<const THREADS: u64>(runtime: &Runtime, operations: u64) -> f64 {
    let each = operations / THREADS;
    let countdown = Arc::new(Countdown::new(each * THREADS));
    let start = Instant::now();
    std::thread::scope(|scope| {
        let produce = || {
            for _ in 0..each {
                let countdown = countdown.clone();
                runtime.spawn(async move { countdown.done() });
            }
        };
        for _ in 1..THREADS {
            scope.spawn(produce);
        }
        produce();
    });
    runtime.block_on(countdown.wait());
    per_operation(start, operations)
}

pub fn chained(runtime: &Runtime, operations: u64) -> f64 {
    fn link(left: u64, countdown: Arc<Countdown>) {
        if left == 0 {
            countdown.done();
        } else {
            rt::spawn(async move { link(left - 1, countdown) });
        }
    }

    let countdown = Arc::new(Countdown::new(1));
    let end = countdown.clone();
    let start = Instant::now();
    runtime.block_on(async move {
        rt::spawn(async move { link(operations, countdown) });
        end.wait().await;
    });
    per_operation(start, operations)
}

pub fn local_set(runtime: &Runtime, operations: u64) -> f64 {
    let local = rt::task::LocalSet::new();
    let countdown = Arc::new(Countdown::new(operations));
    let start = Instant::now();
    local.block_on(runtime, async move {
        for _ in 0..operations {
            let countdown = countdown.clone();
            rt::task::spawn_local(async move { countdown.done() });
        }
        countdown.wait().await;
    });
    per_operation(start, operations)
}
