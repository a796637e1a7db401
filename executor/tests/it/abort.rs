//! Aborting a task at each moment of its life.

use std::future::{pending, poll_fn};
use std::sync::Arc;
use std::task::Poll;

use vitte_context::primitive::plain::Mutex;
use vitte_executor::task::{AbortHandle, try_id, yield_now};

use crate::support::{OnDrop, Signal, TestRuntime, each_runtime};

#[test]
fn abort_before_the_first_poll_drops_the_future_unpolled() {
    let runtime = TestRuntime::current_thread();
    let dropped = Signal::new();
    let guard = OnDrop({
        let dropped = dropped.clone();
        move || dropped.set()
    });
    let task = runtime.spawn(async move {
        let _guard = guard;
        unreachable!("polled");
    });
    let task: vitte_executor::task::JoinHandle<()> = task;
    task.abort();
    assert!(!task.is_finished() && !dropped.is_set());
    assert!(runtime.block_on(task).unwrap_err().is_cancelled());
    assert!(dropped.is_set());
}

#[test]
fn abort_of_a_suspended_task_drops_its_future_inside_the_task() {
    each_runtime(|runtime| {
        let started = Signal::new();
        let seen = Arc::new(Mutex::new(None));
        let task = runtime.spawn({
            let (started, seen) = (started.clone(), seen.clone());
            async move {
                let _guard = OnDrop(move || *seen.lock().unwrap() = try_id());
                started.set();
                pending::<()>().await;
            }
        });
        let id = task.id();
        runtime.block_on(started.wait());
        task.abort_handle().abort();
        let error = runtime.block_on(task).unwrap_err();
        assert!(error.is_cancelled());
        assert_eq!(error.to_string(), format!("task {id} was cancelled"));
        assert_eq!(*seen.lock().unwrap(), Some(id));
    });
}

#[test]
fn abort_from_within_takes_effect_at_the_next_await() {
    each_runtime(|runtime| {
        let own = Arc::new(Mutex::new(None::<AbortHandle>));
        let given = Signal::new();
        let went_on = Signal::new();
        let task = runtime.spawn({
            let (own, given, went_on) = (own.clone(), given.clone(), went_on.clone());
            async move {
                given.wait().await;
                own.lock().unwrap().take().unwrap().abort();
                went_on.set();
                yield_now().await;
                unreachable!("ran on after its abort");
            }
        });
        *own.lock().unwrap() = Some(task.abort_handle());
        given.set();
        let joined: Result<(), _> = runtime.block_on(task);
        assert!(joined.unwrap_err().is_cancelled());
        assert!(went_on.is_set());
    });
}

#[test]
fn abort_in_the_last_poll_leaves_the_output() {
    each_runtime(|runtime| {
        let own = Arc::new(Mutex::new(None::<AbortHandle>));
        let given = Signal::new();
        let task = runtime.spawn({
            let (own, given) = (own.clone(), given.clone());
            async move {
                given.wait().await;
                own.lock().unwrap().take().unwrap().abort();
                5
            }
        });
        *own.lock().unwrap() = Some(task.abort_handle());
        given.set();
        assert_eq!(runtime.block_on(task).unwrap(), 5);
    });
}

#[test]
fn abort_after_completion_leaves_the_output() {
    each_runtime(|runtime| {
        let task = runtime.spawn(async { 5 });
        while !task.is_finished() {
            runtime.block_on(yield_now());
            std::thread::yield_now();
        }
        task.abort();
        task.abort_handle().abort();
        assert_eq!(runtime.block_on(task).unwrap(), 5);
    });
}

#[test]
fn abort_handle_outlives_task_and_runtime() {
    each_runtime(|runtime| {
        let done = runtime.spawn(async {});
        let waiting = runtime.spawn(pending::<()>());
        let handles = [done.abort_handle(), waiting.abort_handle()];
        runtime.block_on(done).unwrap();
        drop(waiting);
        drop(runtime);
        for handle in handles {
            assert!(handle.is_finished());
            handle.abort();
        }
    });
}

#[test]
fn aborts_from_many_threads_end_each_task_once() {
    let runtime = TestRuntime::multi_thread(2);
    let tasks: Vec<_> = (0..200)
        .map(|_| {
            runtime.spawn(poll_fn(|cx| {
                cx.waker().wake_by_ref();
                Poll::<()>::Pending
            }))
        })
        .collect();
    let handles: Vec<_> = tasks.iter().map(|task| task.abort_handle()).collect();
    std::thread::scope(|scope| {
        let threads = [(); 2].map(|()| scope.spawn(|| handles.iter().for_each(AbortHandle::abort)));
        for thread in threads {
            thread.join().unwrap();
        }
    });
    for task in tasks {
        assert!(runtime.block_on(task).unwrap_err().is_cancelled());
    }
    assert_eq!(runtime.scheduler.alive_tasks(), 0);
}

#[test]
fn abort_in_the_first_poll_ends_a_task_that_nobody_would_wake() {
    each_runtime(|runtime| {
        let own = Arc::new(Mutex::new(None::<AbortHandle>));
        let place = own.clone();
        let task = runtime.spawn(async move {
            let handle = loop {
                match place.lock().unwrap().take() {
                    Some(handle) => break handle,
                    None => std::thread::yield_now(),
                }
            };
            handle.abort();
            pending::<()>().await;
        });
        *own.lock().unwrap() = Some(task.abort_handle());
        assert!(runtime.block_on(task).unwrap_err().is_cancelled());
    });
}

#[test]
fn aborts_race_with_completion_and_leave_nothing_behind() {
    let runtime = TestRuntime::multi_thread(2);
    for _ in 0..50 {
        let go = Signal::new();
        let tasks: Vec<_> = (0..20)
            .map(|number| {
                let go = go.clone();
                runtime.spawn(async move {
                    go.wait().await;
                    number
                })
            })
            .collect();
        let handles: Vec<_> = tasks.iter().map(|task| task.abort_handle()).collect();
        std::thread::scope(|scope| {
            let threads = [
                scope.spawn(|| handles.iter().for_each(AbortHandle::abort)),
                scope.spawn(|| tasks.iter().for_each(|task| task.abort())),
            ];
            go.set();
            // The thread sanitizer does not see how a scope ends.
            for thread in threads {
                thread.join().unwrap();
            }
        });
        for (number, task) in tasks.into_iter().enumerate() {
            match runtime.block_on(task) {
                Ok(output) => assert_eq!(output, number),
                Err(error) => assert!(error.is_cancelled()),
            }
        }
        assert!(handles.iter().all(AbortHandle::is_finished));
    }
    assert_eq!(runtime.scheduler.alive_tasks(), 0);
}
