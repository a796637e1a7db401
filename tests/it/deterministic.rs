//! The deterministic mode: runs repeat, schedules are explored, faults are found and named.
//!
//! Tests whose name begins with `victim_` are run by others, in a process of their own, where they
//! are to fail. Without [`VICTIM`] in the environment they do nothing.

use std::cell::Cell;
use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::{Command, Output};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::time::Duration;

use vitte::io::{AsyncReadExt, AsyncWriteExt};
use vitte::net::{TcpListener, TcpStream};
use vitte::runtime::Builder;
use vitte::sync::{Mutex, Notify, mpsc, oneshot};
use vitte::task::{LocalSet, spawn_blocking, spawn_local, yield_now};
use vitte::time::{Instant, advance, pause, resume, sleep, timeout};

/// Set in the processes that run victims.
const VICTIM: &str = "VITTE_TEST_VICTIM";

/// A bit of everything: tasks, timers, channels, locks, `select!`, and jobs that block.
async fn busy_day() -> u64 {
    let (tx, mut rx) = mpsc::channel(2);
    let total = Arc::new(Mutex::new(0u64));
    let mut tasks = Vec::new();
    for n in 0..4u64 {
        let (tx, total) = (tx.clone(), total.clone());
        tasks.push(vitte::spawn(async move {
            sleep(Duration::from_millis(n % 2)).await;
            tx.send(n).await.unwrap();
            *total.lock().await += n;
        }));
    }
    let job_tx = tx.clone();
    let job = spawn_blocking(move || {
        job_tx.blocking_send(100).unwrap();
        7
    });
    drop(tx);
    let mut order = 0u64;
    loop {
        vitte::select! {
            message = rx.recv() => match message {
                Some(message) => order = order.wrapping_mul(31).wrapping_add(message),
                None => break,
            },
            _ = sleep(Duration::from_micros(200)) => order = order.wrapping_mul(37),
        }
    }
    for task in tasks {
        task.await.unwrap();
    }
    order + job.await.unwrap() + *total.lock().await
}

/// The hash and the result of [`busy_day`] under a seed.
fn day_under(seed: u64) -> (u64, u64) {
    let runtime = Builder::new_deterministic(seed).build().unwrap();
    let output = runtime.block_on(busy_day());
    let report = runtime.deterministic_report().unwrap();
    assert!(report.is_repeatable());
    (report.hash(), output)
}

/// This test binary, told to run one test and to show what it prints.
fn this_binary(test: &str, environment: &[(&str, &str)]) -> Output {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture", "--test-threads=1"])
        .env(VICTIM, "1")
        .env("RUST_BACKTRACE", "0")
        .env_remove("VITTE_SEED")
        .env_remove("VITTE_SEEDS")
        .env_remove("VITTE_REPLAY")
        .envs(environment.iter().copied())
        .output()
        .unwrap()
}

fn is_victim() -> bool {
    std::env::var_os(VICTIM).is_some()
}

const SEEDS_OF_TWO_PROCESSES: u64 = 1000;

#[test]
fn victim_prints_its_hashes() {
    if is_victim() {
        // The harness has begun a line.
        println!();
        for seed in 0..SEEDS_OF_TWO_PROCESSES {
            println!("day {seed} {:?}", day_under(seed));
        }
    }
}

#[test]
fn same_seed_is_same_run_in_two_processes() {
    let output = this_binary("deterministic::victim_prints_its_hashes", &[]);
    let text = String::from_utf8(output.stdout).unwrap();
    let theirs: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with("day "))
        .collect();
    assert_eq!(theirs.len() as u64, SEEDS_OF_TWO_PROCESSES, "{text}");
    let mut different = HashSet::new();
    for (seed, line) in (0..).zip(theirs) {
        let ours = day_under(seed);
        assert_eq!(line, format!("day {seed} {ours:?}"));
        different.insert(ours.0);
    }
    assert!(different.len() as u64 > SEEDS_OF_TWO_PROCESSES * 9 / 10);
}

