//! The current-thread scheduler: everything on the thread that calls `block_on`.
//!
//! The *core* (queue and driver) is with at most one thread, the one inside `block_on`. Other
//! threads that call `block_on` meanwhile poll only their own future, and take the core over when
//! it becomes free. A wake on the thread with the core goes to its queue; any other goes to the
//! injector, and ends the driver's wait if there is one.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::fmt;
use std::future::{Future, poll_fn};
use std::marker::PhantomPinned;
use std::pin::{Pin, pin};
use std::ptr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering, fence};
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, Instant};

use event_listener::Event;
use vitte_context::defer::{DeferGuard, DeferList, SelfDefer};
use vitte_context::enter::{self, Entered};
use vitte_context::primitive::{Mutex, lock};
use vitte_context::runtime::SetCurrent;
use vitte_context::{RuntimeCore, block, clock, coop, park};

use super::deterministic::{Deterministic, Run};
use super::{FlavorState, Scheduler, ThreadContext, Why};
use crate::config::{Config, GLOBAL_QUEUE_INTERVAL_CURRENT_THREAD};
use crate::driver::{Driver, DriverPair, Unpark};
use crate::metrics::{Counts, WorkerMetrics};
use crate::task::harness::Task;

/// What all threads see of the scheduler.
pub(crate) struct CurrentThread {
    /// The core, while no thread is inside `block_on`.
    core: Mutex<Option<Box<Core>>>,
    /// The core became free.
    core_freed: Event,
    unpark: Arc<dyn Unpark>,
    /// The future that was given to `block_on` was woken.
    root_woken: AtomicBool,
    /// The thread with the core is in the driver, or about to be.
    sleeping: AtomicBool,
    /// A task panicked, and that ended this scheduler.
    panicked: AtomicBool,
    metrics: WorkerMetrics,
    global_queue_interval: u32,
    event_interval: u32,
    deterministic: Option<Deterministic>,
}

/// What makes a thread the one that runs the tasks.
struct Core {
    queue: RefCell<VecDeque<Task>>,
    /// Tasks that deferred themselves: ready, but only after the driver's next turn.
    deferred: RefCell<VecDeque<Task>>,
    driver: RefCell<Box<dyn Driver>>,
    tick: Cell<u32>,
    busy_since: Cell<Instant>,
    counts: Counts,
    /// How long tasks run is recorded.
    times_polls: bool,
}

/// The running thread's view; its block points here.
#[repr(C)]
struct CurrentContext {
    thread: ThreadContext,
    core: Option<Box<Core>>,
    defer: DeferList,
}

impl CurrentThread {
    pub(super) fn new(config: &Config, driver: DriverPair) -> Self {
        let core = Core {
            queue: RefCell::new(VecDeque::new()),
            deferred: RefCell::new(VecDeque::new()),
            driver: RefCell::new(driver.driver),
            tick: Cell::new(0),
            busy_since: Cell::new(clock::system_now()),
            counts: Counts::default(),
            times_polls: config.poll_times.is_some(),
        };
        let deterministic = config
            .deterministic
            .map(|options| Deterministic::new(config, options, driver.unpark.clone()));
        CurrentThread {
            core: Mutex::new(Some(Box::new(core))),
            core_freed: Event::new(),
            deterministic,
            unpark: driver.unpark,
            root_woken: AtomicBool::new(false),
            sleeping: AtomicBool::new(false),
            panicked: AtomicBool::new(false),
            metrics: WorkerMetrics::new(config),
            global_queue_interval: config
                .global_queue_interval
                .unwrap_or(GLOBAL_QUEUE_INTERVAL_CURRENT_THREAD),
            event_interval: config.event_interval,
        }
    }

    /// A task panicked, and that ends this scheduler: whoever is inside `block_on` panics too.
    pub(super) fn task_panicked(&self) {
        // Relaxed: read by the thread that runs the tasks, which is this one, or after waiting for
        // it at `core_freed`.
        self.panicked.store(true, Ordering::Relaxed);
    }

    /// # Panics
    ///
    /// When a task's panic has ended this scheduler.
    #[track_caller]
    #[inline]
    pub(super) fn check_panicked(&self) {
        if self.panicked.load(Ordering::Relaxed) {
            panic!(
                "a spawned task panicked and the runtime is configured to shut down on unhandled \
                 panic"
            );
        }
    }

    pub(super) fn metrics(&self) -> &WorkerMetrics {
        &self.metrics
    }

    #[inline]
    pub(super) fn deterministic(&self) -> Option<&Deterministic> {
        self.deterministic.as_ref()
    }

    /// Something was woken on a thread other than that with the core.
    fn note_wake_from_elsewhere(&self) {
        if let Some(deterministic) = &self.deterministic {
            deterministic.baton.note_wake();
        }
    }

