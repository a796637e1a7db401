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
//! [`Core`] is what makes a thread a worker: the thread that has it may run tasks. A task that is
//! about to block hands the core to another thread ([`block_in_place`](crate::block_in_place())),
//! and therefore the loop looks, after each poll, whether the core is still here.
//!
//! Here is the loop. Beside it, in this folder: how a task gets into a worker's queues (`enqueue`),
//! the search above (`search`), how a worker sleeps and wakes up (`sleep`, `park`), and when it
//! rests instead of sharing tasks that are tiny (`rest`, `stint`). When a worker is woken, and
//! which, is decided in [`crate::idle`], which also draws a worker's states; what becomes of the
//! tasks behind a poll that does not end, in [`crate::sentinel`]; how a task is polled, in
//! [`crate::task::harness`].

mod context;
mod core;
mod enqueue;
mod life;
mod pace;
pub(crate) mod park;
mod rest;
mod search;
mod sleep;
mod stint;
pub(crate) mod vitals;

use std::time::Duration;

use vitte_context::panics::contain;
use vitte_context::{clock, coop, enter};

pub(crate) use self::context::WorkerContext;
pub(crate) use self::core::Core;
pub(crate) use self::life::{launch, launch_successor};
use self::search::Next;
use crate::events::Event;
use crate::polling::OnePoll;
use crate::scheduler::multi_thread::Workers;
use crate::task::header::Task;

/// How many tasks from the LIFO slot are polled in a row before the slot is closed for the rest
/// of the tick.
const LIFO_POLLS_MAX: u32 = 3;

/// Since when a worker has been awake.
#[derive(Clone, Copy)]
enum Awake {
    /// It has slept or searched, and begins now.
    JustWoke,
    /// It has been running tasks, and goes on to do so.
    Busy,
}

/// Ends [`WorkerContext::run_tasks`]: this thread is not a worker any more.
struct NoCore;

impl WorkerContext {
    /// The loop. Returns when the runtime shuts down, with the core still here, or when a task
    /// gave the core away.
    fn run_tasks(&self) {
        while let Some(core) = self.core() {
            if core.polling.next_tick() % self.workers().event_interval == 0 {
                if self.workers().is_shutdown() {
                    return;
                }
                self.look_at_driver(core);
                self.look_around_if_overdue(core);
            }
            match self.next(core) {
                Next::Run(task) => {
                    if let Err(NoCore) = self.run_task(task) {
                        return;
                    }
                }
                Next::LookAtDriver => self.look_at_driver(core),
                Next::Park(wait) => {
                    self.park(core, wait);
                    if self.workers().is_shutdown() {
                        return;
                    }
                }
            }
        }
    }

    /// Polls a task, and then those that it left in the LIFO slot, on one budget.
    fn run_task(&self, task: Task) -> Result<(), NoCore> {
        let Some(poll) = self.begin_poll() else {
            return Err(NoCore);
        };
        task.run();
        let mut lifo_polls = 0;
        let went_on = loop {
            // The poll may have given the core away.
            let Some(core) = self.core() else {
                break Err(NoCore);
            };
            let Some(next) = core.vitals.lifo.take() else {
                core.lifo_open.set(core.lifo_enabled);
                core.pace.count_polls(1 + lifo_polls);
                break Ok(());
            };
            if !coop::has_budget_remaining() {
                self.push(core, next);
                core.lifo_open.set(core.lifo_enabled);
                break Ok(());
            }
            lifo_polls += 1;
            if lifo_polls == LIFO_POLLS_MAX {
                core.lifo_open.set(false);
            }
            next.run();
        };
        poll.end(|| self.core().map(|core| self.metrics(core)));
        went_on
    }

    /// A task is about to be polled.
    fn begin_poll(&self) -> Option<OnePoll> {
        let core = self.core()?;
        core.vitals.note_taken();
        if !core.at_work.replace(true) {
            self.go_to_work(core);
        }
        Some(core.polling.begin_poll(coop::Budget::FULL))
    }

    /// Looks at timers and sockets without waiting, and readies what was deferred.
    fn look_at_driver(&self, core: &Core) {
        // Reading the clock twice for a few polls would cost as much as they do.
        let is_measured = core.pace.has_enough_polls();
        if is_measured {
            self.end_stretch(core);
        }
        self.with_driver(core, |workers| workers.turn_driver(Some(Duration::ZERO)));
        if self.needs_help(core, Awake::Busy) {
            self.workers().wake_one();
        }
        if is_measured {
            core.pace.begin(clock::system_now());
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
        self.note(core, Event::LooksAtDriver);
        core.in_driver.set(true);
        // A waker that panics must not take the worker with it, and with that all its tasks.
        contain(|| turn(self.workers()));
        contain(|| self.defer.wake_all());
        self.ready_deferred(core);
        core.in_driver.set(false);
    }

    /// Whether the worker, before it goes on to the tasks of its own, wakes another one.
    ///
    /// Returns false for one task, which the worker runs at once, unless another worker has to take
    /// the driver; and for a few tasks, if the worker has just woken up and will be done with them
    /// before help could come. If one of those few takes long, the sentinel takes the others.
    fn needs_help(&self, core: &Core, awake: Awake) -> bool {
        let tasks = core.count_tasks();
        let is_worth_help = || match awake {
            Awake::Busy => true,
            Awake::JustWoke => core.pace.is_worth_help(tasks),
        };
        match tasks {
            0 => false,
            1 => self.hands_over_eagerly(),
            _ => is_worth_help() || self.hands_over_eagerly(),
        }
    }

    /// Whether a worker that leaves the driver with any task at all wakes another one.
    fn hands_over_eagerly(&self) -> bool {
        let workers = self.workers();
        workers.eager_handoff || workers.sentinel.is_wary()
    }

    /// Whether there are tasks that run after the driver's next turn.
    #[inline]
    fn has_deferred(&self, core: &Core) -> bool {
        core.polling.has_deferred() || !self.defer.is_empty()
    }
}
