//! What the two schedulers have in common that run everything on one thread: the
//! [current-thread](super::current_thread) and the [deterministic](super::deterministic) one.
//!
//! The *core* (queue and driver) is with at most one thread, the one inside `block_on`. Other
//! threads that call `block_on` meanwhile poll only their own future, and take the core over when
//! it becomes free. A wake on the thread with the core goes to its queue; any other goes to the
//! injector, and ends the driver's wait if there is one.
//!
//! Here is who has the core, and how it is handed on. What the thread that has it can do (take a
//! task, poll it, take a turn of the driver, park) is in [`running`]; in which order it does so is
//! up to each of the two schedulers, which do not know each other.

pub(super) mod running;

use std::cell::RefCell;
use std::collections::VecDeque;
use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::ptr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering, fence};
use std::task::Poll;

use event_listener::Event;
use vitte_context::defer::DeferList;
use vitte_context::enter::{self, Entered};
use vitte_context::primitive::{Mutex, lock};
use vitte_context::runtime::SetCurrent;
use vitte_context::{RuntimeCore, park};

use super::Scheduler;
use super::context::{self, ThreadContext};
use crate::config::Config;
use crate::driver::{Driver, DriverPair, Unpark};
use crate::events::{self, Why};
use crate::metrics::WorkerMetrics;
use crate::polling::Polling;
use crate::task::header::Task;

/// What all threads see of the scheduler.
pub(super) struct OneThread {
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
}

/// What makes a thread the one that runs the tasks.
pub(super) struct Core {
    queue: RefCell<VecDeque<Task>>,
    driver: RefCell<Box<dyn Driver>>,
    polling: Polling,
}

/// The running thread's view; its block points here.
#[repr(C)]
struct OneContext<'a> {
    thread: ThreadContext,
    one: &'a OneThread,
    core: Option<Box<Core>>,
    defer: DeferList,
}

impl OneThread {
    pub(super) fn new(config: &Config, driver: DriverPair) -> Self {
        let core = Core {
            queue: RefCell::new(VecDeque::new()),
            driver: RefCell::new(driver.driver),
            polling: Polling::new(config),
        };
        OneThread {
            core: Mutex::new(Some(Box::new(core))),
            core_freed: Event::new(),
            unpark: driver.unpark,
            root_woken: AtomicBool::new(false),
            sleeping: AtomicBool::new(false),
            panicked: AtomicBool::new(false),
            metrics: config.worker_metrics(),
        }
    }

    /// A task panicked, and that ends this scheduler: a thread inside `block_on` panics too.
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

    /// Queues a task of `scheduler`, which is the one that this is a part of.
    ///
    /// Returns whether the thread with the core has to be [unparked](Self::unpark), because this
    /// is another one.
    #[inline]
    pub(super) fn enqueue(&self, scheduler: &Scheduler, task: Task, why: Why) -> bool {
        let Some(core) = OneContext::of(scheduler).and_then(OneContext::core) else {
            return scheduler.inject(task, why);
        };
        core.polling.note(events::Event::Readied(why));
        match why {
            Why::Defer => core.polling.defer(task),
            Why::Spawn | Why::Wake | Why::Yield => core.push(task),
        }
        false
    }

