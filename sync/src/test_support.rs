//! What the unit tests of this crate share: polling by hand, with wakers that count.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::task::{Context, Poll, Wake, Waker};

/// Counts how often it was woken.
#[derive(Default)]
pub(crate) struct WakeCounter(AtomicUsize);

impl WakeCounter {
    pub(crate) fn new() -> Arc<Self> {
        Arc::default()
    }

    pub(crate) fn count(&self) -> usize {
        self.0.load(SeqCst)
    }
}

impl Wake for WakeCounter {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, SeqCst);
    }
}

/// A waker and its counter.
pub(crate) fn counting_waker() -> (Waker, Arc<WakeCounter>) {
    let counter = WakeCounter::new();
    (Waker::from(counter.clone()), counter)
}

/// A future on the heap that is polled by hand.
pub(crate) struct TestTask<F: ?Sized> {
    counter: Arc<WakeCounter>,
    seen: usize,
    future: Pin<Box<F>>,
}

impl<F: Future> TestTask<F> {
    pub(crate) fn new(future: F) -> Self {
        TestTask {
            counter: WakeCounter::new(),
            seen: 0,
            future: Box::pin(future),
        }
    }

    /// Polls once with this task's waker.
    pub(crate) fn poll(&mut self) -> Poll<F::Output> {
        self.seen = self.counter.count();
        let waker = Waker::from(self.counter.clone());
        self.poll_with(&waker)
    }

    /// Polls once with another waker.
    pub(crate) fn poll_with(&mut self, waker: &Waker) -> Poll<F::Output> {
        self.future.as_mut().poll(&mut Context::from_waker(waker))
    }

    /// Whether it was woken since it was last polled.
    pub(crate) fn is_woken(&self) -> bool {
        self.counter.count() > self.seen
    }

    /// The future, for methods that take it pinned.
    pub(crate) fn future(&mut self) -> Pin<&mut F> {
        self.future.as_mut()
    }
}

/// Panics when it is woken.
pub(crate) struct PanickingWaker;

impl PanickingWaker {
    pub(crate) fn waker() -> Waker {
        Waker::from(Arc::new(PanickingWaker))
    }
}

impl Wake for PanickingWaker {
    fn wake(self: Arc<Self>) {
        panic!("a waker that panics");
    }
}

/// Calls a closure when it is woken and when its last clone is dropped: for tests that wakers
/// are woken and dropped outside of locks.
pub(crate) struct CallingWaker<F: Fn() + Send + Sync + 'static>(F);

impl<F: Fn() + Send + Sync + 'static> CallingWaker<F> {
    pub(crate) fn waker(call: F) -> Waker {
        Waker::from(Arc::new(CallingWaker(call)))
    }
}

impl<F: Fn() + Send + Sync + 'static> Wake for CallingWaker<F> {
    fn wake(self: Arc<Self>) {
        (self.0)();
    }
}

impl<F: Fn() + Send + Sync + 'static> Drop for CallingWaker<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

/// Asserts that a `Poll` is pending.
macro_rules! assert_pending {
    ($poll:expr) => {
        match $poll {
            std::task::Poll::Pending => {}
            std::task::Poll::Ready(_) => panic!("ready: {}", stringify!($poll)),
        }
    };
}

/// Asserts that a `Poll` is ready, and returns its value.
macro_rules! assert_ready {
    ($poll:expr) => {
        match $poll {
            std::task::Poll::Ready(value) => value,
            std::task::Poll::Pending => panic!("pending: {}", stringify!($poll)),
        }
    };
}

pub(crate) use {assert_pending, assert_ready};