    /// See [`Scheduler::enqueue`].
    #[inline]
    pub(super) fn enqueue(&self, scheduler: &Scheduler, task: Task, why: Why) {
        if let Some(core) = CurrentContext::of(scheduler).and_then(|context| context.core()) {
            core.counts.count_local_schedule();
            let queue = if why == Why::Defer {
                &core.deferred
            } else {
                &core.queue
            };
            queue.borrow_mut().push_back(task);
            return;
        }
        if scheduler.inject(task, why) {
            self.note_wake_from_elsewhere();
            self.unpark();
        }
    }

    /// Ends the wait of the thread with the core, if it waits.
    pub(super) fn unpark(&self) {
        // SeqCst: orders the push before the load; pairs with the fence in `park`: either this
        // sees that the thread sleeps, or the thread's last look sees the push.
        fence(Ordering::SeqCst);
        if self.sleeping.load(Ordering::Relaxed) {
            self.unpark.unpark();
        }
    }
}

impl Core {
    /// Readies the tasks that deferred themselves.
    fn ready_deferred(&self) {
        let mut deferred = self.deferred.borrow_mut();
        if !deferred.is_empty() {
            self.queue.borrow_mut().append(&mut deferred);
        }
    }
}

impl CurrentContext {
    /// This thread's context, if it runs that scheduler.
    #[inline]
    fn of(scheduler: &Scheduler) -> Option<&CurrentContext> {
        let (here, context) = super::here()?;
        if !ptr::eq(Arc::as_ptr(here), scheduler) {
            return None;
        }
        // SAFETY: the scheduler is this one, a current-thread one, whose contexts are of this type.
        Some(unsafe { &*context.cast::<CurrentContext>() })
    }

    #[inline]
    fn core(&self) -> Option<&Core> {
        self.core.as_deref()
    }

    fn current(&self) -> &CurrentThread {
        match &self.thread.scheduler.flavor {
            FlavorState::CurrentThread(current) => current,
            FlavorState::MultiThread(_) => unreachable!("not a current-thread scheduler"),
        }
    }
}

/// How many tasks wait on the thread with the core: exact on that thread, and on any other one as
/// of the last look at the driver.
pub(super) fn queue_depth(scheduler: &Scheduler, metrics: &WorkerMetrics) -> usize {
    match CurrentContext::of(scheduler).and_then(CurrentContext::core) {
        Some(core) => core.queue.borrow().len(),
        None => metrics.queue_depth(),
    }
}

/// See [`Scheduler::block_on`].
#[track_caller]
pub(super) fn block_on<F: Future>(
    scheduler: &Arc<Scheduler>,
    runtime: &Arc<RuntimeCore>,
    future: F,
) -> F::Output {
    let FlavorState::CurrentThread(current) = &scheduler.flavor else {
        unreachable!("not a current-thread scheduler")
    };
    let _entered = enter::enter_runtime(runtime, false);
    let mut future = pin!(future);
    let mut freed = None;
    loop {
        current.check_panicked();
        // A statement of its own: the lock must be free again when the core is given back.
        let core = lock(&current.core).take();
        if let Some(core) = core {
            drop(freed);
            let mut running = pin!(Running::new(scheduler, core));
            let running = running.as_mut().install();
            return match &current.deterministic {
                None => running.block_on(future),
                Some(deterministic) => Run::new(running, deterministic, runtime).block_on(future),
            };
        }
        // Listening, and then looking once more: a core that is freed in between is not missed.
        let Some(listener) = &mut freed else {
            freed = Some(current.core_freed.listen());
            continue;
        };
        current.note_wake_from_elsewhere();
        let either = park::block_on(poll_fn(|cx| {
            if let Poll::Ready(output) = future.as_mut().poll(cx) {
                return Poll::Ready(Some(output));
            }
            Pin::new(&mut *listener).poll(cx).map(|()| None)
        }));
        if let Some(output) = either {
            return output;
        }
        freed = None;
    }
}

/// See [`Scheduler::shutdown`]: ends every task, on the calling thread.
pub(super) fn shutdown(scheduler: &Arc<Scheduler>, runtime: &Arc<RuntimeCore>) {
    let FlavorState::CurrentThread(current) = &scheduler.flavor else {
        return;
    };
    scheduler.owner().close();
    let Some(core) = lock(&current.core).take() else {
        // The runtime is dropped inside its own `block_on`, which will end it when it returns.
        return;
    };
    let _current = SetCurrent::new(runtime.clone());
    end(scheduler, *core);
}

