//! The blocking pool.

use std::sync::Arc;
use std::time::Instant;

use super::{on_worker, rt};
use rt::runtime::Runtime;
use rt::task::spawn_blocking;

use crate::neutral::{Countdown, per_operation};

pub fn one_by_one(runtime: &Runtime, operations: u64) -> f64 {
    on_worker(runtime, async move {
        let start = Instant::now();
        for _ in 0..operations {
            spawn_blocking(|| ()).await.expect("the job");
        }
        per_operation(start, operations)
    })
}

pub fn bursts(runtime: &Runtime, operations: u64) -> f64 {
    const BURST: u64 = 100;
    on_worker(runtime, async move {
        let start = Instant::now();
        for _ in 0..operations / BURST {
            let jobs: Vec<_> = (0..BURST).map(|_| spawn_blocking(|| ())).collect();
            for job in jobs {
                job.await.expect("the job");
            }
        }
        per_operation(start, operations)
    })
}

pub fn sleepers(runtime: &Runtime, operations: u64) -> f64 {
    const BURST: u64 = 100;
    const NAP: std::time::Duration = std::time::Duration::from_millis(1);
    on_worker(runtime, async move {
        let start = Instant::now();
        for _ in 0..operations / BURST {
            let jobs: Vec<_> = (0..BURST)
                .map(|_| spawn_blocking(|| std::thread::sleep(NAP)))
                .collect();
            for job in jobs {
                job.await.expect("the job");
            }
        }
        per_operation(start, operations)
    })
}

pub fn producers(runtime: &Runtime, operations: u64) -> f64 {
    const PRODUCERS: u64 = 8;
    let countdown = Arc::new(Countdown::new(operations));
    let start = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..PRODUCERS {
            scope.spawn(|| {
                for _ in 0..operations / PRODUCERS {
                    let countdown = countdown.clone();
                    runtime.spawn_blocking(move || countdown.done());
                }
            });
        }
    });
    runtime.block_on(countdown.wait());
    per_operation(start, operations)
}
