//! Reads how long polls take and how long ready tasks wait, where the worker has a histogram of
//! that.

use std::time::Duration;

use super::event::Event;
use crate::metrics::{Histogram, WorkerMetrics};

#[inline(always)]
pub(super) fn read(metrics: Option<&WorkerMetrics>, event: Event<'_>) {
    let Some(metrics) = metrics else { return };
    match event {
        Event::TurnTook(took) => record(metrics.poll_times(), took),
        Event::PollBegan(_, Some(latency)) => record(metrics.schedule_latencies(), latency),
        _ => {}
    }
}

fn record(histogram: Option<&Histogram>, time: Duration) {
    if let Some(histogram) = histogram {
        histogram.record(time);
    }
}
