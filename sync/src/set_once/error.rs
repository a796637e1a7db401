//! The error of `SetOnce`: it was set before.

use std::error::Error;
use std::fmt;

/// The error of [`SetOnce::set`](super::SetOnce::set): there is a value already. It contains the
/// value that was not set.
///
/// # Examples
///
/// ```
/// use vitte::sync::{SetOnce, SetOnceError};
///
/// let cell = SetOnce::new_with(Some(1));
/// let SetOnceError(value) = cell.set(2).unwrap_err();
/// assert_eq!(value, 2);
/// ```
#[derive(Debug, PartialEq, Eq)]
pub struct SetOnceError<T>(pub T);

impl<T> fmt::Display for SetOnceError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SetOnceError")
    }
}

impl<T: fmt::Debug> Error for SetOnceError<T> {}
