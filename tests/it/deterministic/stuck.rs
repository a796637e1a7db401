//! A run that cannot go on says who waits for what, or who spins.

use std::rc::Rc;
use std::time::Duration;

use vitte::io::AsyncReadExt;
use vitte::runtime::Builder;
use vitte::sync::{Notify, mpsc, oneshot};
use vitte::task::{LocalSet, spawn_blocking, spawn_local, yield_now};
use vitte::time::Instant;

use super::panic_message;

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
            "task 1, spawned at tests/it/deterministic/"
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
