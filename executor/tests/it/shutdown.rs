//! The end of a runtime: every future is dropped, inside the runtime.

use std::future::{Future, pending, poll_fn};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Poll, Waker};
use std::time::Duration;

use vitte_context::primitive::plain::Mutex;
use vitte_context::runtime;
use vitte_executor::task::{try_id, yield_now};

use crate::support::{OnDrop, Signal, TestRuntime, each_runtime, panic_text, spawn};

#[test]
fn detached_task_that_nobody_can_wake_is_dropped_inside_the_runtime() {
    each_runtime(|runtime| {
        let core_id = runtime.core.id();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let started = Signal::new();
        let task = runtime.spawn({
            let (seen, started) = (seen.clone(), started.clone());
            async move {
                let _guard = OnDrop(|| {
                    let current = runtime::current().map(|core| core.id());
                    seen.lock().unwrap().push((current, try_id()));
                });
                started.set();
                pending::<()>().await;
            }
        });
        let id = task.id();
        drop(task);
        runtime.block_on(async {
            started.wait().await;
            // The task has been polled and is suspended, or its poll is about to end.
            yield_now().await;
        });
        assert!(seen.lock().unwrap().is_empty());
        drop(runtime);
        assert_eq!(*seen.lock().unwrap(), [(Some(core_id), Some(id))]);
    });
}

#[test]
fn tasks_that_were_never_polled_are_dropped_too() {
    let runtime = TestRuntime::current_thread();
    let dropped = Signal::new();
    let guard = OnDrop({
        let dropped = dropped.clone();
        move || dropped.set()
    });
    let task = runtime.spawn(async move {
        let _guard = guard;
    });
    drop(runtime);
    assert!(dropped.is_set());
    assert!(task.is_finished());
}

#[test]
fn spawn_in_a_destructor_during_shutdown_gives_a_cancelled_task() {
    each_runtime(|runtime| {
        let spawned = Arc::new(Mutex::new(None));
        let started = Signal::new();
        runtime.spawn({
            let (spawned, started) = (spawned.clone(), started.clone());
            async move {
                let _guard = OnDrop(|| {
                    *spawned.lock().unwrap() = Some(spawn(async { unreachable!("polled") }));
                });
                started.set();
                pending::<()>().await;
            }
        });
        runtime.block_on(started.wait());
        drop(runtime);
        let task: vitte_executor::task::JoinHandle<()> = spawned.lock().unwrap().take().unwrap();
        let joined = vitte_context::park::block_on(task);
        assert!(joined.unwrap_err().is_cancelled());
    });
}

#[test]
fn spawn_after_shutdown_gives_a_cancelled_task() {
    each_runtime(|runtime| {
        runtime.shutdown(None);
        let task = runtime.spawn(async { unreachable!("polled") });
        let joined: Result<(), _> = vitte_context::park::block_on(task);
        assert!(joined.unwrap_err().is_cancelled());
    });
}

#[test]
fn wakers_may_be_used_after_the_runtime_is_gone() {
    each_runtime(|runtime| {
        let wakers = Arc::new(Mutex::new(Vec::<Waker>::new()));
        let tasks: Vec<_> = (0..4)
            .map(|_| {
                let wakers = wakers.clone();
                runtime.spawn(poll_fn(move |cx| {
                    wakers.lock().unwrap().push(cx.waker().clone());
                    Poll::<()>::Pending
                }))
            })
            .collect();
        while wakers.lock().unwrap().len() < 4 {
            runtime.block_on(yield_now());
            std::thread::yield_now();
        }
        drop(runtime);
        let wakers = std::mem::take(&mut *wakers.lock().unwrap());
        for waker in &wakers {
            waker.wake_by_ref();
        }
        drop(tasks);
        for waker in wakers {
            let clone = waker.clone();
            drop(waker);
            clone.wake();
        }
    });
}

