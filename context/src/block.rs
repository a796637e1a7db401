//! The thread-local block: everything a thread knows about the runtime it works for.
//!
//! One block per thread, initialised by a `const` and made of `Cell`s of plain data: no field
//! needs `Drop`, so access compiles to one load from the thread's segment and stays valid inside
//! other thread-locals' destructors, where programs do drop runtimes. Code that puts a pointer here
//! keeps its target alive and takes the pointer out again; guards own the `Arc`s.
//!
//! The block's fields are private to this crate; each module beside this one owns some of them
//! and gives them meaning.
//!
//! That is why the imports of this crate form a circle: the modules read and write their cells in
//! the block, and the block names the types of these cells (`Budget`, `Entered`, `SelfDefer`,
//! `RuntimeCore`, `DeferList`, `Baton`, `Seat`, `Waiting`), which are theirs. Untyped cells would
//! cut the circle, and would need a cast, with its proof, at every access.

use std::cell::Cell;
use std::ptr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::Waker;

use crate::baton::{Baton, Seat};
use crate::coop::Budget;
use crate::defer::{DeferList, SelfDefer};
use crate::enter::Entered;
use crate::runtime::RuntimeCore;

/// Stands for "no worker" in [`worker_index`].
const NO_WORKER: u32 = u32::MAX;

/// How many task ids a thread takes from the process-wide counter at a time.
const TASK_IDS_PER_BLOCK: u64 = 1024;

pub(crate) struct ThreadBlock {
    /// What is left of the current poll's cooperative budget.
    pub(crate) budget: Cell<Budget>,
    /// Whether this thread is inside a runtime's `block_on` or is one of its workers.
    pub(crate) entered: Cell<Entered>,
    /// The current runtime, or null. The `SetCurrent` guard that wrote it owns a reference.
    pub(crate) runtime: Cell<*const RuntimeCore>,
    /// How many `SetCurrent` guards are alive, to notice when they drop out of order.
    pub(crate) depth: Cell<usize>,
    /// The scheduler's own per-thread context; only the executor knows its type.
    scheduler: Cell<*const ()>,
    /// The current `LocalSet`'s context; only the executor knows its type.
    local_set: Cell<*const ()>,
    /// Where `yield_now` and an exhausted budget leave their wakers, or null.
    pub(crate) defer: Cell<*const DeferList>,
    /// Whether the task that is being polled can be deferred without its waker, and was.
    pub(crate) self_defer: Cell<SelfDefer>,
    /// The poll that ended last deferred its task that way.
    poll_deferred: Cell<bool>,
    /// Which worker of the current runtime this thread is.
    worker_index: Cell<u32>,
    /// The owner of the tasks of the scheduler whose core this thread has, or null. Only compared.
    core_owner: Cell<*const ()>,
    /// The id of the task that is being polled or dropped; 0 stands for none.
    task_id: Cell<u64>,
    /// The task ids that this thread may still give out: the next one, and the end.
    task_ids: Cell<(u64, u64)>,
    /// The thread's own number; 0 until someone asks for it.
    thread_id: Cell<u64>,
    /// The waker of the task that is being polled, or null.
    task_waker: Cell<*const Waker>,
    /// The state of this thread's random generator; 0 means not seeded yet.
    pub(crate) rng: Cell<u64>,
    /// What the current poll said that it waits for; see [`crate::trace`].
    pub(crate) waiting: Cell<Option<crate::trace::Waiting>>,
    pub(crate) trace_waits: Cell<bool>,
    /// The deterministic run that this thread has a part in, or null. Only compared.
    pub(crate) baton: Cell<*const Baton>,
    /// Where this thread waits for its turn, if it runs a blocking job of such a run, or null.
    pub(crate) seat: Cell<*const Seat>,
}

// What makes access one load, and valid inside the destructors of other thread-locals.
const _: () = assert!(!std::mem::needs_drop::<ThreadBlock>());

