//! What a scheduler does about the events in its tasks' lives: the hooks are called, how long ready
//! tasks waited is measured, and a panic may end the runtime.
//!
//! Called by the harness, on the thread that polls a task, and only if the scheduler's owner has
//! [`Listeners`]. Blocking jobs have the scheduler's owner, too, but are not reported until they
//! end.

use std::time::Duration;

use super::Scheduler;
use crate::config::Config;
use crate::events::{self, Event, Readers};
use crate::task::header::Header;
use crate::task::listeners::Listeners;
use crate::task::owner::OwnerEvents;

pub(super) static EVENTS: OwnerEvents = OwnerEvents {
    poll_begins,
    poll_ended,
    ended,
};

/// Which events of a scheduler's tasks its configuration listens to.
pub(super) fn listeners(config: &Config) -> Listeners {
    // A deterministic runtime has no real time that would be worth measuring.
    let measures_latency = config.deterministic.is_none()
        && (config.tracks_schedule_latency || config.schedule_latencies.is_some());
    Listeners::NOTHING
        .with(Listeners::HOOKS, config.hooks.is_some())
        .with(Listeners::PANICS, config.shut_down_on_panic)
        .with(Listeners::LATENCY, measures_latency)
}

/// The scheduler of a task.
///
/// # Safety
///
/// See [`OwnerEvents`].
unsafe fn scheduler(task: &Header) -> &Scheduler {
    // SAFETY: the events are those of the owner inside a scheduler, which outlives its incomplete
    // tasks; a blocking job runs while its thread holds the runtime's core.
    unsafe { task.owner_pointer().cast::<Scheduler>().as_ref() }
}

/// # Safety
///
/// See [`OwnerEvents`].
unsafe fn poll_begins(task: &Header) -> Option<Duration> {
    // SAFETY: the caller's promise.
    let scheduler = unsafe { scheduler(task) };
    let is_measured = scheduler.owner.listeners().includes(Listeners::LATENCY);
    let latency = is_measured.then(|| task.ready_for());
    // Only a worker polls, except for tasks that are polled during the shutdown.
    let worker = scheduler.owner.worker_here();
    let readers = Readers {
        metrics: worker.map(|worker| scheduler.worker_metrics(worker)),
        ..scheduler.hooks()
    };
    events::note(readers, Event::PollBegan(task, latency));
    latency
}

/// # Safety
///
/// See [`OwnerEvents`].
unsafe fn poll_ended(task: &Header, latency: Option<Duration>, panicked: bool) {
    // SAFETY: the caller's promise.
    let scheduler = unsafe { scheduler(task) };
    events::note(scheduler.hooks(), Event::PollEnded(task, latency));
    if panicked && scheduler.owner.listeners().includes(Listeners::PANICS) {
        scheduler.flavor.task_panicked();
        scheduler.owner.close();
    }
}

/// # Safety
///
/// See [`OwnerEvents`].
unsafe fn ended(task: &Header) {
    // SAFETY: the caller's promise.
    let scheduler = unsafe { scheduler(task) };
    events::note(scheduler.hooks(), Event::TaskEnded(task));
}

impl Scheduler {
    /// Those who read of a task's spawn, its polls and its end.
    #[inline]
    pub(super) fn hooks(&self) -> Readers<'_> {
        Readers {
            hooks: self.config.hooks.as_deref(),
            ..Readers::NONE
        }
    }
}
