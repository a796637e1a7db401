//! Hooks: what a user wants to hear of each task's life.
//!
//! A task's owner says in one byte, its [`Listeners`], whether anyone wants to hear anything; it is
//! next to the flag that every poll reads anyway, and unless it is set nothing here is called. A
//! hook that panics is contained: it takes neither the task nor the worker with it.

use std::fmt;
use std::marker::PhantomData;
use std::panic::{Location, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::time::Duration;

use vitte_context::panics::contain;

use super::harness::{self, Task};
use super::header::{Header, Home};
use super::id::Id;
use crate::scheduler::Scheduler;

/// What a hook sees of the task that it is called for; see the hooks of the runtime's `Builder`.
///
/// # Examples
///
/// ```
/// use vitte::runtime::{Builder, TaskMeta};
///
/// fn print(task: &TaskMeta<'_>) {
///     println!("task {} was spawned at {}", task.id(), task.spawned_at());
/// }
///
/// let runtime = Builder::new_current_thread().on_task_spawn(print).build().unwrap();
/// runtime.block_on(runtime.spawn(async {})).unwrap();
/// ```
#[allow(missing_debug_implementations)]
pub struct TaskMeta<'a> {
    id: Id,
    spawned_at: &'static Location<'static>,
    schedule_latency: Option<Duration>,
    _task: PhantomData<&'a ()>,
}

impl<'a> TaskMeta<'a> {
    fn new(header: &'a Header, schedule_latency: Option<Duration>) -> Self {
        TaskMeta {
            id: Id::of(header),
            spawned_at: header.spawned_at(),
            schedule_latency,
            _task: PhantomData,
        }
    }

    /// Returns the task's id.
    ///
    /// # Examples
    ///
    /// ```
    /// let runtime = vitte::runtime::Builder::new_current_thread()
    ///     .on_task_spawn(|task| println!("task {}", task.id()))
    ///     .build()
    ///     .unwrap();
    /// # drop(runtime);
    /// ```
    pub fn id(&self) -> Id {
        self.id
    }

    /// Returns where in the source code the task was spawned.
    ///
    /// # Examples
    ///
    /// ```
    /// let runtime = vitte::runtime::Builder::new_current_thread()
    ///     .on_task_spawn(|task| println!("spawned in line {}", task.spawned_at().line()))
    ///     .build()
    ///     .unwrap();
    /// # drop(runtime);
    /// ```
    pub fn spawned_at(&self) -> &'static Location<'static> {
        self.spawned_at
    }

    /// Returns how long the task had been ready when the poll that this hook is about began.
    ///
    /// `None` in hooks that are not about a poll, and unless the runtime measures it
    /// (`Builder::track_task_schedule_latency`).
    ///
    /// # Examples
    ///
    /// ```
    /// let runtime = vitte::runtime::Builder::new_current_thread()
    ///     .track_task_schedule_latency()
    ///     .on_before_task_poll(|task| println!("waited {:?}", task.schedule_latency()))
    ///     .build()
    ///     .unwrap();
    /// # drop(runtime);
    /// ```
    pub fn schedule_latency(&self) -> Option<Duration> {
        self.schedule_latency
    }
}

/// A hook.
pub type TaskCallback = Arc<dyn Fn(&TaskMeta<'_>) + Send + Sync>;

/// The hooks of a scheduler.
#[derive(Clone, Default)]
pub struct TaskHooks {
    /// Called where a task is spawned, before it can run.
    pub on_spawn: Option<TaskCallback>,
    /// Called before each poll of a task's future.
    pub on_before_poll: Option<TaskCallback>,
    /// Called after each poll of a task's future, also if it panicked.
    pub on_after_poll: Option<TaskCallback>,
    /// Called when a task or a blocking job has ended, whether it completed or not.
    pub on_terminate: Option<TaskCallback>,
}

impl fmt::Debug for TaskHooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TaskHooks").finish_non_exhaustive()
    }
}

/// What is to be noticed about the tasks of an owner; nothing, usually.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Listeners(u8);

impl Listeners {
    pub(crate) const NOTHING: Listeners = Listeners(0);
    /// There are hooks.
    pub(crate) const HOOKS: Listeners = Listeners(1);
    /// A task's panic ends its owner.
    pub(crate) const PANICS: Listeners = Listeners(2);
    /// How long tasks that are ready wait for their poll.
    pub(crate) const LATENCY: Listeners = Listeners(4);

