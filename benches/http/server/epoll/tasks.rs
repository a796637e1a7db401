//! Tasks: boxed futures by number, and the list of those that are to be polled.
//!
//! All of it belongs to the one thread of the loop. A waker is a task's number and nothing else:
//! nothing is counted when one is cloned, and a number that another task has by now wakes that
//! one, which futures put up with.

use std::cell::RefCell;
use std::pin::Pin;
use std::ptr;
use std::task::{Context, Poll, RawWaker, RawWakerVTable, Waker};

thread_local! {
    static TASKS: RefCell<Tasks> = const { RefCell::new(Tasks::new()) };
}

type Task = Pin<Box<dyn Future<Output = ()>>>;

struct Tasks {
    slots: Vec<Slot>,
    /// Numbers that are nobody's.
    free: Vec<usize>,
    /// Who is to be polled; the last one is the next.
    ready: Vec<usize>,
}

#[derive(Default)]
struct Slot {
    /// `None` while it is polled, and when it is over.
    future: Option<Task>,
    is_ready: bool,
}

impl Tasks {
    const fn new() -> Self {
        Tasks {
            slots: Vec::new(),
            free: Vec::new(),
            ready: Vec::new(),
        }
    }

    fn wake(&mut self, task: usize) {
        // Another thread has no tasks.
        let Some(slot) = self.slots.get_mut(task) else {
            return;
        };
        if !std::mem::replace(&mut slot.is_ready, true) {
            self.ready.push(task);
        }
    }

    /// The next task's number and future.
    fn next(&mut self) -> Option<(usize, Task)> {
        loop {
            let task = self.ready.pop()?;
            let slot = &mut self.slots[task];
            slot.is_ready = false;
            if let Some(future) = slot.future.take() {
                return Some((task, future));
            }
        }
    }
}

/// A number for a task that is about to be started.
pub fn reserve() -> usize {
    TASKS.with_borrow_mut(|tasks| {
        tasks.free.pop().unwrap_or_else(|| {
            tasks.slots.push(Slot::default());
            tasks.slots.len() - 1
        })
    })
}

/// Starts a task under that number; it runs in the current [`run`], or in the next one.
pub fn start(task: usize, future: impl Future<Output = ()> + 'static) {
    let future = Box::pin(future);
    TASKS.with_borrow_mut(|tasks| {
        tasks.slots[task].future = Some(future);
        tasks.wake(task);
    });
}

/// Polls that task, and all that are ready then.
pub fn run(task: usize) {
    wake(task);
    while let Some((task, mut future)) = TASKS.with_borrow_mut(Tasks::next) {
        let waker = waker(task);
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Pending => TASKS.with_borrow_mut(|tasks| tasks.slots[task].future = Some(future)),
            Poll::Ready(()) => {
                // Its destructors may wake others.
                drop(future);
                TASKS.with_borrow_mut(|tasks| tasks.free.push(task));
            }
        }
    }
}

fn wake(task: usize) {
    TASKS.with_borrow_mut(|tasks| tasks.wake(task));
}

static VTABLE: RawWakerVTable = RawWakerVTable::new(
    |data| RawWaker::new(data, &VTABLE),
    |data| wake(data.addr()),
    |data| wake(data.addr()),
    |_| {},
);

fn waker(task: usize) -> Waker {
    // SAFETY: the functions of the table use the pointer as a number only, own nothing, and may be
    // called by any thread: each has tasks of its own.
    unsafe { Waker::new(ptr::without_provenance(task), &VTABLE) }
}
