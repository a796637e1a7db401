//! Hooks of threads and tasks, and the end of a runtime by a task's panic.

use std::future::{Future, pending};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::task::{Context, Wake, Waker};
use std::time::Duration;

use vitte::runtime::{Builder, TaskMeta, UnhandledPanic};
use vitte::{task, time};

use crate::support::{multi_thread, within_a_minute};

/// A hook that counts its calls, and then panics.
fn panicking(calls: &Arc<AtomicUsize>) -> impl Fn(&TaskMeta<'_>) + Send + Sync + 'static {
    let calls = calls.clone();
    move |_| {
        calls.fetch_add(1, Ordering::Relaxed);
        panic!("a hook");
    }
}

#[test]
fn hooks_that_panic_harm_no_task() {
    let calls = Arc::new(AtomicUsize::new(0));
    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .on_before_task_poll(panicking(&calls))
        .on_after_task_poll(panicking(&calls))
        .on_task_terminate(panicking(&calls))
        .build()
        .unwrap();
    for n in 0..3 {
        assert_eq!(
            runtime.block_on(runtime.spawn(async move { n })).unwrap(),
            n
        );
    }
    assert_eq!(calls.load(Ordering::Relaxed), 9);
}

#[test]
fn a_spawn_hook_that_panics_ends_the_task_and_reaches_the_spawner() {
    let calls = Arc::new(AtomicUsize::new(0));
    let runtime = Builder::new_current_thread()
        .on_task_spawn(panicking(&calls))
        .build()
        .unwrap();
    let held = Arc::new(());
    let in_task = held.clone();
    let spawned = catch_unwind(AssertUnwindSafe(|| {
        runtime.spawn(async move { drop(in_task) })
    }));
    assert!(spawned.is_err());
    assert_eq!(Arc::strong_count(&held), 1);
    assert_eq!(runtime.metrics().num_alive_tasks(), 0);
}

#[test]
fn an_aborted_task_and_a_blocking_job_terminate() {
    let ended = Arc::new(AtomicUsize::new(0));
    let count = ended.clone();
    let runtime = Builder::new_current_thread()
        .on_task_terminate(move |_| {
            count.fetch_add(1, Ordering::Relaxed);
        })
        .build()
        .unwrap();
    let task = runtime.spawn(std::future::pending::<()>());
    task.abort();
    assert!(runtime.block_on(task).unwrap_err().is_cancelled());
    runtime.block_on(runtime.spawn_blocking(|| {})).unwrap();
    assert_eq!(ended.load(Ordering::Relaxed), 2);
}

#[test]
fn a_panic_that_ends_the_runtime_drops_the_other_tasks() {
    let runtime = Builder::new_current_thread()
        .unhandled_panic(UnhandledPanic::ShutdownRuntime)
        .build()
        .unwrap();
    let held = Arc::new(());
    let in_task = held.clone();
    runtime.spawn(async move {
        let _held = in_task;
        std::future::pending::<()>().await;
    });
    let task = runtime.spawn(async { panic!("ends the runtime") });
    let ran = catch_unwind(AssertUnwindSafe(|| runtime.block_on(task)));
    assert!(ran.is_err());
    assert_eq!(Arc::strong_count(&held), 1);
}

/// A hook that panics when it is called for the first time, and then counts its calls.
fn panicking_once(calls: &Arc<AtomicUsize>) -> impl Fn() + Send + Sync + 'static {
    let calls = calls.clone();
    move || {
        if calls.fetch_add(1, Ordering::SeqCst) == 0 {
            panic!("a hook around a wait");
        }
    }
}

/// As with tokio, whose runtime is of no use after that: it has lost its driver.
#[test]
fn a_park_hook_that_panics_reaches_the_block_on_of_a_current_thread_runtime_that_goes_on() {
    for around_wait in [Builder::on_thread_park, Builder::on_thread_unpark] {
        let calls = Arc::new(AtomicUsize::new(0));
        let mut builder = Builder::new_current_thread();
        builder.enable_time();
        around_wait(&mut builder, panicking_once(&calls));
        let runtime = builder.build().unwrap();
        let sleep = || runtime.block_on(async { time::sleep(Duration::from_millis(1)).await });
        let payload = catch_unwind(AssertUnwindSafe(sleep)).unwrap_err();
        assert_eq!(payload.downcast_ref(), Some(&"a hook around a wait"));
        sleep();
        assert!(calls.load(Ordering::SeqCst) > 1);
    }
}