thread_local! {
    static BLOCK: ThreadBlock = const {
        ThreadBlock {
            budget: Cell::new(Budget::UNCONSTRAINED),
            entered: Cell::new(Entered::No),
            runtime: Cell::new(ptr::null()),
            depth: Cell::new(0),
            scheduler: Cell::new(ptr::null()),
            local_set: Cell::new(ptr::null()),
            defer: Cell::new(ptr::null()),
            self_defer: Cell::new(SelfDefer::No),
            poll_deferred: Cell::new(false),
            worker_index: Cell::new(NO_WORKER),
            core_owner: Cell::new(ptr::null()),
            task_id: Cell::new(0),
            task_ids: Cell::new((0, 0)),
            thread_id: Cell::new(0),
            task_waker: Cell::new(ptr::null()),
            rng: Cell::new(0),
            waiting: Cell::new(None),
            trace_waits: Cell::new(false),
            baton: Cell::new(ptr::null()),
            seat: Cell::new(ptr::null()),
        }
    };
}

#[inline(always)]
pub(crate) fn with<R>(f: impl FnOnce(&ThreadBlock) -> R) -> R {
    BLOCK.with(f)
}

/// The scheduler context of this thread, as [`begin_work`] left it; null outside.
///
/// Only the executor, which wrote the pointer, knows what it points to.
#[inline]
pub fn scheduler() -> *const () {
    with(|block| block.scheduler.get())
}

/// What the block says of the scheduler that this thread works for; put back when the thread does
/// so no more.
#[derive(Debug)]
#[must_use]
pub struct WorkState {
    scheduler: *const (),
    core_owner: *const (),
    worker_index: u32,
}

/// This thread works for a scheduler from now on, and has a core of it: sets the scheduler's
/// context, the owner of the tasks, and which worker the thread is.
#[inline]
pub fn begin_work(context: *const (), owner: *const (), index: usize) -> WorkState {
    with(|block| WorkState {
        scheduler: block.scheduler.replace(context),
        core_owner: block.core_owner.replace(owner),
        worker_index: block.worker_index.replace(index as u32),
    })
}

/// The thread does not work for that scheduler any more: puts back what was there before.
#[inline]
pub fn end_work(previous: &WorkState) {
    with(|block| {
        block.scheduler.set(previous.scheduler);
        block.core_owner.set(previous.core_owner);
        block.worker_index.set(previous.worker_index);
    });
}

/// The `LocalSet` context of this thread, as [`replace_local_set`] left it; null outside.
#[inline]
pub fn local_set() -> *const () {
    with(|block| block.local_set.get())
}

/// Puts a `LocalSet` context into the block and returns the previous one, to be put back.
#[inline]
pub fn replace_local_set(context: *const ()) -> *const () {
    with(|block| block.local_set.replace(context))
}

/// Which worker of the current runtime this thread is; `None` off the workers.
#[inline]
pub fn worker_index() -> Option<usize> {
    match with(|block| block.worker_index.get()) {
        NO_WORKER => None,
        index => Some(index as usize),
    }
}

/// Says which worker this thread is from now on, and returns what it was, to be put back.
#[inline]
pub fn replace_worker_index(index: Option<usize>) -> Option<usize> {
    let raw = index.map_or(NO_WORKER, |index| index as u32);
    match with(|block| block.worker_index.replace(raw)) {
        NO_WORKER => None,
        index => Some(index as usize),
    }
}

/// Which worker this thread is of the scheduler whose tasks have that owner; `None` if it has no
/// core of it.
#[inline]
pub fn worker_of(owner: *const ()) -> Option<usize> {
    with(|block| (block.core_owner.get() == owner).then(|| block.worker_index.get() as usize))
}

/// In the midst of its work, this thread gives its core away: it is not a worker until
/// [`take_core_back`], or until its work ends.
#[inline]
pub fn give_core_away() {
    with(|block| {
        block.core_owner.set(ptr::null());
        block.worker_index.set(NO_WORKER);
    });
}

