//! Tasks that stay on their thread: `LocalSet`.

use std::rc::Rc;
use std::time::Instant;

use super::rt;
use rt::runtime::Runtime;
use rt::sync::oneshot;
use rt::task::{LocalSet, spawn_local, yield_now};

use crate::neutral::{Countdown, per_operation};

pub fn spawn(runtime: &Runtime, operations: u64) -> f64 {
    in_local_set(runtime, operations, |operations| async move {
        let countdown = Rc::new(Countdown::new(operations));
        for _ in 0..operations {
            let countdown = countdown.clone();
            spawn_local(async move { countdown.done() });
        }
        countdown.wait().await;
    })
}

pub fn join(runtime: &Runtime, operations: u64) -> f64 {
    in_local_set(runtime, operations, |operations| async move {
        for _ in 0..operations {
            spawn_local(async {}).await.expect("the task");
        }
    })
}

pub fn yields(runtime: &Runtime, operations: u64) -> f64 {
    const TASKS: u64 = 200;
    in_local_set(runtime, operations, |operations| async move {
        let tasks: Vec<_> = (0..TASKS)
            .map(|_| {
                spawn_local(async move {
                    for _ in 0..operations / TASKS {
                        yield_now().await;
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.expect("the task");
        }
    })
}

pub fn ping_pong(runtime: &Runtime, operations: u64) -> f64 {
    in_local_set(runtime, operations, |operations| async move {
        for _ in 0..operations {
            let (ping, pinged) = oneshot::channel();
            let (pong, ponged) = oneshot::channel();
            spawn_local(async move {
                pinged.await.expect("a ping");
                pong.send(()).expect("someone waits for the pong");
            });
            ping.send(()).expect("someone waits for the ping");
            ponged.await.expect("a pong");
        }
    })
}

fn in_local_set<F: Future<Output = ()>>(
    runtime: &Runtime,
    operations: u64,
    work: fn(u64) -> F,
) -> f64 {
    let start = Instant::now();
    LocalSet::new().block_on(runtime, work(operations));
    per_operation(start, operations)
}
