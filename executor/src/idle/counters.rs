//! The idle protocol's counters in one word: `{ resting: top bit, awake: upper half, searching:
//! lower half }`.

/// How many bits the number of searching workers takes.
const SEARCHING_BITS: u32 = usize::BITS / 2;

/// A copy of the counters at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Counters {
    /// Workers that do not sleep, the searching ones included.
    pub(super) awake: usize,
    /// Workers that have no work and look for some.
    pub(super) searching: usize,
    /// Whether one of the sleepers rests: it will search before long, whatever happens.
    pub(super) resting: bool,
}

impl Counters {
    pub(super) const ONE_SEARCHING: usize = 1;
    pub(super) const ONE_AWAKE: usize = 1 << SEARCHING_BITS;
    pub(super) const RESTING: usize = 1 << (usize::BITS - 1);
    pub(super) const ONE_AWAKE_AND_SEARCHING: usize = Self::ONE_AWAKE | Self::ONE_SEARCHING;

    pub(super) const fn all_awake(workers: usize) -> Self {
        Counters {
            awake: workers,
            searching: 0,
            resting: false,
        }
    }

    pub(super) const fn pack(self) -> usize {
        let resting = if self.resting { Self::RESTING } else { 0 };
        resting | (self.awake << SEARCHING_BITS) | self.searching
    }

    pub(super) const fn unpack(word: usize) -> Self {
        Counters {
            awake: (word & !Self::RESTING) >> SEARCHING_BITS,
            searching: word & ((1 << SEARCHING_BITS) - 1),
            resting: word & Self::RESTING != 0,
        }
    }

    /// Whether queued work needs another worker: one sleeps, none searches, and it is not so that
    /// some work while one rests.
    pub(super) const fn should_wake(self, workers: usize) -> bool {
        self.searching == 0 && self.awake < workers && !(self.resting && self.awake > 0)
    }
}
