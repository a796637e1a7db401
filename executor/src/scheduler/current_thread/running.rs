//! The current-thread scheduler's loop, on the thread that has the core.
//!
//! The deterministic scheduler has a loop of its own, over the pieces of this one.

use std::future::Future;
use std::marker::PhantomPinned;
use std::pin::Pin;
use std::ptr;
use std::sync::Arc;
use std::sync::atomic::{Ordering, fence};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use vitte_context::defer::{DeferGuard, DeferList, SelfDefer};
use vitte_context::primitive::lock;
use vitte_context::{block, clock, coop};

use super::{Core, CurrentContext, end};
use crate::scheduler::{FlavorState, Scheduler, ThreadContext};
use crate::task::harness::Task;

/// The core is with this thread, and its block points to the context, until this drops.
pub(in crate::scheduler) struct Running {
    context: CurrentContext,
    previous: *const (),
    previous_index: Option<usize>,
    // The block points to the context.
    _pinned: PhantomPinned,
}

impl Running {
    pub(super) fn new(scheduler: &Arc<Scheduler>, core: Box<Core>) -> Self {
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
    pub(super) fn install(self: Pin<&mut Self>) -> &Running {
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
    pub(in crate::scheduler) fn root_waker(&self) -> Waker {
        Waker::from(self.scheduler().clone())
    }

    /// Whether the future that was given to `block_on` was woken since this was last asked.
    pub(in crate::scheduler) fn take_root_wake(&self) -> bool {
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

    pub(in crate::scheduler) fn scheduler(&self) -> &Arc<Scheduler> {
        &self.context.thread.scheduler
    }

    pub(in crate::scheduler) fn defer(&self) -> &DeferList {
        &self.context.defer
    }

    /// Takes any task that is ready, those woken on this thread first.
    pub(in crate::scheduler) fn pop(&self) -> Option<Task> {
        let local = self.core().queue.borrow_mut().pop_front();
        local.or_else(|| self.scheduler().inject.pop(0))
    }

    /// Puts a task back that is ready.
    pub(in crate::scheduler) fn push(&self, task: Task) {
        self.core().queue.borrow_mut().push_back(task);
    }

    pub(in crate::scheduler) fn next_deadline(&self) -> Option<Instant> {
        self.core().driver.borrow().next_deadline()
    }

    /// The loop: the future when it was woken, tasks, the driver, and again.
    pub(super) fn block_on<F: Future>(&self, mut future: Pin<&mut F>) -> F::Output {
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
    pub(in crate::scheduler) fn run_task(&self, task: Task, budget: coop::Budget) {
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
    pub(in crate::scheduler) fn turn(&self, timeout: impl Into<Option<Duration>>) {
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
    pub(in crate::scheduler) fn check_panicked(&self) {
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
    pub(in crate::scheduler) fn park(&self) {
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
pub(in crate::scheduler) fn poll_root<F: Future>(
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