/// Ends every task, and then the driver.
fn end(scheduler: &Arc<Scheduler>, core: Core) {
    // Also inside another runtime's task: destructors run as they do in a task.
    let _entered = enter::replace(Entered::Yes {
        allow_block_in_place: false,
    });
    let Core { queue, driver, .. } = core;
    let mut queue = queue.into_inner();
    scheduler.drain(|| queue.pop_front(), || driver.into_inner().shutdown());
}

/// The core is with this thread, and its block points to the context, until this drops.
pub(super) struct Running {
    context: CurrentContext,
    previous: *const (),
    previous_index: Option<usize>,
    // The block points to the context.
    _pinned: PhantomPinned,
}

impl Running {
    fn new(scheduler: &Arc<Scheduler>, core: Box<Core>) -> Self {
        core.busy_since.set(clock::system_now());
        let mut defer = DeferList::keeping_tasks();
        if let FlavorState::CurrentThread(current) = &scheduler.flavor {
            current.metrics.note_thread();
            if current.deterministic.is_some() {
                // It chooses among all that is deferred.
                defer = DeferList::new();
            }
        }
        let context = CurrentContext {
            thread: ThreadContext {
                scheduler: scheduler.clone(),
            },
            core: Some(core),
            defer,
        };
        Running {
            context,
            previous: block::scheduler(),
            previous_index: block::worker_index(),
            _pinned: PhantomPinned,
        }
    }

    /// Makes the block point to the context.
    fn install(self: Pin<&mut Self>) -> &Running {
        let this = self.into_ref().get_ref();
        block::replace_scheduler(ptr::from_ref(&this.context).cast());
        block::replace_worker_index(Some(0));
        // The future has not been polled yet. Relaxed: nobody else knows of it.
        this.context
            .current()
            .root_woken
            .store(true, Ordering::Relaxed);
        this
    }

    /// Wakes the future that was given to `block_on`.
    pub(super) fn root_waker(&self) -> Waker {
        Waker::from(self.scheduler().clone())
    }

    /// Whether the future that was given to `block_on` was woken since this was last asked.
    pub(super) fn take_root_wake(&self) -> bool {
        // Acquire: pairs with the Release in the waker.
        self.context
            .current()
            .root_woken
            .swap(false, Ordering::Acquire)
    }

    fn root_is_woken(&self) -> bool {
        // Acquire: as above.
        self.context.current().root_woken.load(Ordering::Acquire)
    }

    fn core(&self) -> &Core {
        match self.context.core() {
            Some(core) => core,
            None => unreachable!("the core is taken out only in `drop`"),
        }
    }

    pub(super) fn scheduler(&self) -> &Arc<Scheduler> {
        &self.context.thread.scheduler
    }

    pub(super) fn defer(&self) -> &DeferList {
        &self.context.defer
    }

    /// Takes any task that is ready, those woken on this thread first.
    pub(super) fn pop(&self) -> Option<Task> {
        let local = self.core().queue.borrow_mut().pop_front();
        local.or_else(|| self.scheduler().inject.pop(0))
    }

    /// Puts a task back that is ready.
    pub(super) fn push(&self, task: Task) {
        self.core().queue.borrow_mut().push_back(task);
    }

    pub(super) fn next_deadline(&self) -> Option<Instant> {
        self.core().driver.borrow().next_deadline()
    }

    /// The loop: the future when it was woken, tasks, the driver, and again.
    fn block_on<F: Future>(&self, mut future: Pin<&mut F>) -> F::Output {
        let _defer = DeferGuard::new(&self.context.defer);
        let waker = self.root_waker();
        let mut cx = Context::from_waker(&waker);
        loop {
            if self.take_root_wake() {
                let polled = poll_root(future.as_mut(), &mut cx, coop::Budget::FULL);
                if let Poll::Ready(output) = polled {
                    return output;
                }
            }
            let busy = self.run_tasks();
            self.check_panicked();
            if busy || self.root_is_woken() || self.has_deferred() {
                self.turn(Duration::ZERO);
            } else {
                self.park();
            }
        }
    }

    /// Runs tasks until it is time for the driver. Returns false if there was none to run at last.
    fn run_tasks(&self) -> bool {
        for _ in 0..self.context.current().event_interval {
            let Some(task) = self.next_task() else {
                return false;
            };
            self.run_task(task, coop::Budget::FULL);
        }
        true
    }

    /// Polls a task on that budget.
    pub(super) fn run_task(&self, task: Task, budget: coop::Budget) {
        let core = self.core();
        core.counts.count_poll();
        let began = core.times_polls.then(clock::system_now);
        coop::set(budget);
        task.run();
        coop::set(coop::Budget::UNCONSTRAINED);
        if let Some(began) = began {
            let time = clock::system_now().saturating_duration_since(began);
            self.context.current().metrics.note_poll_time(time);
        }
    }

