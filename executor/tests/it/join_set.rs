//! Joining many tasks at once.

use std::collections::HashSet;
use std::future::{pending, poll_fn};
use std::task::{Context, Poll, Waker};

use vitte_context::coop;
use vitte_executor::task::join_set::Joining;
use vitte_executor::task::{Id, JoinError, yield_now};

use crate::support::{
    CountingWaker, OnDrop, Signal, TestRuntime, each_runtime, panicking_waker, spawn,
};

async fn next<T>(set: &mut Joining<T>) -> Option<(Id, Result<T, JoinError>)> {
    poll_fn(|cx| set.poll_next(cx)).await
}

#[test]
fn every_task_is_joined_once() {
    each_runtime(|runtime| {
        runtime.block_on(async {
            let mut set = Joining::default();
            let mut ids = HashSet::new();
            for round in 0..3 {
                for n in 0..300 {
                    let task = spawn(async move {
                        for _ in 0..n % 3 {
                            yield_now().await;
                        }
                        n + round
                    });
                    ids.insert(task.id());
                    set.insert(task);
                }
                assert_eq!(set.len(), 300);
                let mut outputs = Vec::new();
                while let Some((id, output)) = next(&mut set).await {
                    assert!(ids.remove(&id));
                    outputs.push(output.unwrap() - round);
                }
                outputs.sort_unstable();
                assert_eq!(outputs, (0..300).collect::<Vec<_>>());
                assert!(set.is_empty() && ids.is_empty());
            }
        });
    });
}

#[test]
fn outputs_come_in_the_order_of_completion() {
    let runtime = TestRuntime::current_thread();
    runtime.block_on(async {
        let signals: Vec<_> = (0..4).map(|_| Signal::new()).collect();
        let mut set = Joining::default();
        for (n, signal) in signals.iter().enumerate() {
            let wait = signal.wait();
            set.insert(spawn(async move {
                wait.await;
                n
            }));
        }
        assert!(set.try_next().is_none());
        let mut order = Vec::new();
        for n in [2, 0, 3, 1] {
            signals[n].set();
            yield_now().await;
            order.push(next(&mut set).await.unwrap().1.unwrap());
        }
        assert_eq!(order, [2, 0, 3, 1]);
    });
}

#[test]
fn a_completion_wakes_the_waker_of_the_latest_poll_once() {
    let runtime = TestRuntime::current_thread();
    let mut set = Joining::default();
    let signals: Vec<_> = (0..3).map(|_| Signal::new()).collect();
    for signal in &signals {
        set.insert(runtime.spawn(signal.wait()));
    }
    let (first, first_waker) = CountingWaker::pair();
    let (second, second_waker) = CountingWaker::pair();
    for waker in [&first_waker, &second_waker] {
        assert!(set.poll_next(&mut Context::from_waker(waker)).is_pending());
    }
    signals.iter().for_each(Signal::set);
    runtime.block_on(async {
        yield_now().await;
        yield_now().await;
    });
    assert_eq!((first.wakes(), second.wakes()), (0, 1));
    assert_eq!(std::iter::from_fn(|| set.try_next()).count(), 3);
}

#[test]
fn a_panicking_waker_is_contained() {
    let runtime = TestRuntime::current_thread();
    let mut set = Joining::default();
    let go = Signal::new();
    set.insert(runtime.spawn(go.wait()));
    let waker = std::mem::ManuallyDrop::new(panicking_waker());
    assert!(set.poll_next(&mut Context::from_waker(&waker)).is_pending());
    go.set();
    runtime.block_on(yield_now());
    assert!(set.try_next().is_some());
}

#[test]
fn dropping_the_set_aborts_its_tasks() {
    each_runtime(|runtime| {
        let dropped = Signal::new();
        let guard = OnDrop({
            let dropped = dropped.clone();
            move || dropped.set()
        });
        let mut set = Joining::default();
        set.insert(runtime.spawn(async move {
            let _guard = guard;
            pending::<()>().await;
        }));
        drop(set);
        runtime.block_on(dropped.wait());
    });
}

