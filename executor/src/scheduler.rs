//! Schedulers: on which threads the tasks of a runtime run, and in which order.
//!
//! There are three: [multi_thread], and, on parts that they [share](one_thread), [current_thread]
//! and [deterministic]. All have in common what is here: the owner of the tasks, the injector, the
//! blocking pool, and the way in and out. All readying goes through [`Scheduler::enqueue`].
//! Where they differ, [`flavor`] asks which one it is. How a thread knows which scheduler it works
//! for is in [`context`], what can be counted in [`counts`], what is done about a task's polls and
//! end in [`task_events`], how a scheduler ends in [`shutdown`].

mod context;
mod counts;
mod current_thread;
pub(crate) mod deterministic;
pub(crate) mod driver_seat;
mod flavor;
mod late;
pub(crate) mod multi_thread;
mod one_thread;
mod shutdown;
mod task_events;

use std::collections::VecDeque;
use std::fmt;
use std::future::Future;
use std::mem::ManuallyDrop;
use std::ptr::NonNull;
use std::sync::Arc;
use std::task::Wake;
use std::time::Duration;

use vitte_context::trace::{self, Origin, TaskKind};
use vitte_context::{RuntimeCore, block, enter, runtime};

use self::context::runs_here;
pub(crate) use self::context::{ThreadContext, here};
pub use self::deterministic::Labels;
pub use self::flavor::Flavor;
use self::flavor::FlavorState;
use self::late::LateTasks;
use self::multi_thread::Workers;
use crate::blocking::BlockingPool;
use crate::config::Config;
use crate::driver::DriverPair;
use crate::events::{self, Event, Why};
use crate::queue::Inject;
use crate::task::JoinHandle;
use crate::task::harness::{self, Kind};
use crate::task::header::{Polls, Task};
use crate::task::large::boxed_if_large;
use crate::task::listeners::Listeners;
use crate::task::owner::Owner;
use crate::worker::WorkerContext;

/// Runs a runtime's tasks. Lives in the scheduler slot of the runtime's core, as an `Arc`.
///
/// The owner comes first, so that a pointer to it is one to the scheduler. Aligned so that the
/// counts of the `Arc`, which wakes from other threads write, are not beside what every poll reads.
#[repr(C, align(128))]
pub struct Scheduler {
    owner: Owner,
    pub(crate) inject: Inject,
    pub(crate) config: Config,
    pub(crate) blocking: BlockingPool,
    pub(crate) flavor: FlavorState,
    /// The thread that a local runtime belongs to.
    local_thread: Option<u64>,
    /// Where tasks go that are woken after the injector was closed; see [`shutdown`].
    late: LateTasks,
}

impl Scheduler {
    /// A scheduler with worker threads; [`start`](Self::start) starts them.
    pub fn multi_thread(config: Config, driver: DriverPair) -> Arc<Self> {
        let flavor = FlavorState::multi_thread(&config, driver);
        Scheduler::new(config, flavor)
    }

    /// A scheduler that runs on whichever thread calls [`block_on`](Self::block_on), and
    /// deterministically if the configuration says so.
    pub fn current_thread(config: Config, driver: DriverPair) -> Arc<Self> {
        let flavor = FlavorState::current_thread(&config, driver);
        Scheduler::new(config, flavor)
    }

    fn new(config: Config, flavor: FlavorState) -> Arc<Self> {
        let workers = flavor.worker_count();
        // The workers of a multi-thread scheduler are threads of the pool, beside its own.
        let worker_threads = flavor.workers().map_or(0, Workers::len);
        let owner = Owner::new(workers, &task_events::EVENTS);
        owner.set_listeners(task_events::listeners(&config));
        Arc::new(Scheduler {
            owner,
            inject: Inject::new(workers),
            blocking: BlockingPool::new(&config, worker_threads),
            local_thread: config.local.then(block::thread_id),
            config,
            flavor,
            late: LateTasks::default(),
        })
    }

    /// Starts the worker threads, if this scheduler has any.
    ///
    /// # Panics
    ///
    /// When the operating system does not start a thread.
    pub fn start(self: &Arc<Self>, runtime: &Arc<RuntimeCore>) {
        self.flavor.start(self, runtime);
    }

