//! The end of a runtime: nothing is lost, nothing hangs, whoever ends it and wherever.

use std::cell::RefCell;
use std::future::{Future, pending};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use vitte::runtime::{Builder, Handle, Runtime};
use vitte::sync::oneshot;
use vitte::{task, time};

use crate::support::{
    both, current_thread, in_own_process, multi_thread, panic_text, within_a_minute,
};

struct Count(Arc<AtomicUsize>);

impl Drop for Count {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
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
        let inner = multi_thread(1).build().unwrap();
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
        let inner = multi_thread(1).build().unwrap();
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

/// It waited for itself to end.
#[test]
fn a_runtime_dropped_by_its_own_blocking_job_ends() {
    within_a_minute(|| {
        for builder in [&mut multi_thread(2), &mut Builder::new_current_thread()] {
            let runtime = Arc::new(builder.build().unwrap());
            let (release, released) = mpsc::channel();
            let (done, wait) = mpsc::channel();
            let own = runtime.clone();
            runtime.spawn_blocking(move || {
                released.recv().unwrap();
                drop(own);
                done.send(()).unwrap();
            });
            drop(runtime);
            release.send(()).unwrap();
            wait.recv().unwrap();
        }
    });
}

/// It waited for itself to end, as it does on tokio.
#[test]
fn a_runtime_dropped_by_its_own_worker_ends() {
    within_a_minute(|| {
        // Inside `block_in_place`.
        let dropped = Arc::new(AtomicUsize::new(0));
        let (send, receive) = oneshot::channel::<Runtime>();
        let runtime = multi_thread(2).build().unwrap();
        let (done, wait) = mpsc::channel();
        let counts = (Count(dropped.clone()), Count(dropped.clone()));
        runtime.spawn(async move {
            let _count = counts.0;
            pending::<()>().await;
        });
        runtime.spawn(async move {
            let _count = counts.1;
            let own = receive.await.unwrap();
            task::block_in_place(|| drop(own));
            done.send(()).unwrap();
            pending::<()>().await;
        });
        let handle = runtime.handle().clone();
        send.send(runtime).unwrap();
        wait.recv().unwrap();
        while dropped.load(Ordering::SeqCst) < 2 {
            std::thread::yield_now();
        }
        assert!(handle.block_on(handle.spawn(async {})).is_err());

        // In a hook.
        let own = Arc::new(Mutex::new(None::<Runtime>));
        let taken = own.clone();
        let (done, wait) = mpsc::channel();
        let runtime = multi_thread(1)
            .on_thread_unpark(move || {
                if let Some(own) = taken.lock().unwrap().take() {
                    drop(own);
                    done.send(()).unwrap();
                }
            })
            .build()
            .unwrap();
        let handle = runtime.handle().clone();
        *own.lock().unwrap() = Some(runtime);
        // The worker may find a task before it has ever parked.
        while wait.recv_timeout(Duration::from_millis(1)).is_err() {
            drop(handle.spawn(async {}));
        }
    });
}

/// A task that owns what waits for it is a cycle; the end of the runtime cuts it.
#[test]
fn tasks_that_hold_or_await_their_own_handle_are_dropped_with_the_runtime() {
    let drops = Arc::new(AtomicUsize::new(0));
    for builder in [&mut multi_thread(2), &mut Builder::new_current_thread()] {
        let runtime = builder.build().unwrap();
        for awaits in [false, true] {
            let guard = Count(drops.clone());
            let (send, receive) = oneshot::channel::<task::JoinHandle<()>>();
            let own_runtime = runtime.handle().clone();
            let handle = runtime.spawn(async move {
                let _held = (guard, own_runtime);
                let own = receive.await.unwrap();
                task::yield_now().await;
                if awaits {
                    own.await.unwrap();
                } else {
                    let _own = own;
                    pending::<()>().await;
                }
            });
            send.send(handle).unwrap();
        }
        runtime.block_on(async {
            for _ in 0..10 {
                task::yield_now().await;
            }
        });
        drop(runtime);
    }
    assert_eq!(drops.load(Ordering::SeqCst), 4);
}

/// Wakes come from other threads while the runtime, or the set, is taken down.
#[test]
fn wakes_from_elsewhere_during_shutdown_do_no_harm() {
    within_a_minute(|| {
        for round in 0..300 {
            let (senders, receivers): (Vec<_>, Vec<_>) =
                (0..8).map(|_| oneshot::channel::<()>()).unzip();
            let (ready, is_ready) = mpsc::channel();
            let waking = std::thread::spawn(move || {
                is_ready.recv().unwrap();
                for sender in senders {
                    let _ = sender.send(());
                }
            });
            let end = Instant::now() + Duration::from_micros(round % 50);
            let spin = || while Instant::now() < end {};
            if round % 2 == 0 {
                let runtime = multi_thread(2).build().unwrap();
                for receiver in receivers {
                    runtime.spawn(receiver);
                }
                runtime.block_on(task::yield_now());
                ready.send(()).unwrap();
                spin();
                drop(runtime);
            } else {
                let set = task::LocalSet::new();
                for receiver in receivers {
                    set.spawn_local(receiver);
                }
                let mut set = Box::pin(set);
                let mut cx = Context::from_waker(Waker::noop());
                assert_eq!(set.as_mut().poll(&mut cx), Poll::Pending);
                ready.send(()).unwrap();
                spin();
                drop(set);
            }
            waking.join().unwrap();
        }
    });
}

/// tokio 3564: each runtime left something behind.
#[cfg(target_os = "linux")]
#[test]
fn many_runtimes_one_after_the_other_take_no_more_memory() {
    in_own_process(
        &many_runtimes_one_after_the_other_take_no_more_memory,
        make_many_runtimes,
    );
}

#[cfg(target_os = "linux")]
fn make_many_runtimes() {
    let resident = || {
        let statm = std::fs::read_to_string("/proc/self/statm").unwrap();
        let pages: usize = statm.split(' ').nth(1).unwrap().parse().unwrap();
        pages * 4096
    };
    let one = || {
        let runtime = current_thread();
        runtime.spawn(pending::<()>());
        runtime.block_on(async { time::sleep(Duration::from_micros(1)).await });
    };
    (0..200).for_each(|_| one());
    let before = resident();
    (0..1_000).for_each(|_| one());
    let more = resident().saturating_sub(before);
    // A sanitizer keeps freed memory for a while. A runtime takes some tens of kilobytes.
    assert!(more < 20 << 20, "{more} bytes more");
}
