//! Joining tasks.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::Poll;
use std::time::Instant;

use super::{on_worker, rt};
use rt::runtime::Runtime;
use rt::sync::oneshot;
use rt::task::{JoinHandle, JoinSet, yield_now};

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

/// How many tasks are there at a time, when tasks are aborted.
const ABORTED: u64 = 100;

/// One operation is a task that is spawned, suspended, aborted and joined.
pub fn abort(runtime: &Runtime, operations: u64) -> f64 {
    static SUSPENDED: AtomicU64 = AtomicU64::new(0);
    on_worker(runtime, async move {
        let start = Instant::now();
        for _ in 0..operations / ABORTED {
            SUSPENDED.store(0, Ordering::Relaxed);
            let tasks: Vec<_> = (0..ABORTED)
                .map(|_| {
                    rt::spawn(poll_fn(|_| {
                        SUSPENDED.fetch_add(1, Ordering::Relaxed);
                        Poll::<()>::Pending
                    }))
                })
                .collect();
            // Not one yield: some end before all tasks were polled, and to abort one that never
            // was is another thing.
            while SUSPENDED.load(Ordering::Relaxed) < ABORTED {
                yield_now().await;
            }
            abort_all(tasks).await;
        }
        per_operation(start, operations)
    })
}

/// One operation is a task that is spawned, aborted before it is polled, and joined.
pub fn abort_unpolled(runtime: &Runtime, operations: u64) -> f64 {
    on_worker(runtime, async move {
        let start = Instant::now();
        for _ in 0..operations / ABORTED {
            let tasks: Vec<_> = (0..ABORTED)
                .map(|_| rt::spawn(std::future::pending::<()>()))
                .collect();
            abort_all(tasks).await;
        }
        per_operation(start, operations)
    })
}

async fn abort_all(tasks: Vec<JoinHandle<()>>) {
    for task in &tasks {
        task.abort();
    }
    for task in tasks {
        task.await.expect_err("an aborted task");
    }
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
