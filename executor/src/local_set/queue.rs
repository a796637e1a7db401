//! Where a set's tasks wait.
//!
//! The local queue is for the owner's thread alone and has no lock. The remote queue is for wakes
//! from elsewhere; the owner moves all of it over at once. Beside it is the waker with
//! which the set was last polled: it is taken by the first wake, and put back by the next poll.

use std::cell::{Cell, UnsafeCell};
use std::collections::VecDeque;
use std::ptr::NonNull;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Waker;
use std::time::Duration;

use vitte_context::block;
use vitte_context::choose::{self, Kind};
use vitte_context::panics::contain;
use vitte_context::primitive::{Mutex, lock};
use vitte_context::wakers::PreparedWaker;

use crate::task::header::{Header, Task};
use crate::task::owner::{Owner, OwnerEvents};

/// The queues of one set. The owner comes first, so that a pointer to it is one to the queue.
#[repr(C)]
pub(crate) struct LocalQueue {
    owner: Owner,
    /// The thread that made the set.
    thread: u64,
    /// Touched by that thread only.
    local: UnsafeCell<VecDeque<Task>>,
    /// Whether the set is being polled, so that what is queued will be seen without a wake.
    /// Touched by that thread only.
    polling: Cell<bool>,
    /// Whether this thread has woken the poller since it registered, so that it need not again.
    /// Touched by that thread only.
    woken: Cell<bool>,
    remote: Mutex<Remote>,
    /// A hint that `remote` has tasks, so that the owner need not lock it to see that it has none.
    remote_filled: AtomicBool,
    /// A task panicked, and that ends the set.
    panicked: AtomicBool,
}

#[derive(Default)]
struct Remote {
    tasks: VecDeque<Task>,
    /// Wakes the future that polls the set.
    waker: Option<Waker>,
}

// SAFETY: `local`, `polling` and `woken` are used by the owner's thread only, which the callers of
// the unsafe methods below promise and `schedule` checks; tasks may be sent, and all else is
// `Sync`.
unsafe impl Send for LocalQueue {}
// SAFETY: as above.
unsafe impl Sync for LocalQueue {}

impl LocalQueue {
    /// The queues of a set that belongs to this thread.
    pub(super) fn new() -> Arc<Self> {
        Arc::new(LocalQueue {
            owner: Owner::new(0, &EVENTS),
            thread: block::thread_id(),
            local: UnsafeCell::new(VecDeque::new()),
            polling: Cell::new(false),
            woken: Cell::new(false),
            remote: Mutex::default(),
            remote_filled: AtomicBool::new(false),
            panicked: AtomicBool::new(false),
        })
    }

    pub(crate) fn owner(&self) -> &Owner {
        &self.owner
    }

    /// Whether a task's panic has ended the set.
    pub(super) fn has_panicked(&self) -> bool {
        self.panicked.load(Ordering::Relaxed)
    }

    pub(super) fn owner_pointer(this: &Arc<Self>) -> NonNull<Owner> {
        // SAFETY: `Arc::as_ptr` is never null.
        unsafe { NonNull::new_unchecked(Arc::as_ptr(this).cast_mut().cast()) }
    }

    fn is_owned_by_this_thread(&self) -> bool {
        self.thread == block::thread_id()
    }

    /// Notes whether the set is being polled, and returns what was noted before.
    ///
    /// # Safety
    ///
    /// This is the owner's thread.
    pub(super) unsafe fn set_polling(&self, polling: bool) -> bool {
        debug_assert!(self.is_owned_by_this_thread());
        self.polling.replace(polling)
    }

    /// Queues a task behind all others.
    ///
    /// # Safety
    ///
    /// This is the owner's thread.
    pub(super) unsafe fn push_local(&self, task: Task) {
        debug_assert!(self.is_owned_by_this_thread());
        // SAFETY: no other thread touches it, and nothing below calls back into this queue.
        unsafe { &mut *self.local.get() }.push_back(task);
    }

    /// Takes the first task that was queued on this thread; a deterministic runtime chooses.
    ///
    /// # Safety
    ///
    /// This is the owner's thread.
    pub(super) unsafe fn pop_local(&self) -> Option<Task> {
        debug_assert!(self.is_owned_by_this_thread());
        // SAFETY: as in `push_local`.
        let local = unsafe { &mut *self.local.get() };
        match choose::free(Kind::Task, local.len()) {
            0 => local.pop_front(),
            chosen => local.remove(chosen),
        }
    }

