//! The thread that has the core: what it can do, for the loop of either scheduler on one thread.

use std::future::Future;
use std::marker::PhantomPinned;
use std::pin::Pin;
use std::ptr;
use std::sync::Arc;
use std::sync::atomic::{Ordering, fence};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use vitte_context::defer::{DeferList, SelfDefer};
use vitte_context::{block, coop};

use super::{Core, OneContext, OneThread};
use crate::events::Event;
use crate::polling::{self, Installed};
use crate::scheduler::Scheduler;
use crate::scheduler::context::ThreadContext;
use crate::task::header::Task;

/// The core is with this thread, until this drops.
pub(in crate::scheduler) struct Running<'a> {
    context: OneContext<'a>,
    // The block points to the context.
    _pinned: PhantomPinned,
}

impl<'a> Running<'a> {
    /// `one` is a part of `scheduler`, and the core its core.
    pub(in crate::scheduler) fn new(
        scheduler: &Arc<Scheduler>,
        one: &'a OneThread,
        core: Box<Core>,
        defer: DeferList,
    ) -> Self {
        core.polling.begin(&one.metrics);
        let context = OneContext {
            thread: ThreadContext {
                scheduler: scheduler.clone(),
            },
            one,
            core: Some(core),
            defer,
        };
        Running {
            context,
            _pinned: PhantomPinned,
        }
    }

    /// Makes the block point to the context. The caller drops what this returns before the context.
    pub(in crate::scheduler) fn install(self: Pin<&Self>) -> Installed {
        let context = &self.get_ref().context;
        // The future has not been polled yet. Relaxed: no other thread knows of it.
        context.one.root_woken.store(true, Ordering::Relaxed);
        let owner = context.thread.scheduler.owner();
        Installed::new(ptr::from_ref(context).cast(), owner, 0)
    }

    /// Wakes the future that was given to `block_on`.
    pub(in crate::scheduler) fn root_waker(&self) -> Waker {
        Waker::from(self.scheduler().clone())
    }

    /// Whether the future that was given to `block_on` was woken since this was last asked.
    pub(in crate::scheduler) fn take_root_wake(&self) -> bool {
        // Acquire: pairs with the Release in the waker.
        self.context.one.root_woken.swap(false, Ordering::Acquire)
    }

    pub(in crate::scheduler) fn root_is_woken(&self) -> bool {
        // Acquire: as above.
        self.context.one.root_woken.load(Ordering::Acquire)
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

    /// Counts the tasks that were looked for, and returns the number of the next one.
    pub(in crate::scheduler) fn next_tick(&self) -> u32 {
        self.core().polling.next_tick()
    }

    /// Takes a task that became ready on this thread.
    pub(in crate::scheduler) fn pop_local(&self) -> Option<Task> {
        self.core().queue.borrow_mut().pop_front()
    }

    /// Takes a task that became ready on another thread.
    pub(in crate::scheduler) fn pop_injected(&self) -> Option<Task> {
        self.scheduler().inject.pop(0)
    }

    /// Puts a task back that is ready.
    pub(in crate::scheduler) fn push(&self, task: Task) {
        self.core().push(task);
    }

    pub(in crate::scheduler) fn next_deadline(&self) -> Option<Instant> {
        self.core().driver.borrow().next_deadline()
    }

    /// Polls a task on that budget.
    pub(in crate::scheduler) fn run_task(&self, task: Task, budget: coop::Budget) {
        let poll = self.core().polling.begin_poll(budget);
        task.run();
        poll.end(|| Some(&self.context.one.metrics));
    }

    /// A turn of the driver, after which the deferred tasks are ready.
    pub(in crate::scheduler) fn turn(&self, timeout: impl Into<Option<Duration>>) {
        self.publish();
        self.core().driver.borrow_mut().park(timeout.into());
        self.context.defer.wake_all();
        self.core().ready_deferred();
    }

    /// Whether there are tasks that run after the driver's next turn.
    pub(in crate::scheduler) fn has_deferred(&self) -> bool {
        self.core().polling.has_deferred() || !self.context.defer.is_empty()
    }

    /// Makes visible to others what the core has counted.
    fn publish(&self) {
        let core = self.core();
        let metrics = &self.context.one.metrics;
        core.polling.note_with(metrics, Event::LooksAtDriver);
        metrics.set_queue_depth(core.queue.borrow().len());
    }

    /// Waits in the driver until there is something to do.
    pub(in crate::scheduler) fn park(&self) {
        let scheduler = &self.context.thread.scheduler;
        let one = self.context.one;
        let core = self.core();
        polling::call_hook(scheduler.config.on_thread_park.as_ref());
        one.sleeping.store(true, Ordering::Relaxed);
        // SeqCst: pairs with the fence in `unpark`.
        fence(Ordering::SeqCst);
        // The hook, or another thread, may have readied something.
        let idle = core.queue.borrow().is_empty()
            && scheduler.inject.is_empty()
            && !self.has_deferred()
            && !self.root_is_woken();
        if idle {
            core.polling.parked(&one.metrics, || self.turn(None));
        } else {
            // A hook that always readies something must not keep timers and sockets waiting.
            self.turn(Duration::ZERO);
        }
        one.sleeping.store(false, Ordering::Relaxed);
        polling::call_hook(scheduler.config.on_thread_unpark.as_ref());
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        // What is deferred is woken into the injector, where the next `block_on` finds it.
        self.context.defer.wake_all();
        let Some(core) = self.context.core.take() else {
            return;
        };
        core.ready_deferred();
        let one = self.context.one;
        core.polling.end(&one.metrics);
        one.put_core(&self.context.thread.scheduler, core);
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
