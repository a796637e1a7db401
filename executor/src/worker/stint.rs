//! A worker's *stint*: what it did since it went to work, or since it last ran dry, and whether
//! that was too small to share.
//!
//! A pure measure; what follows from it is in [`rest`](super::rest). The thread that has the
//! worker's core begins and ends its stints.

use std::cell::Cell;
use std::time::{Duration, Instant};

/// How long a task takes, at the least, that is worth another worker's while. Tasks that do nothing
/// take a thief 100 to 600 ns, and the worker that spawned them 70.
const WORTHWHILE: Duration = Duration::from_nanos(750);

/// The first rest. Twice as long after each one that changed nothing.
const REST_MIN: Duration = Duration::from_micros(50);
pub(super) const REST_MAX: Duration = Duration::from_micros(200);

/// What a worker did since it went to work, or since it last ran dry.
#[derive(Debug)]
pub(super) struct Stint {
    began: Cell<Instant>,
    /// How many tasks the worker had taken up before.
    taken: Cell<u64>,
    /// What the others had done when a stint of tiny tasks last ended.
    others: Cell<u64>,
    /// How long the next rest is.
    rest: Cell<Duration>,
}

impl Stint {
    pub(super) fn new(now: Instant) -> Self {
        Stint {
            began: Cell::new(now),
            taken: Cell::new(0),
            others: Cell::new(0),
            rest: Cell::new(REST_MIN),
        }
    }

    pub(super) fn begin(&self, now: Instant, taken: u64) {
        self.began.set(now);
        self.taken.set(taken);
    }

    /// A stint ends and the next one begins. Returns whether the tasks were tiny, and what the
    /// others have done is not what they had done when that was so the last time.
    pub(super) fn end(&self, now: Instant, taken: u64, others: impl FnOnce() -> u64) -> bool {
        let elapsed = now.saturating_duration_since(self.began.get());
        let tasks = taken - self.taken.get();
        self.begin(now, taken);
        let was_tiny = elapsed.as_nanos() < WORTHWHILE.as_nanos() * u128::from(tasks);
        let others_progress = was_tiny && {
            let others = others();
            self.others.replace(others) != others
        };
        if !others_progress {
            self.rest.set(REST_MIN);
        }
        others_progress
    }

    pub(super) fn next_rest(&self) -> Duration {
        let rest = self.rest.get();
        self.rest.set(REST_MAX.min(rest * 2));
        rest
    }
}

#[cfg(all(test, not(vitte_loom)))]
mod tests {
    use vitte_context::clock;

    use super::*;

    struct World {
        now: Instant,
        taken: u64,
        others: u64,
        stint: Stint,
    }

    impl World {
        fn new() -> Self {
            let now = clock::system_now();
            World {
                now,
                taken: 0,
                others: 0,
                stint: Stint::new(now),
            }
        }

        fn stint(&mut self, tasks: u32, each: Duration, others: u64) -> bool {
            self.now += each * tasks;
            self.taken += u64::from(tasks);
            self.others += others;
            self.stint.end(self.now, self.taken, || self.others)
        }
    }

    const TINY: Duration = Duration::from_nanos(300);

    #[test]
    fn rests_grow_while_tasks_are_tiny_and_begin_anew_after_others() {
        let mut world = World::new();
        assert!(world.stint(128, TINY, 1));
        assert_eq!(world.stint.next_rest(), REST_MIN);
        for _ in 0..10 {
            assert!(world.stint(1, TINY, 1));
            assert!(world.stint.next_rest() > REST_MIN);
        }
        assert_eq!(world.stint.next_rest(), REST_MAX);
        assert!(!world.stint(128, WORTHWHILE, 1));
        assert_eq!(world.stint.next_rest(), REST_MIN);
        assert!(!world.stint(0, WORTHWHILE, 1));
    }

    #[test]
    fn a_worker_does_not_rest_while_the_others_stand_still() {
        let mut world = World::new();
        assert!(world.stint(128, TINY, 1));
        assert!(!world.stint(128, TINY, 0));
        assert!(!world.stint(128, TINY, 0));
        assert!(world.stint(128, TINY, 1));
    }
}
