//! `select!` in a loop.

use std::pin::pin;
use std::time::{Duration, Instant};

use super::{on_worker, rt};
use rt::runtime::Runtime;
use rt::sync::mpsc;
use rt::time::sleep;

use crate::neutral::per_operation;

/// The loop of a task that serves a channel until a deadline, which does not come.
pub fn or_sleep(runtime: &Runtime, operations: u64) -> f64 {
    on_worker(runtime, async move {
        let (sender, mut receiver) = mpsc::channel(1);
        let mut deadline = pin!(sleep(Duration::from_secs(60)));
        let start = Instant::now();
        for number in 0..operations {
            sender.send(number).await.expect("the receiver");
            rt::select! {
                message = receiver.recv() => assert_eq!(message, Some(number)),
                () = &mut deadline => panic!("a round does not take a minute"),
            }
        }
        per_operation(start, operations)
    })
}

pub fn channels(runtime: &Runtime, operations: u64) -> f64 {
    on_worker(runtime, async move {
        let [mut left, mut right] = [(); 2].map(|()| {
            let (sender, receiver) = mpsc::channel(100);
            rt::spawn(async move {
                for number in 0..operations / 2 {
                    sender.send(number).await.expect("the receiver");
                }
            });
            receiver
        });
        let start = Instant::now();
        loop {
            rt::select! {
                Some(number) = left.recv() => std::hint::black_box(number),
                Some(number) = right.recv() => std::hint::black_box(number),
                else => break,
            };
        }
        per_operation(start, operations)
    })
}
