//! Joining tasks.

use std::pin::Pin;
use std::time::Instant;

use super::{on_worker, rt};
use rt::runtime::Runtime;
use rt::sync::oneshot;
use rt::task::{JoinSet, yield_now};

use crate::neutral::{per_operation, poll_once};

pub fn one_by_one(runtime: &Runtime, operations: u64) -> f64 {
    on_worker(runtime, async move {
        let start = Instant::now();
        for _ in 0..operations {
            rt::spawn(async {}).await.expect("the task");
        }
        per_operation(start, operations)
    })
}

pub fn all(runtime: &Runtime, operations: u64) -> f64 {
    on_worker(runtime, async move {
        let start = Instant::now();
        let handles: Vec<_> = (0..operations).map(|_| rt::spawn(async {})).collect();
        for handle in handles {
            handle.await.expect("the task");
        }
        per_operation(start, operations)
    })
}

pub fn join_set(runtime: &Runtime, operations: u64) -> f64 {
    on_worker(runtime, async move {
        let start = Instant::now();
        let mut set = JoinSet::new();
        for _ in 0..operations {
            set.spawn(async {});
        }
        while let Some(joined) = set.join_next().await {
            joined.expect("the task");
        }
        per_operation(start, operations)
    })
}

pub fn suspend_wake(runtime: &Runtime, operations: u64) -> f64 {
    on_worker(runtime, async move {
        let start = Instant::now();
        for _ in 0..operations {
            let (sender, receiver) = oneshot::channel::<()>();
            let handle = rt::spawn(receiver);
            yield_now().await;
            sender.send(()).expect("the receiver");
            handle.await.expect("the task").expect("the message");
        }
        per_operation(start, operations)
    })
}

/// What a `select!` in a loop does to the handles that are not ready.
pub fn poll_again(runtime: &Runtime, operations: u64) -> f64 {
    on_worker(runtime, async move {
        let mut handle = rt::spawn(std::future::pending::<()>());
        let start = Instant::now();
        for _ in 0..operations {
            poll_once(Pin::new(&mut handle)).await;
        }
        let cost = per_operation(start, operations);
        handle.abort();
        handle.await.expect_err("an aborted task");
        cost
    })
}

/// One operation is a task that is spawned, suspended, aborted and joined.
pub fn abort(runtime: &Runtime, operations: u64) -> f64 {
    const BATCH: u64 = 100;
    on_worker(runtime, async move {
        let start = Instant::now();
        for _ in 0..operations / BATCH {
            let tasks: Vec<_> = (0..BATCH)
                .map(|_| rt::spawn(std::future::pending::<()>()))
                .collect();
            yield_now().await;
            for task in &tasks {
                task.abort();
            }
            for task in tasks {
                task.await.expect_err("an aborted task");
            }
        }
        per_operation(start, operations)
    })
}

/// A full binary tree of tasks, each of which spawns two and joins them.
pub fn tree(runtime: &Runtime, operations: u64) -> f64 {
    fn node(levels_below: u32) -> Pin<Box<dyn Future<Output = u64> + Send>> {
        Box::pin(async move {
            if levels_below == 0 {
                return 1;
            }
            let left = rt::spawn(node(levels_below - 1));
            let right = rt::spawn(node(levels_below - 1));
            1 + left.await.expect("a task") + right.await.expect("a task")
        })
    }

    let levels_below = (operations + 1).ilog2() - 1;
    let start = Instant::now();
    let nodes = on_worker(runtime, node(levels_below));
    per_operation(start, nodes)
}
