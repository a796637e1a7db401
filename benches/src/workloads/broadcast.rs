//! Channels with many receivers.

use std::time::Instant;

use super::{on_worker, rt};
use rt::runtime::Runtime;
use rt::sync::{broadcast, watch};

use crate::neutral::per_operation;

const RECEIVERS: usize = 4;

/// The channel is large enough that no receiver falls behind.
pub fn broadcast(runtime: &Runtime, operations: u64) -> f64 {
    on_worker(runtime, async move {
        let (sender, _) = broadcast::channel(operations as usize);
        let receivers: Vec<_> = (0..RECEIVERS)
            .map(|_| {
                let mut receiver = sender.subscribe();
                rt::spawn(async move { while receiver.recv().await.is_ok() {} })
            })
            .collect();
        let start = Instant::now();
        for number in 0..operations {
            sender.send(number).expect("the receivers");
        }
        drop(sender);
        for receiver in receivers {
            receiver.await.expect("a receiver's task");
        }
        per_operation(start, operations)
    })
}

pub fn same_task(runtime: &Runtime, operations: u64) -> f64 {
    on_worker(runtime, async move {
        let (sender, mut receiver) = broadcast::channel(64);
        let start = Instant::now();
        for number in 0..operations {
            sender.send(number).expect("the receiver");
            receiver.recv().await.expect("a message");
        }
        per_operation(start, operations)
    })
}

pub fn watch(runtime: &Runtime, operations: u64) -> f64 {
    on_worker(runtime, async move {
        let (sender, receiver) = watch::channel(0);
        let receivers: Vec<_> = (0..RECEIVERS)
            .map(|_| {
                let mut receiver = receiver.clone();
                rt::spawn(async move {
                    while receiver.changed().await.is_ok() {
                        std::hint::black_box(*receiver.borrow_and_update());
                    }
                })
            })
            .collect();
        let start = Instant::now();
        for number in 0..operations {
            sender.send(number).expect("the receivers");
        }
        drop(sender);
        for receiver in receivers {
            receiver.await.expect("a receiver's task");
        }
        per_operation(start, operations)
    })
}

pub fn watch_same_task(runtime: &Runtime, operations: u64) -> f64 {
    on_worker(runtime, async move {
        let (sender, mut receiver) = watch::channel(0);
        let start = Instant::now();
        for number in 0..operations {
            sender.send(number).expect("the receiver");
            receiver.changed().await.expect("the sender");
            std::hint::black_box(*receiver.borrow_and_update());
        }
        per_operation(start, operations)
    })
}
