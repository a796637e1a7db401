//! Tasks of a maker that the rest of the executor has never heard of: a shelf.
//!
//! A new home for tasks needs no more than what is here: an owner, a function that queues, and what
//! it does about events.

use std::cell::Cell;
use std::collections::VecDeque;
use std::future::{Future, pending, poll_fn};
use std::ptr::NonNull;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use async_task::ScheduleInfo;
use vitte_context::primitive::{Mutex, lock};
use vitte_context::trace::{Origin, TaskKind};

use super::harness::{self, Kind};
use super::header::{Header, Polls, Task};
use super::listeners::Listeners;
use super::owner::{Owner, OwnerEvents};
use super::{JoinHandle, try_id};

/// Keeps the last task that became ready on top, and runs that first.
#[repr(C)]
struct Shelf {
    owner: Owner,
    tasks: Mutex<VecDeque<Task>>,
    begun: AtomicU32,
    panics: AtomicU32,
    ended: AtomicU32,
}

static EVENTS: OwnerEvents = OwnerEvents {
    poll_begins,
    poll_ended,
    ended,
};

const LATENCY: Duration = Duration::from_millis(7);

/// # Safety
///
/// See [`OwnerEvents`].
unsafe fn shelf(task: &Header) -> &Shelf {
    // SAFETY: the owner is the first field of a shelf, which runs all of its tasks to their end.
    unsafe { task.owner_pointer().cast::<Shelf>().as_ref() }
}

/// # Safety
///
/// See [`OwnerEvents`].
unsafe fn poll_begins(task: &Header) -> Option<Duration> {
    // SAFETY: the caller's promise.
    unsafe { shelf(task) }.begun.fetch_add(1, Ordering::Relaxed);
    Some(LATENCY)
}

/// # Safety
///
/// See [`OwnerEvents`].
unsafe fn poll_ended(task: &Header, latency: Option<Duration>, panicked: bool) {
    assert_eq!(latency, Some(LATENCY));
    // SAFETY: the caller's promise.
    let shelf = unsafe { shelf(task) };
    shelf
        .panics
        .fetch_add(u32::from(panicked), Ordering::Relaxed);
}

/// # Safety
///
/// See [`OwnerEvents`].
unsafe fn ended(task: &Header) {
    // SAFETY: the caller's promise.
    unsafe { shelf(task) }.ended.fetch_add(1, Ordering::Relaxed);
}

impl Shelf {
    fn new(listeners: Listeners) -> Arc<Self> {
        let owner = Owner::new(0, &EVENTS);
        owner.set_listeners(listeners);
        Arc::new(Shelf {
            owner,
            tasks: Mutex::default(),
            begun: AtomicU32::new(0),
            panics: AtomicU32::new(0),
            ended: AtomicU32::new(0),
        })
    }

    fn spawn<F>(self: &Arc<Self>, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let kind = Kind {
            polls: Polls::Many,
            span: TaskKind::Task,
        };
        // SAFETY: `Arc::as_ptr` is never null.
        let owner = unsafe { NonNull::new_unchecked(Arc::as_ptr(self).cast_mut().cast()) };
        let queue = |task: Task, _: ScheduleInfo| {
            let shelf = task.metadata().owner_pointer().cast::<Shelf>();
            // SAFETY: the task is not complete, so the shelf is there.
            lock(&unsafe { shelf.as_ref() }.tasks).push_front(task);
        };
        // SAFETY: the future and its output are `Send + 'static`, and every test ends its tasks
        // while it has the shelf.
        let (task, handle) =
            unsafe { harness::new_task(future, owner, kind, Origin::caller(), queue) };
        self.owner.count_spawned();
        lock(&self.tasks).push_front(task);
        handle
    }

    /// Runs tasks until none is ready. Returns how many polls that took.
    fn run(&self) -> u32 {
        let mut polls = 0;
        loop {
            // A statement of its own: the task may queue others.
            let task = lock(&self.tasks).pop_front();
            let Some(task) = task else { return polls };
            task.run();
            polls += 1;
        }
    }

    /// Ends all tasks.
    fn end(&self) {
        self.owner.close();
        self.owner.registry.sweep();
        self.run();
        assert_eq!(self.owner.alive(), 0);
        assert_eq!(self.owner.registry.live(), 0);
    }
}

fn output<T>(handle: &mut JoinHandle<T>) -> Option<Result<T, super::JoinError>> {
    let mut cx = Context::from_waker(Waker::noop());
    match std::pin::Pin::new(handle).poll(&mut cx) {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    }
}

#[test]
fn a_task_runs_where_its_maker_queues_it() {
    let shelf = Shelf::new(Listeners::NOTHING);
    let order = Arc::new(Mutex::new(Vec::new()));
    let mut handles: Vec<_> = (0..3)
        .map(|number| {
            let order = order.clone();
            shelf.spawn(async move {
                lock(&order).push(number);
                try_id()
            })
        })
        .collect();
    assert_eq!(shelf.run(), 3);
    assert_eq!(*lock(&order), [2, 1, 0]);
    for handle in &mut handles {
        let id = handle.id();
        assert_eq!(output(handle).unwrap().unwrap(), Some(id));
    }
    assert_eq!(shelf.begun.load(Ordering::Relaxed), 0, "nobody listens");
    shelf.end();
}

#[test]
fn a_suspended_task_is_in_the_registry_and_comes_back_by_its_waker() {
    let shelf = Shelf::new(Listeners::NOTHING);
    let waker = Arc::new(Mutex::new(None));
    let place = waker.clone();
    let polls = Cell::new(0);
    let mut handle = shelf.spawn(poll_fn(move |cx| {
        polls.set(polls.get() + 1);
        *lock(&place) = Some(cx.waker().clone());
        match polls.get() {
            1 => Poll::Pending,
            // Woken during its poll, it is queued after that.
            2 => {
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            polls => Poll::Ready(polls),
        }
    }));
    assert_eq!(shelf.run(), 1);
    assert_eq!(shelf.owner.registry.live(), 1);
    assert!(output(&mut handle).is_none());
    let woken = lock(&waker).take();
    woken.unwrap().wake();
    assert_eq!(shelf.run(), 2);
    assert_eq!(shelf.owner.registry.live(), 0);
    assert_eq!(output(&mut handle).unwrap().unwrap(), 3);
    shelf.end();
}

#[test]
fn aborted_and_shut_down_tasks_end_on_their_makers_queue() {
    let shelf = Shelf::new(Listeners::NOTHING);
    let mut aborted = shelf.spawn(pending::<()>());
    let mut shut_down = shelf.spawn(pending::<()>());
    assert_eq!(shelf.run(), 2);
    aborted.abort();
    assert_eq!(shelf.run(), 1);
    assert!(output(&mut aborted).unwrap().unwrap_err().is_cancelled());
    assert_eq!(shelf.owner.alive(), 1);
    shelf.end();
    assert!(output(&mut shut_down).unwrap().unwrap_err().is_cancelled());
}

#[test]
fn a_maker_who_listens_sees_polls_panics_and_ends() {
    let shelf = Shelf::new(Listeners::HOOKS);
    let mut panics = shelf.spawn(async { panic!("on purpose") });
    let yields = shelf.spawn(super::yield_now());
    shelf.run();
    assert!(output::<()>(&mut panics).unwrap().unwrap_err().is_panic());
    assert!(yields.is_finished());
    assert_eq!(shelf.begun.load(Ordering::Relaxed), 3);
    assert_eq!(shelf.panics.load(Ordering::Relaxed), 1);
    assert_eq!(shelf.ended.load(Ordering::Relaxed), 2);
    shelf.end();
}