    /// Moves what was queued from elsewhere to the end of the local queue.
    ///
    /// # Safety
    ///
    /// This is the owner's thread.
    pub(super) unsafe fn take_remote(&self) {
        // Relaxed: a hint. Whoever sets it wakes the set's poller afterwards, and the next poll
        // begins with `register`, whose lock makes it visible.
        if self.remote_filled.load(Ordering::Relaxed) {
            // SAFETY: the caller's promise.
            unsafe { self.take_remote_surely() };
        }
    }

    /// # Safety
    ///
    /// This is the owner's thread.
    unsafe fn take_remote_surely(&self) {
        debug_assert!(self.is_owned_by_this_thread());
        let mut remote = lock(&self.remote);
        self.remote_filled.store(false, Ordering::Relaxed);
        // SAFETY: as in `push_local`.
        unsafe { &mut *self.local.get() }.append(&mut remote.tasks);
    }

    /// Takes the next task while the set is drained.
    ///
    /// Unlike [`take_remote`](Self::take_remote) it always takes the lock: whoever pushes after
    /// that sees that the owner is closed, and unparks the drainer.
    ///
    /// # Safety
    ///
    /// This is the owner's thread.
    pub(super) unsafe fn pop_last(&self) -> Option<Task> {
        // SAFETY: the caller's promise.
        if let Some(task) = unsafe { self.pop_local() } {
            return Some(task);
        }
        // SAFETY: the caller's promise.
        unsafe { self.take_remote_surely() };
        // SAFETY: the caller's promise.
        unsafe { self.pop_local() }
    }

    fn push_remote(&self, task: Task) {
        let waker = {
            let mut remote = lock(&self.remote);
            remote.tasks.push_back(task);
            self.remote_filled.store(true, Ordering::Relaxed);
            remote.waker.take()
        };
        wake(waker);
        if self.owner.is_closed() {
            self.owner.unpark_drainer();
        }
    }

    /// Says whom to wake when there is a task to run.
    ///
    /// # Safety
    ///
    /// This is the owner's thread.
    pub(super) unsafe fn register(&self, waker: &Waker) {
        debug_assert!(self.is_owned_by_this_thread());
        self.woken.set(false);
        let mut prepared = PreparedWaker::new(waker);
        let mut remote = lock(&self.remote);
        let replaced = prepared.store_in(&mut remote.waker);
        drop(remote);
        drop(replaced);
    }

    /// Wakes the future that polls the set, if nothing did since the last poll.
    pub(super) fn wake(&self) {
        wake(lock(&self.remote).waker.take());
    }
}

/// Wakes the future that polls a set. Its waker may be any, whose panic must not unwind into the
/// task, of another set or runtime, whose completion woke one of this set's.
fn wake(waker: Option<Waker>) {
    if let Some(waker) = waker {
        contain(|| waker.wake());
    }
}

/// A set's owner has listeners only if a panic ends the set; so its events are about that alone.
static EVENTS: OwnerEvents = OwnerEvents {
    poll_begins: |_| None,
    poll_ended,
    ended: |_| {},
};

/// If a task of a set panicked, that ends the set.
///
/// # Safety
///
/// See [`OwnerEvents`].
unsafe fn poll_ended(task: &Header, _latency: Option<Duration>, panicked: bool) {
    if panicked {
        let queue = task.owner_pointer().cast::<LocalQueue>();
        // SAFETY: the events are those of the owner inside a queue, which outlives its incomplete
        // tasks.
        let queue = unsafe { queue.as_ref() };
        queue.panicked.store(true, Ordering::Relaxed);
        queue.owner.close();
    }
}

/// A task of a set was woken, or is new.
pub(super) fn schedule(task: Task) {
    let queue = task.metadata().owner_pointer().cast::<LocalQueue>();
    // SAFETY: a task that is scheduled is not complete, so its set still has the queue. If this is
    // the owner's thread, the set goes on having it: nobody else runs the set's tasks.
    let here = unsafe { queue.as_ref() };
    let is_here = here.is_owned_by_this_thread();
    if is_here && (here.polling.get() || here.woken.get()) {
        // SAFETY: this is the owner's thread.
        unsafe { here.push_local(task) };
        return;
    }
    // Once the task is queued, or its poller woken, the set may go at any moment. Hence a
    // reference of our own, taken while the task is not queued yet and so keeps the set alive.
    // SAFETY: the queue is alive since the task is not complete, and sits in an `Arc`.
    unsafe { Arc::increment_strong_count(queue.as_ptr()) };
    // SAFETY: the reference that was just added becomes this `Arc`'s.
    let queue = unsafe { Arc::from_raw(queue.as_ptr()) };
    if is_here {
        // SAFETY: this is the owner's thread.
        unsafe { queue.push_local(task) };
        queue.woken.set(true);
        queue.wake();
    } else {
        queue.push_remote(task);
    }
}
