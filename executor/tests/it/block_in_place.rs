//! Blocking in the middle of a task.

use std::sync::mpsc;

use vitte_context::enter;
use vitte_executor::task::yield_now;
use vitte_executor::{Config, block_in_place};

use crate::support::{OnDrop, Signal, TestRuntime, panic_text, spawn};

#[test]
fn the_core_goes_to_another_thread_while_a_task_blocks() {
    let runtime = TestRuntime::multi_thread(1);
    let (sender, receiver) = mpsc::channel();
    let task = runtime.spawn(async move {
        spawn(async move { sender.send(9).unwrap() });
        block_in_place(|| receiver.recv().unwrap())
    });
    assert_eq!(runtime.block_on(task).unwrap(), 9);
}

#[test]
fn a_task_without_a_core_can_yield_and_goes_on() {
    let runtime = TestRuntime::multi_thread(1);
    for _ in 0..50 {
        let (sender, receiver) = mpsc::channel();
        let task = runtime.spawn(async move {
            spawn(async move { sender.send(9).unwrap() });
            let received = block_in_place(|| receiver.recv().unwrap());
            // The other thread is the worker now.
            yield_now().await;
            yield_now().await;
            received
        });
        assert_eq!(runtime.block_on(task).unwrap(), 9);
    }
}

#[test]
fn tasks_block_in_place_one_after_the_other() {
    let runtime = TestRuntime::multi_thread(2);
    let tasks: Vec<_> = (0..200)
        .map(|n| {
            runtime.spawn(async move {
                let n = block_in_place(move || n + 1);
                yield_now().await;
                block_in_place(move || n + 1)
            })
        })
        .collect();
    for (n, task) in tasks.into_iter().enumerate() {
        assert_eq!(runtime.block_on(task).unwrap(), n + 2);
    }
}

#[test]
fn a_nested_call_just_calls() {
    let runtime = TestRuntime::multi_thread(1);
    let task = runtime.spawn(async { block_in_place(|| block_in_place(|| 4)) });
    assert_eq!(runtime.block_on(task).unwrap(), 4);
    assert_eq!(block_in_place(|| 5), 5);
}

#[test]
fn block_on_is_allowed_inside() {
    let runtime = TestRuntime::multi_thread(1);
    let other = TestRuntime::current_thread();
    let result = runtime.block_on(async {
        block_in_place(|| {
            assert!(!enter::current().is_entered());
            other.block_on(async { 6 })
        })
    });
    assert_eq!(result, 6);
}

#[test]
fn it_panics_on_a_current_thread_runtime() {
    let runtime = TestRuntime::current_thread();
    let text = runtime.block_on(async { panic_text(|| block_in_place(|| ())) });
    assert_eq!(
        text,
        "can call blocking only when running on the multi-threaded runtime"
    );
}

#[test]
fn a_panic_inside_is_the_tasks_panic_and_the_worker_goes_on() {
    let runtime = TestRuntime::multi_thread(1);
    let task = runtime.spawn(async { block_in_place(|| panic!("inside")) });
    let joined: Result<(), _> = runtime.block_on(task);
    assert!(joined.unwrap_err().is_panic());
    assert_eq!(runtime.block_on(runtime.spawn(async { 2 })).unwrap(), 2);
}

#[test]
fn shutdown_waits_for_a_task_that_blocks_and_drops_its_future() {
    let runtime = TestRuntime::multi_thread(1);
    let (inside, dropped) = (Signal::new(), Signal::new());
    let (go, wait) = mpsc::channel::<()>();
    runtime.spawn({
        let (inside, dropped) = (inside.clone(), dropped.clone());
        async move {
            let _guard = OnDrop(move || dropped.set());
            yield_now().await;
            block_in_place(|| {
                inside.set();
                wait.recv().unwrap();
            });
            std::future::pending::<()>().await;
        }
    });
    inside.wait_blocking();
    let ending = std::thread::spawn(move || drop(runtime));
    go.send(()).unwrap();
    ending.join().unwrap();
    assert!(dropped.is_set());
}

#[test]
fn without_a_thread_for_the_core_the_task_takes_it_back() {
    let runtime = TestRuntime::multi_thread_with(Config {
        blocking_threads_max: 1,
        ..Config::default()
    });
    let (go, wait) = mpsc::channel::<()>();
    let inside = Signal::new();
    let busy = {
        let _current = runtime.enter();
        let inside = inside.clone();
        vitte_executor::blocking::spawn_blocking(move || {
            inside.set();
            wait.recv().unwrap();
        })
    };
    inside.wait_blocking();
    let task = runtime.spawn(async {
        let n = block_in_place(|| 1);
        spawn(async move { n + 1 }).await.unwrap()
    });
    assert_eq!(runtime.block_on(task).unwrap(), 2);
    go.send(()).unwrap();
    runtime.block_on(busy).unwrap();
}
