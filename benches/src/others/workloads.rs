//! The workloads, over whichever runtime `rt` is.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::pin::pin;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use super::rt;
use crate::neutral::{Countdown, Permit, SelfWake, per_operation, poll_once};
use crate::others::Entry;
use crate::quantile::quantile;
use crate::subject::Unit;

const fn entry(name: &'static str, operations: u64, run: fn(u64) -> f64) -> Entry {
    Entry {
        name,
        operations,
        unit: Unit::Nanoseconds,
        run,
    }
}

pub(in crate::others) const ENTRIES: &[Entry] = &[
    entry("spawn, detached", 10_000, spawn),
    entry("spawn and join, one by one", 5_000, join),
    entry("spawn 10k, join all", 10_000, join_all),
    entry("200 tasks that wake themselves", 40_000, wake_themselves),
    entry("two tasks wake each other", 5_000, ping_pong),
    entry("sleep: create, poll, drop", 10_000, create_sleep),
    Entry {
        name: "sleep(1 ms): lateness p50",
        operations: 20,
        unit: Unit::Delay,
        run: lateness,
    },
    entry("TCP echo: 1 connection, 64 B", 300, echo::<1>),
    entry("TCP echo: 64 connections, 64 B", 2_560, echo::<64>),
];

fn spawn(operations: u64) -> f64 {
    rt::run(async move {
        let countdown = Arc::new(Countdown::new(operations));
        let start = Instant::now();
        for _ in 0..operations {
            let countdown = countdown.clone();
            rt::detach(async move { countdown.done() });
        }
        countdown.wait().await;
        per_operation(start, operations)
    })
}

fn join(operations: u64) -> f64 {
    rt::run(async move {
        let start = Instant::now();
        for _ in 0..operations {
            rt::spawn(async {}).await;
        }
        per_operation(start, operations)
    })
}

fn join_all(operations: u64) -> f64 {
    rt::run(async move {
        let start = Instant::now();
        let tasks: Vec<_> = (0..operations).map(|_| rt::spawn(async {})).collect();
        for task in tasks {
            task.await;
        }
        per_operation(start, operations)
    })
}

fn wake_themselves(operations: u64) -> f64 {
    const TASKS: u64 = 200;
    rt::run(async move {
        let start = Instant::now();
        let tasks: Vec<_> = (0..TASKS)
            .map(|_| {
                rt::spawn(async move {
                    for _ in 0..operations / TASKS {
                        SelfWake::default().await;
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await;
        }
        per_operation(start, operations)
    })
}

fn ping_pong(operations: u64) -> f64 {
    rt::run(async move {
        let permits = Arc::new((Permit::default(), Permit::default()));
        let theirs = permits.clone();
        let other = rt::spawn(async move {
            for _ in 0..operations {
                theirs.0.take().await;
                theirs.1.give();
            }
        });
        let start = Instant::now();
        for _ in 0..operations {
            permits.0.give();
            permits.1.take().await;
        }
        let cost = per_operation(start, operations);
        other.await;
        cost
    })
}

fn create_sleep(operations: u64) -> f64 {
    rt::run(async move {
        let start = Instant::now();
        for _ in 0..operations {
            poll_once(pin!(rt::sleep(Duration::from_secs(60)))).await;
        }
        per_operation(start, operations)
    })
}

fn lateness(operations: u64) -> f64 {
    const PERIOD: Duration = Duration::from_millis(1);
    rt::run(async move {
        let mut delays = Vec::new();
        for _ in 0..operations {
            let start = Instant::now();
            rt::sleep(PERIOD).await;
            delays.push(start.elapsed().saturating_sub(PERIOD).as_nanos() as f64);
        }
        quantile(&mut delays, 0.5)
    })
}

/// The server is the runtime's; the client is a thread that writes to every connection and then
/// reads from every one.
fn echo<const CONNECTIONS: u64>(operations: u64) -> f64 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a listener");
    listener.set_nonblocking(true).expect("a listener");
    let address = listener.local_addr().expect("its address");
    thread::scope(|scope| {
        let client = scope.spawn(|| ask::<CONNECTIONS>(address, operations));
        rt::run(rt::serve(listener, CONNECTIONS));
        client.join().expect("the client")
    })
}

fn ask<const CONNECTIONS: u64>(address: SocketAddr, operations: u64) -> f64 {
    let mut connections: Vec<_> = (0..CONNECTIONS)
        .map(|_| {
            let connection = TcpStream::connect(address).expect("a connection");
            connection.set_nodelay(true).expect("no delay");
            connection
        })
        .collect();
    let mut turn = || {
        let mut message = [7; crate::others::MESSAGE];
        for connection in &mut connections {
            connection.write_all(&message).expect("a request");
        }
        for connection in &mut connections {
            connection.read_exact(&mut message).expect("a reply");
        }
    };
    turn();
    let start = Instant::now();
    for _ in 0..operations / CONNECTIONS {
        turn();
    }
    per_operation(start, operations)
}
