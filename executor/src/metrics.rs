//! What a worker counts. Each counter has one writer, its worker; anyone may read.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use vitte_context::clock;

/// One worker's counters.
#[derive(Debug, Default)]
pub struct WorkerMetrics {
    busy_nanos: AtomicU64,
    park_count: AtomicU64,
    park_unpark_count: AtomicU64,
}

impl WorkerMetrics {
    /// How long the worker was not parked, up to when it last parked.
    pub fn busy(&self) -> Duration {
        Duration::from_nanos(self.busy_nanos.load(Ordering::Relaxed))
    }

    /// How often the worker parked.
    pub fn park_count(&self) -> u64 {
        self.park_count.load(Ordering::Relaxed)
    }

    /// How often the worker parked or was unparked: odd while it is parked.
    pub fn park_unpark_count(&self) -> u64 {
        self.park_unpark_count.load(Ordering::Relaxed)
    }

    /// The worker was busy since then, and is not any more.
    pub(crate) fn note_busy(&self, busy_since: Instant) {
        let busy = clock::system_now()
            .saturating_duration_since(busy_since)
            .as_nanos() as u64;
        self.busy_nanos.fetch_add(busy, Ordering::Relaxed);
    }

    /// The worker parks after having been busy since then.
    pub(crate) fn note_park(&self, busy_since: Instant) {
        self.note_busy(busy_since);
        self.park_count.fetch_add(1, Ordering::Relaxed);
        self.park_unpark_count.fetch_add(1, Ordering::Relaxed);
    }

    /// The worker was unparked. Returns the moment since when it is busy.
    pub(crate) fn note_unpark(&self) -> Instant {
        self.park_unpark_count.fetch_add(1, Ordering::Relaxed);
        clock::system_now()
    }
}
