//! What a look sees: a comparison with the look before.

/// What a worker shows of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pulse {
    /// It waits for work.
    Parked,
    /// It has taken up that many tasks, and may be in the last one.
    Took(u64),
}

/// What the last look saw, by worker.
#[derive(Debug)]
pub(super) struct Watch {
    pulses: Vec<Pulse>,
}

/// The result of a look.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Seen {
    /// The workers that do not park and yet have done nothing since the last look.
    pub(super) still: Vec<usize>,
    /// Whether anybody did anything since the last look.
    pub(super) stirring: bool,
}

impl Watch {
    pub(super) fn new(workers: usize) -> Self {
        Watch {
            pulses: vec![Pulse::Parked; workers],
        }
    }

    pub(super) fn look(&mut self, pulse: impl Fn(usize) -> Pulse) -> Seen {
        let mut seen = Seen::default();
        for (worker, last) in self.pulses.iter_mut().enumerate() {
            let now = pulse(worker);
            if *last != now {
                *last = now;
                seen.stirring = true;
            } else if now != Pulse::Parked {
                seen.still.push(worker);
            }
        }
        seen
    }
}

#[cfg(all(test, not(vitte_loom)))]
mod tests {
    use super::Pulse::{Parked, Took};
    use super::*;

    fn look(watch: &mut Watch, pulses: [Pulse; 2]) -> (Vec<usize>, bool) {
        let seen = watch.look(|worker| pulses[worker]);
        (seen.still, seen.stirring)
    }

    #[test]
    fn who_shows_the_same_twice_and_is_not_parked_stands_still() {
        let mut watch = Watch::new(2);
        assert_eq!(look(&mut watch, [Parked, Took(7)]), (vec![], true));
        assert_eq!(look(&mut watch, [Parked, Took(7)]), (vec![1], false));
        assert_eq!(look(&mut watch, [Took(1), Took(7)]), (vec![1], true));
        assert_eq!(look(&mut watch, [Took(2), Took(8)]), (vec![], true));
    }

    #[test]
    fn sleepers_neither_stir_nor_stand_still() {
        let mut watch = Watch::new(2);
        assert_eq!(look(&mut watch, [Parked, Parked]), (vec![], false));
        assert_eq!(look(&mut watch, [Took(1), Parked]), (vec![], true));
        assert_eq!(look(&mut watch, [Parked, Parked]), (vec![], true));
        assert_eq!(look(&mut watch, [Parked, Parked]), (vec![], false));
    }
}
