//! Tasks that stay on one thread: the machinery behind `LocalSet`.
//!
//! [`LocalTasks`] owns the tasks; polling it, on the thread that made it, runs them. A set
//! is not a scheduler of its own: it lives inside a future that some scheduler polls, and shares
//! that scheduler's timers, sockets and defer list.
//!
//! - `queue`: where the set's tasks wait, and what a wake does: all that other threads touch.
//! - `entered`: which set a thread is in, for `spawn_local`.
//!
//! A task's future is polled and dropped on the owner's thread only. Wakers travel freely: a wake
//! from elsewhere puts the task into the remote queue and wakes the set's own waker.

mod entered;
mod queue;

use std::cell::Cell;
use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;
use vitte_context::park::Parker;
use vitte_context::trace::Origin;
use vitte_context::{coop, enter, trace};

pub use entered::LocalEnterGuard;
use entered::{LocalContext, Polling};
pub(crate) use queue::LocalQueue;

use crate::scheduler::Scheduler;
use crate::task::JoinHandle;
use crate::task::header::Task;
use crate::task::large::boxed_if_large;
use crate::task::listeners::Listeners;

/// How many tasks one poll of the set runs at most, before the scheduler is asked again.
const TASKS_PER_POLL_MAX: usize = 61;

/// How often, in tasks, a busy set looks at the remote queue.
const REMOTE_INTERVAL: u8 = 31;

/// A set of tasks that all run on the thread that made the set.
///
/// Dropping it drops the futures of all its tasks, within the set's context.
pub struct LocalTasks {
    context: Rc<LocalContext>,
    id: u64,
    tick: Cell<u8>,
    // The queue's owner is this thread.
    _not_send: PhantomData<*const ()>,
}

impl Default for LocalTasks {
    fn default() -> Self {
        LocalTasks::new()
    }
}

impl LocalTasks {
    /// An empty set, which belongs to this thread.
    pub fn new() -> Self {
        LocalTasks {
            context: LocalContext::new(),
            id: vitte_context::runtime::next_id(),
            tick: Cell::new(0),
            _not_send: PhantomData,
        }
    }

    /// A number that no other set and no runtime of this process has.
    pub fn id(&self) -> u64 {
        self.id
    }

    /// Sets whether a task that panics ends the set: the other tasks are ended, and whoever polls
    /// the set panics.
    ///
    /// # Panics
    ///
    /// When the set has tasks, or is some thread's current set.
    #[track_caller]
    pub fn shut_down_on_panic(&mut self, shut_down: bool) {
        assert!(
            Rc::strong_count(&self.context) == 1 && self.context.queue().owner().spawned() == 0,
            "Unhandled Panic behavior modified after starting LocalSet"
        );
        let listeners = Listeners::NOTHING.with(Listeners::PANICS, shut_down);
        self.context.queue().owner().set_listeners(listeners);
    }

    /// Makes this the thread's current set, for [`spawn_local`], until the guard is dropped.
    pub fn enter(&self) -> LocalEnterGuard {
        LocalEnterGuard::new(self.context.clone())
    }

    /// Adds a task. It runs when the set is polled; its poller is woken.
    pub fn spawn_local<F>(&self, future: F, origin: Origin<'_>) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        boxed_if_large!(F, future, origin, self.context.spawn_local(future, origin))
    }

