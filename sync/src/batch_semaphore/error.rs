//! Why permits were not given.

use std::error::Error;
use std::fmt;

/// The semaphore was closed, so that no permit can be acquired any more.
#[derive(Debug)]
pub struct AcquireError(());

impl AcquireError {
    pub(super) const CLOSED: AcquireError = AcquireError(());
}

impl fmt::Display for AcquireError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("semaphore closed")
    }
}

impl Error for AcquireError {}

/// Why permits could not be acquired at once.
#[derive(Debug, PartialEq, Eq)]
pub enum TryAcquireError {
    /// The semaphore was closed and gives out no more permits.
    Closed,
    /// There are not enough permits at this moment.
    NoPermits,
}

impl fmt::Display for TryAcquireError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            TryAcquireError::Closed => "semaphore closed",
            TryAcquireError::NoPermits => "no permits available",
        })
    }
}

impl Error for TryAcquireError {}
