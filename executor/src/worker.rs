//! The worker: the loop that runs tasks. Read this first.
//!
//! A multi-thread runtime has several workers, each on a thread of its own. A worker looks for
//! the next task in this order:
//!
//! 1. its *LIFO slot*: the task that was readied last, by the task that ran last. The two often
//!    pass messages, and what they share is in the cache. A slot that is refilled too often is
//!    closed for a moment, so that two tasks cannot keep all others waiting;
//! 2. its *ring*: a queue of its own, first in, first out;
//! 3. the *injector*: where tasks come from outside. A busy worker, too, looks there first every
//!    so many ticks;
//! 4. the *rings of other workers*: it takes half of what it finds;
//! 5. otherwise it *parks*, after it made sure that nothing was queued meanwhile. One of the
//!    parked workers waits in the driver, for timers and sockets; the others wait for a wake.
//!
//! [`Core`] is what makes a thread a worker: whoever has it may run tasks. A task that is about
//! to block hands the core to another thread ([`block_in_place`](crate::block_in_place())), and
//! therefore the loop looks, after each poll, whether the core is still here.
//!
//! Who wakes whom is decided in [`crate::idle`]; how a worker sleeps is in `sleep`; what becomes of
//! the tasks behind a poll that does not end, in [`crate::sentinel`]; how a task is polled, in
//! [`crate::task::harness`].

mod rest;
mod sleep;

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::ptr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use vitte_context::choose::{self, Kind};
use vitte_context::defer::{DeferGuard, DeferList};
use vitte_context::enter::Entered;
use vitte_context::panics::contain;
use vitte_context::primitive::CachePadded;
use vitte_context::{RuntimeCore, block, clock, coop, enter};

use self::rest::Stint;
use crate::config::Config;
use crate::metrics::{Counts, WorkerMetrics};
use crate::queue::{self, Local};
use crate::scheduler::multi_thread::{self, Workers};
use crate::scheduler::{FlavorState, Scheduler, ThreadContext, Why};
use crate::task::harness::Task;
use crate::worker_pace::Pace;
use crate::worker_shown::Shown;

/// How many tasks from the LIFO slot are polled in a row before the slot is closed for the rest
/// of the tick.
const LIFO_POLLS_MAX: u32 = 3;

/// What makes a thread a worker. Whoever has it is the owner of the ring.
pub(crate) struct Core {
    index: usize,
    /// The LIFO slot, and what else others see while this worker is inside a poll.
    shown: Arc<CachePadded<Shown>>,
    lifo_open: Cell<bool>,
    lifo_enabled: bool,
    ring: Local<Task>,
    /// Tasks that deferred themselves: ready, but only after the driver's next turn.
    deferred: RefCell<Vec<Task>>,
    /// The injector's overflow is looked at next, and only then its single tasks.
    overflow_first: Cell<bool>,
    tick: Cell<u32>,
    /// Counted as searching by the idle protocol.
    searching: Cell<bool>,
    /// It has taken up a task since it last slept or searched.
    at_work: Cell<bool>,
    stint: Stint,
    /// It rests instead of sleeping until it is woken.
    wants_rest: Cell<bool>,
    /// Inside a turn of the driver: what it readies is announced once, after the turn.
    in_driver: Cell<bool>,
    busy_since: Cell<Instant>,
    pace: Pace,
    counts: Counts,
    /// How long tasks run is recorded.
    times_polls: bool,
}

impl Core {
    pub(crate) fn new(
        index: usize,
        ring: Local<Task>,
        shown: Arc<CachePadded<Shown>>,
        config: &Config,
    ) -> Self {
        let lifo_enabled = !config.disable_lifo_slot;
        Core {
            index,
            shown,
            lifo_open: Cell::new(lifo_enabled),
            lifo_enabled,
            ring,
            deferred: RefCell::new(Vec::new()),
            overflow_first: Cell::new(false),
            tick: Cell::new(0),
            searching: Cell::new(false),
            at_work: Cell::new(false),
            stint: Stint::new(clock::system_now()),
            wants_rest: Cell::new(false),
            in_driver: Cell::new(false),
            busy_since: Cell::new(clock::system_now()),
            pace: Pace::new(config.global_queue_interval),
            counts: Counts::default(),
            times_polls: config.poll_times.is_some(),
        }
    }

