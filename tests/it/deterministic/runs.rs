//! A seed is a run, and other seeds are other runs.

use std::cell::Cell;
use std::collections::HashSet;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use vitte::io::{AsyncReadExt, AsyncWriteExt};
use vitte::net::{TcpListener, TcpStream};
use vitte::runtime::Builder;
use vitte::task::{LocalSet, spawn_local, yield_now};
use vitte::time::advance;

use super::busy_day;

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
