//! The loop of a deterministic run, on the thread that called `block_on`.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use vitte_context::choose::{Chooser, Kind};
use vitte_context::coop;
use vitte_context::defer::{DeferGuard, DeferList};
use vitte_context::trace::{self, WaitKind, Waiting};
use vitte_context::{RuntimeCore, enter};

use super::Deterministic;
use crate::events::steps::Recent;
use crate::events::who::Who;
use crate::events::{self, Event, Readers};
use crate::scheduler::Scheduler;
use crate::scheduler::one_thread::running::{Running, poll_root};
use crate::task::header::Task;

impl Deterministic {
    /// See [`Scheduler::block_on`].
    #[track_caller]
    pub(in crate::scheduler) fn block_on<F: Future>(
        &self,
        scheduler: &Arc<Scheduler>,
        runtime: &Arc<RuntimeCore>,
        future: F,
    ) -> F::Output {
        let _entered = enter::enter_runtime(runtime, false);
        let mut future = pin!(future);
        // A thread that polls its future while another one runs the tasks has no part in the run.
        let before_wait = || self.baton.note_wake();
        match self.one.take_core(future.as_mut(), before_wait) {
            Ok(core) => {
                // It keeps no tasks that defer themselves: they are among those to choose from.
                let defer = DeferList::new();
                let running = pin!(Running::new(scheduler, &self.one, core, defer));
                let _installed = running.as_ref().install();
                Run::new(&running, self, runtime).block_on(future)
            }
            Err(output) => output,
        }
    }
}

/// One `block_on` of a deterministic scheduler.
pub(super) struct Run<'a> {
    pub(super) running: &'a Running<'a>,
    pub(super) deterministic: &'a Deterministic,
    pub(super) runtime: &'a RuntimeCore,
    /// What could go next, in the order in which it became ready.
    ready: RefCell<VecDeque<Ready>>,
    root_is_ready: Cell<bool>,
    /// What the future waits for.
    pub(super) root_waits: Cell<Option<Waiting>>,
    pub(super) recent: Recent,
}

enum Ready {
    /// `block_on`'s future.
    Root,
    Task(Task),
    /// A blocking job, by its ordinal.
    Job(u32),
}

impl<'a> Run<'a> {
    fn new(
        running: &'a Running<'a>,
        deterministic: &'a Deterministic,
        runtime: &'a RuntimeCore,
    ) -> Self {
        Run {
            running,
            deterministic,
            runtime,
            ready: RefCell::default(),
            root_is_ready: Cell::new(false),
            root_waits: Cell::new(None),
            recent: Recent::default(),
        }
    }

    /// Runs until the future is done.
    ///
    /// # Panics
    ///
    /// When the future does, and when the run cannot go on.
    fn block_on<F: Future>(&self, mut future: Pin<&mut F>) -> F::Output {
        let _baton = self.deterministic.baton.enter();
        let _waits = RecordWaits::new();
        let _defer = DeferGuard::new(self.running.defer());
        let waker = self.running.root_waker();
        let mut cx = Context::from_waker(&waker);
        loop {
            self.gather();
            let Some(next) = self.choose() else {
                self.idle();
                continue;
            };
            self.begin_step(&next);
            match next {
                Ready::Root => {
                    if let Poll::Ready(output) = self.poll_root(future.as_mut(), &mut cx) {
                        return output;
                    }
                }
                Ready::Task(task) => {
                    self.running.run_task(task, coop::for_poll());
                    self.deterministic.one.check_panicked();
                }
                Ready::Job(ordinal) => self.deterministic.jobs.run(ordinal),
            }
            self.check_step_limit();
        }
    }

    /// The scheduling point: collects everything that became ready, on whichever thread.
    fn gather(&self) {
        self.running.turn(Duration::ZERO);
        self.check_strictness();
        let mut ready = self.ready.borrow_mut();
        let next = || {
            let local = self.running.pop_local();
            local.or_else(|| self.running.pop_injected())
        };
        while let Some(task) = next() {
            ready.push_back(Ready::Task(task));
        }
        // Acquire: pairs with the Release in `RootWaker`.
        let woken = self.running.take_root_wake();
        if woken && !self.root_is_ready.replace(true) {
            ready.push_back(Ready::Root);
        }
        let now = self.runtime.clock().now();
        self.deterministic
            .jobs
            .take_ready(now, |ordinal| ready.push_back(Ready::Job(ordinal)));
    }