#[test]
fn replay_repeats_the_run() {
    for seed in 0..50 {
        let runtime = Builder::new_deterministic(seed).build().unwrap();
        let output = runtime.block_on(busy_day());
        let report = runtime.deterministic_report().unwrap();
        let replayed = Builder::new_deterministic_replay(report.replay())
            .unwrap()
            .build()
            .unwrap();
        assert_eq!(replayed.block_on(busy_day()), output);
        assert_eq!(replayed.deterministic_report().unwrap(), report);
    }
    assert!(Builder::new_deterministic_replay("!").is_err());
}

#[test]
fn four_tasks_reach_all_orders() {
    let mut orders = HashSet::new();
    for seed in 0..500 {
        let runtime = Builder::new_deterministic(seed).build().unwrap();
        let order = Arc::new(std::sync::Mutex::new(Vec::new()));
        runtime.block_on(async {
            let tasks: Vec<_> = (0..4)
                .map(|n| {
                    let order = order.clone();
                    vitte::spawn(async move { order.lock().unwrap().push(n) })
                })
                .collect();
            for task in tasks {
                task.await.unwrap();
            }
        });
        orders.insert(order.lock().unwrap().clone());
    }
    assert_eq!(orders.len(), 24);
}

#[test]
fn select_reaches_every_branch() {
    let mut first = HashSet::new();
    for seed in 0..100 {
        let runtime = Builder::new_deterministic(seed).build().unwrap();
        first.insert(runtime.block_on(async {
            vitte::select! {
                _ = async {} => 0,
                _ = async {} => 1,
                _ = async {} => 2,
            }
        }));
    }
    assert_eq!(first.len(), 3);
}

/// What a process that ran a victim printed, which must have failed.
fn failure_of(victim: &str, environment: &[(&str, &str)]) -> String {
    let output = this_binary(&format!("deterministic::{victim}"), environment);
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success(), "{victim} did not fail:\n{text}");
    text
}

/// Runs a victim, checks what it says, and repeats it from the line that it printed.
fn is_found_and_repeated(victim: &str, said: &str) {
    let text = failure_of(victim, &[]);
    assert!(text.contains(said), "{text}");
    let line = text
        .lines()
        .find(|line| line.starts_with("VITTE_SEED="))
        .unwrap_or_else(|| panic!("no line to paste in:\n{text}"));
    let (seed, command) = line.split_once(' ').unwrap();
    assert_eq!(
        command,
        format!("cargo test -p vitte -- --exact deterministic::{victim}")
    );
    let (variable, seed) = seed.split_once('=').unwrap();
    assert!(seed.parse::<u64>().unwrap() < 200);
    let again = failure_of(victim, &[(variable, seed)]);
    assert_eq!(told(&text), told(&again));

    // The choices do the same as the seed.
    let replay = text
        .lines()
        .find_map(|line| line.strip_prefix("(Its choices were VITTE_REPLAY='"))
        .and_then(|line| line.strip_suffix("')"))
        .unwrap_or_else(|| panic!("no choices in:\n{text}"));
    let again = failure_of(victim, &[("VITTE_REPLAY", replay)]);
    assert_eq!(panic_of(&text), panic_of(&again));
}

/// What a failed process printed, without the id that the system gave its thread.
fn told(text: &str) -> Vec<String> {
    text.lines()
        .map(|line| match line.strip_prefix("thread ") {
            Some(line) => line.split(" panicked").nth(1).unwrap_or(line).to_string(),
            None => line.to_string(),
        })
        .collect()
}

/// The lines of the panic alone.
fn panic_of(text: &str) -> Vec<String> {
    let is_about_repeating = |line: &String| line.contains("VITTE_");
    let mut lines = told(text);
    lines.retain(|line| !is_about_repeating(line));
    lines
}

