//! What workloads need and neither runtime provides, so that both pay the same for it.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

/// Waits until something was done a number of times.
#[derive(Debug)]
pub struct Countdown {
    left: AtomicU64,
    waiter: Mutex<Option<Waker>>,
}

impl Countdown {
    pub const fn new(count: u64) -> Self {
        Countdown {
            left: AtomicU64::new(count),
            waiter: Mutex::new(None),
        }
    }

    pub fn done(&self) {
        // AcqRel: what came before each `done` is visible to whoever waited.
        if self.left.fetch_sub(1, Ordering::AcqRel) == 1 {
            if let Some(waiter) = self.waiter.lock().unwrap().take() {
                waiter.wake();
            }
        }
    }

    pub async fn wait(&self) {
        poll_fn(|cx| {
            *self.waiter.lock().unwrap() = Some(cx.waker().clone());
            // Acquire: pairs with `done`; after the waker is in place, so that none is missed.
            match self.left.load(Ordering::Acquire) {
                0 => Poll::Ready(()),
                _ => Poll::Pending,
            }
        })
        .await;
    }
}

/// Passes a moment from a thread to a task, which learns how late it was woken.
#[derive(Debug, Default)]
pub struct Doorbell {
    state: Mutex<(Option<Instant>, Option<Waker>)>,
}

impl Doorbell {
    pub fn ring(&self) {
        let waker = {
            let mut state = self.state.lock().unwrap();
            state.0 = Some(Instant::now());
            state.1.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// How long ago it was rung when the task runs.
    pub async fn rung(&self) -> Duration {
        poll_fn(|cx| {
            let mut state = self.state.lock().unwrap();
            if let Some(at) = state.0.take() {
                return Poll::Ready(at.elapsed());
            }
            state.1 = Some(cx.waker().clone());
            Poll::Pending
        })
        .await
    }
}

/// A permit that one task gives another.
#[cfg(feature = "others")]
#[derive(Debug, Default)]
pub struct Permit {
    state: Mutex<(bool, Option<Waker>)>,
}

#[cfg(feature = "others")]
impl Permit {
    pub fn give(&self) {
        let waiter = {
            let mut state = self.state.lock().unwrap();
            state.0 = true;
            state.1.take()
        };
        if let Some(waiter) = waiter {
            waiter.wake();
        }
    }

    pub async fn take(&self) {
        poll_fn(|cx| {
            let mut state = self.state.lock().unwrap();
            if std::mem::take(&mut state.0) {
                return Poll::Ready(());
            }
            state.1 = Some(cx.waker().clone());
            Poll::Pending
        })
        .await;
    }
}

/// Wakes its own task and returns `Pending`, once.
#[derive(Debug, Default)]
pub struct SelfWake {
    woken: bool,
}

impl Future for SelfWake {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.woken {
            return Poll::Ready(());
        }
        self.woken = true;
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

/// Polls a future once, whatever comes of it.
pub async fn poll_once<F: Future + ?Sized>(mut future: Pin<&mut F>) -> bool {
    poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx).is_ready())).await
}

/// Where tasks meet that are to run on different workers at the same time.
#[derive(Debug)]
pub struct Meeting {
    missing: AtomicU64,
}

impl Meeting {
    pub const fn new(tasks: u64) -> Self {
        Meeting {
            missing: AtomicU64::new(tasks),
        }
    }

    /// Says that this task is here, and holds its worker until all of them are.
    pub fn meet(&self) {
        self.missing.fetch_sub(1, Ordering::AcqRel);
        self.wait_until_missing(0);
    }

    /// Waits until no more than that many tasks are missing.
    pub fn wait_until_missing(&self, count: u64) {
        while self.missing.load(Ordering::Acquire) > count {
            std::thread::yield_now();
        }
    }
}

/// Nanoseconds per operation since `start`.
pub fn per_operation(start: Instant, operations: u64) -> f64 {
    start.elapsed().as_nanos() as f64 / operations as f64
}
