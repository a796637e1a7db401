//! Choices: every random draw, and every decision that the contract leaves open.
//!
//! In an ordinary runtime, [`free`] choices take the default, 0 (first in, first out; no fault),
//! and [`random`] ones come from a thread-local generator. In a deterministic runtime both come
//! from its [`Chooser`], which draws from one stream per kind, logs each choice and keeps a rolling
//! hash of them all. If it is given a log instead of a seed, it repeats the log.

mod chooser;
mod replay;
mod rng;

use crate::{block, runtime};

pub use chooser::{Chooser, Kind};
pub use replay::{Choice, ReplayError};
pub use rng::{SeedGenerator, SplitMix, state_from_seed};

/// Chooses one of `n` alternatives whose order nobody promised; 0 unless deterministic.
#[inline]
pub fn free(kind: Kind, n: usize) -> usize {
    if n < 2 {
        return 0;
    }
    runtime::with_current(|core| match core.and_then(|core| core.chooser()) {
        Some(chooser) => chooser.choose(kind, n),
        None => 0,
    })
}

/// Draws one of `n` alternatives at random: fairly, and cheaply, but not for secrets.
#[inline]
pub fn random(kind: Kind, n: usize) -> usize {
    if n < 2 {
        return 0;
    }
    runtime::with_current(|core| match core.and_then(|core| core.chooser()) {
        Some(chooser) => chooser.choose(kind, n),
        None => thread_random(n),
    })
}

/// The state of a thread's generator that has not drawn yet.
pub(crate) const NOT_SEEDED: u64 = 0;

/// A seed for this thread: the current runtime's next one, or any outside of a runtime.
#[cold]
fn seed() -> u64 {
    runtime::with_current(|core| core.map_or_else(rng::fresh_seed, |core| core.seeds().next_seed()))
}

/// A number below `n` from this thread's generator.
fn thread_random(n: usize) -> usize {
    block::with(|block| {
        let mut state = block.rng.get();
        if state == NOT_SEEDED {
            state = state_from_seed(seed());
        }
        let (state, value) = rng::next(state);
        block.rng.set(state);
        // Multiply-shift instead of a remainder: no division, and no visible bias for small n.
        ((u128::from(value) * n as u128) >> 64) as usize
    })
}
