//! The waker of a task whose span is enabled.
//!
//! It wraps the task's own waker and reports each clone, wake and drop as an event. The task has
//! one, which its polls pass to the future by reference; clones of it count as references.

use std::mem::ManuallyDrop;
use std::sync::Arc;
use std::task::{RawWaker, RawWakerVTable, Waker};

use tracing::trace;

/// The task's own waker, and the id of its span.
struct Watched {
    waker: Waker,
    span: u64,
}

/// The waker that belongs to the task itself, of which nothing is reported.
pub(super) struct TaskWaker {
    waker: ManuallyDrop<Waker>,
}

impl TaskWaker {
    pub(super) fn new(waker: Waker, span: u64) -> Self {
        let raw = raw(Arc::new(Watched { waker, span }));
        // SAFETY: `raw` makes wakers that keep the contract of `RawWaker`; see `VTABLE`.
        let waker = unsafe { Waker::from_raw(raw) };
        TaskWaker {
            waker: ManuallyDrop::new(waker),
        }
    }

    pub(super) fn as_waker(&self) -> &Waker {
        &self.waker
    }
}

impl Drop for TaskWaker {
    fn drop(&mut self) {
        // SAFETY: the waker is from `new`, and its own drop, which would tell, is never run.
        drop(unsafe { Arc::from_raw(self.waker.data().cast::<Watched>()) });
    }
}

fn raw(watched: Arc<Watched>) -> RawWaker {
    RawWaker::new(Arc::into_raw(watched).cast(), &VTABLE)
}

/// The data is an `Arc<Watched>` made into a pointer; each waker owns one reference. A subscriber
/// that panics leaves the count right: nothing is added before it is called, and what is given up
/// is an `Arc` again before that.
static VTABLE: RawWakerVTable = RawWakerVTable::new(clone, wake, wake_by_ref, drop_waker);

macro_rules! tell {
    ($watched:expr, $what:literal) => {
        trace!(target: "tokio::task::waker", op = $what, task.id = $watched.span)
    };
}

unsafe fn clone(data: *const ()) -> RawWaker {
    let data = data.cast::<Watched>();
    // SAFETY: the waker that is cloned owns a reference.
    let watched = unsafe { &*data };
    tell!(watched, "waker.clone");
    // SAFETY: as above; the new reference is the clone's.
    unsafe { Arc::increment_strong_count(data) };
    RawWaker::new(data.cast(), &VTABLE)
}

unsafe fn wake(data: *const ()) {
    // SAFETY: the waker is consumed, and its reference becomes this.
    let watched = unsafe { Arc::from_raw(data.cast::<Watched>()) };
    let _wakes = WakeOnDrop(&watched.waker);
    tell!(watched, "waker.wake");
}

unsafe fn wake_by_ref(data: *const ()) {
    // SAFETY: the waker owns a reference.
    let watched = unsafe { &*data.cast::<Watched>() };
    let _wakes = WakeOnDrop(&watched.waker);
    tell!(watched, "waker.wake_by_ref");
}

/// Wakes after the wake was told, and also if the subscriber panics.
struct WakeOnDrop<'a>(&'a Waker);

impl Drop for WakeOnDrop<'_> {
    fn drop(&mut self) {
        self.0.wake_by_ref();
    }
}

unsafe fn drop_waker(data: *const ()) {
    // SAFETY: the waker is gone, and its reference becomes this.
    let watched = unsafe { Arc::from_raw(data.cast::<Watched>()) };
    tell!(watched, "waker.drop");
}