    pub(crate) fn from_bits(bits: u8) -> Listeners {
        Listeners(bits)
    }

    pub(crate) fn bits(self) -> u8 {
        self.0
    }

    /// Both of them, if the condition holds.
    pub(crate) fn with(self, other: Listeners, condition: bool) -> Listeners {
        if condition {
            Listeners(self.0 | other.0)
        } else {
            self
        }
    }

    #[inline]
    pub(crate) fn is_anything(self) -> bool {
        self.0 != 0
    }

    #[inline]
    pub(crate) fn includes(self, other: Listeners) -> bool {
        self.0 & other.0 != 0
    }
}

/// The scheduler of a task that is not in a `LocalSet`.
///
/// # Safety
///
/// The task is not complete, and its home is a scheduler or that scheduler's blocking pool.
unsafe fn scheduler(header: &Header) -> &Scheduler {
    debug_assert_ne!(header.home(), Home::LocalSet);
    // SAFETY: the owner of such a task is embedded in a scheduler, which outlives its incomplete
    // tasks; a blocking job runs while its thread holds the runtime's core.
    unsafe { header.owner_pointer().cast::<Scheduler>().as_ref() }
}

/// A task was made and is about to be queued. Gives it back, unless the hook panics: then nobody
/// will have the task, so it is ended first.
#[cold]
pub(crate) fn spawned(hooks: &TaskHooks, task: Task) -> Task {
    let Some(hook) = &hooks.on_spawn else {
        return task;
    };
    let meta = TaskMeta::new(task.metadata(), None);
    let called = catch_unwind(std::panic::AssertUnwindSafe(|| hook(&meta)));
    match called {
        Ok(()) => task,
        Err(payload) => {
            harness::cancel_now(task);
            resume_unwind(payload)
        }
    }
}

/// A watched task is about to be polled. Returns how long it waited for that, if that is measured.
///
/// # Safety
///
/// The task is not complete.
#[cold]
pub(super) unsafe fn before_poll(header: &Header, listeners: Listeners) -> Option<Duration> {
    if header.home() != Home::Scheduler {
        return None;
    }
    // SAFETY: the caller's promise; the home was checked.
    let scheduler = unsafe { scheduler(header) };
    let latency = listeners
        .includes(Listeners::LATENCY)
        .then(|| scheduler.note_schedule_latency(header));
    if let Some(hook) = scheduler
        .config
        .hooks
        .as_ref()
        .and_then(|hooks| hooks.on_before_poll.as_ref())
    {
        contain(|| hook(&TaskMeta::new(header, latency)));
    }
    latency
}

/// A watched task was polled.
///
/// # Safety
///
/// The task is not complete.
#[cold]
pub(super) unsafe fn after_poll(
    header: &Header,
    listeners: Listeners,
    latency: Option<Duration>,
    panicked: bool,
) {
    let ends_owner = panicked && listeners.includes(Listeners::PANICS);
    if header.home() == Home::LocalSet {
        if ends_owner {
            // SAFETY: the caller's promise; the home was checked.
            unsafe { crate::local_set::task_panicked(header) };
        }
        return;
    }
    // SAFETY: the caller's promise; the home was checked.
    let scheduler = unsafe { scheduler(header) };
    if let Some(hook) = scheduler
        .config
        .hooks
        .as_ref()
        .and_then(|hooks| hooks.on_after_poll.as_ref())
    {
        contain(|| hook(&TaskMeta::new(header, latency)));
    }
    if ends_owner {
        scheduler.task_panicked();
    }
}

/// A watched task has ended: its future is dropped.
///
/// # Safety
///
/// The task is not complete: its owner still counts it.
#[cold]
pub(super) unsafe fn terminated(header: &Header) {
    if header.home() == Home::LocalSet {
        return;
    }
    // SAFETY: the caller's promise; the home was checked.
    let scheduler = unsafe { scheduler(header) };
    if let Some(hook) = scheduler
        .config
        .hooks
        .as_ref()
        .and_then(|hooks| hooks.on_terminate.as_ref())
    {
        contain(|| hook(&TaskMeta::new(header, None)));
    }
}
