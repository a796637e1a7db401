//! What goes wrong stays where it went wrong: nothing here aborts, hangs or leaks.

use std::cell::RefCell;
use std::future::{Future, pending, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, Instant};

use vitte::runtime::{Builder, Handle, Runtime};
use vitte::time;

fn multi_thread(workers: usize) -> Runtime {
    Builder::new_multi_thread()
        .worker_threads(workers)
        .enable_all()
        .build()
        .unwrap()
}

fn current_thread() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

fn both(test: impl Fn(Runtime)) {
    test(current_thread());
    test(multi_thread(2));
}

/// The text of a panic.
fn panic_text(result: std::thread::Result<()>) -> String {
    let payload = result.expect_err("no panic");
    match payload.downcast::<String>() {
        Ok(text) => *text,
        Err(payload) => payload.downcast_ref::<&str>().unwrap_or(&"").to_string(),
    }
}

struct CountDrop(Arc<AtomicUsize>);

impl Drop for CountDrop {
    fn drop(&mut self) {
        assert!(
            Handle::try_current().is_ok(),
            "dropped outside of the runtime's context"
        );
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

struct PanicOnDrop;

impl Drop for PanicOnDrop {
    fn drop(&mut self) {
        panic!("drop");
    }
}

#[test]
fn a_panic_in_a_task_reaches_the_joiner_with_its_payload() {
    both(|runtime| {
        let error =
            runtime.block_on(runtime.spawn(async { panic!("boom {}", std::hint::black_box(1)) }));
        assert_eq!(
            *error
                .unwrap_err()
                .into_panic()
                .downcast::<String>()
                .unwrap(),
            "boom 1"
        );
        assert_eq!(runtime.block_on(async { 1 }), 1);
    });
}

#[test]
fn a_panic_in_the_future_s_drop_is_the_task_s_panic() {
    both(|runtime| {
        let finished = runtime.spawn(async {
            let _guard = PanicOnDrop;
        });
        assert!(runtime.block_on(finished).unwrap_err().is_panic());

        let aborted = runtime.spawn(async {
            let _guard = PanicOnDrop;
            pending::<()>().await;
        });
        runtime.block_on(async {
            vitte::task::yield_now().await;
            time::sleep(Duration::from_millis(5)).await;
            aborted.abort();
            assert!(aborted.await.unwrap_err().is_panic());
        });
    });
}

#[test]
fn a_panic_in_an_output_s_drop_is_contained() {
    both(|runtime| {
        drop(runtime.spawn(async { PanicOnDrop }));
        let handle = runtime.spawn(async { PanicOnDrop });
        runtime.block_on(async {
            while !handle.is_finished() {
                vitte::task::yield_now().await;
            }
        });
        drop(handle);
        assert_eq!(runtime.block_on(runtime.spawn(async { 1 })).unwrap(), 1);
    });
}

/// A waker that panics when it is woken.
struct PanickingWaker;

impl Wake for PanickingWaker {
    fn wake(self: Arc<Self>) {
        panic!("wake");
    }
}

#[test]
fn a_panicking_join_waker_harms_nobody() {
    both(|runtime| {
        let (send, receive) = vitte::sync::oneshot::channel::<()>();
        let mut handle = runtime.spawn(async move { receive.await.is_ok() });
        let waker = Waker::from(Arc::new(PanickingWaker));
        let mut cx = Context::from_waker(&waker);
        assert!(std::pin::Pin::new(&mut handle).poll(&mut cx).is_pending());
        send.send(()).unwrap();
        runtime.block_on(async {
            while !handle.is_finished() {
                vitte::task::yield_now().await;
            }
        });
        assert!(runtime.block_on(handle).unwrap());
    });
}

#[test]
fn a_panicking_timer_waker_leaves_the_timers_running() {
    both(|runtime| {
        let mut sleep = {
            let _entered = runtime.enter();
            Box::pin(time::sleep(Duration::from_millis(1)))
        };
        let waker = Waker::from(Arc::new(PanickingWaker));
        let polled = runtime.block_on(async {
            std::future::ready(sleep.as_mut().poll(&mut Context::from_waker(&waker))).await
        });
        assert!(polled.is_pending());
        let woken = runtime.spawn(async { time::sleep(Duration::from_millis(20)).await });
        // On a current-thread runtime the panic comes up in `block_on`; the timers go on.
        let slept = catch_unwind(AssertUnwindSafe(|| runtime.block_on(woken)));
        if slept.is_err() {
            runtime.block_on(async { time::sleep(Duration::from_millis(1)).await });
        }
    });
}

#[test]
fn abort_before_during_and_after() {
    both(|runtime| {
        let before = runtime.spawn(async { 1 });
        before.abort();
        // It may have run already on another worker.
        match runtime.block_on(before) {
            Ok(value) => assert_eq!(value, 1),
            Err(error) => assert!(error.is_cancelled()),
        }

        let during = runtime.spawn(pending::<()>());
        runtime.block_on(async { time::sleep(Duration::from_millis(2)).await });
        during.abort();
        assert!(runtime.block_on(during).unwrap_err().is_cancelled());

        let after = runtime.spawn(async { 2 });
        runtime.block_on(async {
            while !after.is_finished() {
                vitte::task::yield_now().await;
            }
        });
        after.abort();
        assert_eq!(runtime.block_on(after).unwrap(), 2);
    });
}

#[test]
fn a_detached_task_that_nobody_can_wake_is_dropped_with_the_runtime() {
    both(|runtime| {
        let drops = Arc::new(AtomicUsize::new(0));
        for _ in 0..100 {
            let guard = CountDrop(drops.clone());
            runtime.spawn(async move {
                let _guard = guard;
                pending::<()>().await;
            });
        }
        runtime.block_on(async { time::sleep(Duration::from_millis(2)).await });
        assert_eq!(drops.load(Ordering::SeqCst), 0);
        drop(runtime);
        assert_eq!(drops.load(Ordering::SeqCst), 100);
    });
}

#[test]
fn tasks_that_spawn_while_they_are_dropped_lose_nothing() {
    struct SpawnOnDrop(Arc<AtomicUsize>);
    impl Drop for SpawnOnDrop {
        fn drop(&mut self) {
            let guard = CountDrop(self.0.clone());
            vitte::spawn(async move {
                let _guard = guard;
                pending::<()>().await;
            });
        }
    }
    both(|runtime| {
        let drops = Arc::new(AtomicUsize::new(0));
        for _ in 0..100 {
            let guard = SpawnOnDrop(drops.clone());
            runtime.spawn(async move {
                let _guard = guard;
                pending::<()>().await;
            });
        }
        drop(runtime);
        assert_eq!(drops.load(Ordering::SeqCst), 100);
    });
}

#[test]
fn a_runtime_dropped_inside_async_code_says_so() {
    both(|outer| {
        let inner = multi_thread(1);
        let result = catch_unwind(AssertUnwindSafe(|| {
            outer.block_on(async move { drop(inner) })
        }));
        assert_eq!(
            panic_text(result),
            "Cannot drop a runtime in a context where blocking is not allowed. This happens \
             when a runtime is dropped from within an asynchronous context."
        );
    });
}

#[test]
fn a_runtime_shut_down_in_the_background_may_be_dropped_anywhere() {
    both(|outer| {
        let inner = multi_thread(1);
        let stuck = Arc::new(AtomicBool::new(false));
        let release = stuck.clone();
        inner.spawn_blocking(move || {
            while !stuck.load(Ordering::SeqCst) {
                std::thread::yield_now();
            }
        });
        outer.block_on(async move { inner.shutdown_background() });
        release.store(true, Ordering::SeqCst);
    });
}

#[test]
fn nested_block_on_panics_and_leaves_the_runtime_usable() {
    both(|runtime| {
        let result = catch_unwind(AssertUnwindSafe(|| {
            runtime.block_on(async { current_thread().block_on(async {}) });
        }));
        assert!(panic_text(result).starts_with("Cannot start a runtime from within a runtime."));
        assert_eq!(runtime.block_on(async { 7 }), 7);
    });
}

#[test]
fn a_runtime_may_be_dropped_in_a_thread_local_s_destructor() {
    thread_local! {
        static RUNTIME: RefCell<Option<Runtime>> = const { RefCell::new(None) };
    }
    both(|runtime| {
        let drops = Arc::new(AtomicUsize::new(0));
        let guard = CountDrop(drops.clone());
        std::thread::spawn(move || {
            runtime.spawn(async move {
                let _guard = guard;
                pending::<()>().await;
            });
            RUNTIME.with(|place| *place.borrow_mut() = Some(runtime));
        })
        .join()
        .unwrap();
        assert_eq!(drops.load(Ordering::SeqCst), 1);
    });
}

#[test]
fn wakers_outlive_their_runtime() {
    both(|runtime| {
        let wakers = Arc::new(Mutex::new(Vec::new()));
        let kept = wakers.clone();
        let handle = runtime.spawn(poll_fn(move |cx| {
            kept.lock().unwrap().push(cx.waker().clone());
            Poll::<()>::Pending
        }));
        while wakers.lock().unwrap().is_empty() {
            runtime.block_on(vitte::task::yield_now());
        }
        let abort = handle.abort_handle();
        drop(runtime);
        let wakers = std::mem::take(&mut *wakers.lock().unwrap());
        for waker in wakers {
            waker.wake_by_ref();
            let clone = waker.clone();
            drop(waker);
            clone.wake();
        }
        abort.abort();
        assert!(abort.is_finished());
        assert!(handle.is_finished());
    });
}

#[test]
fn a_blocked_worker_does_not_hold_up_the_others() {
    let runtime = multi_thread(2);
    let (entered, blocked) = mpsc::channel();
    let (release, released) = mpsc::channel::<()>();
    runtime.spawn(async move {
        entered.send(()).unwrap();
        let _ = released.recv_timeout(Duration::from_secs(1));
    });
    blocked.recv().unwrap();
    let started = Instant::now();
    let done = runtime.block_on(async {
        let tasks: Vec<_> = (0..1_000u32)
            .map(|n| {
                vitte::spawn(async move {
                    time::sleep(Duration::from_millis(1)).await;
                    n
                })
            })
            .collect();
        let mut sum = 0;
        for task in tasks {
            sum += task.await.unwrap();
        }
        sum
    });
    assert_eq!(done, 499_500);
    assert!(
        started.elapsed() < Duration::from_millis(900),
        "waited for the blocked worker"
    );
    let _ = release.send(());
}

#[test]
fn the_longest_duration_is_as_good_as_any() {
    both(|runtime| {
        runtime.block_on(async {
            let slept = time::timeout(Duration::from_millis(1), time::sleep(Duration::MAX)).await;
            assert!(slept.is_err());
            assert_eq!(time::timeout(Duration::MAX, async { 3 }).await.unwrap(), 3);
            let forever = time::timeout(Duration::MAX, pending::<()>());
            assert!(
                time::timeout(Duration::from_millis(1), forever)
                    .await
                    .is_err()
            );
        });
        runtime.shutdown_timeout(Duration::MAX);
    });
}
