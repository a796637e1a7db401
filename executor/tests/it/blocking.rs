//! The blocking pool.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use vitte_executor::Config;
use vitte_executor::blocking::{spawn_blocking, spawn_mandatory_blocking};

use crate::support::{Signal, TestRuntime, each_runtime, panic_text};

fn one_thread() -> Config {
    Config {
        blocking_threads_max: 1,
        ..Config::default()
    }
}

/// Keeps the pool's only thread busy until the sender is used or dropped.
fn occupy(runtime: &TestRuntime) -> mpsc::Sender<()> {
    let (go, wait) = mpsc::channel();
    let inside = Signal::new();
    let _current = runtime.enter();
    spawn_blocking({
        let inside = inside.clone();
        move || {
            inside.set();
            let _ = wait.recv();
        }
    });
    inside.wait_blocking();
    go
}

#[test]
fn jobs_give_their_results() {
    each_runtime(|runtime| {
        let results = runtime.block_on(async {
            let jobs: Vec<_> = (0..50).map(|n| spawn_blocking(move || n * 2)).collect();
            let mut results = Vec::new();
            for job in jobs {
                results.push(job.await.unwrap());
            }
            results
        });
        assert_eq!(results, (0..50).map(|n| n * 2).collect::<Vec<_>>());
    });
}

#[test]
fn a_panicking_job_leaves_its_thread_alive() {
    let runtime = TestRuntime::current_thread_with(one_thread());
    runtime.block_on(async {
        let id = spawn_blocking(|| thread::current().id()).await.unwrap();
        let error = spawn_blocking(|| panic!("in the job")).await.unwrap_err();
        assert!(error.is_panic());
        assert_eq!(spawn_blocking(|| thread::current().id()).await.unwrap(), id);
    });
}

#[test]
fn jobs_beyond_the_limit_wait_in_order() {
    let runtime = TestRuntime::current_thread_with(one_thread());
    let go = occupy(&runtime);
    let (sender, receiver) = mpsc::channel();
    let _current = runtime.enter();
    for n in 0..5 {
        let sender = sender.clone();
        spawn_blocking(move || sender.send(n).unwrap());
    }
    assert_eq!(runtime.scheduler.blocking().threads(), 1);
    assert_eq!(runtime.scheduler.blocking().queued(), 5);
    drop(go);
    for n in 0..5 {
        assert_eq!(receiver.recv().unwrap(), n);
    }
}

#[test]
fn an_idle_thread_ends_after_the_keep_alive_time() {
    let ended = Signal::new();
    let runtime = TestRuntime::current_thread_with(Config {
        thread_keep_alive: Duration::from_millis(1),
        on_thread_stop: Some(Arc::new({
            let ended = ended.clone();
            move || ended.set()
        })),
        ..Config::default()
    });
    runtime.block_on(async { spawn_blocking(|| ()).await.unwrap() });
    ended.wait_blocking();
    while runtime.scheduler.blocking().threads() > 0 {
        thread::yield_now();
    }
    // And there is a new one for the next job.
    assert_eq!(
        runtime.block_on(async { spawn_blocking(|| 1).await.unwrap() }),
        1
    );
}

#[test]
fn a_job_that_comes_while_the_last_thread_ends_is_run() {
    let ending = Signal::new();
    let go = Signal::new();
    let runtime = TestRuntime::current_thread_with(Config {
        thread_keep_alive: Duration::from_millis(1),
        on_thread_stop: Some(Arc::new({
            let (ending, go) = (ending.clone(), go.clone());
            move || {
                ending.set();
                go.wait_blocking();
            }
        })),
        ..one_thread()
    });
    runtime.block_on(async {
        spawn_blocking(|| ()).await.unwrap();
        ending.wait().await;
        assert_eq!(spawn_blocking(|| 1).await.unwrap(), 1);
        go.set();
    });
}

#[test]
fn a_queued_job_can_be_aborted_and_a_running_one_cannot() {
    let runtime = TestRuntime::current_thread_with(one_thread());
    let go = occupy(&runtime);
    let ran = Arc::new(AtomicBool::new(false));
    let _current = runtime.enter();
    let queued = spawn_blocking({
        let ran = ran.clone();
        move || ran.store(true, Ordering::SeqCst)
    });
    queued.abort();
    drop(go);
    assert!(runtime.block_on(queued).unwrap_err().is_cancelled());
    assert!(!ran.load(Ordering::SeqCst));

    let (started, is_started) = mpsc::channel();
    let (go, wait) = mpsc::channel::<()>();
    let running = spawn_blocking(move || {
        started.send(()).unwrap();
        wait.recv().unwrap();
        8
    });
    is_started.recv().unwrap();
    running.abort();
    go.send(()).unwrap();
    assert_eq!(runtime.block_on(running).unwrap(), 8);
}

#[test]
fn a_job_that_waits_for_a_busy_thread_is_run_in_spite_of_a_shutdown() {
    let runtime = TestRuntime::current_thread_with(one_thread());
    let go = occupy(&runtime);
    let (optional, mandatory) = {
        let _current = runtime.enter();
        (
            spawn_blocking(|| 1),
            spawn_mandatory_blocking(|| 2).expect("accepted"),
        )
    };
    runtime.shutdown(Some(Duration::ZERO));
    drop(go);
    assert_eq!(vitte_context::park::block_on(optional).unwrap(), 1);
    assert_eq!(vitte_context::park::block_on(mandatory).unwrap(), 2);
}

#[test]
fn a_job_that_a_thread_was_started_for_is_run_in_spite_of_a_shutdown() {
    each_runtime(|runtime| {
        let jobs: Vec<_> = {
            let _current = runtime.enter();
            (0..4).map(|n| spawn_blocking(move || n)).collect()
        };
        runtime.shutdown(None);
        for (n, job) in jobs.into_iter().enumerate() {
            assert_eq!(vitte_context::park::block_on(job).unwrap(), n);
        }
    });
}

#[test]
fn shutdown_gives_up_on_a_running_job_after_the_timeout() {
    let runtime = TestRuntime::multi_thread(1);
    let go = occupy(&runtime);
    runtime.shutdown(Some(Duration::from_millis(5)));
    drop(go);
}

#[test]
fn after_shutdown_jobs_are_cancelled_and_mandatory_ones_refused() {
    each_runtime(|runtime| {
        runtime.shutdown(None);
        let _current = runtime.enter();
        let job = spawn_blocking(|| unreachable!("ran"));
        let joined: Result<(), _> = vitte_context::park::block_on(job);
        assert!(joined.unwrap_err().is_cancelled());
        assert!(spawn_mandatory_blocking(|| ()).is_none());
    });
}

#[test]
fn outside_of_a_runtime_it_panics() {
    let text = panic_text(|| spawn_blocking(|| ()));
    assert!(text.starts_with("there is no reactor running"));
}

#[test]
fn a_job_is_inside_the_runtime_but_may_block() {
    each_runtime(|runtime| {
        let core = runtime.core.clone();
        runtime.block_on(async move {
            spawn_blocking(move || {
                assert_eq!(vitte_context::runtime::current().unwrap().id(), core.id());
                vitte_context::enter::assert_may_block();
                // Another task's result can be waited for.
                let task = crate::support::spawn(async { 3 });
                assert_eq!(vitte_context::park::block_on(task).unwrap(), 3);
            })
            .await
            .unwrap();
        });
    });
}