/// A worker has no caller whom the panic could reach. tokio aborts the process, or, without debug
/// assertions, loses the worker and never runs its tasks.
#[test]
fn a_park_hook_that_panics_does_not_harm_a_worker() {
    for around_wait in [Builder::on_thread_park, Builder::on_thread_unpark] {
        let calls = Arc::new(AtomicUsize::new(0));
        let mut builder = Builder::new_multi_thread();
        builder.worker_threads(1).enable_time();
        around_wait(&mut builder, panicking_once(&calls));
        let runtime = builder.build().unwrap();
        let sleep = async { time::sleep(Duration::from_millis(1)).await };
        runtime.block_on(runtime.spawn(sleep)).unwrap();
        while calls.load(Ordering::SeqCst) < 2 {
            runtime.block_on(runtime.spawn(async {})).unwrap();
        }
    }
}

/// The worker was lost with its thread: the runtime never drained, and wakers that outlived it
/// reached for freed memory.
#[test]
fn a_panicking_start_hook_does_not_cost_a_worker() {
    let dropped = Arc::new(AtomicBool::new(false));
    let seen = dropped.clone();
    within_a_minute(move || {
        struct SetOnDrop(Arc<AtomicBool>);
        impl Drop for SetOnDrop {
            fn drop(&mut self) {
                self.0.store(true, Ordering::SeqCst);
            }
        }
        let runtime = multi_thread(1)
            .on_thread_start(|| panic!("hook"))
            .build()
            .unwrap();
        let guard = SetOnDrop(seen);
        runtime.spawn(async move {
            let _guard = guard;
            pending::<()>().await;
        });
        runtime.block_on(runtime.spawn(async {})).unwrap();
        let job = runtime.spawn_blocking(|| 7);
        assert_eq!(runtime.block_on(job).unwrap(), 7);
    });
    assert!(dropped.load(Ordering::SeqCst), "the task was lost");
}

/// The thread was counted out twice, which overflowed and aborted the process.
#[test]
fn a_panicking_stop_hook_counts_its_thread_once() {
    within_a_minute(|| {
        let (stopped, wait) = mpsc::channel();
        let stopped = Mutex::new(stopped);
        let runtime = Builder::new_current_thread()
            .on_thread_stop(move || {
                stopped.lock().unwrap().send(()).unwrap();
                std::panic::resume_unwind(Box::new("hook"));
            })
            .thread_keep_alive(Duration::from_millis(1))
            .max_blocking_threads(1)
            .build()
            .unwrap();
        for _ in 0..3 {
            let job = runtime.spawn_blocking(|| ());
            runtime.block_on(job).unwrap();
            wait.recv().unwrap();
        }
    });
}

/// A worker slept although its park hook had deferred a waker.
#[test]
fn a_waker_deferred_by_the_park_hook_is_woken() {
    struct SendOnWake(mpsc::Sender<()>);
    impl Wake for SendOnWake {
        fn wake(self: Arc<Self>) {
            self.0.send(()).unwrap();
        }
    }
    let (woken, wait) = mpsc::channel();
    let waker = Mutex::new(Some(Waker::from(Arc::new(SendOnWake(woken)))));
    let _runtime = multi_thread(1)
        .on_thread_park(move || {
            if let Some(waker) = waker.lock().unwrap().take() {
                let mut cx = Context::from_waker(&waker);
                assert!(pin!(task::yield_now()).poll(&mut cx).is_pending());
            }
        })
        .build()
        .unwrap();
    wait.recv_timeout(Duration::from_secs(60)).unwrap();
}

/// The hook gave the worker's core to another thread, and this one went on with it as well.
#[test]
fn a_park_hook_may_block_in_place() {
    within_a_minute(|| {
        for _ in 0..20 {
            let is_first = AtomicBool::new(true);
            let runtime = multi_thread(1)
                .on_thread_park(move || {
                    if is_first.swap(false, Ordering::SeqCst) {
                        task::block_in_place(|| std::thread::sleep(Duration::from_millis(2)));
                    }
                })
                .build()
                .unwrap();
            let tasks: Vec<_> = (0..100)
                .map(|_| {
                    runtime.spawn(async {
                        task::yield_now().await;
                        time::sleep(Duration::from_micros(100)).await;
                    })
                })
                .collect();
            for task in tasks {
                runtime.block_on(task).unwrap();
            }
        }
    });
}
