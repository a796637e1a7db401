//! Why a cell was not set.

use std::error::Error;
use std::fmt;

/// The value that [`SetOnce::set`](super::SetOnce::set) did not put in, as there was one already.
#[derive(Debug, PartialEq, Eq)]
pub struct SetOnceError<T>(pub T);

impl<T> fmt::Display for SetOnceError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SetOnceError")
    }
}

impl<T: fmt::Debug> Error for SetOnceError<T> {}