    fn next_task(&self) -> Option<Task> {
        let core = self.core();
        core.tick.set(core.tick.get().wrapping_add(1));
        let inject = &self.context.thread.scheduler.inject;
        let local = || core.queue.borrow_mut().pop_front();
        if core.tick.get() % self.context.current().global_queue_interval == 0 {
            inject.pop(0).or_else(local)
        } else {
            local().or_else(|| inject.pop(0))
        }
    }

    /// A turn of the driver, after which the deferred tasks are ready.
    pub(super) fn turn(&self, timeout: impl Into<Option<Duration>>) {
        self.publish();
        self.core().driver.borrow_mut().park(timeout.into());
        self.context.defer.wake_all();
        self.core().ready_deferred();
    }

    /// Whether there are tasks that run after the driver's next turn.
    fn has_deferred(&self) -> bool {
        !self.core().deferred.borrow().is_empty() || !self.context.defer.is_empty()
    }

    /// # Panics
    ///
    /// When a task's panic has ended the scheduler.
    #[track_caller]
    pub(super) fn check_panicked(&self) {
        self.context.current().check_panicked();
    }

    /// Makes visible to others what the core has counted.
    fn publish(&self) {
        let core = self.core();
        let metrics = &self.context.current().metrics;
        metrics.publish(&core.counts);
        metrics.set_queue_depth(core.queue.borrow().len());
    }

    /// Waits in the driver until there is something to do.
    pub(super) fn park(&self) {
        let scheduler = &self.context.thread.scheduler;
        let current = self.context.current();
        let core = self.core();
        if let Some(hook) = &scheduler.config.on_thread_park {
            hook();
        }
        current.sleeping.store(true, Ordering::Relaxed);
        // SeqCst: pairs with the fence in `unpark`.
        fence(Ordering::SeqCst);
        // The hook, or another thread, may have readied something.
        let idle = core.queue.borrow().is_empty()
            && scheduler.inject.is_empty()
            && !self.has_deferred()
            && !self.root_is_woken();
        if idle {
            current
                .metrics
                .note_park(core.busy_since.get(), &core.counts);
            self.turn(None);
            core.busy_since.set(current.metrics.note_unpark());
        } else {
            // A hook that always readies something must not keep timers and sockets waiting.
            self.turn(Duration::ZERO);
        }
        current.sleeping.store(false, Ordering::Relaxed);
        if let Some(hook) = &scheduler.config.on_thread_unpark {
            hook();
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        block::replace_scheduler(self.previous);
        block::replace_worker_index(self.previous_index);
        // What is deferred is woken into the injector, where the next `block_on` finds it.
        self.context.defer.wake_all();
        let Some(core) = self.context.core.take() else {
            return;
        };
        core.ready_deferred();
        let scheduler = &self.context.thread.scheduler;
        let current = self.context.current();
        current.metrics.note_busy(core.busy_since.get());
        current.metrics.publish(&core.counts);
        let mut place = lock(&current.core);
        if scheduler.owner().is_closed() {
            // The runtime was dropped meanwhile and found the core missing.
            drop(place);
            end(scheduler, *core);
            // Nobody gets the core any more; see `check_panicked`.
            current.core_freed.notify(usize::MAX);
            return;
        }
        *place = Some(core);
        drop(place);
        current.core_freed.notify(1);
    }
}

/// One poll of the future that was given to `block_on`, as one poll of a task.
pub(super) fn poll_root<F: Future>(
    future: Pin<&mut F>,
    cx: &mut Context<'_>,
    budget: coop::Budget,
) -> Poll<F::Output> {
    struct EndPoll(block::PollState);
    impl Drop for EndPoll {
        fn drop(&mut self) {
            block::end_poll(&self.0);
        }
    }
    let _end = EndPoll(block::begin_poll(
        block::task_id(),
        cx.waker(),
        SelfDefer::No,
    ));
    let _budget = coop::enter(budget);
    future.poll(cx)
}

/// As a waker, a current-thread scheduler wakes the future that was given to `block_on`. A waker
/// that outlives its `block_on` wakes the future of the next one for nothing.
impl Wake for Scheduler {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if let FlavorState::CurrentThread(current) = &self.flavor {
            // Release: pairs with the Acquire in `take_root_wake`; what the waker did is visible. A
            // swap, and not a store, which would hide what an earlier waker did: the future is
            // polled once for both.
            current.root_woken.swap(true, Ordering::Release);
            current.note_wake_from_elsewhere();
            current.unpark();
        }
    }
}

impl fmt::Debug for CurrentThread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CurrentThread").finish_non_exhaustive()
    }
}
