//! Reads what a worker does, and counts it.
//!
//! What happens at every poll or wake is counted in the core itself, in [`Counts`], with plain
//! stores to memory that nobody else touches. It is published to the worker's
//! [metrics](crate::metrics) when the thread looks at the driver, parks, or gives the core up.

use std::cell::Cell;
use std::sync::atomic::Ordering;
use std::time::Instant;

use vitte_context::clock;

use super::event::Event;
use crate::metrics::WorkerMetrics;
use crate::metrics::counter::{add, nanos};

/// What a core counts on its own.
#[derive(Debug)]
pub(crate) struct Counts {
    polls: Cell<u64>,
    polls_before_park: Cell<u64>,
    local_schedules: Cell<u64>,
    busy_since: Cell<Instant>,
}

impl Counts {
    pub(crate) fn new() -> Self {
        Counts {
            polls: Cell::new(0),
            polls_before_park: Cell::new(0),
            local_schedules: Cell::new(0),
            busy_since: Cell::new(clock::system_now()),
        }
    }

    /// Makes what was counted visible to others.
    fn publish(&self, metrics: &WorkerMetrics) {
        metrics
            .poll_count
            .store(self.polls.get(), Ordering::Relaxed);
        metrics
            .local_schedule_count
            .store(self.local_schedules.get(), Ordering::Relaxed);
    }

    /// The worker was busy, and is not any more.
    fn end_busy(&self, metrics: &WorkerMetrics) {
        let busy = clock::system_now().saturating_duration_since(self.busy_since.get());
        add(&metrics.busy_nanos, nanos(busy));
        self.publish(metrics);
    }

    fn park(&self, metrics: &WorkerMetrics) {
        self.end_busy(metrics);
        add(&metrics.park_count, 1);
        add(&metrics.park_unpark_count, 1);
        let polls = self.polls.get();
        if self.polls_before_park.replace(polls) == polls {
            add(&metrics.noop_count, 1);
        }
    }
}

#[inline(always)]
pub(super) fn read(counts: Option<&Counts>, metrics: Option<&WorkerMetrics>, event: Event<'_>) {
    if let Some(counts) = counts {
        match event {
            Event::TurnBegan => counts.polls.set(counts.polls.get() + 1),
            Event::Readied(_) => counts.local_schedules.set(counts.local_schedules.get() + 1),
            Event::GotCore(now) | Event::Unparked(now) => counts.busy_since.set(now),
            _ => {}
        }
    }
    let Some(metrics) = metrics else { return };
    match event {
        Event::Stole(tasks) => {
            add(&metrics.steal_operations, 1);
            add(&metrics.steal_count, tasks as u64);
        }
        Event::Overflowed => add(&metrics.overflow_count, 1),
        Event::GotCore(_) => metrics.thread.set_current(),
        Event::Unparked(_) => add(&metrics.park_unpark_count, 1),
        _ => {}
    }
    // What moves from the one to the other.
    let Some(counts) = counts else { return };
    match event {
        Event::LooksAtDriver => counts.publish(metrics),
        Event::Parked => counts.park(metrics),
        Event::GaveCore => counts.end_busy(metrics),
        _ => {}
    }
}