    /// The future that was given to `block_on` was woken. The caller unparks the thread.
    pub(super) fn note_root_wake(&self) {
        // Release: pairs with the Acquire in `take_root_wake`; what the waker did is visible. A
        // swap, and not a store, which would hide what an earlier waker did: the future is
        // polled once for both.
        self.root_woken.swap(true, Ordering::Release);
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

    /// How many tasks wait on the thread with the core: exact on that thread, and on any other one
    /// as of the last look at the driver.
    pub(super) fn local_tasks(&self, scheduler: &Scheduler) -> usize {
        match OneContext::of(scheduler).and_then(OneContext::core) {
            Some(core) => core.queue.borrow().len(),
            None => self.metrics.queue_depth(),
        }
    }

    /// Takes the core. Polls the future meanwhile, while another thread has it, after a call of
    /// `before_wait`; if the future is done first, returns its output.
    ///
    /// # Panics
    ///
    /// When a task's panic has ended this scheduler.
    #[track_caller]
    pub(super) fn take_core<F: Future>(
        &self,
        mut future: Pin<&mut F>,
        before_wait: impl Fn(),
    ) -> Result<Box<Core>, F::Output> {
        let mut freed = None;
        loop {
            self.check_panicked();
            // A statement of its own: the lock must be free again when the core is given back.
            let core = lock(&self.core).take();
            if let Some(core) = core {
                return Ok(core);
            }
            // Listening, and then looking once more: a core that is freed in between is not missed.
            let Some(listener) = &mut freed else {
                freed = Some(self.core_freed.listen());
                continue;
            };
            before_wait();
            let either = park::block_on(poll_fn(|cx| {
                if let Poll::Ready(output) = future.as_mut().poll(cx) {
                    return Poll::Ready(Some(output));
                }
                Pin::new(&mut *listener).poll(cx).map(|()| None)
            }));
            if let Some(output) = either {
                return Err(output);
            }
            freed = None;
        }
    }

    /// Gives the core back, to the next thread that waits for it, or to the end.
    fn put_core(&self, scheduler: &Scheduler, core: Box<Core>) {
        let mut place = lock(&self.core);
        if scheduler.owner().is_closed() {
            // The runtime was dropped meanwhile and found the core missing.
            drop(place);
            core.end(scheduler);
            // No thread gets the core from here on; see `check_panicked`.
            self.core_freed.notify(usize::MAX);
            return;
        }
        *place = Some(core);
        drop(place);
        self.core_freed.notify(1);
    }

    /// See [`Scheduler::shutdown`]: ends every task, on the calling thread.
    pub(super) fn shutdown(&self, scheduler: &Scheduler, runtime: &Arc<RuntimeCore>) {
        scheduler.owner().close();
        let Some(core) = lock(&self.core).take() else {
            // The runtime is dropped inside its own `block_on`, which will end it when it returns.
            return;
        };
        let _current = SetCurrent::new(runtime.clone());
        core.end(scheduler);
    }
}

impl Core {
    #[inline]
    fn push(&self, task: Task) {
        self.queue.borrow_mut().push_back(task);
    }

    /// Readies the tasks that deferred themselves.
    fn ready_deferred(&self) {
        self.polling
            .ready_deferred(|tasks| self.queue.borrow_mut().extend(tasks));
    }

    /// Ends every task, and then the driver.
    fn end(self, scheduler: &Scheduler) {
        // Also inside another runtime's task: destructors run as they do in a task.
        let _entered = enter::replace(Entered::Yes {
            allow_block_in_place: false,
        });
        let Core { queue, driver, .. } = self;
        let mut queue = queue.into_inner();
        scheduler.drain(|| queue.pop_front(), || driver.into_inner().shutdown());
    }
}

impl<'a> OneContext<'a> {
    /// This thread's context, if it runs that scheduler, which is one on one thread.
    #[inline]
    fn of(scheduler: &'a Scheduler) -> Option<&'a OneContext<'a>> {
        let (here, context) = context::here()?;
        if !ptr::eq(Arc::as_ptr(here), scheduler) {
            return None;
        }
        // SAFETY: the scheduler is this one, and the contexts of one on one thread are of this
        // type; the pointer is taken out of the block before the context goes. What the
        // context borrows is a part of the scheduler.
        Some(unsafe { &*context.cast::<OneContext<'a>>() })
    }

    #[inline]
    fn core(&self) -> Option<&Core> {
        self.core.as_deref()
    }
}

impl fmt::Debug for OneThread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OneThread").finish_non_exhaustive()
    }
}