    /// Readies a task on this worker.
    #[inline]
    pub(crate) fn enqueue(&self, scheduler: &Scheduler, workers: &Workers, task: Task, why: Why) {
        self.counts.count_local_schedule();
        if why == Why::Defer {
            self.deferred.borrow_mut().push(task);
            return;
        }
        if why == Why::Yield {
            // A task that yields with nothing else to run is taken up again at once; another
            // worker that was woken for it would only carry it to and fro.
            let alone = self.ring.is_empty();
            self.push(scheduler, task);
            if !alone && !self.in_driver.get() {
                workers.wake_one_in_sight();
            }
            return;
        }
        if !self.lifo_open.get() {
            // As with a yield: alone, the task is where it would be in the slot, next in line.
            let alone = self.ring.is_empty();
            self.push(scheduler, task);
            if !alone && !self.in_driver.get() {
                workers.wake_one();
            }
            return;
        }
        if let Some(queued) = self.shown.lifo.put(task) {
            self.push(scheduler, queued);
            if !self.in_driver.get() {
                workers.wake_one();
            }
        }
    }

    /// Puts a task at the ring's tail. A full ring gives its older half to the injector.
    fn push(&self, scheduler: &Scheduler, task: Task) {
        let mut task = task;
        while let Err(refused) = self.ring.push(task) {
            task = refused;
            let mut overflow = VecDeque::with_capacity(queue::CAPACITY / 2);
            self.ring.drain_half(|task| overflow.push_back(task));
            scheduler.inject_overflow(overflow);
            scheduler.worker_metrics(self.index).note_overflow();
        }
    }

    /// The next task of this worker's own.
    pub(crate) fn next_local_task(&self) -> Option<Task> {
        self.shown.lifo.take().or_else(|| self.ring.pop())
    }

    fn has_tasks(&self) -> bool {
        self.count_tasks() > 0
    }

    fn count_tasks(&self) -> usize {
        self.ring.len() + usize::from(!self.shown.lifo.is_empty())
    }

    /// Readies the tasks that deferred themselves, in that order.
    fn ready_deferred(&self, scheduler: &Scheduler) {
        for task in self.deferred.borrow_mut().drain(..) {
            self.push(scheduler, task);
        }
    }

    /// Empties the LIFO slot into the ring, where others can take the task.
    fn spill_lifo(&self, scheduler: &Scheduler) {
        if let Some(task) = self.shown.lifo.take() {
            self.push(scheduler, task);
        }
    }
}

/// A worker thread's view of its scheduler; the thread's block points here.
///
/// `ThreadContext` comes first: it tells which scheduler this is.
#[repr(C)]
pub(crate) struct WorkerContext {
    thread: ThreadContext,
    /// The core, or null while this thread has none. Owned: made by `Box::into_raw`.
    core: Cell<*mut Core>,
    runtime: Arc<RuntimeCore>,
    defer: DeferList,
}

impl WorkerContext {
    /// This thread's context, if it is a worker of that scheduler.
    #[inline]
    pub(crate) fn of(scheduler: &Scheduler) -> Option<&WorkerContext> {
        let FlavorState::MultiThread(_) = scheduler.flavor else {
            return None;
        };
        let context = block::scheduler().cast::<ThreadContext>();
        if context.is_null() {
            return None;
        }
        // SAFETY: as in `current`.
        let thread = unsafe { &*context };
        if !ptr::eq(&raw const *thread.scheduler, scheduler) {
            return None;
        }
        // SAFETY: the threads of a multi-thread scheduler have a `WorkerContext`.
        Some(unsafe { &*context.cast::<WorkerContext>() })
    }

    /// This thread's context, if it is a worker of any multi-thread scheduler.
    #[inline]
    pub(crate) fn current<'a>() -> Option<&'a WorkerContext> {
        let context = block::scheduler().cast::<ThreadContext>();
        if context.is_null() {
            return None;
        }
        // SAFETY: a non-null pointer in the block is to a flavor's context, whose first field is
        // a `ThreadContext`, and which lives until it takes the pointer out again.
        let thread = unsafe { &*context };
        match &thread.scheduler.flavor {
            // SAFETY: the threads of a multi-thread scheduler have a `WorkerContext`.
            FlavorState::MultiThread(_) => Some(unsafe { &*context.cast::<WorkerContext>() }),
            FlavorState::CurrentThread(_) => None,
        }
    }

