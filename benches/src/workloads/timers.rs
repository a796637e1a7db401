//! Timers: what it costs to set one that never fires, and how late those are that do.

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::{on_worker, rt};
use rt::runtime::Runtime;
use rt::time::{Sleep, interval, interval_at, sleep, sleep_until, timeout};

use crate::neutral::{Countdown, Meeting, per_operation, poll_once};
use crate::quantile::quantile;

/// Long enough that it does not fire.
const NEVER: Duration = Duration::from_secs(60);

pub fn create<const THREADS: u64>(runtime: &Runtime, operations: u64) -> f64 {
    create_beside::<THREADS>(runtime, operations, 0)
}

pub fn create_among_1024<const THREADS: u64>(runtime: &Runtime, operations: u64) -> f64 {
    create_beside::<THREADS>(runtime, operations, 1024 / THREADS)
}

/// With so many other timers of the same worker's.
fn create_beside<const THREADS: u64>(runtime: &Runtime, operations: u64, others: u64) -> f64 {
    on_workers::<THREADS, _>(runtime, operations, move |meeting, each| async move {
        let _live = live_timers(others).await;
        meeting.meet();
        let start = Instant::now();
        for _ in 0..each {
            poll_once(pin!(sleep(NEVER))).await;
        }
        per_operation(start, each)
    })
}

/// One operation is a timer that is made while all before it wait, and then dropped with them.
pub fn many_live<const THREADS: u64>(runtime: &Runtime, operations: u64) -> f64 {
    on_workers::<THREADS, _>(runtime, operations, move |meeting, each| async move {
        meeting.meet();
        let start = Instant::now();
        drop(live_timers(each).await);
        per_operation(start, each)
    })
}

/// Runs a task on each of so many workers, which meet before they measure, and returns the mean of
/// their results: they work side by side, so that each one's time is all of it.
fn on_workers<const THREADS: u64, F: Future<Output = f64> + Send + 'static>(
    runtime: &Runtime,
    operations: u64,
    task: impl Fn(Arc<Meeting>, u64) -> F,
) -> f64 {
    let threads = THREADS.min(runtime.metrics().num_workers() as u64);
    let meeting = Arc::new(Meeting::new(threads));
    let tasks: Vec<_> = (0..threads)
        .map(|number| {
            // Each task holds its worker, so that the next one gets another.
            meeting.wait_until_missing(threads - number);
            runtime.spawn(task(meeting.clone(), operations / threads))
        })
        .collect();
    let costs: Vec<f64> = tasks
        .into_iter()
        .map(|task| runtime.block_on(task).expect("the task"))
        .collect();
    costs.iter().sum::<f64>() / costs.len() as f64
}

async fn live_timers(count: u64) -> Vec<Pin<Box<Sleep>>> {
    let mut timers = Vec::new();
    for number in 0..count {
        let mut timer = Box::pin(sleep(
            NEVER + Duration::from_micros(number * 37_000 % 3_600_000_000),
        ));
        poll_once(timer.as_mut()).await;
        timers.push(timer);
    }
    timers
}

pub fn reset(runtime: &Runtime, operations: u64) -> f64 {
    on_worker(runtime, async move {
        let mut timer = pin!(sleep(NEVER));
        poll_once(timer.as_mut()).await;
        let start = Instant::now();
        for _ in 0..operations {
            timer.as_mut().reset(rt::time::Instant::now() + NEVER);
            poll_once(timer.as_mut()).await;
        }
        per_operation(start, operations)
    })
}

/// From the deadline that all have until all ran.
pub fn fire_at_once(runtime: &Runtime, operations: u64) -> f64 {
    let countdown = Arc::new(Countdown::new(operations));
    let _entered = runtime.enter();
    let deadline = rt::time::Instant::now() + Duration::from_millis(30);
    for _ in 0..operations {
        let countdown = countdown.clone();
        rt::spawn(async move {
            sleep_until(deadline).await;
            countdown.done();
        });
    }
    drop(_entered);
    runtime.block_on(countdown.wait());
    per_operation(deadline.into_std(), operations)
}

pub fn due_ticks(runtime: &Runtime, operations: u64) -> f64 {
    let period = Duration::from_micros(1);
    on_worker(runtime, async move {
        let begin = rt::time::Instant::now() - period * operations as u32;
        let mut interval = interval_at(begin, period);
        let start = Instant::now();
        for _ in 0..operations {
            interval.tick().await;
        }
        per_operation(start, operations)
    })
}

pub fn timeout_ready(runtime: &Runtime, operations: u64) -> f64 {
    on_worker(runtime, async move {
        let start = Instant::now();
        for _ in 0..operations {
            timeout(NEVER, std::hint::black_box(async {}))
                .await
                .expect("ready in time");
        }
        per_operation(start, operations)
    })
}

pub fn timeout_pending(runtime: &Runtime, operations: u64) -> f64 {
    on_worker(runtime, async move {
        let start = Instant::now();
        for _ in 0..operations {
            poll_once(pin!(timeout(NEVER, std::future::pending::<()>()))).await;
        }
        per_operation(start, operations)
    })
}

const PERIOD: Duration = Duration::from_millis(1);

pub fn lateness_of_sleep(runtime: &Runtime, operations: u64) -> f64 {
    on_worker(runtime, async move {
        let mut delays = Vec::new();
        for _ in 0..operations {
            let start = Instant::now();
            sleep(PERIOD).await;
            delays.push((start.elapsed() - PERIOD).as_nanos() as f64);
        }
        quantile(&mut delays, 0.5)
    })
}

pub fn lateness_of_interval(runtime: &Runtime, operations: u64) -> f64 {
    on_worker(runtime, async move {
        let mut interval = interval(PERIOD);
        let mut delays = Vec::new();
        for _ in 0..operations {
            let due = interval.tick().await;
            delays.push(due.elapsed().as_nanos() as f64);
        }
        quantile(&mut delays, 0.5)
    })
}
