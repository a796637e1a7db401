//! Tasks that give way to others.

use std::time::Instant;

use super::{on_worker, rt};
use rt::runtime::Runtime;
use rt::task::yield_now;

use crate::neutral::{SelfWake, per_operation};

const TASKS: u64 = 200;

pub fn many(runtime: &Runtime, operations: u64) -> f64 {
    in_tasks(runtime, operations, |yields| async move {
        for _ in 0..yields {
            yield_now().await;
        }
    })
}

pub fn many_self_wakes(runtime: &Runtime, operations: u64) -> f64 {
    in_tasks(runtime, operations, |yields| async move {
        for _ in 0..yields {
            SelfWake::default().await;
        }
    })
}

fn in_tasks<F: Future<Output = ()> + Send + 'static>(
    runtime: &Runtime,
    operations: u64,
    task: fn(u64) -> F,
) -> f64 {
    let start = Instant::now();
    on_worker(runtime, async move {
        let tasks: Vec<_> = (0..TASKS)
            .map(|_| rt::spawn(task(operations / TASKS)))
            .collect();
        for task in tasks {
            task.await.expect("the task");
        }
    });
    per_operation(start, operations)
}

pub fn one(runtime: &Runtime, operations: u64) -> f64 {
    on_worker(runtime, async move {
        let start = Instant::now();
        for _ in 0..operations {
            yield_now().await;
        }
        per_operation(start, operations)
    })
}
