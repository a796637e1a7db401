//! What a task knows about itself: the metadata that async-task stores beside the future.
//!
//! The header lives inside the task's allocation, at a fixed address, for as long as anyone holds
//! the task: a waker, a handle, or a queue. Everything that moves a task finds its way through
//! it; the schedule function itself captures nothing.

use std::cell::Cell;
use std::mem::ManuallyDrop;
use std::panic::Location;
use std::ptr::NonNull;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::Waker;
use std::time::{Duration, Instant};

use async_task::Runnable;
use vitte_context::clock;

use super::owner::Owner;
use super::registry::Key;
use super::stage::Stage;

/// A task that is ready to be polled.
pub(crate) type Task = Runnable<Header>;

/// How often a task is polled, and by what kind of thread; the code that makes the task knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Polls {
    /// Once, in which it completes: a job. Also when its owner is closed, unless it is aborted. Its
    /// owner does not count it, and its poll is not reported.
    Once,
    /// Until it is complete.
    Many,
    /// The same, by a thread that keeps a task that defers itself, so that it needs no waker then.
    ManyDeferrable,
}

/// A task's metadata.
#[derive(Debug)]
pub(crate) struct Header {
    /// Who runs this task. Valid for as long as the task is not complete: the owner's shutdown
    /// completes every task before the owner goes.
    owner: NonNull<Owner>,
    id: u64,
    spawned_at: &'static Location<'static>,
    /// Where async-task has the task, as it says itself. Written once, when the task is made.
    task: Cell<NonNull<()>>,
    stage: Stage,
    polls: Polls,
    /// The scheduling class; there is only one as yet.
    #[allow(
        dead_code,
        reason = "room for scheduling policies; see ARCHITECTURE.md"
    )]
    class: u8,
    /// The accounting group; there is only one as yet.
    #[allow(dead_code, reason = "room for resource budgets; see ARCHITECTURE.md")]
    group: u16,
    /// The task's number in its runtime, if that is deterministic. In any other one, when the task
    /// became ready, if that is measured; see [`note_ready`](Self::note_ready).
    ordinal: AtomicU32,
    /// Where the registry keeps this task's waker. Only for the task itself, in its polls.
    registry_key: Cell<Option<Key>>,
}

// SAFETY: `registry_key` is for the harness inside a poll, which async-task never runs on two
// threads at once; `task` is written before the task is shared; the owner pointer is to a `Sync`
// type; all else is immutable or atomic.
unsafe impl Send for Header {}
// SAFETY: as above.
unsafe impl Sync for Header {}

impl Header {
    #[inline]
    pub(crate) fn new(
        owner: NonNull<Owner>,
        polls: Polls,
        spawned_at: &'static Location<'static>,
    ) -> Self {
        Header {
            owner,
            id: vitte_context::block::next_task_id(),
            spawned_at,
            task: Cell::new(NonNull::dangling()),
            stage: Stage::new(),
            polls,
            class: 0,
            group: 0,
            ordinal: AtomicU32::new(0),
            registry_key: Cell::new(None),
        }
    }

    #[inline]
    pub(crate) fn id(&self) -> u64 {
        self.id
    }

    #[inline]
    pub(super) fn polls(&self) -> Polls {
        self.polls
    }

    pub(crate) fn spawned_at(&self) -> &'static Location<'static> {
        self.spawned_at
    }

    /// Numbers the task.
    pub(crate) fn set_ordinal(&self, ordinal: u32) {
        // Relaxed: it is set before the task is queued.
        self.ordinal.store(ordinal, Ordering::Relaxed);
    }

    /// The task's number; 0 if it has none.
    pub(crate) fn ordinal(&self) -> u32 {
        self.ordinal.load(Ordering::Relaxed)
    }

    /// The task became ready: notes when, in microseconds, of which the lower bits are kept. That
    /// is enough for waits of up to an hour. Not in a deterministic runtime, which needs the room.
    pub(crate) fn note_ready(&self) {
        // Relaxed: whoever polls the task gets it through a queue, after this.
        self.ordinal.store(micros_now(), Ordering::Relaxed);
    }

    /// How long the task has been ready.
    pub(crate) fn ready_for(&self) -> Duration {
        let micros = micros_now().wrapping_sub(self.ordinal.load(Ordering::Relaxed));
        Duration::from_micros(micros.into())
    }

    /// The address of the owner, for comparing and for casting to what it is embedded in.
    #[inline]
    pub(crate) fn owner_pointer(&self) -> NonNull<Owner> {
        self.owner
    }

    /// The owner.
    ///
    /// # Safety
    ///
    /// The task must not be complete: the owner may be gone after that.
    #[inline]
    pub(crate) unsafe fn owner(&self) -> &Owner {
        // SAFETY: the caller's promise; an owner outlives its incomplete tasks.
        unsafe { self.owner.as_ref() }
    }

    /// Asks the task, which is about to be polled, to end in that poll.
    pub(crate) fn set_aborted(&self) {
        let _is_first = self.stage.abort();
    }

    /// Notes where async-task has the task. Called once, before anybody has the task.
    #[inline]
    pub(super) fn set_task(&self, task: NonNull<()>) {
        self.task.set(task);
    }

    /// A waker of the task.
    pub(super) fn waker(&self) -> Waker {
        // SAFETY: the pointer is `Runnable::into_raw`'s, and whoever has the header holds the task.
        // This is no second runnable of the task, since it is never run, scheduled or dropped: it
        // only asks async-task for a waker, which counts as a reference of its own.
        let borrowed = ManuallyDrop::new(unsafe { Task::from_raw(self.task.get()) });
        borrowed.waker()
    }

    #[inline]
    pub(super) fn stage(&self) -> &Stage {
        &self.stage
    }

    pub(super) fn is_finished(&self) -> bool {
        self.stage.is_finished()
    }

    #[inline]
    pub(super) fn registry_key(&self) -> &Cell<Option<Key>> {
        &self.registry_key
    }
}

// Every task has one: what is added here should fit into the padding.
const _: () = assert!(size_of::<Header>() <= 48 || size_of::<usize>() != 8);

/// The lower bits of the microseconds since some moment.
fn micros_now() -> u32 {
    static START: OnceLock<Instant> = OnceLock::new();
    let now = clock::system_now();
    let start = *START.get_or_init(|| now);
    now.saturating_duration_since(start).as_micros() as u32
}
