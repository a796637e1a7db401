//! Timers on wheels that the test drives by hand.

mod driving;
mod intervals;
mod resetting;
mod shutdown;
mod sleeping;
mod timeouts;
mod wakers;

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, Instant};

use vitte_context::choose;
use vitte_context::clock::Clock;
use vitte_context::runtime::{CoreParts, RuntimeCore, SetCurrent, Slot};

use super::Wheels;
use crate::{Sleep, sleep};

/// A runtime without an executor, whose clock stands still and whose driver is the test.
struct Bench {
    core: Arc<RuntimeCore>,
    wheels: Arc<Wheels>,
}

impl Bench {
    fn new(shards: usize) -> Self {
        Bench::with_chooser(shards, None)
    }

    fn with_chooser(shards: usize, chooser: Option<choose::Chooser>) -> Self {
        let clock = Clock::new();
        clock.pause();
        let wheels = Wheels::new(shards, clock.now());
        let core = RuntimeCore::new(CoreParts {
            time: Slot::shared(wheels.clone()),
            clock: clock.into(),
            chooser,
            ..CoreParts::default()
        });
        Bench { core, wheels }
    }

    fn enter(&self) -> SetCurrent {
        SetCurrent::new(self.core.clone())
    }

    fn now(&self) -> Instant {
        self.core.clock().now()
    }

    /// Lets time pass and fires what is due.
    fn advance(&self, by: Duration) -> usize {
        assert!(self.core.clock().advance(by));
        self.wheels.expire(self.now())
    }
}

/// Counts its wakes.
#[derive(Default)]
struct Count(AtomicUsize);

impl Count {
    fn get(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

impl Wake for Count {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// The numbers of the wakers that were woken, in order.
type Log = Arc<Mutex<Vec<u32>>>;

/// A waker that logs its number when it is woken.
struct Numbered(u32, Log);

impl Wake for Numbered {
    fn wake(self: Arc<Self>) {
        self.1.lock().unwrap().push(self.0);
    }
}

fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

fn poll<F: Future + ?Sized>(future: Pin<&mut F>, waker: &Waker) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(waker))
}

fn poll_noop<F: Future + ?Sized>(future: Pin<&mut F>) -> Poll<F::Output> {
    poll(future, Waker::noop())
}

/// Sleeps that were polled once, each with its own number.
fn numbered(count: u32, duration: Duration) -> (Vec<Pin<Box<Sleep>>>, Log) {
    let woken = Arc::new(Mutex::new(Vec::new()));
    let sleeps = (0..count)
        .map(|number| {
            let mut nap = Box::pin(sleep(duration));
            let waker = Waker::from(Arc::new(Numbered(number, woken.clone())));
            assert!(poll(nap.as_mut(), &waker).is_pending());
            nap
        })
        .collect();
    (sleeps, woken)
}
