//! The core: a worker's queues, and what it remembers from one task to the next.
//!
//! The thread that has the core is the worker. Other threads reach what is in it only through
//! [`Vitals`] and the [stealer](crate::queue::ReadyStealer). How a task gets into its queues is in
//! [`enqueue`](super::enqueue), in which order they are looked at in [`search`](super::search).

use std::cell::Cell;
use std::sync::Arc;

use vitte_context::clock;
use vitte_context::primitive::CachePadded;

use super::stint::Stint;
use crate::config::Config;
use crate::polling::Polling;
use crate::queue::Ready;
use crate::task::header::Task;
use crate::worker::pace::Pace;
use crate::worker::vitals::Vitals;

/// What makes a thread a worker: it owns the queues.
pub(crate) struct Core {
    pub(super) index: usize,
    /// The LIFO slot, and what else others see while this worker is inside a poll.
    pub(super) vitals: Arc<CachePadded<Vitals>>,
    pub(super) lifo_open: Cell<bool>,
    pub(super) lifo_enabled: bool,
    pub(super) ready: Ready,
    /// The injector's overflow is looked at next, and only then its single tasks.
    pub(super) overflow_first: Cell<bool>,
    /// The lane of the injector that is looked at first.
    lane: Cell<usize>,
    /// Counted as searching by the idle protocol.
    pub(super) searching: Cell<bool>,
    /// It has taken up a task since it last slept or searched.
    pub(super) at_work: Cell<bool>,
    pub(super) stint: Stint,
    /// Inside a turn of the driver: what it readies is announced once, after the turn.
    pub(super) in_driver: Cell<bool>,
    pub(super) pace: Pace,
    pub(super) polling: Polling,
}

impl Core {
    pub(crate) fn new(
        index: usize,
        ready: Ready,
        vitals: Arc<CachePadded<Vitals>>,
        config: &Config,
    ) -> Self {
        let lifo_enabled = !config.disable_lifo_slot;
        Core {
            index,
            vitals,
            lifo_open: Cell::new(lifo_enabled),
            lifo_enabled,
            ready,
            overflow_first: Cell::new(false),
            lane: Cell::new(0),
            searching: Cell::new(false),
            at_work: Cell::new(false),
            stint: Stint::new(clock::system_now()),
            in_driver: Cell::new(false),
            pace: Pace::new(config.global_queue_interval),
            polling: Polling::new(config),
        }
    }

    #[inline]
    pub(crate) fn index(&self) -> usize {
        self.index
    }

    /// The lane of the injector at which the next look begins.
    pub(super) fn next_lane(&self) -> usize {
        let lane = self.lane.get();
        self.lane.set(lane.wrapping_add(1));
        lane
    }

    /// The worker sleeps or searches.
    pub(super) fn leave_work(&self) {
        self.at_work.set(false);
        self.vitals.note_idle();
    }

    /// The next task of this worker's own.
    #[inline]
    pub(crate) fn next_local_task(&self) -> Option<Task> {
        self.vitals.lifo.take().or_else(|| self.ready.pop())
    }

    #[inline]
    pub(super) fn has_tasks(&self) -> bool {
        self.count_tasks() > 0
    }

    #[inline]
    pub(super) fn count_tasks(&self) -> usize {
        self.ready.len() + usize::from(!self.vitals.lifo.is_empty())
    }
}
