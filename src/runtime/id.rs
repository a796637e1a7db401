//! Runtime ids.

use std::fmt;
use std::num::NonZeroU64;

/// Names a runtime, uniquely among all runtimes that this process ever makes.
#[derive(Clone, Copy, Debug, Hash, Eq, PartialEq)]
pub struct Id(NonZeroU64);

impl Id {
    pub(crate) fn new(raw: u64) -> Self {
        // Ids start at 1; `MIN` stands in for a case that does not exist.
        Id(NonZeroU64::new(raw).unwrap_or(NonZeroU64::MIN))
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
