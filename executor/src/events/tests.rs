//! What is noted with which readers, and what they then show.

use std::thread;
use std::time::Duration;

use vitte_context::clock;

use super::counts::Counts;
use super::{Event, Readers, Why, note};
use crate::metrics::WorkerMetrics;

#[test]
fn what_a_core_counts_is_visible_after_a_look_at_the_driver() {
    let (counts, metrics) = (Counts::new(), WorkerMetrics::default());
    let core = Readers {
        counts: Some(&counts),
        ..Readers::NONE
    };
    let worker = Readers {
        metrics: Some(&metrics),
        ..core
    };
    note(core, Event::TurnBegan);
    note(core, Event::Readied(Why::Wake));
    note(core, Event::Readied(Why::Yield));
    assert_eq!(
        (metrics.poll_count(), metrics.local_schedule_count()),
        (0, 0)
    );
    note(worker, Event::LooksAtDriver);
    assert_eq!(
        (metrics.poll_count(), metrics.local_schedule_count()),
        (1, 2)
    );
}

#[test]
fn a_wait_without_a_turn_before_it_is_counted_as_for_nothing() {
    let (counts, metrics) = (Counts::new(), WorkerMetrics::default());
    let worker = Readers {
        counts: Some(&counts),
        metrics: Some(&metrics),
        ..Readers::NONE
    };
    let start = clock::system_now();
    note(worker, Event::GotCore(start));
    assert_eq!(metrics.thread_id(), Some(thread::current().id()));
    note(worker, Event::TurnBegan);
    note(worker, Event::Parked);
    assert!(metrics.is_parked());
    assert_eq!((metrics.park_count(), metrics.noop_count()), (1, 0));
    note(worker, Event::Unparked(start));
    assert!(!metrics.is_parked());
    note(worker, Event::Parked);
    assert_eq!((metrics.park_count(), metrics.noop_count()), (2, 1));
    // Busy since a moment that lies ahead: for no time.
    let busy = metrics.busy();
    note(worker, Event::Unparked(start + Duration::from_secs(3600)));
    note(worker, Event::GaveCore);
    assert_eq!(metrics.busy(), busy);
}

#[test]
fn only_the_metrics_at_hand_count_robberies_and_overflows() {
    let metrics = WorkerMetrics::default();
    note(Readers::NONE, Event::Stole(3));
    let worker = Readers {
        metrics: Some(&metrics),
        ..Readers::NONE
    };
    note(worker, Event::Stole(3));
    note(worker, Event::Stole(2));
    note(worker, Event::Overflowed);
    assert_eq!((metrics.steal_operations(), metrics.steal_count()), (2, 5));
    assert_eq!(metrics.overflow_count(), 1);
}
