//! Bugs that runtimes have had, here or elsewhere: a short test each, that we do not have them
//! (again).

use std::future::{Future, pending};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, Instant};

use vitte::runtime::{Builder, Handle, Runtime};
use vitte::sync::oneshot;
use vitte::{task, time};

use crate::support::{multi_thread, within_a_minute};

struct Count(Arc<AtomicUsize>);

impl Drop for Count {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
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

/// The driver forgot, on its way to sleep, that it had just been unparked, and let the paused
/// clock jump although a task was ready.
#[test]
fn a_paused_clock_stands_still_while_jobs_are_joined() {
    let runtime = Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .unwrap();
    runtime.block_on(async {
        task::spawn(time::sleep(Duration::from_secs(3600)));
        let start = time::Instant::now();
        for _ in 0..20_000 {
            task::spawn_blocking(|| ()).await.unwrap();
            assert_eq!(time::Instant::now(), start);
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

/// tokio panicked here: the inner call found the worker's core missing.
#[test]
fn block_in_place_nests_with_block_on_in_between() {
    within_a_minute(|| {
        let runtime = multi_thread(1).build().unwrap();
        let inner = async {
            let own = Handle::current();
            task::block_in_place(|| {
                own.block_on(async {
                    task::block_in_place(|| own.block_on(task::yield_now()));
                    task::yield_now().await;
                    task::spawn(async { 5 }).await.unwrap()
                })
            })
        };
        let task = runtime.spawn(async move {
            let value = inner.await;
            task::yield_now().await;
            time::sleep(Duration::from_millis(1)).await;
            value
        });
        assert_eq!(runtime.block_on(task).unwrap(), 5);
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

/// Threads that are inside `block_on` of one current-thread runtime take its tasks over from each
/// other.
#[test]
fn block_on_hands_the_tasks_to_the_next_thread() {
    within_a_minute(|| {
        let runtime = Arc::new(Builder::new_current_thread().enable_all().build().unwrap());
        let threads: Vec<_> = (0..4)
            .map(|_| {
                let runtime = runtime.clone();
                std::thread::spawn(move || {
                    for _ in 0..200 {
                        runtime.block_on(async {
                            let task = task::spawn(async {
                                task::yield_now().await;
                                time::sleep(Duration::from_micros(50)).await;
                            });
                            task.await.unwrap();
                        });
                    }
                })
            })
            .collect();
        for thread in threads {
            thread.join().unwrap();
        }
    });
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

/// Timers and tasks of one runtime, polled on another one's threads.
#[test]
fn a_runtime_inside_another_s_blocking_code_works() {
    within_a_minute(|| {
        let outer = multi_thread(1).build().unwrap();
        let result = outer.block_on(outer.spawn(async {
            let sleep = time::sleep(Duration::from_millis(5));
            task::block_in_place(|| {
                let inner = Runtime::new().unwrap();
                inner.block_on(async {
                    sleep.await;
                    task::spawn(async { 3 }).await.unwrap()
                })
            })
        }));
        assert_eq!(result.unwrap(), 3);
    });
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

/// The job was left to the threads that there were, and those were workers, which never take one.
#[cfg(target_os = "linux")]
#[test]
fn a_job_that_no_thread_can_be_had_for_is_refused() {
    const CHILD: &str = "VITTE_TEST_NO_THREADS";
    if std::env::var_os(CHILD).is_some() {
        return refuse_a_job();
    }
    // In a process of its own, since a limit holds for all threads of one.
    let name = "regressions::a_job_that_no_thread_can_be_had_for_is_refused";
    let output = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", name])
        .env(CHILD, "1")
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
}

#[cfg(target_os = "linux")]
fn refuse_a_job() {
    within_a_minute(|| {
        let runtime = multi_thread(1)
            .thread_stack_size(256 << 20)
            .build()
            .unwrap();
        runtime.block_on(runtime.spawn(async {})).unwrap();
        let statm = std::fs::read_to_string("/proc/self/statm").unwrap();
        let pages: u64 = statm.split(' ').next().unwrap().parse().unwrap();
        let limit = libc::rlimit {
            rlim_cur: pages * 4096 + (128 << 20),
            rlim_max: libc::RLIM_INFINITY,
        };
        // SAFETY: the limit is a valid struct that outlives the call.
        let limited = unsafe { libc::setrlimit(libc::RLIMIT_AS, &raw const limit) };
        assert_eq!(limited, 0);
        let refused = std::panic::AssertUnwindSafe(|| drop(runtime.spawn_blocking(|| ())));
        assert!(
            std::panic::catch_unwind(refused).is_err(),
            "the job was accepted"
        );
    });
}

/// Blocks in the middle of a poll that the end of the runtime has overtaken.
fn block_in_place_after_shutdown(blocking: impl Future<Output = ()> + Send + 'static) {
    within_a_minute(|| {
        let runtime = multi_thread(1).build().unwrap();
        let (begun, began) = mpsc::channel();
        let (go, gone) = mpsc::channel::<()>();
        let (done, ended) = mpsc::channel();
        runtime.spawn(async move {
            // Suspended once, so that the end of the runtime knows of this task, and waits for it.
            task::yield_now().await;
            begun.send(()).unwrap();
            gone.recv().unwrap();
            task::block_in_place(|| {
                // A timer may say with a panic that its runtime is gone.
                let _ = catch_unwind(AssertUnwindSafe(|| Handle::current().block_on(blocking)));
            });
            done.send(()).unwrap();
        });
        began.recv().unwrap();
        runtime.shutdown_background();
        go.send(()).unwrap();
        ended.recv().unwrap();
    });
}

/// The worker's successor was refused by the pool, and nobody ended the other tasks.
#[test]
fn block_in_place_after_the_shutdown_may_wait_for_a_task() {
    block_in_place_after_shutdown(async {
        let other = vitte::spawn(pending::<()>());
        assert!(other.await.unwrap_err().is_cancelled());
    });
}

/// The drain waited for the task, the task for a timer, and the timers ended after the drain.
#[test]
fn block_in_place_after_the_shutdown_may_wait_for_a_timer() {
    block_in_place_after_shutdown(async { time::sleep(Duration::from_secs(3600)).await });
}

/// Jobs that waited for the only thread were cancelled where tokio runs them: a pool of one thread
/// that writes one thing after the other lost what it had not begun.
#[test]
fn jobs_that_wait_for_a_busy_thread_run_before_the_runtime_has_ended() {
    within_a_minute(|| {
        let runtime = multi_thread(1).max_blocking_threads(1).build().unwrap();
        let (begun, wait) = mpsc::channel();
        let (go_on, gate) = mpsc::channel();
        runtime.spawn_blocking(move || {
            begun.send(()).unwrap();
            gate.recv().unwrap();
        });
        wait.recv().unwrap();
        let (write, written) = mpsc::channel();
        for n in 0..5 {
            let write = write.clone();
            runtime.spawn_blocking(move || write.send(n).unwrap());
        }
        // A job that an open pool takes waits behind the others; a closed one cancels it at once.
        let handle = runtime.handle().clone();
        let end = std::thread::spawn(move || drop(runtime));
        let is_closed = || handle.spawn_blocking(|| ()).is_finished();
        while !is_closed() {
            std::thread::yield_now();
        }
        go_on.send(()).unwrap();
        end.join().unwrap();
        // The worker's thread may help out once the worker has ended, so the order is open.
        let mut written: Vec<_> = written.try_iter().collect();
        written.sort();
        assert_eq!(written, [0, 1, 2, 3, 4]);
    });
}
