//! Futures and closures of a size for which there is room on the stack a few times, but not once
//! for each function between the program and the task.

use std::hint::black_box;

use vitte::runtime::{Builder, Runtime};
use vitte::sync::mpsc;
use vitte::task::{JoinHandle, JoinSet, LocalSet, spawn_blocking, yield_now};

use crate::support::multi_thread;

const SIZE: usize = 300 * 1024;

async fn large() -> usize {
    let bytes = black_box([1_u8; SIZE]);
    yield_now().await;
    black_box(&bytes).len()
}

fn large_job() -> impl FnOnce() -> usize + Send + 'static {
    let bytes = black_box([1_u8; SIZE]);
    move || black_box(&bytes).len()
}

/// Runs a test on a thread with the stack that tests and workers have, on both kinds of runtimes.
/// An overflow would end the process.
fn on_a_usual_stack(test: fn(&Runtime) -> usize) {
    let runtimes = move || {
        let current_thread = Builder::new_current_thread().enable_all().build().unwrap();
        for runtime in [current_thread, multi_thread(2).build().unwrap()] {
            let _entered = runtime.enter();
            assert_eq!(test(&runtime), SIZE);
        }
    };
    let thread = std::thread::Builder::new().stack_size(2 << 20);
    thread.spawn(runtimes).unwrap().join().unwrap();
}

fn join(runtime: &Runtime, task: JoinHandle<usize>) -> usize {
    runtime.block_on(task).unwrap()
}

#[test]
fn large_futures_can_be_spawned_from_outside() {
    on_a_usual_stack(|runtime| join(runtime, runtime.spawn(large())));
    on_a_usual_stack(|runtime| join(runtime, runtime.handle().spawn(large())));
    on_a_usual_stack(|runtime| join(runtime, vitte::spawn(large())));
}

#[test]
fn large_futures_can_be_spawned_by_tasks() {
    on_a_usual_stack(|runtime| {
        join(
            runtime,
            vitte::spawn(async { vitte::spawn(large()).await.unwrap() }),
        )
    });
}

#[test]
fn large_futures_can_be_members_of_a_join_set() {
    on_a_usual_stack(|runtime| {
        let mut set = JoinSet::new();
        set.spawn(large());
        runtime.block_on(set.join_next()).unwrap().unwrap()
    });
}

#[test]
fn large_futures_can_be_spawned_on_a_local_set() {
    on_a_usual_stack(|runtime| {
        let set = LocalSet::new();
        let task = set.spawn_local(large());
        set.block_on(runtime, task).unwrap()
    });
    on_a_usual_stack(|runtime| {
        let set = LocalSet::new();
        let spawned = async { vitte::task::spawn_local(large()).await.unwrap() };
        set.block_on(runtime, spawned)
    });
}

#[test]
fn large_futures_can_be_blocked_on() {
    on_a_usual_stack(|runtime| runtime.block_on(large()));
    on_a_usual_stack(|runtime| runtime.handle().block_on(large()));
}

#[test]
fn large_closures_can_be_blocking_jobs() {
    on_a_usual_stack(|runtime| join(runtime, spawn_blocking(large_job())));
    on_a_usual_stack(|runtime| join(runtime, runtime.spawn_blocking(large_job())));
}

/// A block of the channel has room for 32 of them, and is not made on the stack.
#[test]
fn large_messages_go_through_channels() {
    const MESSAGE: usize = SIZE / 10;
    on_a_usual_stack(|runtime| {
        runtime.block_on(async {
            let (sender, mut receiver) = mpsc::channel(1);
            sender.send([1_u8; MESSAGE]).await.unwrap();
            let received = receiver.recv().await.unwrap();
            10 * black_box(&received).len()
        })
    });
    on_a_usual_stack(|_| {
        let (sender, mut receiver) = mpsc::unbounded_channel();
        sender.send([1_u8; MESSAGE]).unwrap();
        let received = receiver.try_recv().unwrap();
        10 * black_box(&received).len()
    });
}

#[vitte::test]
async fn the_body_of_a_test_can_be_large() {
    assert_eq!(large().await, SIZE);
}
