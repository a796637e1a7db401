//! Spawning tasks that do next to nothing, until all of them ran.

use std::sync::Arc;
use std::time::Instant;

use super::{on_worker, rt};
use rt::runtime::Runtime;
use rt::task::yield_now;

use crate::neutral::{Countdown, per_operation};

pub fn many(runtime: &Runtime, operations: u64) -> f64 {
    detached(runtime, operations, |countdown| async move {
        countdown.done();
    })
}

pub fn suspended_once(runtime: &Runtime, operations: u64) -> f64 {
    detached(runtime, operations, |countdown| async move {
        yield_now().await;
        countdown.done();
    })
}

fn detached<F: Future<Output = ()> + Send + 'static>(
    runtime: &Runtime,
    operations: u64,
    task: fn(Arc<Countdown>) -> F,
) -> f64 {
    let countdown = Arc::new(Countdown::new(operations));
    let all = countdown.clone();
    let start = Instant::now();
    runtime.block_on(async move {
        rt::spawn(async move {
            for _ in 0..operations {
                rt::spawn(task(countdown.clone()));
            }
        });
        all.wait().await;
    });
    per_operation(start, operations)
}

/// What the spawning task pays; the other worker runs meanwhile what it takes.
pub fn calls_alone(runtime: &Runtime, operations: u64) -> f64 {
    on_worker(runtime, async move {
        let countdown = Arc::new(Countdown::new(operations));
        let start = Instant::now();
        for _ in 0..operations {
            let countdown = countdown.clone();
            rt::spawn(async move { countdown.done() });
        }
        let cost = per_operation(start, operations);
        countdown.wait().await;
        cost
    })
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
