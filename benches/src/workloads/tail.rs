//! What others wait for while a worker is kept by a poll that blocks.
//!
//! The task that blocks has slept before: so it runs on the worker that waited for events, which
//! is then missing there.

use std::io::{Read, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::{net, on_worker, rt};
use rt::runtime::Runtime;
use rt::sync::{mpsc, oneshot};
use rt::time::sleep;

use crate::quantile::quantile;

const BLOCK: Duration = Duration::from_millis(100);
const PERIOD: Duration = Duration::from_millis(1);
const OTHERS: usize = 10;
const SIZE: usize = 64;

/// Blocks its worker so many times.
async fn block(times: u64, mut before_each: impl FnMut()) {
    for _ in 0..times {
        sleep(PERIOD).await;
        before_each();
        std::thread::sleep(BLOCK);
    }
}

/// What several tasks measure until the blocking task is done.
fn delays_meanwhile<F>(
    runtime: &Runtime,
    operations: u64,
    measure: impl Fn(Arc<AtomicBool>) -> F + Send + 'static,
) -> f64
where
    F: Future<Output = Vec<f64>> + Send + 'static,
{
    on_worker(runtime, async move {
        let done = Arc::new(AtomicBool::new(false));
        let others: Vec<_> = (0..OTHERS)
            .map(|_| rt::spawn(measure(done.clone())))
            .collect();
        rt::spawn(block(operations, || {})).await.expect("blocks");
        done.store(true, Ordering::Relaxed);
        let mut delays = Vec::new();
        for other in others {
            delays.extend(other.await.expect("measures"));
        }
        quantile(&mut delays, 0.99)
    })
}

/// How late sleeps of one millisecond are.
pub fn sleeps(runtime: &Runtime, operations: u64) -> f64 {
    delays_meanwhile(runtime, operations, sleep_until_done)
}

async fn sleep_until_done(done: Arc<AtomicBool>) -> Vec<f64> {
    let mut delays = Vec::new();
    while !done.load(Ordering::Relaxed) {
        let start = Instant::now();
        sleep(PERIOD).await;
        delays.push((start.elapsed() - PERIOD).as_nanos() as f64);
    }
    delays
}

/// How long tasks wait for the answer of a task that they ask through a channel.
pub fn requests(runtime: &Runtime, operations: u64) -> f64 {
    let (requests, mut inbox) = mpsc::channel::<oneshot::Sender<()>>(OTHERS);
    runtime.spawn(async move {
        while let Some(reply) = inbox.recv().await {
            reply.send(()).expect("whoever asked");
        }
    });
    delays_meanwhile(runtime, operations, move |done| {
        ask_until_done(done, requests.clone())
    })
}

async fn ask_until_done(
    done: Arc<AtomicBool>,
    requests: mpsc::Sender<oneshot::Sender<()>>,
) -> Vec<f64> {
    let mut delays = Vec::new();
    while !done.load(Ordering::Relaxed) {
        sleep(PERIOD).await;
        let start = Instant::now();
        let (reply, answer) = oneshot::channel();
        requests.send(reply).await.expect("the task that answers");
        answer.await.expect("an answer");
        delays.push(start.elapsed().as_nanos() as f64);
    }
    delays
}

/// How long a client, a plain thread, waits for its echo.
pub fn echo(runtime: &Runtime, operations: u64) -> f64 {
    let (listener, address) = net::listen(runtime);
    let mut connection = net::connect(address);
    runtime.spawn(async move {
        let (connection, _) = listener.accept().await.expect("a client");
        net::echo::<SIZE>(connection).await;
    });
    let blocker = runtime.spawn(block(operations, || {}));
    let mut delays = Vec::new();
    let mut message = [7; SIZE];
    while !blocker.is_finished() {
        // A client that is never silent would keep the other worker busy on its own.
        std::thread::sleep(PERIOD);
        let start = Instant::now();
        connection.write_all(&message).expect("a request");
        connection.read_exact(&mut message).expect("a reply");
        delays.push(start.elapsed().as_nanos() as f64);
    }
    quantile(&mut delays, 0.99)
}

/// How long a task waits that was spawned right before its worker blocks.
pub fn lifo(runtime: &Runtime, operations: u64) -> f64 {
    let delays = Arc::new(Mutex::new(Vec::new()));
    let noted = delays.clone();
    on_worker(runtime, async move {
        let spawn_next = move || {
            let delays = noted.clone();
            let start = Instant::now();
            rt::spawn(async move {
                let delay = start.elapsed().as_nanos() as f64;
                delays.lock().unwrap().push(delay);
            });
        };
        rt::spawn(block(operations, spawn_next))
            .await
            .expect("blocks");
        // The last one may still wait for its turn.
        rt::task::yield_now().await;
    });
    let mut delays = delays.lock().unwrap();
    quantile(&mut delays, 0.99)
}
