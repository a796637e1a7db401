//! Locks and permits, free and in demand.

use std::sync::Arc;
use std::time::Instant;

use super::{on_worker, rt};
use rt::runtime::Runtime;
use rt::sync::{Mutex, RwLock, Semaphore};

use crate::neutral::per_operation;

const TASKS: u64 = 4;

pub fn mutex_free(runtime: &Runtime, operations: u64) -> f64 {
    on_worker(runtime, async move {
        let mutex = Mutex::new(0);
        let start = Instant::now();
        for _ in 0..operations {
            *mutex.lock().await += 1;
        }
        per_operation(start, operations)
    })
}

pub fn mutex_contended(runtime: &Runtime, operations: u64) -> f64 {
    contended(
        runtime,
        operations,
        Mutex::new(0),
        |mutex, each| async move {
            for _ in 0..each {
                *mutex.lock().await += 1;
            }
        },
    )
}

pub fn rwlock_free(runtime: &Runtime, operations: u64) -> f64 {
    on_worker(runtime, async move {
        let lock = RwLock::new(0);
        let start = Instant::now();
        for _ in 0..operations {
            std::hint::black_box(*lock.read().await);
        }
        per_operation(start, operations)
    })
}

pub fn rwlock_contended(runtime: &Runtime, operations: u64) -> f64 {
    contended(
        runtime,
        operations,
        RwLock::new(0),
        |lock, each| async move {
            for turn in 0..each {
                if turn % 8 == 0 {
                    *lock.write().await += 1;
                } else {
                    std::hint::black_box(*lock.read().await);
                }
            }
        },
    )
}

pub fn semaphore_free(runtime: &Runtime, operations: u64) -> f64 {
    on_worker(runtime, async move {
        let semaphore = Semaphore::new(1);
        let start = Instant::now();
        for _ in 0..operations {
            drop(semaphore.acquire().await.expect("a permit"));
        }
        per_operation(start, operations)
    })
}

pub fn semaphore_contended(runtime: &Runtime, operations: u64) -> f64 {
    contended(
        runtime,
        operations,
        Semaphore::new(2),
        |semaphore, each| async move {
            for _ in 0..each {
                let permit = semaphore.acquire().await.expect("a permit");
                std::hint::black_box(&permit);
            }
        },
    )
}

fn contended<L: Send + Sync + 'static, F: Future<Output = ()> + Send + 'static>(
    runtime: &Runtime,
    operations: u64,
    lock: L,
    task: fn(Arc<L>, u64) -> F,
) -> f64 {
    on_worker(runtime, async move {
        let lock = Arc::new(lock);
        let start = Instant::now();
        let tasks: Vec<_> = (0..TASKS)
            .map(|_| rt::spawn(task(lock.clone(), operations / TASKS)))
            .collect();
        for task in tasks {
            task.await.expect("the task");
        }
        per_operation(start, operations)
    })
}