    fn choose(&self) -> Option<Ready> {
        let mut ready = self.ready.borrow_mut();
        let chosen = self.chooser().choose(Kind::Task, ready.len());
        ready.remove(chosen)
    }

    /// Charges the step, and writes down what it is.
    fn begin_step(&self, next: &Ready) {
        self.runtime.clock().step();
        let who = match next {
            Ready::Root => Who::root(),
            Ready::Task(task) => Who::task(task.metadata()),
            Ready::Job(ordinal) => self.deterministic.jobs.who(*ordinal),
        };
        let readers = Readers {
            run: Some((&self.recent, self.chooser())),
            ..Readers::NONE
        };
        let time = self.runtime.clock().run_time();
        events::note(readers, Event::Step(who, time));
        // What an earlier poll has left there.
        trace::take_waiting();
    }

    fn poll_root<F: Future>(&self, future: Pin<&mut F>, cx: &mut Context<'_>) -> Poll<F::Output> {
        self.root_is_ready.set(false);
        let budget = coop::for_poll();
        let polled = catch_unwind(AssertUnwindSafe(|| poll_root(future, cx, budget)));
        self.root_waits.set(trace::take_waiting());
        polled.unwrap_or_else(|payload| {
            // A future that spins is ended by a panic; the check reports what it was.
            self.check_step_limit();
            resume_unwind(payload)
        })
    }

    /// Nothing can go next: lets time pass up to the next deadline.
    fn idle(&self) {
        let clock = self.runtime.clock();
        let deadlines = [
            self.running.next_deadline(),
            self.deterministic.jobs.next_deadline(),
        ];
        if let Some(deadline) = deadlines.into_iter().flatten().min() {
            clock.advance(deadline.saturating_duration_since(clock.now()));
        } else if self.deterministic.config.io && self.anyone_waits_for_io() {
            self.running.park();
        } else {
            self.fail_as_deadlock();
        }
    }

    fn anyone_waits_for_io(&self) -> bool {
        let is_io =
            |waiting: Option<Waiting>| waiting.is_some_and(|waiting| waiting.kind == WaitKind::Io);
        let mut any = is_io(self.root_waits.get());
        self.deterministic
            .for_each_task(self.running.scheduler(), |_, waiting| any |= is_io(waiting));
        self.deterministic
            .jobs
            .for_each(|job| any |= is_io(job.waiting));
        any
    }

    pub(super) fn chooser(&self) -> &Chooser {
        match self.runtime.chooser() {
            Some(chooser) => chooser,
            None => unreachable!("a deterministic scheduler in a core without a chooser"),
        }
    }

    fn check_step_limit(&self) {
        if self.runtime.clock().is_over_limit() {
            self.fail_as_livelock();
        }
    }

    fn check_strictness(&self) {
        let foreign_wakes = self.deterministic.baton.foreign_wakes();
        if self.deterministic.config.strict && foreign_wakes > 0 {
            self.fail_as_foreign_wake();
        }
    }
}

impl Drop for Run<'_> {
    fn drop(&mut self) {
        // The next `block_on`, or the shutdown, finds what was ready in the queue.
        for ready in self.ready.get_mut().drain(..) {
            match ready {
                Ready::Task(task) => self.running.push(task),
                Ready::Job(ordinal) => self.deterministic.jobs.put_back(ordinal),
                Ready::Root => {}
            }
        }
    }
}

/// Records what polls on this thread wait for, until dropped.
struct RecordWaits {
    previous: bool,
}

impl RecordWaits {
    fn new() -> Self {
        debug_assert!(enter::current().is_entered());
        RecordWaits {
            previous: trace::record_waits(true),
        }
    }
}

impl Drop for RecordWaits {
    fn drop(&mut self) {
        trace::record_waits(self.previous);
    }
}