    /// The core, while this thread has it. Do not keep the reference across a poll.
    #[inline]
    pub(crate) fn core(&self) -> Option<&Core> {
        // SAFETY: a non-null pointer is to the core that this thread owns. It is given away only
        // by `take_core`, on this thread, during a poll.
        unsafe { self.core.get().as_ref() }
    }

    /// Gives the core up: this thread is no worker from here on.
    pub(crate) fn take_core(&self) -> Option<Box<Core>> {
        let core = self.core.replace(ptr::null_mut());
        // SAFETY: the pointer came from `Box::into_raw`, and was just taken out.
        (!core.is_null()).then(|| unsafe { Box::from_raw(core) })
    }

    /// Makes this thread a worker again.
    pub(crate) fn put_core(&self, core: Box<Core>) {
        debug_assert!(self.core.get().is_null(), "a worker with two cores");
        self.core.set(Box::into_raw(core));
    }

    pub(crate) fn scheduler(&self) -> &Arc<Scheduler> {
        &self.thread.scheduler
    }

    pub(crate) fn runtime(&self) -> &Arc<RuntimeCore> {
        &self.runtime
    }

    fn metrics(&self, core: &Core) -> &WorkerMetrics {
        &self.workers().remote(core.index).metrics
    }

    fn workers(&self) -> &Workers {
        match &self.thread.scheduler.flavor {
            FlavorState::MultiThread(workers) => workers,
            FlavorState::CurrentThread(_) => unreachable!("a worker without workers"),
        }
    }
}

/// Starts a thread that runs the worker with that core.
pub(crate) fn launch(scheduler: &Arc<Scheduler>, runtime: &Arc<RuntimeCore>, core: Box<Core>) {
    let thread = ThreadContext {
        scheduler: scheduler.clone(),
    };
    let runtime = runtime.clone();
    scheduler
        .blocking
        .spawn_worker(&runtime.clone(), move || run(thread, runtime, core));
}

/// Takes over the core that a blocking thread left for its successor, if it is still there.
pub(crate) fn launch_successor(
    scheduler: &Arc<Scheduler>,
    runtime: &Arc<RuntimeCore>,
    index: usize,
) {
    let thread = ThreadContext {
        scheduler: scheduler.clone(),
    };
    let runtime = runtime.clone();
    scheduler.blocking.spawn_worker(&runtime.clone(), move || {
        let FlavorState::MultiThread(workers) = &thread.scheduler.flavor else {
            return;
        };
        let core = vitte_context::primitive::lock(&workers.remote(index).handed_over).take();
        if let Some(core) = core {
            run(thread, runtime, core);
        }
    });
}

/// A worker's life.
fn run(thread: ThreadContext, runtime: Arc<RuntimeCore>, core: Box<Core>) {
    let entered = enter::enter_runtime(&runtime, true);
    let index = core.index;
    let context = WorkerContext {
        thread,
        core: Cell::new(ptr::null_mut()),
        runtime,
        defer: DeferList::keeping_tasks(),
    };
    core.busy_since.set(clock::system_now());
    core.pace.begin();
    context.metrics(&core).note_thread();
    context.put_core(core);
    {
        let _installed = Installed::new(&context, index);
        context.run_tasks();
        // Also without a core: the task that gave it away may have yielded in the same poll.
        contain(|| context.defer.wake_all());
        if let Some(core) = context.take_core() {
            let metrics = context.metrics(&core);
            metrics.note_busy(core.busy_since.get());
            metrics.publish(&core.counts);
            core.ready_deferred(context.scheduler());
            if let Some(cores) = context.workers().retire(*core) {
                contain(|| multi_thread::drain(context.scheduler(), context.workers(), cores));
            }
        }
    }
    drop(entered);
}

/// The context is in the thread's block for as long as this lives.
struct Installed<'a> {
    scheduler: *const (),
    index: Option<usize>,
    _defer: DeferGuard<'a>,
}

impl<'a> Installed<'a> {
    fn new(context: &'a WorkerContext, index: usize) -> Self {
        Installed {
            scheduler: block::replace_scheduler(ptr::from_ref(context).cast()),
            index: block::replace_worker_index(Some(index)),
            _defer: DeferGuard::new(&context.defer),
        }
    }
}

impl Drop for Installed<'_> {
    fn drop(&mut self) {
        block::replace_scheduler(self.scheduler);
        block::replace_worker_index(self.index);
    }
}

/// Ends [`WorkerContext::run_tasks`]: this thread is no worker any more.
struct NoCore;