#[test]
fn tasks_that_wake_each_other_in_destructors_all_end() {
    each_runtime(|runtime| {
        let dropped = Arc::new(AtomicUsize::new(0));
        let signal = Signal::new();
        let started = Arc::new(AtomicUsize::new(0));
        for _ in 0..20 {
            let (signal, dropped) = (signal.clone(), dropped.clone());
            let started = started.clone();
            runtime.spawn(async move {
                let _guard = OnDrop({
                    let signal = signal.clone();
                    move || {
                        signal.set();
                        dropped.fetch_add(1, Ordering::SeqCst);
                    }
                });
                started.fetch_add(1, Ordering::SeqCst);
                signal.wait().await;
                pending::<()>().await;
            });
        }
        while started.load(Ordering::SeqCst) < 20 {
            runtime.block_on(yield_now());
            std::thread::yield_now();
        }
        drop(runtime);
        assert_eq!(dropped.load(Ordering::SeqCst), 20);
    });
}

#[test]
fn wakes_from_other_threads_during_shutdown_are_waited_for() {
    for _ in 0..200 {
        let runtime = TestRuntime::multi_thread(2);
        let wakers = Arc::new(Mutex::new(Vec::<Waker>::new()));
        let dropped = Arc::new(AtomicUsize::new(0));
        for _ in 0..8 {
            let (wakers, dropped) = (wakers.clone(), dropped.clone());
            let guard = OnDrop(move || {
                dropped.fetch_add(1, Ordering::SeqCst);
            });
            runtime.spawn(async move {
                let _guard = guard;
                poll_fn(move |cx| {
                    wakers.lock().unwrap().push(cx.waker().clone());
                    Poll::<()>::Pending
                })
                .await;
            });
        }
        let noise = std::thread::spawn({
            let wakers = wakers.clone();
            move || {
                for _ in 0..50 {
                    let taken = std::mem::take(&mut *wakers.lock().unwrap());
                    taken.into_iter().for_each(Waker::wake);
                }
            }
        });
        drop(runtime);
        assert_eq!(dropped.load(Ordering::SeqCst), 8);
        noise.join().unwrap();
    }
}

#[test]
fn shutdown_inside_a_runtime_panics_but_ends_the_tasks() {
    let inner = TestRuntime::current_thread();
    let outer = TestRuntime::current_thread();
    let task = inner.spawn(pending::<()>());
    outer.block_on(async {
        let text = panic_text(|| inner.shutdown(None));
        assert!(text.starts_with("Cannot drop a runtime in a context where blocking"));
        assert!(task.is_finished());
        inner.shutdown(Some(Duration::ZERO));
    });
}

#[test]
fn block_on_inside_a_runtime_panics() {
    each_runtime(|runtime| {
        runtime.block_on(async {
            let text = panic_text(|| runtime.block_on(async {}));
            assert!(text.starts_with("Cannot start a runtime from within a runtime"));
        });
    });
}

#[test]
fn current_thread_core_goes_from_one_block_on_to_the_next() {
    let runtime = Arc::new(TestRuntime::current_thread());
    let (first, second) = (Signal::new(), Signal::new());
    let inside = Signal::new();
    let holder = std::thread::spawn({
        let (runtime, inside, first) = (runtime.clone(), inside.clone(), first.clone());
        move || {
            runtime.block_on(async {
                inside.set();
                first.wait().await;
            });
        }
    });
    inside.wait_blocking();
    // Runs on the other thread as long as that one is inside `block_on`, and here afterwards.
    let task = runtime.spawn({
        let second = second.clone();
        async move {
            first.set();
            yield_now().await;
            second.wait().await;
            3
        }
    });
    second.set();
    assert_eq!(runtime.block_on(task).unwrap(), 3);
    holder.join().unwrap();
}

#[test]
fn a_runtime_can_be_dropped_in_a_thread_locals_destructor() {
    thread_local! {
        static RUNTIME: std::cell::RefCell<Option<TestRuntime>> =
            const { std::cell::RefCell::new(None) };
    }
    let dropped = Signal::new();
    std::thread::spawn({
        let dropped = dropped.clone();
        move || {
            let runtime = TestRuntime::multi_thread(1);
            let guard = OnDrop(move || dropped.set());
            let task = runtime.spawn(async move {
                let _guard = guard;
                pending::<()>().await;
            });
            let mut task = Box::pin(task);
            runtime.block_on(poll_fn(|cx| {
                assert!(task.as_mut().poll(cx).is_pending());
                Poll::Ready(())
            }));
            RUNTIME.set(Some(runtime));
        }
    })
    .join()
    .unwrap();
    assert!(dropped.is_set());
}
