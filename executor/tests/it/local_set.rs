//! Tasks that stay on one thread.

use std::cell::{Cell, RefCell};
use std::future::{Future, pending, poll_fn};
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::thread;

use vitte_context::coop;
use vitte_context::trace::Origin;
use vitte_executor::local_set::{LocalTasks, spawn_local};
use vitte_executor::task::{JoinHandle, yield_now};
use vitte_executor::{Config, block_in_place};

use crate::support::{CountingWaker, OnDrop, Signal, TestRuntime, each_runtime, panic_text, spawn};

/// Adds a task to a set.
fn add<F: Future + 'static>(set: &LocalTasks, future: F) -> JoinHandle<F::Output> {
    set.spawn_local(future, Origin::caller())
}

/// Waits until the set has no task left.
fn finish(set: &LocalTasks) -> impl Future<Output = ()> {
    poll_fn(|cx| set.poll(cx))
}

#[test]
fn tasks_share_what_is_not_send() {
    each_runtime(|runtime| {
        let set = LocalTasks::new();
        let sum = Rc::new(Cell::new(0));
        for n in 0..200 {
            let sum = sum.clone();
            add(&set, async move {
                yield_now().await;
                sum.set(sum.get() + n);
            });
        }
        runtime.block_on(finish(&set));
        assert_eq!(sum.get(), (0..200).sum());
    });
}

#[test]
fn spawn_local_inside_finds_the_set_and_spawn_the_runtime() {
    each_runtime(|runtime| {
        let set = LocalTasks::new();
        let here = thread::current().id();
        runtime.block_on(set.run_until(async move {
            let nested = spawn_local(async move {
                spawn_local(async move { thread::current().id() })
                    .await
                    .unwrap()
            });
            assert_eq!(nested.await.unwrap(), here);
            // A task of the runtime is not in the set.
            let outside = spawn(async { panic_text(|| drop(spawn_local(async {}))) });
            let text = outside.await;
            if runtime_is_multi_thread() {
                assert!(
                    text.unwrap()
                        .starts_with("`spawn_local` called from outside")
                );
            }
        }));
    });
}

fn runtime_is_multi_thread() -> bool {
    vitte_executor::Scheduler::with_current(|scheduler| {
        scheduler.flavor() == vitte_executor::Flavor::MultiThread
    })
}

#[test]
fn a_wake_from_another_thread_runs_the_task_here() {
    each_runtime(|runtime| {
        let set = LocalTasks::new();
        let here = thread::current().id();
        let signals: Vec<_> = (0..50).map(|_| Signal::new()).collect();
        for signal in &signals {
            let wait = signal.wait();
            add(&set, async move {
                wait.await;
                assert_eq!(thread::current().id(), here);
            });
        }
        let waker = thread::spawn(move || signals.iter().for_each(Signal::set));
        runtime.block_on(finish(&set));
        waker.join().unwrap();
    });
}

#[test]
fn dropping_the_set_drops_its_tasks_on_this_thread_in_its_context() {
    let set = LocalTasks::new();
    let log = Rc::new(RefCell::new(Vec::new()));
    for n in 0..3 {
        let log = log.clone();
        let guard = OnDrop(move || {
            // In the set's context, though it is closed by now.
            let late = spawn_local(async { unreachable!("polled") });
            assert!(late.is_finished());
            log.borrow_mut().push(n);
        });
        add(&set, async move {
            let _guard = guard;
            pending::<()>().await;
        });
    }
    let runtime = TestRuntime::current_thread();
    runtime.block_on(set.run_until(yield_now()));
    assert!(log.borrow().is_empty());
    let unpolled = add(&set, async {});
    drop(set);
    assert_eq!(*log.borrow(), [0, 1, 2]);
    assert!(runtime.block_on(unpolled).unwrap_err().is_cancelled());
}

#[test]
fn a_last_waker_elsewhere_does_not_drop_the_future_there() {
    let set = LocalTasks::new();
    let here = thread::current().id();
    let dropped_on = Rc::new(Cell::new(None));
    let kept = Rc::new(RefCell::new(None::<Waker>));
    let guard = OnDrop({
        let dropped_on = dropped_on.clone();
        move || dropped_on.set(Some(thread::current().id()))
    });
    let task = add(&set, {
        let kept = kept.clone();
        poll_fn(move |cx| {
            let _guard = &guard;
            *kept.borrow_mut() = Some(cx.waker().clone());
            Poll::<()>::Pending
        })
    });
    let runtime = TestRuntime::current_thread();
    runtime.block_on(set.run_until(yield_now()));
    drop(task);
    let waker = kept.take().unwrap();
    thread::spawn(move || drop(waker)).join().unwrap();
    assert_eq!(dropped_on.get(), None);
    drop(set);
    assert_eq!(dropped_on.get(), Some(here));
}

#[test]
fn wakes_race_with_the_sets_drop() {
    for _ in 0..200 {
        let set = LocalTasks::new();
        let runtime = TestRuntime::current_thread();
        let signals: Vec<_> = (0..4).map(|_| Signal::new()).collect();
        for signal in &signals {
            add(&set, signal.wait());
        }
        runtime.block_on(set.run_until(yield_now()));
        let waker = thread::spawn(move || signals.iter().for_each(Signal::set));
        drop(set);
        waker.join().unwrap();
    }
}

