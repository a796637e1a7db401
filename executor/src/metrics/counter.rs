//! Arithmetic of counters that have one writer.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Adds to a counter that only this thread writes.
#[inline]
pub(crate) fn add(counter: &AtomicU64, more: u64) {
    // Not an atomic addition: there is one writer.
    counter.store(counter.load(Ordering::Relaxed) + more, Ordering::Relaxed);
}

/// A duration in nanoseconds, or as many as fit.
pub(crate) fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