/// This thread, which has given its core away, has it again.
#[inline]
pub fn take_core_back(owner: *const (), index: usize) {
    with(|block| {
        block.core_owner.set(owner);
        block.worker_index.set(index as u32);
    });
}

/// The id of the task that this thread polls or drops right now; 0 stands for none.
#[inline]
pub fn task_id() -> u64 {
    with(|block| block.task_id.get())
}

/// Sets the current task's id and returns the previous one, to be put back.
#[inline]
pub fn replace_task_id(id: u64) -> u64 {
    with(|block| block.task_id.replace(id))
}

/// A task id that was never given out before; never 0.
///
/// Each thread takes ids from the process-wide counter in blocks, so that spawning does not
/// contend for it.
#[inline]
pub fn next_task_id() -> u64 {
    with(|block| {
        let (mut next, mut end) = block.task_ids.get();
        if next == end {
            next = take_task_ids();
            end = next + TASK_IDS_PER_BLOCK;
        }
        block.task_ids.set((next + 1, end));
        next
    })
}

#[cold]
fn take_task_ids() -> u64 {
    static NEXT_BLOCK: AtomicU64 = AtomicU64::new(1);
    // Relaxed: only uniqueness matters.
    NEXT_BLOCK.fetch_add(TASK_IDS_PER_BLOCK, Ordering::Relaxed)
}

/// A number that no other thread of this process ever has; never 0.
///
/// Unlike std's `ThreadId` it can be had while thread-locals are destroyed, and costs one load.
#[inline]
pub fn thread_id() -> u64 {
    match with(|block| block.thread_id.get()) {
        0 => take_thread_id(),
        id => id,
    }
}

#[cold]
fn take_thread_id() -> u64 {
    static NEXT_ID: AtomicU64 = AtomicU64::new(1);
    // Relaxed: only uniqueness matters.
    let id = NEXT_ID.fetch_add(1, Ordering::Relaxed);
    with(|block| block.thread_id.set(id));
    id
}

/// What the block says of the task that is being polled; put back when another poll, inside of
/// it, has ended.
#[derive(Debug)]
#[must_use]
pub struct PollState {
    task_id: u64,
    task_waker: *const Waker,
    self_defer: SelfDefer,
}

/// A task's poll begins: sets its id and waker and how it can be deferred.
///
/// The caller keeps the waker alive until [`end_poll`].
#[inline]
pub fn begin_poll(task_id: u64, task_waker: *const Waker, self_defer: SelfDefer) -> PollState {
    with(|block| PollState {
        task_id: block.task_id.replace(task_id),
        task_waker: block.task_waker.replace(task_waker),
        self_defer: block.self_defer.replace(self_defer),
    })
}

/// The poll has ended: puts back what was there before.
#[inline]
pub fn end_poll(previous: &PollState) {
    with(|block| {
        block.task_id.set(previous.task_id);
        block.task_waker.set(previous.task_waker);
        block.self_defer.set(previous.self_defer);
    });
}

/// The poll returns `Pending`: keeps for [`take_poll_deferred`] whether it deferred its task. Only
/// if it did is the task, having woken itself, scheduled next on this thread.
#[inline]
pub fn note_poll_deferred() {
    with(|block| {
        if block.self_defer.get() == SelfDefer::Done {
            block.poll_deferred.set(true);
        }
    });
}

/// Whether the task that is scheduled now, having woken itself, did so to be deferred.
#[inline]
pub fn take_poll_deferred() -> bool {
    with(|block| block.poll_deferred.replace(false))
}

/// Whether `waker` wakes the very task that this thread polls right now.
#[inline]
pub fn is_current_task(waker: &Waker) -> bool {
    let current = with(|block| block.task_waker.get());
    // SAFETY: a non-null pointer was set by `begin_poll`, whose caller keeps the waker
    // alive until it takes the pointer out again, on this thread.
    !current.is_null() && unsafe { &*current }.will_wake(waker)
}