#[vitte::test(seeds = 200)]
async fn victim_loses_an_update() {
    if !is_victim() {
        return;
    }
    let counter = Arc::new(Mutex::new(0));
    let tasks: Vec<_> = (0..2)
        .map(|_| {
            let counter = counter.clone();
            vitte::spawn(async move {
                let seen = *counter.lock().await;
                *counter.lock().await = seen + 1;
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(*counter.lock().await, 2, "an update was lost");
}

#[test]
fn lost_update_is_found() {
    is_found_and_repeated("victim_loses_an_update", "an update was lost");
}

#[vitte::test(seeds = 200)]
async fn victim_locks_in_two_orders() {
    if !is_victim() {
        return;
    }
    let locks = Arc::new((Mutex::new(()), Mutex::new(())));
    let theirs = locks.clone();
    let task = vitte::spawn(async move {
        let _b = theirs.1.lock().await;
        let _a = theirs.0.lock().await;
    });
    {
        let _a = locks.0.lock().await;
        let _b = locks.1.lock().await;
    }
    task.await.unwrap();
}

#[test]
fn locks_in_two_orders_are_found() {
    let victim = "victim_locks_in_two_orders";
    is_found_and_repeated(victim, "deadlock: nothing can run, and no timer is left");
    let text = failure_of(victim, &[]);
    assert!(
        text.contains("the future of `block_on` waits for Mutex #1"),
        "{text}"
    );
    assert!(
        text.contains("task 1, spawned at tests/it/deterministic.rs:"),
        "{text}"
    );
    assert!(text.contains(", waits for Mutex #2"), "{text}");
}

#[vitte::test(seeds = 200)]
async fn victim_misses_a_notification() {
    if !is_victim() {
        return;
    }
    let state = Arc::new((AtomicBool::new(false), Notify::new()));
    let theirs = state.clone();
    let waiter = vitte::spawn(async move {
        // The notification may come between the look and the wait.
        if !theirs.0.load(Ordering::Relaxed) {
            yield_now().await;
            theirs.1.notified().await;
        }
    });
    yield_now().await;
    state.0.store(true, Ordering::Relaxed);
    state.1.notify_waiters();
    waiter.await.unwrap();
}

#[test]
fn missed_notification_is_found() {
    is_found_and_repeated("victim_misses_a_notification", "waits for Notify #");
}

#[test]
fn deadlock_lists_who_waits_for_whom() {
    let runtime = Builder::new_deterministic(1).build().unwrap();
    let message = panic_message(|| {
        runtime.block_on(async {
            let (_keep, never) = oneshot::channel::<()>();
            let (tx, rx) = mpsc::channel::<()>(1);
            let mut rx = rx;
            let job = spawn_blocking(move || rx.blocking_recv());
            let task = vitte::spawn(async move {
                let _ = never.await;
                drop(tx);
            });
            let joins = vitte::spawn(async move {
                let _ = job.await;
            });
            let _ = joins.await;
            let _ = task.await;
        });
    });
    let lines: Vec<&str> = message.lines().collect();
    assert_eq!(lines.len(), 5, "{message}");
    assert_eq!(
        lines[1],
        "  the future of `block_on` waits for the end of task 3"
    );
    let line_of = |what: &str| lines.iter().find(|line| line.contains(what)).unwrap();
    assert!(line_of("blocking job 1, spawned at tests/it/").ends_with("waits for Mpsc #1"));
    assert!(line_of("task 2, spawned at tests/it/").ends_with("waits for Oneshot #2"));
    assert!(line_of("task 3, spawned at tests/it/").ends_with("the end of blocking job 1"));
    runtime.shutdown_background();
}

/// What a closure panics with.
fn panic_message(f: impl FnOnce()) -> String {
    let payload = catch_unwind(AssertUnwindSafe(f)).expect_err("it did not panic");
    match payload.downcast::<String>() {
        Ok(message) => *message,
        Err(payload) => payload
            .downcast_ref::<&str>()
            .map_or("?".to_string(), |message| message.to_string()),
    }
}

#[test]
fn spin_on_the_clock_is_a_named_livelock() {
    for in_task in [true, false] {
        let runtime = Builder::new_deterministic(0)
            .deterministic_step_limit(100_000)
            .build()
            .unwrap();
        let spin = || {
            let start = Instant::now();
            while start.elapsed() < Duration::from_secs(3600) {}
        };
        let message = panic_message(|| {
            runtime.block_on(async {
                if in_task {
                    let _ = vitte::spawn(async move { spin() }).await;
                } else {
                    spin();
                }
            });
        });
        assert!(message.starts_with("livelock: "), "{message}");
        let who = if in_task {
            "task 1, spawned at tests/it/deterministic.rs:"
        } else {
            "the future of `block_on` reads the clock over and over"
        };
        assert!(message.contains(who), "{message}");
        assert!(message.contains(" reads the clock"), "{message}");
    }
}

#[test]
fn spin_until_a_near_time_ends() {
    let runtime = Builder::new_deterministic(0).build().unwrap();
    runtime.block_on(async {
        let start = Instant::now();
        while start.elapsed() < Duration::from_millis(5) {}
    });
    let steps = runtime.deterministic_report().unwrap().steps();
    assert!((5000..5010).contains(&steps), "{steps}");
}

#[test]
fn tasks_that_wake_each_other_for_ever_are_a_named_livelock() {
    let runtime = Builder::new_deterministic(0)
        .deterministic_step_limit(10_000)
        .build()
        .unwrap();
    let message = panic_message(|| {
        runtime.block_on(async {
            vitte::spawn(async {
                loop {
                    yield_now().await;
                }
            });
            std::future::pending::<()>().await;
        });
    });
    assert!(
        message.starts_with("livelock: the run is not over after 10001 steps"),
        "{message}"
    );
    assert!(message.contains("task 1, spawned at"), "{message}");
    assert!(message.contains("made 64 of the last steps"), "{message}");
}

#[test]
fn time_jumps_to_the_next_deadline() {
    let runtime = Builder::new_deterministic(3).build().unwrap();
    let took = runtime.block_on(async {
        let start = Instant::now();
        sleep(Duration::from_secs(86_400)).await;
        assert!(
            timeout(Duration::from_secs(1), std::future::pending::<()>())
                .await
                .is_err()
        );
        start.elapsed()
    });
    assert!(took >= Duration::from_secs(86_401));
    assert!(took < Duration::from_secs(86_401) + Duration::from_millis(1));
}

#[test]
fn pause_and_advance_work_on_virtual_time() {
    let runtime = Builder::new_deterministic(3).build().unwrap();
    runtime.block_on(async {
        pause();
        let start = Instant::now();
        let task = vitte::spawn(sleep(Duration::from_secs(10)));
        advance(Duration::from_secs(10)).await;
        task.await.unwrap();
        assert!(start.elapsed() < Duration::from_millis(10_001));
        resume();
        sleep(Duration::from_secs(60)).await;
        assert!(start.elapsed() >= Duration::from_secs(70));
    });
    runtime.block_on(async {
        pause();
        assert_eq!(panic_message(pause), "time is already frozen");
    });
}

#[test]
fn blocking_jobs_take_turns() {
    static INSIDE: AtomicU32 = AtomicU32::new(0);
    let mut orders = HashSet::new();
    for seed in 0..200 {
        let runtime = Builder::new_deterministic(seed).build().unwrap();
        let order = Arc::new(std::sync::Mutex::new(Vec::new()));
        runtime.block_on(async {
            let jobs: Vec<_> = (0..3)
                .map(|n| {
                    let order = order.clone();
                    spawn_blocking(move || {
                        assert_eq!(INSIDE.fetch_add(1, Ordering::SeqCst), 0);
                        order.lock().unwrap().push(n);
                        INSIDE.fetch_sub(1, Ordering::SeqCst);
                    })
                })
                .collect();
            for job in jobs {
                job.await.unwrap();
            }
        });
        orders.insert(order.lock().unwrap().clone());
    }
    assert_eq!(orders.len(), 6);
}

#[test]
fn blocking_jobs_wait_in_virtual_time_and_for_each_other() {
    for seed in 0..100 {
        let runtime = Builder::new_deterministic(seed).build().unwrap();
        runtime.block_on(async {
            let (tx, rx) = oneshot::channel();
            let receiver = spawn_blocking(move || rx.blocking_recv().unwrap());
            let handle = vitte::runtime::Handle::current();
            let sender = spawn_blocking(move || {
                let start = Instant::now();
                handle.block_on(sleep_for_an_hour());
                tx.send(5).unwrap();
                start.elapsed()
            });
            assert_eq!(receiver.await.unwrap(), 5);
            assert!(sender.await.unwrap() >= Duration::from_secs(3600));
        });
        assert!(runtime.deterministic_report().unwrap().is_repeatable());
    }
}

async fn sleep_for_an_hour() {
    sleep(Duration::from_secs(3600)).await;
}

#[test]
fn shutdown_lets_jobs_come_to_their_end() {
    let ended = Arc::new(AtomicBool::new(false));
    let runtime = Builder::new_deterministic(9).build().unwrap();
    let (tx, rx) = oneshot::channel::<()>();
    let (begun_tx, begun) = oneshot::channel::<()>();
    let theirs = ended.clone();
    runtime.block_on(async {
        // The runtime's end drops the task, and with it the sender.
        vitte::spawn(async move {
            std::future::pending::<()>().await;
            drop(tx);
        });
        spawn_blocking(move || {
            begun_tx.send(()).unwrap();
            assert!(rx.blocking_recv().is_err());
            theirs.store(true, Ordering::Relaxed);
        });
        begun.await.unwrap();
    });
    drop(runtime);
    assert!(ended.load(Ordering::Relaxed));
}

#[test]
fn shutdown_names_jobs_that_never_end() {
    let runtime = Builder::new_deterministic(9).build().unwrap();
    let (_keep, rx) = oneshot::channel::<()>();
    let (begun_tx, begun) = oneshot::channel::<()>();
    runtime.block_on(async {
        spawn_blocking(move || {
            begun_tx.send(()).unwrap();
            let _ = rx.blocking_recv();
        });
        begun.await.unwrap();
    });
    let message = panic_message(|| drop(runtime));
    assert!(message.contains("these jobs never will"), "{message}");
    assert!(message.contains("waits for Oneshot #1"), "{message}");
}

/// Wakes from a thread that the runtime does not know, in the middle of a poll.
async fn woken_from_outside() {
    let (tx, rx) = oneshot::channel();
    let waiter = vitte::spawn(rx);
    sleep(Duration::from_secs(1)).await;
    std::thread::spawn(move || tx.send(1).unwrap())
        .join()
        .unwrap();
    assert_eq!(waiter.await.unwrap(), Ok(1));
}

#[test]
fn wake_from_a_foreign_thread_labels_the_run() {
    let runtime = Builder::new_deterministic(0).build().unwrap();
    runtime.block_on(woken_from_outside());
    let report = runtime.deterministic_report().unwrap();
    assert_eq!(report.foreign_wakes(), 1);
    assert!(!report.is_repeatable());
}

#[test]
fn foreign_wake_of_a_blocking_job_labels_the_run() {
    let runtime = Builder::new_deterministic(0).build().unwrap();
    runtime.block_on(async {
        let (tx, rx) = oneshot::channel();
        let (parks_tx, parks) = oneshot::channel();
        let job = spawn_blocking(move || {
            parks_tx.send(()).unwrap();
            rx.blocking_recv().unwrap()
        });
        parks.await.unwrap();
        std::thread::spawn(move || tx.send(3).unwrap())
            .join()
            .unwrap();
        assert_eq!(job.await.unwrap(), 3);
    });
    assert_eq!(runtime.deterministic_report().unwrap().foreign_wakes(), 1);
}

#[test]
fn jobs_beyond_the_threads_there_may_be_wait_for_others() {
    for seed in 0..50 {
        let runtime = Builder::new_deterministic(seed)
            .max_blocking_threads(1)
            .build()
            .unwrap();
        let message = panic_message(|| {
            runtime.block_on(async {
                // Whichever is first keeps the only thread.
                let barrier = Arc::new(vitte::sync::Barrier::new(2));
                let handle = vitte::runtime::Handle::current();
                let jobs = [(); 2].map(|()| {
                    let (barrier, handle) = (barrier.clone(), handle.clone());
                    spawn_blocking(move || {
                        handle.block_on(async { barrier.wait().await.is_leader() })
                    })
                });
                for job in jobs {
                    job.await.unwrap();
                }
            });
        });
        assert!(
            message.contains("waits for a thread of the blocking pool"),
            "{message}"
        );
        assert!(message.contains("waits for Barrier #1"), "{message}");
        runtime.shutdown_background();
    }
}

#[test]
fn wake_from_a_foreign_thread_fails_in_strict_mode() {
    let runtime = Builder::new_deterministic(0)
        .deterministic_strict(true)
        .build()
        .unwrap();
    let message = panic_message(|| runtime.block_on(woken_from_outside()));
    assert!(message.starts_with("not deterministic: "), "{message}");
}

#[test]
fn io_labels_the_run() {
    let plain = Builder::new_deterministic(0).build().unwrap();
    assert!(plain.deterministic_report().unwrap().is_repeatable());
    let with_io = Builder::new_deterministic(0).enable_io().build().unwrap();
    with_io.block_on(busy_day());
    assert!(!with_io.deterministic_report().unwrap().is_repeatable());
}

#[test]
fn other_runtimes_have_no_report() {
    let runtime = Builder::new_current_thread().build().unwrap();
    assert!(runtime.deterministic_report().is_none());
}

#[test]
fn local_futures_run_deterministically() {
    for seed in 0..20 {
        let runtime = Builder::new_deterministic(seed)
            .build_local(Default::default())
            .unwrap();
        let sum = Rc::new(Cell::new(0));
        let theirs = sum.clone();
        runtime.block_on(async {
            let task = runtime.spawn_local(async move {
                yield_now().await;
                theirs.set(theirs.get() + 1);
            });
            task.await.unwrap();
        });
        assert_eq!(sum.get(), 1);
    }
}

#[test]
fn local_set_is_scheduled_too() {
    let mut orders = HashSet::new();
    for seed in 0..100 {
        let runtime = Builder::new_deterministic(seed).build().unwrap();
        let order = Rc::new(std::cell::RefCell::new(Vec::new()));
        LocalSet::new().block_on(&runtime, async {
            let tasks: Vec<_> = (0..3)
                .map(|n| {
                    let order = order.clone();
                    spawn_local(async move { order.borrow_mut().push(n) })
                })
                .collect();
            for task in tasks {
                task.await.unwrap();
            }
        });
        orders.insert(order.take());
    }
    assert_eq!(orders.len(), 6);
}

#[test]
fn deadlock_lists_tasks_of_local_sets() {
    let runtime = Builder::new_deterministic(5).build().unwrap();
    let notify = Rc::new(Notify::new());
    let message = panic_message(|| {
        LocalSet::new().block_on(&runtime, async {
            let _ = spawn_local(async move { notify.notified().await }).await;
        });
    });
    assert!(
        message.contains("the future of `block_on` waits for the end of task 1"),
        "{message}"
    );
    assert!(message.contains("waits for Notify #1"), "{message}");
}

/// What the report of a deadlock says that `future` waits for.
fn named_wait<T>(future: impl Future<Output = T>) -> String {
    let runtime = Builder::new_deterministic(0).build().unwrap();
    let message = panic_message(|| {
        let _ = runtime.block_on(future);
    });
    let line = message.lines().nth(1).unwrap_or_default();
    let (_, what) = line.split_once(" waits for ").unwrap_or_default();
    what.to_string()
}

#[test]
fn every_primitive_says_what_is_waited_for() {
    use vitte::sync::*;

    let mutex = Mutex::new(());
    let _guard = mutex.try_lock().unwrap();
    assert_eq!(named_wait(mutex.lock()), "Mutex #1");

    let rwlock = RwLock::new(());
    let _guard = rwlock.try_write().unwrap();
    assert_eq!(named_wait(rwlock.read()), "RwLock #1");
    assert_eq!(named_wait(rwlock.write()), "RwLock #1");

    let semaphore = Semaphore::new(0);
    let acquire = semaphore.acquire();
    assert_eq!(named_wait(acquire), "Semaphore #1");

    let notify = Notify::new();
    assert_eq!(named_wait(notify.notified()), "Notify #1");

    let barrier = Barrier::new(2);
    let arrive = barrier.wait();
    assert_eq!(named_wait(arrive), "Barrier #1");

    let cell = SetOnce::<()>::new();
    assert_eq!(named_wait(cell.wait()), "OnceCell #1");

    let (mut tx, rx) = oneshot::channel::<()>();
    assert_eq!(named_wait(tx.closed()), "Oneshot #1");
    assert_eq!(named_wait(rx), "Oneshot #1");

    let (tx, mut rx) = mpsc::channel::<()>(1);
    assert_eq!(named_wait(rx.recv()), "Mpsc #1");
    assert_eq!(named_wait(tx.closed()), "Mpsc #1");
    tx.try_send(()).unwrap();
    assert_eq!(named_wait(tx.send(())), "Mpsc #1");

    let (tx, mut rx) = mpsc::unbounded_channel::<()>();
    assert_eq!(named_wait(rx.recv()), "Mpsc #1");
    assert_eq!(named_wait(tx.closed()), "Mpsc #1");

    let (tx, mut rx) = watch::channel(());
    assert_eq!(named_wait(rx.changed()), "Watch #1");
    assert_eq!(named_wait(tx.closed()), "Watch #1");

    let (tx, mut rx) = broadcast::channel::<()>(1);
    assert_eq!(named_wait(rx.recv()), "Broadcast #1");
    assert_eq!(named_wait(tx.closed()), "Broadcast #1");

    let (mut a, _b) = vitte::io::duplex(1);
    let read = a.read_u8();
    assert_eq!(named_wait(read), "Pipe #1");

    let join_set = async {
        let mut set = vitte::task::JoinSet::new();
        set.spawn(std::future::pending::<()>());
        set.join_next().await;
    };
    assert_eq!(named_wait(join_set), "the end of task 1");
}

#[test]
fn sockets_work_where_they_are_enabled() {
    let runtime = Builder::new_deterministic(5).enable_io().build().unwrap();
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = vitte::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            stream.write_all(b"hello").await.unwrap();
        });
        let mut stream = TcpStream::connect(address).await.unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).await.unwrap();
        assert_eq!(text, "hello");
        server.await.unwrap();
    });
}

