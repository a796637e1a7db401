//! Channels with one receiver.

use std::time::Instant;

use super::{on_worker, rt};
use rt::runtime::Runtime;
use rt::sync::{mpsc, oneshot};

use crate::neutral::per_operation;

const CAPACITY: usize = 100;

pub fn bounded<const SENDERS: u64>(runtime: &Runtime, operations: u64) -> f64 {
    let each = operations / SENDERS;
    on_worker(runtime, async move {
        let (sender, mut receiver) = mpsc::channel(CAPACITY);
        let start = Instant::now();
        for _ in 0..SENDERS {
            let sender = sender.clone();
            rt::spawn(async move {
                for number in 0..each {
                    sender.send(number).await.expect("the receiver");
                }
            });
        }
        drop(sender);
        while receiver.recv().await.is_some() {}
        per_operation(start, operations)
    })
}

pub fn bounded_same_task(runtime: &Runtime, operations: u64) -> f64 {
    on_worker(runtime, async move {
        let (sender, mut receiver) = mpsc::channel(CAPACITY);
        let start = Instant::now();
        for number in 0..operations {
            sender.send(number).await.expect("the receiver");
            receiver.recv().await.expect("a message");
        }
        per_operation(start, operations)
    })
}

pub fn unbounded<const SENDERS: u64>(runtime: &Runtime, operations: u64) -> f64 {
    let each = operations / SENDERS;
    on_worker(runtime, async move {
        let (sender, mut receiver) = mpsc::unbounded_channel();
        let start = Instant::now();
        for _ in 0..SENDERS {
            let sender = sender.clone();
            rt::spawn(async move {
                for number in 0..each {
                    sender.send(number).expect("the receiver");
                }
            });
        }
        drop(sender);
        while receiver.recv().await.is_some() {}
        per_operation(start, operations)
    })
}

pub fn recv_many(runtime: &Runtime, operations: u64) -> f64 {
    const BATCH: usize = 64;
    on_worker(runtime, async move {
        let (sender, mut receiver) = mpsc::channel(CAPACITY);
        let start = Instant::now();
        rt::spawn(async move {
            for number in 0..operations {
                sender.send(number).await.expect("the receiver");
            }
        });
        let mut batch = Vec::with_capacity(BATCH);
        while receiver.recv_many(&mut batch, BATCH).await > 0 {
            batch.clear();
        }
        per_operation(start, operations)
    })
}

pub fn oneshot_same_task(runtime: &Runtime, operations: u64) -> f64 {
    on_worker(runtime, async move {
        let start = Instant::now();
        for number in 0..operations {
            let (sender, receiver) = oneshot::channel();
            sender.send(number).expect("the receiver");
            receiver.await.expect("a message");
        }
        per_operation(start, operations)
    })
}

/// A task that serves requests, each of which brings the channel for its reply.
pub fn request_reply(runtime: &Runtime, operations: u64) -> f64 {
    on_worker(runtime, async move {
        let (sender, mut receiver) = mpsc::channel::<(u64, oneshot::Sender<u64>)>(CAPACITY);
        rt::spawn(async move {
            while let Some((number, reply)) = receiver.recv().await {
                reply.send(number + 1).expect("someone waits for the reply");
            }
        });
        let start = Instant::now();
        for number in 0..operations {
            let (reply, answer) = oneshot::channel();
            sender.send((number, reply)).await.expect("the server");
            answer.await.expect("an answer");
        }
        per_operation(start, operations)
    })
}
