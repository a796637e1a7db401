//! What a look sees: a comparison with the look before.

/// What a worker shows of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pulse {
    /// It waits for work.
    pub(crate) parked: bool,
    /// It has taken up that many tasks, and may be in the last one.
    pub(crate) taken: u64,
}

/// How many looks, or the time of how many, may pass between two of somebody's tasks for the
/// workers to be lively.
const QUIET_LOOKS: u64 = 3;

/// What a look in which somebody stands still adds to the weight, of which any other takes one; the
/// most that it can be; and from where on such looks are *frequent*: when they are a third of all,
/// after some 16 ms, and until 100 ms after the last one.
const STILL_WEIGHT: u32 = 2;
const WEIGHT_MAX: u32 = 64;
const WEIGHT_FREQUENT: u32 = 16;

/// What is expected of a worker at the first look.
const ASLEEP: Pulse = Pulse {
    parked: true,
    taken: 0,
};

/// What the last look saw, by worker, and what is left of the looks before it.
#[derive(Debug)]
pub(super) struct Watch {
    pulses: Vec<Pulse>,
    /// How many looks ago somebody had run something, and whether not many had passed until then.
    quiet_looks: u64,
    lively: bool,
    still_weight: u32,
}

/// The result of a look.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Seen {
    /// The workers that do not park and yet have done nothing since the last look.
    pub(super) still: Vec<usize>,
    /// Whether somebody ran something not long ago, and not long after something else.
    pub(super) stirring: bool,
    /// Whether it is frequent that somebody stands still.
    pub(super) frequent: bool,
}

impl Watch {
    pub(super) fn new(workers: usize) -> Self {
        Watch {
            pulses: vec![ASLEEP; workers],
            quiet_looks: QUIET_LOOKS,
            lively: false,
            still_weight: 0,
        }
    }

    /// A look, when there was time for that many since the one before.
    pub(super) fn look(&mut self, looks: u64, pulse: impl Fn(usize) -> Pulse) -> Seen {
        let mut seen = Seen::default();
        let mut ran = false;
        for (worker, last) in self.pulses.iter_mut().enumerate() {
            let now = pulse(worker);
            let before = std::mem::replace(last, now);
            if before == now && !now.parked {
                seen.still.push(worker);
            }
            ran |= before.taken != now.taken;
        }
        self.quiet_looks = self.quiet_looks.saturating_add(looks);
        if ran {
            self.lively = self.quiet_looks <= QUIET_LOOKS;
            self.quiet_looks = 0;
        }
        self.still_weight = match seen.still.is_empty() {
            true => self.still_weight.saturating_sub(1),
            false => (self.still_weight + STILL_WEIGHT).min(WEIGHT_MAX),
        };
        seen.stirring = self.lively && self.quiet_looks < QUIET_LOOKS;
        seen.frequent = self.still_weight >= WEIGHT_FREQUENT;
        seen
    }
}

#[cfg(all(test, not(vitte_loom)))]
mod tests {
    use super::*;

    fn parked(taken: u64) -> Pulse {
        let parked = true;
        Pulse { parked, taken }
    }

    fn awake(taken: u64) -> Pulse {
        let parked = false;
        Pulse { parked, taken }
    }

    #[test]
    fn who_shows_the_same_twice_and_is_not_parked_stands_still() {
        let mut watch = Watch::new(2);
        let mut still = |pulses: [Pulse; 2]| watch.look(1, |worker| pulses[worker]).still;
        assert_eq!(still([parked(0), awake(7)]), vec![]);
        assert_eq!(still([parked(0), awake(7)]), vec![1]);
        assert_eq!(still([awake(0), awake(7)]), vec![1]);
        assert_eq!(still([awake(1), awake(8)]), vec![]);
    }

    #[test]
    fn who_runs_tasks_now_and_then_stirs_until_some_looks_after_the_last() {
        let mut watch = Watch::new(1);
        assert!(!watch.look(1, |_| parked(0)).stirring);
        assert!(
            !watch.look(1, |_| parked(1)).stirring,
            "the first in a long time"
        );
        assert!(watch.look(QUIET_LOOKS, |_| parked(2)).stirring);
        for _ in 1..QUIET_LOOKS {
            assert!(watch.look(1, |_| parked(2)).stirring);
        }
        assert!(!watch.look(1, |_| parked(2)).stirring);
    }

    #[test]
    fn single_tasks_with_long_times_between_them_do_not_stir() {
        let mut watch = Watch::new(1);
        for taken in 1..5 {
            assert!(!watch.look(QUIET_LOOKS + 1, |_| parked(taken)).stirring);
        }
    }

    #[test]
    fn a_poll_that_ends_soon_does_not_make_such_polls_frequent() {
        let mut watch = Watch::new(1);
        let mut taken = 0;
        for _ in 0..100 {
            for _ in 0..5 {
                taken += 1;
                assert!(!watch.look(1, |_| awake(taken)).frequent);
            }
            assert!(!watch.look(1, |_| awake(taken)).frequent);
        }
    }

    #[test]
    fn polls_that_stand_still_again_and_again_are_frequent_for_a_while() {
        let mut watch = Watch::new(1);
        for taken in 0..3 {
            for _ in 0..50 {
                watch.look(1, |_| awake(taken));
            }
            assert!(watch.look(1, |_| awake(taken)).frequent);
        }
        assert!(watch.look(1, |_| parked(3)).frequent);
        for _ in 0..WEIGHT_MAX {
            watch.look(1, |_| parked(3));
        }
        assert!(!watch.look(1, |_| parked(3)).frequent);
    }
}
