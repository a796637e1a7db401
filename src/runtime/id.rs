//! Runtime ids.

use std::fmt;
use std::num::NonZeroU64;

/// Identifies a runtime, uniquely among all runtimes and local sets of this process.
///
/// # Examples
///
/// ```
/// use vitte::runtime::Handle;
///
/// # #[vitte::main(flavor = "current_thread")]
/// # async fn main() {
/// let here = Handle::current().id();
/// assert_eq!(here, Handle::current().id());
/// # }
/// ```
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
