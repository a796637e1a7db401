//! Which set a thread is in.
//!
//! The thread's block has one pointer for it. The pointer owns a reference to its [`LocalContext`],
//! so that guards may be dropped in any order, as tokio allows: the pointer never dangles, and what
//! guards that were dropped out of order leave behind is freed when the thread ends.

use std::cell::Cell;
use std::fmt;
use std::future::Future;
use std::ptr;
use std::rc::Rc;
use std::sync::Arc;

use vitte_context::trace::{Origin, TaskKind};
use vitte_context::{block, runtime};

use super::queue::{self, LocalQueue};
use crate::scheduler::Scheduler;
use crate::task::JoinHandle;
use crate::task::harness::{self, Kind};
use crate::task::header::Polls;

/// A set's tasks. What is deferred there is the set, by the waker of its poller.
const KIND: Kind = Kind {
    polls: Polls::Many,
    span: TaskKind::Local,
};

/// A set as its own thread sees it.
pub(super) struct LocalContext {
    queue: Arc<LocalQueue>,
}

impl LocalContext {
    pub(super) fn new() -> Rc<Self> {
        Rc::new(LocalContext {
            queue: LocalQueue::new(),
        })
    }

    pub(super) fn queue(&self) -> &Arc<LocalQueue> {
        &self.queue
    }

    /// The set that this thread is in.
    pub(super) fn current() -> Option<Rc<LocalContext>> {
        let context = block::local_set().cast::<LocalContext>();
        if context.is_null() {
            return None;
        }
        // SAFETY: a non-null pointer in the block came from `Rc::into_raw` on this thread, and
        // owns a reference as long as it is there.
        unsafe { Rc::increment_strong_count(context) };
        // SAFETY: the reference that was just added becomes this `Rc`'s.
        Some(unsafe { Rc::from_raw(context) })
    }

    /// Adds a task to the set; at once cancelled if the set was dropped.
    pub(super) fn spawn_local<F>(&self, future: F, origin: Origin<'_>) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        let owner = LocalQueue::owner_pointer(&self.queue);
        // SAFETY: a set completes its tasks before it lets go of its queue. The task is polled by
        // the set alone, on this thread: a context does not leave the thread that made it.
        let (task, handle) = unsafe {
            harness::new_task(future, owner, KIND, origin, |task, _| queue::schedule(task))
        };
        self.queue.owner().count_spawned();
        runtime::with_current(|core| {
            if let Some(core) = core {
                let flavor = &Scheduler::of(core).flavor;
                flavor.number_local(task.metadata(), &self.queue);
            }
        });
        if self.queue.owner().is_closed() {
            harness::cancel_now(task);
        } else {
            queue::schedule(task);
        }
        handle
    }
}

/// Whether the current runtime is a local one.
///
/// # Panics
///
/// When it is, and belongs to another thread.
#[track_caller]
pub(super) fn in_local_runtime() -> bool {
    let here = runtime::with_current(|core| Scheduler::of(core?).is_local_here());
    assert!(
        here != Some(false),
        "Local tasks can only be spawned on a LocalRuntime from the thread the runtime was \
         created on"
    );
    here.is_some()
}

/// Puts a context into the block, and gives back what was there.
fn replace(context: Option<Rc<LocalContext>>) -> Option<Rc<LocalContext>> {
    let raw = context.map_or(ptr::null(), Rc::into_raw);
    let previous = block::replace_local_set(raw.cast()).cast::<LocalContext>();
    // SAFETY: a non-null pointer in the block came from the `into_raw` above, on this thread, and
    // its reference goes over to this `Rc`.
    (!previous.is_null()).then(|| unsafe { Rc::from_raw(previous) })
}

/// Makes a set the current one of its thread until it is dropped; from `LocalSet::enter`.
///
/// # Examples
///
/// ```
/// use vitte::task::{self, LocalSet};
///
/// let set = LocalSet::new();
/// let guard = set.enter();
/// // Finds the set, although this is not async code.
/// task::spawn_local(async { println!("runs when the set is polled") });
/// drop(guard);
/// ```
pub struct LocalEnterGuard {
    entered: *const LocalContext,
    previous: Cell<Option<Rc<LocalContext>>>,
}

impl LocalEnterGuard {
    pub(super) fn new(context: Rc<LocalContext>) -> Self {
        LocalEnterGuard {
            entered: Rc::as_ptr(&context),
            previous: Cell::new(replace(Some(context))),
        }
    }
}

impl Drop for LocalEnterGuard {
    fn drop(&mut self) {
        let left = replace(self.previous.take());
        if left.is_none_or(|left| Rc::as_ptr(&left) != self.entered) {
            free_at_thread_end();
        }
    }
}

/// Guards were dropped out of order, so that the last one may leave a context in the block.
#[cold]
fn free_at_thread_end() {
    struct Free;
    impl Drop for Free {
        fn drop(&mut self) {
            drop(replace(None));
        }
    }
    thread_local!(static FREE: Free = const { Free });
    // A thread that is ending already leaks it.
    let _ = FREE.try_with(|_| ());
}

impl fmt::Debug for LocalEnterGuard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalEnterGuard").finish()
    }
}

/// The set is being polled, or dropped: it is the current one, and needs no wake.
pub(super) struct Polling<'a> {
    context: &'a LocalContext,
    was_polling: bool,
    _entered: LocalEnterGuard,
}

impl<'a> Polling<'a> {
    pub(super) fn enter(context: &'a Rc<LocalContext>) -> Self {
        Polling {
            context,
            // SAFETY: a context is on the thread that made it.
            was_polling: unsafe { context.queue.set_polling(true) },
            _entered: LocalEnterGuard::new(context.clone()),
        }
    }
}

impl Drop for Polling<'_> {
    fn drop(&mut self) {
        // SAFETY: as in `enter`.
        unsafe { self.context.queue.set_polling(self.was_polling) };
    }
}
