//! A generator of numbers that repeats with its seed.

use std::ops::Range;
use std::time::Duration;

/// SplitMix64.
#[derive(Debug)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Random(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ (word >> 31)
    }

    /// A generator for somebody else, whose numbers do not depend on how many are drawn here.
    pub(crate) fn fork(&mut self) -> Self {
        Random(self.next())
    }

    pub(crate) fn range(&mut self, range: Range<usize>) -> usize {
        range.start + (self.next() % (range.end - range.start) as u64) as usize
    }

    /// True once in that many times.
    pub(crate) fn one_in(&mut self, times: usize) -> bool {
        self.range(0..times) == 0
    }

    pub(crate) fn pick<T: Copy>(&mut self, values: &[T]) -> T {
        values[self.range(0..values.len())]
    }

    pub(crate) fn micros(&mut self, range: Range<usize>) -> Duration {
        Duration::from_micros(self.range(range) as u64)
    }

    pub(crate) fn bytes(&mut self, range: Range<usize>) -> Vec<u8> {
        let length = self.range(range);
        (0..length).map(|_| self.next() as u8).collect()
    }
}