#[test]
fn detached_tasks_run_on_and_wake_nobody() {
    let runtime = TestRuntime::current_thread();
    let (go, done) = (Signal::new(), Signal::new());
    let mut set = Joining::default();
    set.insert(runtime.spawn({
        let (go, done) = (go.clone(), done.clone());
        async move {
            go.wait().await;
            done.set();
        }
    }));
    let (count, waker) = CountingWaker::pair();
    assert!(set.poll_next(&mut Context::from_waker(&waker)).is_pending());
    set.detach_all();
    assert!(set.is_empty());
    go.set();
    runtime.block_on(done.wait());
    runtime.block_on(yield_now());
    assert_eq!(count.wakes(), 0);
}

#[test]
fn the_end_of_a_detached_task_is_not_taken_for_a_later_members() {
    let runtime = TestRuntime::current_thread();
    let (detached, later) = (Signal::new(), Signal::new());
    let mut set = Joining::default();
    set.insert(runtime.spawn(detached.wait()));
    let (count, waker) = CountingWaker::pair();
    assert!(set.poll_next(&mut Context::from_waker(&waker)).is_pending());
    set.detach_all();
    set.insert(runtime.spawn(later.wait()));
    detached.set();
    runtime.block_on(yield_now());
    assert_eq!(count.wakes(), 0);
    assert!(set.try_next().is_none());
    // The set was not polled again, and its poller waits for members that came later, too.
    later.set();
    runtime.block_on(yield_now());
    assert_eq!(count.wakes(), 1);
    assert!(set.try_next().is_some());
}

#[test]
fn members_of_several_chunks_come_and_go_in_any_order() {
    each_runtime(|runtime| {
        let mut set = Joining::default();
        let mut joined = Vec::new();
        runtime.block_on(async {
            for n in 0..300 {
                set.insert(runtime.spawn(async move {
                    for _ in 0..n % 7 {
                        yield_now().await;
                    }
                    n
                }));
                if n % 3 == 0 {
                    joined.push(next(&mut set).await.unwrap().1.unwrap());
                }
            }
            while let Some((_, output)) = next(&mut set).await {
                joined.push(output.unwrap());
            }
        });
        joined.sort_unstable();
        assert_eq!(joined, Vec::from_iter(0..300));
    });
}

#[test]
fn aborted_tasks_stay_until_they_are_joined() {
    each_runtime(|runtime| {
        let mut set = Joining::default();
        for _ in 0..10 {
            set.insert(runtime.spawn(pending::<()>()));
        }
        set.abort_all();
        assert_eq!(set.len(), 10);
        runtime.block_on(async {
            while let Some((id, output)) = next(&mut set).await {
                let error = output.unwrap_err();
                assert!(error.is_cancelled());
                assert_eq!(error.id(), id);
            }
        });
    });
}

#[test]
fn polling_takes_budget_and_trying_takes_none() {
    let runtime = TestRuntime::current_thread();
    runtime.block_on(async {
        let mut set = Joining::default();
        for n in 0..400 {
            set.insert(spawn(async move { n }));
        }
        while runtime.scheduler.alive_tasks() > 0 {
            yield_now().await;
        }
        let joined = poll_fn(|cx| {
            let mut joined = 0;
            while set.poll_next(cx).is_ready() {
                joined += 1;
            }
            assert!(!coop::has_budget_remaining());
            assert!(set.try_next().is_some());
            Poll::Ready(joined)
        })
        .await;
        assert_eq!(joined, usize::from(coop::INITIAL));
        let mut rest = 0;
        while next(&mut set).await.is_some() {
            rest += 1;
        }
        assert_eq!(joined + 1 + rest, 400);
    });
}

#[test]
fn sets_come_and_go_while_tasks_complete_elsewhere() {
    let runtime = TestRuntime::multi_thread(2);
    for round in 0..200 {
        let mut set = Joining::default();
        for n in 0..8 {
            set.insert(runtime.spawn(async move { n }));
        }
        if round % 3 == 0 {
            set.detach_all();
        }
        while round % 3 == 1 && !set.is_empty() {
            assert!(runtime.block_on(next(&mut set)).unwrap().1.is_ok());
        }
        let _ = set.poll_next(&mut Context::from_waker(Waker::noop()));
    }
}
