//! A runtime made of a scheduler and a driver that only parks; and things to wait for.

use std::future::{Future, poll_fn};
use std::ptr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, RawWaker, RawWakerVTable, Wake, Waker};
use std::time::Duration;

use vitte_context::RuntimeCore;
use vitte_context::primitive::plain::Mutex;
use vitte_context::runtime::{CoreParts, SetCurrent, Slot};
use vitte_context::trace::Origin;
use vitte_executor::driver::ThreadDriver;
use vitte_executor::task::JoinHandle;
use vitte_executor::{Config, Scheduler};

pub struct TestRuntime {
    pub core: Arc<RuntimeCore>,
    pub scheduler: Arc<Scheduler>,
}

impl TestRuntime {
    pub fn current_thread() -> Self {
        TestRuntime::current_thread_with(Config::default())
    }

    pub fn current_thread_with(config: Config) -> Self {
        TestRuntime::start(Scheduler::current_thread(config, ThreadDriver::pair()))
    }

    pub fn multi_thread(workers: usize) -> Self {
        let config = Config {
            workers,
            ..Config::default()
        };
        TestRuntime::multi_thread_with(config)
    }

    pub fn multi_thread_with(config: Config) -> Self {
        TestRuntime::start(Scheduler::multi_thread(config, ThreadDriver::pair()))
    }

    fn start(scheduler: Arc<Scheduler>) -> Self {
        let core = RuntimeCore::new(CoreParts {
            scheduler: Slot::new(scheduler.clone()),
            ..CoreParts::default()
        });
        scheduler.start(&core);
        TestRuntime { core, scheduler }
    }

    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.scheduler
            .block_on(&self.core, future, Origin::caller())
    }

    #[track_caller]
    pub fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        self.scheduler.spawn(future, Origin::caller())
    }

    pub fn enter(&self) -> SetCurrent {
        SetCurrent::new(self.core.clone())
    }

    pub fn shutdown(&self, timeout: Option<Duration>) {
        self.scheduler.shutdown(&self.core, timeout);
    }
}

impl Drop for TestRuntime {
    fn drop(&mut self) {
        self.shutdown(None);
    }
}

/// Calls `f` with a runtime of each kind.
pub fn each_runtime(f: impl Fn(TestRuntime)) {
    f(TestRuntime::current_thread());
    f(TestRuntime::multi_thread(1));
    f(TestRuntime::multi_thread(2));
}

/// Spawns on the current runtime.
#[track_caller]
pub fn spawn<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    let origin = Origin::caller();
    Scheduler::with_current(|scheduler| scheduler.spawn(future, origin))
}

/// Something that happens once, and can be waited for any number of times.
#[derive(Clone, Default)]
pub struct Signal {
    state: Arc<Mutex<(bool, Vec<Waker>)>>,
}

impl Signal {
    pub fn new() -> Self {
        Signal::default()
    }

    pub fn set(&self) {
        let wakers = {
            let mut state = self.state.lock().unwrap();
            state.0 = true;
            std::mem::take(&mut state.1)
        };
        for waker in wakers {
            waker.wake();
        }
    }

    pub fn is_set(&self) -> bool {
        self.state.lock().unwrap().0
    }

    pub fn wait(&self) -> impl Future<Output = ()> + Send + 'static {
        let state = self.state.clone();
        poll_fn(move |cx| {
            let mut state = state.lock().unwrap();
            if state.0 {
                return Poll::Ready(());
            }
            state.1.push(cx.waker().clone());
            Poll::Pending
        })
    }

    /// Blocks the thread.
    pub fn wait_blocking(&self) {
        vitte_context::park::block_on(self.wait());
    }
}

/// Calls a closure when it is dropped.
pub struct OnDrop<F: FnMut()>(pub F);

impl<F: FnMut()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

/// A waker that counts.
#[derive(Default)]
pub struct CountingWaker {
    wakes: AtomicUsize,
}

impl CountingWaker {
    pub fn pair() -> (Arc<CountingWaker>, Waker) {
        let count = Arc::new(CountingWaker::default());
        (count.clone(), Waker::from(count))
    }

    pub fn wakes(&self) -> usize {
        self.wakes.load(Ordering::SeqCst)
    }
}

impl Wake for CountingWaker {
    fn wake(self: Arc<Self>) {
        self.wakes.fetch_add(1, Ordering::SeqCst);
    }
}

/// A waker that panics when it is woken, and when it is dropped.
pub fn panicking_waker() -> Waker {
    const VTABLE: RawWakerVTable = RawWakerVTable::new(
        |_| RawWaker::new(ptr::null(), &VTABLE),
        |_| panic!("woken"),
        |_| panic!("woken by reference"),
        |_| panic!("dropped"),
    );
    // SAFETY: there is no data.
    unsafe { Waker::from_raw(RawWaker::new(ptr::null(), &VTABLE)) }
}

/// Polls once.
pub fn poll_once<F: Future + Unpin>(future: &mut F, waker: &Waker) -> Poll<F::Output> {
    std::pin::Pin::new(future).poll(&mut Context::from_waker(waker))
}

/// The text that a closure panics with.
#[track_caller]
pub fn panic_text<R>(f: impl FnOnce() -> R) -> String {
    let payload = match std::panic::catch_unwind(std::panic::AssertUnwindSafe(f)) {
        Ok(_) => panic!("no panic"),
        Err(payload) => payload,
    };
    match payload.downcast::<String>() {
        Ok(text) => *text,
        Err(payload) => (*payload.downcast::<&'static str>().unwrap()).to_string(),
    }
}