    /// Runs `future` and, whenever it is polled, the set's tasks.
    ///
    /// The future shares the budget of the task that it is part of.
    pub fn run_until<F: Future>(&self, future: F) -> RunUntil<'_, F> {
        RunUntil {
            tasks: self,
            future,
        }
    }

    /// Runs the tasks that are ready. Ready once there is no task left.
    pub fn poll(&self, cx: &mut Context<'_>) -> Poll<()> {
        let _no_blocking = enter::disallow_block_in_place();
        // Registered before the tasks run: a wake in between is not lost.
        // SAFETY: the set is not `Send`, so this is the thread that made it.
        unsafe { self.context.queue().register(cx.waker()) };
        let _polling = Polling::enter(&self.context);
        if self.run_tasks() {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        if self.context.queue().owner().alive() == 0 {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    }

    /// Runs one poll's share of tasks. Returns whether there may be more of them.
    fn run_tasks(&self) -> bool {
        // What the task waits for that this poll is part of.
        let waiting = trace::take_waiting();
        let ran_all = (0..TASKS_PER_POLL_MAX).all(|_| {
            let Some(task) = self.next_task() else {
                return false;
            };
            let _budget = coop::enter(coop::for_poll());
            task.run();
            true
        });
        trace::put_waiting(waiting);
        if self.context.queue().has_panicked() {
            self.fail_on_panic();
        }
        ran_all
    }

    #[cold]
    #[track_caller]
    fn fail_on_panic(&self) -> ! {
        self.drain();
        panic!(
            "a spawned task panicked and the LocalSet is configured to shutdown on unhandled panic"
        );
    }

    fn next_task(&self) -> Option<Task> {
        let tick = self.tick.get();
        self.tick.set(tick.wrapping_add(1));
        let queue = self.context.queue();
        if tick % REMOTE_INTERVAL == 0 {
            // SAFETY: the set is not `Send`, so this is the thread that made it.
            unsafe { queue.take_remote() };
        }
        // SAFETY: as above.
        unsafe { queue.pop_local() }.or_else(|| {
            // SAFETY: as above.
            unsafe { queue.take_remote() };
            // SAFETY: as above.
            unsafe { queue.pop_local() }
        })
    }

    /// Ends every task: it is woken if it is suspended, and its poll drops the future.
    ///
    /// A task that another thread is just waking is waited for.
    fn drain(&self) {
        let queue = self.context.queue();
        let parker = Parker::new();
        queue.owner().close();
        queue.owner().set_drainer(parker.unparker().clone());
        queue.owner().registry.sweep();
        loop {
            // SAFETY: the set is not `Send`, so this is the thread that made it.
            if let Some(task) = unsafe { queue.pop_last() } {
                task.run();
            } else if queue.owner().registry.live() == 0 {
                return;
            } else {
                parker.park();
            }
        }
    }
}

impl Drop for LocalTasks {
    fn drop(&mut self) {
        let _no_blocking = enter::disallow_block_in_place();
        let _polling = Polling::enter(&self.context);
        self.drain();
    }
}

impl fmt::Debug for LocalTasks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalTasks").finish_non_exhaustive()
    }
}

pin_project! {
    /// A future that runs inside a set; from [`LocalTasks::run_until`].
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct RunUntil<'a, F> {
        tasks: &'a LocalTasks,
        #[pin]
        future: F,
    }
}

impl<F: Future> Future for RunUntil<'_, F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let context = &this.tasks.context;
        let _polling = Polling::enter(context);
        // SAFETY: the set is not `Send`, nor is a reference to it, so this is its thread.
        unsafe { context.queue().register(cx.waker()) };
        let _no_blocking = enter::disallow_block_in_place();
        if let Poll::Ready(output) = this.future.poll(cx) {
            return Poll::Ready(output);
        }
        if this.tasks.run_tasks() {
            cx.waker().wake_by_ref();
        }
        Poll::Pending
    }
}

/// Spawns a task whose future need not be `Send`: on the current `LocalRuntime` or, if there is
/// none, on the current `LocalSet`. It stays on this thread.
///
/// # Panics
///
/// If there is neither, and on a thread other than that of the current local runtime.
///
/// # Examples
///
/// ```
/// use std::rc::Rc;
/// use vitte::task::{self, LocalSet};
///
/// # #[vitte::main(flavor = "current_thread")]
/// # async fn main() {
/// let text = Rc::new("not Send");
/// LocalSet::new()
///     .run_until(async move {
///         let task = task::spawn_local(async move { text.len() });
///         assert_eq!(task.await.unwrap(), 8);
///     })
///     .await;
/// # }
/// ```
#[track_caller]
pub fn spawn_local<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + 'static,
    F::Output: 'static,
{
    let origin = Origin::caller();
    boxed_if_large!(F, future, origin, spawn_small(future, origin))
}

/// The same, from elsewhere or with a name.
///
/// # Panics
///
/// As for [`spawn_local`].
#[track_caller]
pub fn spawn_local_from<F>(origin: Origin<'_>, future: F) -> JoinHandle<F::Output>
where
    F: Future + 'static,
    F::Output: 'static,
{
    boxed_if_large!(F, future, origin, spawn_small(future, origin))
}

#[track_caller]
fn spawn_small<F>(future: F, origin: Origin<'_>) -> JoinHandle<F::Output>
where
    F: Future + 'static,
    F::Output: 'static,
{
    if entered::in_local_runtime() {
        return Scheduler::with_current(|scheduler| {
            // SAFETY: `in_local_runtime` has seen that this is the one thread that drives the
            // scheduler, and a handle whose output is not `Send` cannot leave the thread.
            unsafe { scheduler.spawn_unchecked(future, origin) }
        });
    }
    match LocalContext::current() {
        Some(context) => context.spawn_local(future, origin),
        None => panic!(
            "`spawn_local` called from outside of a `task::LocalSet` or `runtime::LocalRuntime`"
        ),
    }
}