/// Calls a hook while this thread has a core. The hook may block the thread but not give the core
/// away, with which the caller goes on: to `block_in_place` it looks like any thread.
fn call_hook(hook: Option<&(dyn Fn() + Send + Sync)>) {
    if let Some(hook) = hook {
        let _blocking = enter::replace(Entered::No);
        contain(hook);
    }
}

impl WorkerContext {
    /// The loop. Returns when the runtime shuts down, with the core still here, or when a task
    /// gave the core away.
    fn run_tasks(&self) {
        while let Some(core) = self.core() {
            core.tick.set(core.tick.get().wrapping_add(1));
            if core.tick.get() % self.workers().event_interval == 0 {
                if self.workers().is_shutdown() {
                    return;
                }
                self.look_at_driver(core);
                self.look_around_if_overdue(core);
            }
            let mut next = self.next_task(core);
            if next.is_none() {
                // Deferred tasks run after a look at the driver; they come before those that are
                // other workers', which would only travel to and fro.
                if self.has_deferred(core) {
                    self.look_at_driver(core);
                    continue;
                }
                next = self.steal(core);
            }
            let Some(task) = next else {
                self.park(core);
                if self.workers().is_shutdown() {
                    return;
                }
                continue;
            };
            if let Err(NoCore) = self.run_task(task) {
                return;
            }
        }
    }

    /// The next task that is not another worker's.
    fn next_task(&self, core: &Core) -> Option<Task> {
        if core.tick.get() % core.pace.interval() == 0 {
            let injected = self.look_at_injector(core);
            if injected.is_some() {
                return injected;
            }
        }
        let local = core.next_local_task();
        if local.is_some() {
            return local;
        }
        core.wants_rest
            .set(!self.has_deferred(core) && self.had_tiny_tasks(core));
        if core.wants_rest.get() {
            return None;
        }
        self.take_injected(core)
    }

    /// Takes a task from outside before the worker's own; of those that overflowed only every other
    /// time. They are half a ring, and a worker that always had more of them at its next look would
    /// not run dry for as long as another one spawns.
    fn look_at_injector(&self, core: &Core) -> Option<Task> {
        let overflow = core.overflow_first.get();
        core.overflow_first.set(!overflow);
        overflow
            .then(|| self.take_overflow(core))
            .flatten()
            .or_else(|| self.scheduler().inject.pop())
    }

    /// Takes this worker's share of what came by itself, or what overflowed: one task to run, the
    /// others for the ring. Which of them comes first changes with every call, so that neither waits
    /// behind an endless supply of the other.
    fn take_injected(&self, core: &Core) -> Option<Task> {
        let overflow_first = core.overflow_first.get();
        core.overflow_first.set(!overflow_first);
        if overflow_first {
            self.take_overflow(core).or_else(|| self.take_share(core))
        } else {
            self.take_share(core).or_else(|| self.take_overflow(core))
        }
    }

    fn take_share(&self, core: &Core) -> Option<Task> {
        let inject = &self.scheduler().inject;
        let first = inject.pop()?;
        let share = inject.len() / self.workers().len();
        let room = core.ring.free().min(queue::CAPACITY / 2);
        for _ in 0..share.min(room) {
            let Some(task) = inject.pop() else { break };
            core.push(self.scheduler(), task);
        }
        Some(first)
    }

    /// Takes tasks that were too many for some worker's ring. If they are too many for this one's,
    /// too, it takes one, and the others go to the back: tasks that keep a ring full for ever must
    /// not keep those waiting that have left it.
    fn take_overflow(&self, core: &Core) -> Option<Task> {
        let mut tasks = self.scheduler().inject.pop_overflow()?;
        let first = tasks.pop_front();
        if core.ring.free() < tasks.len() {
            self.scheduler().inject_overflow(tasks);
            return first;
        }
        for task in tasks {
            core.push(self.scheduler(), task);
        }
        first
    }

    /// Robs another worker of half of its ring.
    fn steal(&self, core: &Core) -> Option<Task> {
        if core.wants_rest.get() {
            return None;
        }
        let workers = self.workers();
        if !core.searching.get() {
            if !workers.idle.try_start_searching() {
                return None;
            }
            core.searching.set(true);
            core.at_work.set(false);
        }
        let count = workers.len();
        let start = choose::random(Kind::Steal, count);
        for offset in 0..count {
            let victim = (start + offset) % count;
            if victim == core.index {
                continue;
            }
            let stolen = workers.remote(victim).stealer.steal_into(&core.ring);
            if stolen.is_some() {
                // The ring was empty before, or there would have been nothing to look for.
                self.metrics(core).note_steal(1 + core.ring.len());
                return stolen;
            }
        }
        self.take_injected(core)
    }

