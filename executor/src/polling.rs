//! Around one poll: what a thread that runs tasks counts, measures, keeps and calls, whichever
//! scheduler it runs them for.
//!
//! A worker, the thread of a current-thread scheduler and that of a deterministic one each have a
//! core, and each core has a [`Polling`]. The thread that has the core uses it, before and after
//! each poll, around each wait, and when it gets or gives up the core. Here are also the two
//! things that such a thread does outside of its core: it makes its thread-local block point to
//! the scheduler's context ([`Installed`]), and calls the user's hooks when it parks.
//!
//! What is not here: which task is next, where ready tasks wait, and how the thread waits. Those
//! are what the schedulers differ in.

use std::cell::{Cell, RefCell};
use std::ptr;
use std::time::Instant;
use std::vec;

use vitte_context::enter::{self, Entered};
use vitte_context::panics::contain;
use vitte_context::{block, clock, coop};

use crate::config::{Callback, Config};
use crate::events::counts::Counts;
use crate::events::{self, Event, Readers};
use crate::metrics::WorkerMetrics;
use crate::task::header::Task;
use crate::task::owner::Owner;

/// The part of a core that is the same in all schedulers.
pub(crate) struct Polling {
    /// How often the thread looked for a task; wraps around.
    tick: Cell<u32>,
    /// Tasks that deferred themselves: ready, but only after the driver's next turn.
    deferred: RefCell<Vec<Task>>,
    counts: Counts,
    /// How long polls take is recorded.
    times_polls: bool,
}

impl Polling {
    pub(crate) fn new(config: &Config) -> Self {
        Polling {
            tick: Cell::new(0),
            deferred: RefCell::new(Vec::new()),
            counts: Counts::new(),
            times_polls: config.poll_times.is_some(),
        }
    }

    /// Counts a look for a task, and returns how many there were.
    #[inline]
    pub(crate) fn next_tick(&self) -> u32 {
        let tick = self.tick.get().wrapping_add(1);
        self.tick.set(tick);
        tick
    }

    /// How often the thread looked for a task.
    #[inline]
    pub(crate) fn tick(&self) -> u32 {
        self.tick.get()
    }

    /// A task is about to be polled on that budget. The caller ends what this returns.
    #[inline]
    pub(crate) fn begin_poll(&self, budget: coop::Budget) -> OnePoll {
        self.note(Event::TurnBegan);
        let began = self.times_polls.then(clock::system_now);
        coop::set(budget);
        OnePoll { began }
    }

    /// Something happened to the core that touches none of its worker's metrics.
    #[inline(always)]
    pub(crate) fn note(&self, event: Event<'_>) {
        let readers = Readers {
            counts: Some(&self.counts),
            ..Readers::NONE
        };
        events::note(readers, event);
    }

    /// Something happened to the core; `metrics` are its worker's.
    #[inline(always)]
    pub(crate) fn note_with(&self, metrics: &WorkerMetrics, event: Event<'_>) {
        let readers = Readers {
            counts: Some(&self.counts),
            metrics: Some(metrics),
            ..Readers::NONE
        };
        events::note(readers, event);
    }

    /// Keeps a task that deferred itself.
    #[inline]
    pub(crate) fn defer(&self, task: Task) {
        self.deferred.borrow_mut().push(task);
    }

    /// Whether there is a task that deferred itself.
    #[inline]
    pub(crate) fn has_deferred(&self) -> bool {
        !self.deferred.borrow().is_empty()
    }

    /// Hands over the tasks that deferred themselves, in that order, if there are any.
    #[inline]
    pub(crate) fn ready_deferred(&self, ready: impl FnOnce(vec::Drain<'_, Task>)) {
        let mut deferred = self.deferred.borrow_mut();
        if !deferred.is_empty() {
            ready(deferred.drain(..));
        }
    }

    /// The thread has got the core. Returns the time.
    #[inline]
    pub(crate) fn begin(&self, metrics: &WorkerMetrics) -> Instant {
        let now = clock::system_now();
        self.note_with(metrics, Event::GotCore(now));
        now
    }

    /// The thread gives the core up.
    #[inline]
    pub(crate) fn end(&self, metrics: &WorkerMetrics) {
        self.note_with(metrics, Event::GaveCore);
    }

    /// Waits, and counts the thread as parked meanwhile. Returns the time, too.
    pub(crate) fn parked<R>(
        &self,
        metrics: &WorkerMetrics,
        wait: impl FnOnce() -> R,
    ) -> (R, Instant) {
        self.note_with(metrics, Event::Parked);
        let result = wait();
        let now = clock::system_now();
        self.note_with(metrics, Event::Unparked(now));
        (result, now)
    }
}

/// A poll, or several on one budget, on a thread that may have given its core away meanwhile.
#[must_use = "the budget stays set until this is ended"]
pub(crate) struct OnePoll {
    /// When it began, if it is recorded how long it takes.
    began: Option<Instant>,
}

impl OnePoll {
    /// The poll is over. `metrics` are those of the core, if the thread still has it: otherwise
    /// another thread writes its histogram by now.
    #[inline]
    pub(crate) fn end<'a>(self, metrics: impl FnOnce() -> Option<&'a WorkerMetrics>) {
        coop::set(coop::Budget::UNCONSTRAINED);
        if let Some(began) = self.began {
            note_time(metrics(), began);
        }
    }
}

#[cold]
fn note_time(metrics: Option<&WorkerMetrics>, began: Instant) {
    let readers = Readers {
        metrics,
        ..Readers::NONE
    };
    let took = clock::system_now().saturating_duration_since(began);
    events::note(readers, Event::TurnTook(took));
}

/// This thread works for a scheduler, until this drops: its block points to a context of the
/// type that the scheduler's flavor has, and says which worker the thread is, and of which tasks.
pub(crate) struct Installed(block::WorkState);

impl Installed {
    /// The context begins with a `ThreadContext`, and outlives this. `owner` is that of the tasks
    /// which the scheduler runs.
    #[inline]
    pub(crate) fn new(context: *const (), owner: &Owner, index: usize) -> Self {
        let owner = ptr::from_ref(owner).cast();
        Installed(block::begin_work(context, owner, index))
    }
}

impl Drop for Installed {
    #[inline]
    fn drop(&mut self) {
        block::end_work(&self.0);
    }
}

/// Calls a hook around the wait of a thread that is inside `block_on`. Its panic comes out of
/// `block_on`, as with tokio.
pub(crate) fn call_hook(hook: Option<&Callback>) {
    if let Some(hook) = hook {
        hook();
    }
}

/// Calls a hook around a worker's wait. A worker has no caller that its panic could reach: tokio
/// aborts the process then, or, without debug assertions, loses the worker and its tasks. Here the
/// panic is reported and the worker goes on.
///
/// The hook may block the thread but not give the core away, with which the caller goes on: to
/// `block_in_place` it looks like any thread.
pub(crate) fn call_worker_hook(hook: Option<&Callback>) {
    if let Some(hook) = hook {
        let _blocking = enter::replace(Entered::No);
        contain(|| hook());
    }
}