    /// The scheduler of a runtime's core.
    #[inline]
    pub fn of(runtime: &RuntimeCore) -> &Arc<Scheduler> {
        match runtime.scheduler::<Arc<Scheduler>>() {
            Some(scheduler) => scheduler,
            None => unreachable!("a runtime's core without a scheduler"),
        }
    }

    /// Calls `f` with the current runtime's scheduler; panics outside of a runtime.
    #[inline]
    #[track_caller]
    pub fn with_current<R>(f: impl FnOnce(&Arc<Scheduler>) -> R) -> R {
        match runtime::with_current(|current| current.map(|runtime| f(Scheduler::of(runtime)))) {
            Some(result) => result,
            None => panic!("{}", runtime::NO_RUNTIME),
        }
    }

    /// Whether this thread is the one that this local scheduler belongs to; `None` if it is not a
    /// local one.
    pub(crate) fn is_local_here(&self) -> Option<bool> {
        Some(self.local_thread? == block::thread_id())
    }

    /// Which scheduler this is.
    pub fn flavor(&self) -> Flavor {
        self.flavor.reported()
    }

    /// Spawns a task.
    #[inline]
    pub fn spawn<F>(self: &Arc<Self>, future: F, origin: Origin<'_>) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        // SAFETY: the future and its output are `Send + 'static`.
        unsafe { self.spawn_unchecked(future, origin) }
    }

    /// Spawns a task whose future need not be `Send`.
    ///
    /// # Safety
    ///
    /// If the future or its output is not `Send`, this is a current-thread scheduler that is
    /// only ever driven, and shut down, by the calling thread, and the handle stays on it.
    pub unsafe fn spawn_unchecked<F>(
        self: &Arc<Self>,
        future: F,
        origin: Origin<'_>,
    ) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        boxed_if_large!(F, future, origin, {
            // SAFETY: the caller's promise.
            unsafe { self.spawn_small(future, origin) }
        })
    }

    /// # Safety
    ///
    /// As for [`spawn_unchecked`](Self::spawn_unchecked).
    #[inline]
    unsafe fn spawn_small<F>(
        self: &Arc<Self>,
        future: F,
        origin: Origin<'_>,
    ) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        // SAFETY: shutdown completes every task before the scheduler goes; the pointer is derived
        // from one to the whole scheduler. The rest is the caller's promise.
        let (task, handle) = unsafe {
            let owner = self.owner_pointer();
            harness::new_task(future, owner, KIND, origin, |task, info| {
                schedule(task, info.woken_while_running);
            })
        };
        self.owner.count_spawned();
        self.flavor.number(task.metadata());
        let task = Unqueued(ManuallyDrop::new(task));
        events::note(self.hooks(), Event::Spawned(task.0.metadata()));
        self.enqueue(task.into_task(), Why::Spawn);
        handle
    }

    pub(crate) fn owner_pointer(self: &Arc<Self>) -> NonNull<Owner> {
        // SAFETY: `Arc::as_ptr` is never null.
        unsafe { NonNull::new_unchecked(Arc::as_ptr(self).cast_mut().cast()) }
    }

    /// Makes a task ready: every spawn and every wake comes through here.
    #[inline]
    pub(crate) fn enqueue(&self, task: Task, why: Why) {
        if self.owner.listeners().includes(Listeners::LATENCY) {
            task.metadata().note_ready();
        }
        self.flavor.enqueue(self, task, why);
    }

    /// Puts a task into the injector; if that is closed, sees to it that the task ends.
    ///
    /// Returns whether a thread should be woken for it.
    pub(crate) fn inject(&self, task: Task, why: Why) -> bool {
        match self.inject.push(task) {
            Ok(()) => {
                // One that is spawned is counted already.
                if why != Why::Spawn {
                    self.owner.count_injected();
                }
                true
            }
            Err(task) if why == Why::Spawn => {
                harness::cancel_now(task);
                false
            }
            Err(task) => {
                self.late.push(task);
                self.owner.unpark_drainer();
                false
            }
        }
    }

    /// Puts tasks into the injector for which a worker's ring has no room.
    pub(crate) fn inject_overflow(&self, tasks: VecDeque<Task>) {
        if tasks.is_empty() {
            return;
        }
        if let Err(tasks) = self.inject.push_overflow(tasks) {
            self.late.extend(tasks);
            self.owner.unpark_drainer();
        }
    }

    /// Runs `future` on this thread until it is done, and meanwhile, on a current-thread
    /// scheduler, the tasks.
    ///
    /// # Panics
    ///
    /// When this thread drives a runtime already.
    #[track_caller]
    pub fn block_on<F: Future>(
        self: &Arc<Self>,
        runtime: &Arc<RuntimeCore>,
        future: F,
        origin: Origin<'_>,
    ) -> F::Output {
        let future = trace::root(future, origin);
        self.flavor.block_on(self, runtime, future)
    }

    /// Ends the runtime: every task's future is dropped, then the blocking pool's threads end.
    ///
    /// Waits for what cannot be interrupted (blocking jobs, polls that do not return): forever
    /// with `None`, not at all with zero.
    ///
    /// # Panics
    ///
    /// When this thread drives a runtime, unless the timeout is zero. The tasks are ended in any
    /// case.
    #[track_caller]
    pub fn shutdown(self: &Arc<Self>, runtime: &Arc<RuntimeCore>, timeout: Option<Duration>) {
        self.flavor.end_tasks(self, runtime);
        // A worker that calls this is inside `block_in_place`, or in a hook. Its own poll has to
        // return before the runtime can end, so it must not wait for the end.
        let timeout = match WorkerContext::of(self) {
            Some(_) if !enter::current().is_entered() => Some(Duration::ZERO),
            _ => timeout,
        };
        self.flavor.end_jobs(self, runtime, timeout);
    }

    /// What may keep a deterministic run from repeating; `None` for any other scheduler.
    pub fn labels(&self) -> Option<Labels> {
        self.flavor.labels()
    }

    /// The pool for code that blocks.
    pub fn blocking(&self) -> &BlockingPool {
        &self.blocking
    }

    /// The options that the scheduler was made with.
    pub fn config(&self) -> &Config {
        &self.config
    }

    pub(crate) fn owner(&self) -> &Owner {
        &self.owner
    }
}

/// As a waker, a scheduler wakes the future that was given to `block_on`. A waker that outlives its
/// `block_on` wakes the future of the next one for nothing.
impl Wake for Scheduler {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.flavor.wake_root();
    }
}

impl fmt::Debug for Scheduler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scheduler")
            .field("flavor", &self.flavor())
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}

/// A task that is new. If a reader of its spawn panics, nobody will have it, so it is ended.
struct Unqueued(ManuallyDrop<Task>);

impl Unqueued {
    #[inline]
    fn into_task(self) -> Task {
        let mut this = ManuallyDrop::new(self);
        // SAFETY: `this` is never dropped, so the task is taken once.
        unsafe { ManuallyDrop::take(&mut this.0) }
    }
}

impl Drop for Unqueued {
    fn drop(&mut self) {
        // SAFETY: `into_task` does not come here, and the task is not used after this.
        harness::cancel_now(unsafe { ManuallyDrop::take(&mut self.0) });
    }
}

/// A scheduler's tasks. The thread that runs them keeps those that defer themselves.
const KIND: Kind = Kind {
    polls: Polls::ManyDeferrable,
    span: TaskKind::Task,
};

/// A task of a scheduler was woken.
fn schedule(task: Task, woken_while_running: bool) {
    let why = match woken_while_running {
        true if block::take_poll_deferred() => Why::Defer,
        true => Why::Yield,
        false => Why::Wake,
    };
    let scheduler = task.metadata().owner_pointer().cast::<Scheduler>();
    if runs_here(scheduler) {
        // SAFETY: this thread works for that scheduler and holds it.
        unsafe { scheduler.as_ref() }.enqueue(task, why);
        return;
    }
    // Once the task is queued it may complete at any moment, and with the last task the scheduler
    // may go while this thread still looks for a worker to wake. Hence a reference of our own,
    // taken while the task, not being queued yet, keeps the scheduler alive.
    // SAFETY: the scheduler is alive, see above, and sits in an `Arc`.
    unsafe { Arc::increment_strong_count(scheduler.as_ptr()) };
    // SAFETY: the reference that was just added becomes this `Arc`'s.
    let scheduler = unsafe { Arc::from_raw(scheduler.as_ptr()) };
    scheduler.enqueue(task, why);
}
