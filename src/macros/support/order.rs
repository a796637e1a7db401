//! The order in which `select!`, `join!` and `try_join!` poll their branches.
//!
//! The macros call this once per poll. Random choices come from the context, so that in the
//! deterministic mode they follow from the seed.

use vitte_context::choose::{self, Kind};

/// The branches of one macro, each once, starting at one of them and wrapping around.
#[derive(Debug)]
pub struct Branches {
    next: u32,
    left: u32,
    count: u32,
}

impl Branches {
    #[inline]
    fn starting_at(first: u32, count: u32) -> Self {
        Branches {
            next: first,
            left: count,
            count,
        }
    }
}

impl Iterator for Branches {
    type Item = u32;

    #[inline]
    fn next(&mut self) -> Option<u32> {
        self.left = self.left.checked_sub(1)?;
        let branch = self.next;
        self.next = after(branch, self.count);
        Some(branch)
    }
}

#[inline]
fn after(branch: u32, count: u32) -> u32 {
    if branch + 1 == count { 0 } else { branch + 1 }
}

/// The order of a `select!`: starts at a random branch.
#[inline]
pub fn start_at_random(count: u32) -> Branches {
    let first = choose::random(Kind::Branch, count as usize);
    Branches::starting_at(first as u32, count)
}

/// A random number below `n`, under the name that tokio's macros and tests use.
pub fn thread_rng_n(n: u32) -> u32 {
    choose::random(Kind::Branch, n as usize) as u32
}

/// The order of a biased `select!`: the one in which the branches are written.
#[inline]
pub fn start_in_order(count: u32) -> Branches {
    Branches::starting_at(0, count)
}

/// The order of a `join!`: each poll starts at the next branch.
#[derive(Debug, Default)]
pub struct Rotating<const COUNT: u32> {
    first: u32,
}

impl<const COUNT: u32> Rotating<COUNT> {
    /// The order for this poll.
    #[inline]
    pub fn branches(&mut self) -> Branches {
        let first = self.first;
        self.first = after(first, COUNT);
        Branches::starting_at(first, COUNT)
    }
}

/// The order of a biased `join!`: the one in which the branches are written.
#[derive(Debug, Default)]
pub struct InOrder<const COUNT: u32>;

impl<const COUNT: u32> InOrder<COUNT> {
    /// The order for this poll.
    #[inline]
    pub fn branches(&mut self) -> Branches {
        Branches::starting_at(0, COUNT)
    }
}

/// A set of up to 64 branches of a `select!`.
#[derive(Debug, Clone, Copy)]
pub struct BranchSet(u64);

impl BranchSet {
    /// No branch.
    pub const EMPTY: BranchSet = BranchSet(0);

    /// Adds a branch.
    #[inline]
    pub fn insert(&mut self, branch: u32) {
        self.0 |= 1 << branch;
    }

    /// Whether a branch is in the set.
    #[inline]
    pub fn contains(self, branch: u32) -> bool {
        self.0 & (1 << branch) != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn branches_go_around_once() {
        let branches: Vec<u32> = Branches::starting_at(2, 4).collect();
        assert_eq!(branches, [2, 3, 0, 1]);
    }

    #[test]
    fn rotating_begins_with_each_branch_in_turn() {
        let mut order = Rotating::<3>::default();
        let firsts: Vec<_> = (0..4).map(|_| order.branches().next()).collect();
        assert_eq!(firsts, [Some(0), Some(1), Some(2), Some(0)]);
    }

    #[test]
    fn random_start_reaches_every_branch() {
        let mut seen = BranchSet::EMPTY;
        for _ in 0..1000 {
            seen.insert(start_at_random(4).next().unwrap());
        }
        assert!((0..4).all(|branch| seen.contains(branch)));
    }
}
