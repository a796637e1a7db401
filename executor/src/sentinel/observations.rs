//! What a look sees: a comparison with the look before.

use std::time::Duration;

/// What a worker shows of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pulse {
    /// It waits for work.
    pub(crate) parked: bool,
    /// It has taken up that many tasks, and may be in the last one.
    pub(crate) taken: u64,
    /// When it went to work, if it is in the first task since.
    pub(crate) first_since: Option<u64>,
}

/// The time between two looks while a worker is awake. One that does not move for that long stands
/// still.
const LOOK_INTERVAL: Duration = Duration::from_millis(2);

const INTERVAL: u64 = LOOK_INTERVAL.as_nanos() as u64;

/// The time to the next look if all sleep. A poll that begins after this look lasts for no more
/// than this before the next look sees it, which is as long as two looks can take otherwise.
const INTERVAL_ASLEEP: u64 = 2 * INTERVAL;

/// How many looks, at the interval while a worker is awake, may pass between two tasks of a worker
/// for the workers to count as lively.
const QUIET_LOOKS: u64 = 3;

/// What a look that sees a worker stand still adds to the weight, of which any other takes one; the
/// most that it can be; and from where on such looks are *frequent*: when they are a third of all,
/// after some 16 ms, and until 100 ms after the last one.
const STILL_WEIGHT: u32 = 2;
const WEIGHT_MAX: u32 = 64;
const WEIGHT_FREQUENT: u32 = 16;

/// What is expected of a worker at the first look.
const ASLEEP: Pulse = Pulse {
    parked: true,
    taken: 0,
    first_since: None,
};

/// What the last look saw, by worker, and what is left of the looks before it.
#[derive(Debug)]
pub(super) struct Observations {
    pulses: Vec<Pulse>,
    /// When that was.
    last: u64,
    /// How many looks ago a worker had run a task, and whether not many had passed until then.
    quiet_looks: u64,
    lively: bool,
    still_weight: u32,
}

/// The result of a look.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Seen {
    /// The workers that do not park and yet have done nothing since the last look.
    pub(super) still: Vec<usize>,
    /// Whether a worker ran a task not long ago, and not long after another task.
    pub(super) stirring: bool,
    /// Whether workers frequently stand still.
    pub(super) frequent: bool,
    /// How long it is to the next look.
    pub(super) next: u64,
}

impl Observations {
    pub(super) fn new(workers: usize) -> Self {
        Observations {
            pulses: vec![ASLEEP; workers],
            last: 0,
            quiet_looks: QUIET_LOOKS,
            lively: false,
            still_weight: 0,
        }
    }

    /// A look.
    pub(super) fn look(&mut self, now: u64, pulse: impl Fn(usize) -> Pulse) -> Seen {
        let looks = (now.saturating_sub(self.last) / INTERVAL).max(1);
        self.last = now;
        let mut seen = Seen::default();
        let mut ran = false;
        let mut awake = false;
        for (worker, last) in self.pulses.iter_mut().enumerate() {
            let pulse = pulse(worker);
            let before = std::mem::replace(last, pulse);
            awake |= !pulse.parked;
            if pulse.stands_still(before, now) {
                seen.still.push(worker);
            }
            ran |= before.taken != pulse.taken;
        }
        self.quiet_looks = self.quiet_looks.saturating_add(looks);
        if ran {
            self.lively = self.quiet_looks <= QUIET_LOOKS;
            self.quiet_looks = 0;
        }
        self.still_weight = match seen.still.is_empty() {
            // After a long sleep the weight is what it was.
            true => self.still_weight.saturating_sub(looks.min(2) as u32),
            false => (self.still_weight + STILL_WEIGHT).min(WEIGHT_MAX),
        };
        seen.stirring = self.lively && self.quiet_looks < QUIET_LOOKS;
        seen.frequent = self.still_weight >= WEIGHT_FREQUENT;
        seen.next = match awake || seen.frequent {
            true => INTERVAL,
            false => INTERVAL_ASLEEP,
        };
        seen
    }
}

impl Pulse {
    /// Whether the worker has been in one poll since the last look, or else for as long.
    fn stands_still(self, before: Pulse, now: u64) -> bool {
        let moved = before.parked || before.taken != self.taken;
        let long = |since| now.saturating_sub(since) >= INTERVAL;
        !self.parked && (!moved || self.first_since.is_some_and(long))
    }
}

