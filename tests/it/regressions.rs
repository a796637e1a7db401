//! Bugs that runtimes have had, here or elsewhere: a short test each, that we do not have them
//! (again).

use std::future::{Future, pending};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, Instant};

use vitte::runtime::{Builder, Handle, Runtime};
use vitte::sync::oneshot;
use vitte::{task, time};

fn multi_thread(workers: usize) -> Builder {
    let mut builder = Builder::new_multi_thread();
    builder.worker_threads(workers).enable_all();
    builder
}

/// Runs on a thread of its own, so that a hang fails the test instead of stopping all.
fn within_a_minute<T: Send + 'static>(test: impl FnOnce() -> T + Send + 'static) -> T {
    let (done, wait) = mpsc::channel();
    let thread = std::thread::spawn(move || {
        let _ = done.send(test());
    });
    match wait.recv_timeout(Duration::from_secs(60)) {
        Ok(result) => result,
        Err(mpsc::RecvTimeoutError::Timeout) => panic!("it hangs"),
        Err(mpsc::RecvTimeoutError::Disconnected) => match thread.join() {
            Err(payload) => std::panic::resume_unwind(payload),
            Ok(()) => unreachable!("it ended without a result"),
        },
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
    struct Count(Arc<AtomicUsize>);
    impl Drop for Count {
        fn drop(&mut self) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }
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

/// A waker that panics, and counts that.
struct Panic(AtomicUsize);

impl Wake for Panic {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
        std::panic::resume_unwind(Box::new("waker"));
    }
}

/// More waiters than are woken in one go, all of which panic when they are woken.
const MANY: usize = 100;

/// The first batch's panic left the other timers in a wheel that the next runtime took over.
#[test]
fn timers_whose_wakers_panic_all_leave_the_wheel_at_shutdown() {
    within_a_minute(|| {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let panics = Arc::new(Panic(AtomicUsize::new(0)));
        let waker = Waker::from(panics.clone());
        let mut sleeps: Vec<_> = {
            let _entered = runtime.enter();
            let sleep = || Box::pin(time::sleep(Duration::from_secs(100)));
            (0..MANY).map(|_| sleep()).collect()
        };
        for sleep in &mut sleeps {
            assert!(
                sleep
                    .as_mut()
                    .poll(&mut Context::from_waker(&waker))
                    .is_pending()
            );
        }
        let ended = std::panic::AssertUnwindSafe(|| drop(runtime));
        let _ = std::panic::catch_unwind(ended);
        assert_eq!(panics.0.load(Ordering::SeqCst), MANY);
        let next = Builder::new_current_thread().enable_all().build().unwrap();
        drop(sleeps);
        next.block_on(async { time::sleep(Duration::from_millis(1)).await });
    });
}

/// The first batch's panic lost the permits for all others.
#[test]
fn permits_reach_all_waiters_although_wakers_panic() {
    let semaphore = vitte::sync::Semaphore::new(0);
    let panics = Arc::new(Panic(AtomicUsize::new(0)));
    let waker = Waker::from(panics.clone());
    let mut waiting: Vec<_> = (0..MANY).map(|_| Box::pin(semaphore.acquire())).collect();
    for acquire in &mut waiting {
        assert!(
            acquire
                .as_mut()
                .poll(&mut Context::from_waker(&waker))
                .is_pending()
        );
    }
    let add = std::panic::AssertUnwindSafe(|| semaphore.add_permits(MANY));
    assert!(std::panic::catch_unwind(add).is_err());
    assert_eq!(panics.0.load(Ordering::SeqCst), MANY);
    for acquire in &mut waiting {
        let mut cx = Context::from_waker(Waker::noop());
        assert!(acquire.as_mut().poll(&mut cx).is_ready());
    }
}

/// The first socket's panic left the others waiting for ever.
#[test]
fn sockets_whose_wakers_panic_all_fail_after_the_shutdown() {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let panics = Arc::new(Panic(AtomicUsize::new(0)));
    let waker = Waker::from(panics.clone());
    let bind = || vitte::net::UdpSocket::bind("127.0.0.1:0");
    let sockets: Vec<_> = (0..3).map(|_| runtime.block_on(bind()).unwrap()).collect();
    for socket in &sockets {
        let mut cx = Context::from_waker(&waker);
        assert!(socket.poll_recv_ready(&mut cx).is_pending());
    }
    let ended = std::panic::AssertUnwindSafe(|| drop(runtime));
    let _ = std::panic::catch_unwind(ended);
    assert_eq!(panics.0.load(Ordering::SeqCst), sockets.len());
    for socket in &sockets {
        let mut cx = Context::from_waker(Waker::noop());
        assert!(socket.poll_recv_ready(&mut cx).is_ready());
    }
}

/// The signal was lost to the other listeners.
#[cfg(unix)]
#[test]
fn a_signal_reaches_all_listeners_although_wakers_panic() {
    use vitte::signal::unix::{SignalKind, signal};

    within_a_minute(|| {
        let runtime = multi_thread(1).build().unwrap();
        let _entered = runtime.enter();
        let listen = || signal(SignalKind::user_defined2()).unwrap();
        let (mut first, mut second) = (listen(), listen());
        let panics = Arc::new(Panic(AtomicUsize::new(0)));
        let waker = Waker::from(panics.clone());
        assert!(
            first
                .poll_recv(&mut Context::from_waker(&waker))
                .is_pending()
        );
        let mut second = Box::pin(async move { second.recv().await });
        runtime.block_on(async {
            let mut is_first = true;
            std::future::poll_fn(|cx| {
                let poll = second.as_mut().poll(cx);
                if std::mem::take(&mut is_first) {
                    // SAFETY: a handler is installed.
                    assert_eq!(unsafe { libc::raise(libc::SIGUSR2) }, 0);
                }
                poll
            })
            .await
        });
        assert_eq!(panics.0.load(Ordering::SeqCst), 1);
    });
}

/// A join waker that leads, by way of a `LocalSet`, to a foreign waker that panics: async-task
/// aborts the process when a join waker panics.
#[test]
fn a_panic_in_the_waker_that_polls_a_local_set_is_contained() {
    let runtime = multi_thread(1).build().unwrap();
    let set = task::LocalSet::new();
    let (go, wait) = oneshot::channel::<()>();
    let remote = runtime.spawn(async move { wait.await.unwrap() });
    let joined = Arc::new(AtomicBool::new(false));
    let seen = joined.clone();
    set.spawn_local(async move {
        remote.await.unwrap();
        seen.store(true, Ordering::SeqCst);
    });
    let mut set = pin!(set);
    let waker = Waker::from(Arc::new(Panic(AtomicUsize::new(0))));
    let mut cx = Context::from_waker(&waker);
    assert!(set.as_mut().poll(&mut cx).is_pending());
    go.send(()).unwrap();
    runtime.block_on(runtime.spawn(task::yield_now())).unwrap();
    while set
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()))
        .is_pending()
    {
        std::thread::yield_now();
    }
    assert!(joined.load(Ordering::SeqCst));
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