static RUNS: AtomicUsize = AtomicUsize::new(0);

#[vitte::test(seeds = 30)]
async fn victim_counts_its_runs() {
    println!("\nrun {}", RUNS.fetch_add(1, Ordering::Relaxed) + 1);
}

#[test]
fn environment_decides_the_seeds() {
    let runs = |environment: &[(&str, &str)]| {
        let output = this_binary("deterministic::victim_counts_its_runs", environment);
        let text = String::from_utf8(output.stdout).unwrap();
        text.lines().filter(|line| line.starts_with("run ")).count()
    };
    assert_eq!(runs(&[]), 30);
    assert_eq!(runs(&[("VITTE_SEEDS", "7")]), 7);
    assert_eq!(runs(&[("VITTE_SEED", "7")]), 1);
    assert_eq!(runs(&[("VITTE_REPLAY", "01")]), 1);
}

#[vitte::test(seeds = 20)]
#[should_panic(expected = "as it should")]
async fn panics_reach_the_test_harness() {
    vitte::spawn(async {}).await.unwrap();
    panic!("as it should");
}

#[vitte::test(flavor = "local", seeds = 5, start_paused = true)]
async fn local_flavor_runs_under_seeds() {
    let shared = Rc::new(Cell::new(0));
    let theirs = shared.clone();
    spawn_local(async move { theirs.set(1) }).await.unwrap();
    advance(Duration::from_secs(1)).await;
    assert_eq!(shared.get(), 1);
}

#[vitte::test(seed = 3)]
async fn one_seed_is_one_run() {
    let report = vitte::runtime::Handle::current().deterministic_report();
    assert!(report.is_some_and(|report| report.steps() == 1));
}

#[vitte::test(seeds = 3)]
async fn victim_returns_an_error() -> Result<(), &'static str> {
    if is_victim() { Err("no luck") } else { Ok(()) }
}

#[test]
fn returned_error_is_told_with_its_seed() {
    let text = failure_of("victim_returns_an_error", &[]);
    assert!(text.contains("no luck"), "{text}");
    assert!(text.contains("VITTE_SEED=0 cargo test"), "{text}");
}