#[cfg(all(test, not(vitte_loom)))]
mod tests {
    use super::*;

    fn parked(taken: u64) -> Pulse {
        Pulse { taken, ..ASLEEP }
    }

    fn awake(taken: u64) -> Pulse {
        let parked = false;
        Pulse {
            parked,
            taken,
            ..ASLEEP
        }
    }

    impl Observations {
        /// A look after the time of that many.
        fn look_after(&mut self, looks: u64, pulse: impl Fn(usize) -> Pulse) -> Seen {
            self.look(self.last + looks * INTERVAL, pulse)
        }
    }

    #[test]
    fn who_shows_the_same_twice_and_is_not_parked_stands_still() {
        let mut observations = Observations::new(2);
        let mut still =
            |pulses: [Pulse; 2]| observations.look_after(1, |worker| pulses[worker]).still;
        assert_eq!(still([parked(0), awake(7)]), vec![]);
        assert_eq!(still([parked(0), awake(7)]), vec![1]);
        assert_eq!(still([awake(0), awake(7)]), vec![1]);
        assert_eq!(still([awake(1), awake(8)]), vec![]);
    }

    #[test]
    fn who_runs_tasks_now_and_then_stirs_until_some_looks_after_the_last() {
        let mut observations = Observations::new(1);
        assert!(!observations.look_after(1, |_| parked(0)).stirring);
        assert!(
            !observations.look_after(1, |_| parked(1)).stirring,
            "the first in a long time"
        );
        assert!(observations.look_after(QUIET_LOOKS, |_| parked(2)).stirring);
        for _ in 1..QUIET_LOOKS {
            assert!(observations.look_after(1, |_| parked(2)).stirring);
        }
        assert!(!observations.look_after(1, |_| parked(2)).stirring);
    }

    #[test]
    fn single_tasks_with_long_times_between_them_do_not_stir() {
        let mut observations = Observations::new(1);
        for taken in 1..5 {
            assert!(
                !observations
                    .look_after(QUIET_LOOKS + 1, |_| parked(taken))
                    .stirring
            );
        }
    }

    #[test]
    fn a_poll_that_ends_soon_does_not_make_such_polls_frequent() {
        let mut observations = Observations::new(1);
        let mut taken = 0;
        for _ in 0..100 {
            for _ in 0..5 {
                taken += 1;
                assert!(!observations.look_after(1, |_| awake(taken)).frequent);
            }
            assert!(!observations.look_after(1, |_| awake(taken)).frequent);
        }
    }

    #[test]
    fn polls_that_stand_still_again_and_again_are_frequent_for_a_while() {
        let mut observations = Observations::new(1);
        for taken in 0..3 {
            for _ in 0..50 {
                observations.look_after(1, |_| awake(taken));
            }
            assert!(observations.look_after(1, |_| awake(taken)).frequent);
        }
        assert!(observations.look_after(1, |_| parked(3)).frequent);
        for _ in 0..WEIGHT_MAX {
            observations.look_after(1, |_| parked(3));
        }
        assert!(!observations.look_after(1, |_| parked(3)).frequent);
    }

    #[test]
    fn a_first_poll_that_began_an_interval_ago_stands_still_at_once() {
        let mut observations = Observations::new(1);
        let began = |since| Pulse {
            first_since: Some(since),
            ..awake(1)
        };
        assert_eq!(observations.look(INTERVAL, |_| parked(0)).still, vec![]);
        let later = 3 * INTERVAL;
        let seen = observations.look(later, |_| began(later - INTERVAL + 1));
        assert_eq!(seen.still, vec![]);
        assert_eq!(seen.next, INTERVAL);
        let mut observations = Observations::new(1);
        let seen = observations.look(later, |_| began(later - INTERVAL));
        assert_eq!(seen.still, vec![0]);
    }

    #[test]
    fn looks_are_fewer_while_all_sleep_unless_polls_stand_still_frequently() {
        let mut observations = Observations::new(1);
        assert_eq!(
            observations.look_after(1, |_| parked(1)).next,
            INTERVAL_ASLEEP
        );
        assert_eq!(observations.look_after(1, |_| awake(2)).next, INTERVAL);
        for _ in 0..WEIGHT_MAX {
            observations.look_after(1, |_| awake(2));
        }
        assert_eq!(observations.look_after(1, |_| parked(2)).next, INTERVAL);
    }
}
