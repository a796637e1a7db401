//! The generators behind random choices: small, fast, and good enough for fairness.
//!
//! `xorshift64*` (Vigna 2014) per thread; `SplitMix64` (Steele, Lea, Flood 2014) to derive
//! independent streams from one seed. Neither is for secrets.

use std::hash::{BuildHasher, Hasher, RandomState};

use crate::primitive::plain::Mutex;

/// A sequence of well-mixed numbers from any seed, also from 0, 1, 2.
#[derive(Debug, Clone)]
pub struct SplitMix {
    state: u64,
}

impl SplitMix {
    /// A generator with that seed.
    pub const fn new(seed: u64) -> Self {
        SplitMix { state: seed }
    }

    /// The next number.
    pub const fn next_u64(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}

/// The initial state of a thread's generator for a seed; never 0, which means "not seeded".
pub const fn state_from_seed(seed: u64) -> u64 {
    let state = SplitMix::new(seed).next_u64();
    if state == 0 { 1 } else { state }
}

/// One step of xorshift64*: the next state and a number.
#[inline]
pub(super) const fn next(mut state: u64) -> (u64, u64) {
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    (state, state.wrapping_mul(0x2545_F491_4F6C_DD1D))
}

/// A seed that differs from thread to thread and from process to process.
///
/// `RandomState` is the only source of randomness that std offers.
pub(super) fn fresh_seed() -> u64 {
    RandomState::new().build_hasher().finish()
}

/// Hands a seed to each thread that enters a runtime.
#[derive(Debug)]
pub struct SeedGenerator {
    stream: Mutex<SplitMix>,
}

impl Default for SeedGenerator {
    fn default() -> Self {
        SeedGenerator::new(fresh_seed())
    }
}

impl SeedGenerator {
    /// A generator of seeds that all follow from this one.
    pub fn new(seed: u64) -> Self {
        SeedGenerator {
            stream: Mutex::new(SplitMix::new(seed)),
        }
    }

    /// The next seed.
    pub fn next_seed(&self) -> u64 {
        self.stream
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
            .next_u64()
    }
}
