//! The current-thread scheduler: everything on the thread that calls `block_on`.
//!
//! The *core* (queue and driver) is with at most one thread, the one inside `block_on`. Other
//! threads that call `block_on` meanwhile poll only their own future, and take the core over when
//! it becomes free. A wake on the thread with the core goes to its queue; any other goes to the
//! injector, and ends the driver's wait if there is one.
//!
//! Here is who has the core, and how it is handed on; the loop is in [`running`].

mod running;

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::ptr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering, fence};
use std::task::{Poll, Wake};
use std::time::Instant;

use event_listener::Event;
use vitte_context::defer::DeferList;
use vitte_context::enter::{self, Entered};
use vitte_context::primitive::{Mutex, lock};
use vitte_context::runtime::SetCurrent;
use vitte_context::{RuntimeCore, clock, park};

pub(super) use self::running::{Running, poll_root};
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