    /// Polls a task, and then those that it left in the LIFO slot, on one budget.
    fn run_task(&self, task: Task) -> Result<(), NoCore> {
        let began = self.begin_task();
        coop::set(coop::Budget::FULL);
        task.run();
        let mut lifo_polls = 0;
        let went_on = loop {
            // The poll may have given the core away.
            let Some(core) = self.core() else {
                break Err(NoCore);
            };
            let Some(next) = core.shown.lifo.take() else {
                core.lifo_open.set(core.lifo_enabled);
                core.pace.count_polls(1 + lifo_polls);
                break Ok(());
            };
            if !coop::has_budget_remaining() {
                core.push(self.scheduler(), next);
                core.lifo_open.set(core.lifo_enabled);
                break Ok(());
            }
            lifo_polls += 1;
            if lifo_polls == LIFO_POLLS_MAX {
                core.lifo_open.set(false);
            }
            next.run();
        };
        coop::set(coop::Budget::UNCONSTRAINED);
        if let Some(began) = began {
            self.record_poll_time(began);
        }
        went_on
    }

    /// A task is about to be polled.
    ///
    /// Returns the moment, if it is to be recorded how long this takes.
    fn begin_task(&self) -> Option<Instant> {
        let core = self.core()?;
        core.counts.count_poll();
        core.shown.note_taken();
        if !core.at_work.replace(true) {
            self.go_to_work(core);
        }
        core.times_polls.then(clock::system_now)
    }

    #[cold]
    fn record_poll_time(&self, began: Instant) {
        // Without a core, another thread is the worker by now, and writes its histogram.
        if let Some(core) = self.core() {
            let time = clock::system_now().saturating_duration_since(began);
            self.metrics(core).note_poll_time(time);
        }
    }

    /// Looks at timers and sockets without waiting, and readies what was deferred.
    fn look_at_driver(&self, core: &Core) {
        // Reading the clock twice for a few polls would cost as much as they do.
        let is_measured = core.pace.has_enough_polls();
        if is_measured {
            self.end_stretch(core);
        }
        self.with_driver(core, |workers| workers.turn_driver(Some(Duration::ZERO)));
        // Who comes by here has been awake for a while, and there is no end in sight.
        let enough = if self.hands_over_eagerly() { 1 } else { 2 };
        if core.count_tasks() >= enough {
            self.workers().wake_one();
        }
        if is_measured {
            core.pace.begin();
        }
    }

    /// The worker goes to do something else than running tasks.
    fn end_stretch(&self, core: &Core) {
        core.pace.end();
        self.metrics(core)
            .set_mean_poll_nanos(core.pace.mean_poll_nanos());
    }

    /// Runs a turn of the driver. The caller announces what it has readied, once.
    fn with_driver(&self, core: &Core, turn: impl FnOnce(&Workers)) {
        // A waker that gives the core away would pull it from under this turn.
        let _no_blocking = enter::disallow_block_in_place();
        self.metrics(core).publish(&core.counts);
        core.in_driver.set(true);
        // A waker that panics must not take the worker with it, and with that all its tasks.
        contain(|| turn(self.workers()));
        contain(|| self.defer.wake_all());
        core.ready_deferred(self.scheduler());
        core.in_driver.set(false);
    }

    /// Whether a worker that leaves the driver with any task at all wakes another one.
    fn hands_over_eagerly(&self) -> bool {
        let workers = self.workers();
        workers.eager_handoff || workers.sentinel.is_wary()
    }

    /// Whether there are tasks that run after the driver's next turn.
    #[inline]
    fn has_deferred(&self, core: &Core) -> bool {
        !core.deferred.borrow().is_empty() || !self.defer.is_empty()
    }

    /// Prepares the core for another thread: everything in it can then be taken.
    pub(crate) fn prepare_to_give_core(&self) {
        self.defer.wake_all();
        if let Some(core) = self.core() {
            core.ready_deferred(self.scheduler());
            core.spill_lifo(self.scheduler());
            if core.has_tasks() {
                self.workers().wake_one();
            }
        }
    }
}

impl Core {
    pub(crate) fn index(&self) -> usize {
        self.index
    }
}