#[test]
fn abort_from_another_thread_drops_the_future_here() {
    let set = LocalTasks::new();
    let here = thread::current().id();
    let guard = OnDrop(move || assert_eq!(thread::current().id(), here));
    let task = add(&set, async move {
        let _guard = guard;
        pending::<()>().await;
    });
    let runtime = TestRuntime::current_thread();
    runtime.block_on(set.run_until(yield_now()));
    let abort = task.abort_handle();
    let aborter = thread::spawn(move || abort.abort());
    let joined = runtime.block_on(set.run_until(task));
    assert!(joined.unwrap_err().is_cancelled());
    aborter.join().unwrap();
}

#[test]
fn one_poll_runs_a_limited_number_of_tasks() {
    let set = LocalTasks::new();
    let ran = Rc::new(Cell::new(0));
    for _ in 0..100 {
        let ran = ran.clone();
        add(&set, async move { ran.set(ran.get() + 1) });
    }
    let (count, waker) = CountingWaker::pair();
    let mut cx = Context::from_waker(&waker);
    assert!(set.poll(&mut cx).is_pending());
    assert_eq!((ran.get(), count.wakes()), (61, 1));
    assert!(set.poll(&mut cx).is_ready());
    assert_eq!(ran.get(), 100);
}

#[test]
fn only_a_wake_from_outside_of_a_poll_wakes_the_poller() {
    let set = LocalTasks::new();
    let (count, waker) = CountingWaker::pair();
    let mut cx = Context::from_waker(&waker);
    let signal = Signal::new();
    add(&set, signal.wait());
    add(&set, {
        let signal = signal.clone();
        async move {
            yield_now().await;
            signal.set();
        }
    });
    // Without a scheduler, `yield_now` wakes at once.
    assert!(set.poll(&mut cx).is_ready());
    assert_eq!(count.wakes(), 0);

    add(&set, async {});
    assert_eq!(count.wakes(), 1);
    add(&set, async {});
    assert_eq!(count.wakes(), 1);
    assert!(set.poll(&mut cx).is_ready());
    let _guard = set.enter();
    spawn_local(async {});
    assert_eq!(count.wakes(), 2);
}

#[test]
fn run_until_has_no_budget_of_its_own() {
    let set = LocalTasks::new();
    let mut future = pin!(set.run_until(poll_fn(|cx| {
        while coop::poll_proceed(cx)
            .map(|coop| coop.made_progress())
            .is_ready()
        {}
        Poll::<()>::Pending
    })));
    coop::with_full(|| {
        let mut cx = Context::from_waker(Waker::noop());
        assert!(future.as_mut().poll(&mut cx).is_pending());
        assert!(!coop::has_budget_remaining());
    });
}

#[test]
fn each_task_has_a_budget_of_its_own() {
    let set = LocalTasks::new();
    for _ in 0..3 {
        add(&set, async {
            for _ in 0..coop::INITIAL {
                vitte_executor::task::coop::consume_budget().await;
            }
            assert!(!coop::has_budget_remaining());
        });
    }
    assert!(set.poll(&mut Context::from_waker(Waker::noop())).is_ready());
}

#[test]
fn blocking_in_place_is_refused_inside() {
    let runtime = TestRuntime::multi_thread(1);
    let set = LocalTasks::new();
    runtime.block_on(async {
        block_in_place(|| ());
        set.run_until(async {
            let refused = || panic_text(|| block_in_place(|| ()));
            assert!(refused().starts_with("can call blocking only"));
            let text = spawn_local(async move { refused() }).await.unwrap();
            assert!(text.starts_with("can call blocking only"));
        })
        .await;
        block_in_place(|| ());
    });
}

#[test]
fn guards_may_be_dropped_in_any_order() {
    let (first, second) = (LocalTasks::new(), LocalTasks::new());
    let outer = first.enter();
    let inner = second.enter();
    drop(outer);
    drop(second);
    drop(inner);
    drop(first);
    // What is left of this is a closed set.
    let _entered = LocalTasks::new().enter();
    assert!(spawn_local(async {}).is_finished());
}

#[test]
fn outside_of_everything_spawn_local_panics() {
    assert_eq!(
        panic_text(|| drop(spawn_local(async {}))),
        "`spawn_local` called from outside of a `task::LocalSet` or `runtime::LocalRuntime`"
    );
}

#[test]
fn on_a_local_runtime_spawn_local_spawns_on_the_runtime() {
    let runtime = Arc::new(TestRuntime::current_thread_with(Config {
        local: true,
        ..Config::default()
    }));
    let shared = Rc::new(3);
    let joined = runtime.block_on(async {
        let shared = shared.clone();
        spawn_local(async move {
            yield_now().await;
            *shared
        })
        .await
    });
    assert_eq!(joined.unwrap(), 3);
    let elsewhere = thread::spawn({
        let core = runtime.core.clone();
        move || {
            let _current = vitte_context::runtime::SetCurrent::new(core);
            panic_text(|| drop(spawn_local(async {})))
        }
    });
    assert_eq!(
        elsewhere.join().unwrap(),
        "Local tasks can only be spawned on a LocalRuntime from the thread the runtime was \
         created on"
    );
}

#[test]
fn a_panic_in_a_task_leaves_the_set_usable() {
    let set = LocalTasks::new();
    let runtime = TestRuntime::current_thread();
    let bad = add(&set, async { panic!("in a local task") });
    let joined: Result<(), _> = runtime.block_on(set.run_until(bad));
    assert!(joined.unwrap_err().is_panic());
    let good = add(&set, async { 1 });
    assert_eq!(runtime.block_on(set.run_until(good)).unwrap(), 1);
}
