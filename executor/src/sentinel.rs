#![doc = include_str!("sentinel/README.md")]

mod duty;
#[cfg(all(test, vitte_loom))]
mod loom_model;
mod observations;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, TryLockError};
use std::time::{Duration, Instant};

use duty::Duty;
use observations::Observations;
pub(crate) use observations::Pulse;

use crate::idle::Idle;

/// Which worker looks whether others are stuck in a poll, when it does, and what it sees.
#[derive(Debug)]
pub(crate) struct Sentinel {
    duty: Duty,
    began: Instant,
    /// When the next look is due, in nanoseconds since `began`.
    due_nanos: AtomicU64,
    /// Workers stand still frequently.
    wary: AtomicBool,
    observations: Mutex<Observations>,
}

impl Sentinel {
    /// No worker has the duty, and a look is due at once.
    pub(crate) fn new(workers: usize, now: Instant) -> Self {
        Sentinel {
            duty: Duty::new(),
            began: now,
            due_nanos: AtomicU64::new(0),
            wary: AtomicBool::new(false),
            observations: Mutex::new(Observations::new(workers)),
        }
    }

    /// A sleeper asks before each wait: how long it may sleep as the sentinel, until a look is
    /// due; `None` if it is not the sentinel.
    pub(crate) fn wait_limit(
        &self,
        me: usize,
        idle: &Idle,
        now: impl Fn() -> Instant,
    ) -> Option<Duration> {
        self.duty.take(me, idle).then(|| self.until_look(now()))
    }

    /// A worker goes to work. Returns the sleeper that it has to unpark, to be the sentinel.
    pub(crate) fn leave(&self, me: usize, idle: &Idle) -> Option<usize> {
        self.duty.leave(me, idle)
    }

    /// Whether workers stand still so frequently that the driver is better never left alone.
    pub(crate) fn is_wary(&self) -> bool {
        // Relaxed: a hint.
        self.wary.load(Ordering::Relaxed)
    }

    /// Whether a look is due, and nobody sleeps whose duty that would be.
    pub(crate) fn is_look_overdue(&self, now: impl Fn() -> Instant) -> bool {
        self.duty.is_vacant() && self.until_look(now()).is_zero()
    }

    fn until_look(&self, now: Instant) -> Duration {
        // Relaxed: two threads that both find a look due meet at the lock.
        let due = self.due_nanos.load(Ordering::Relaxed);
        Duration::from_nanos(due.saturating_sub(self.nanos(now)))
    }

    /// The time as looks have it.
    pub(crate) fn nanos(&self, now: Instant) -> u64 {
        now.saturating_duration_since(self.began).as_nanos() as u64
    }

    /// Looks at all workers, and returns those that stand still; none if another thread looks.
    pub(crate) fn look(&self, now: Instant, pulse: impl Fn(usize) -> Pulse) -> Vec<usize> {
        let mut observations = match self.observations.try_lock() {
            Ok(observations) => observations,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return Vec::new(),
        };
        let now = self.nanos(now);
        let seen = observations.look(now, pulse);
        self.due_nanos.store(now + seen.next, Ordering::Relaxed);
        self.duty.set_stirring(seen.stirring);
        // Relaxed: a hint.
        self.wary.store(seen.frequent, Ordering::Relaxed);
        seen.still
    }
}
