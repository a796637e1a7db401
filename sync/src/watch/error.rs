//! The errors of [`watch`](super) channels: why a value was not sent, or none will come.

use std::error::Error;
use std::fmt;

/// The error of `send`: there is no receiver. It contains the value.
///
/// # Examples
///
/// ```
/// use vitte::sync::watch::{self, error::SendError};
///
/// let (tx, rx) = watch::channel(1);
/// drop(rx);
/// let SendError(value) = tx.send(2).unwrap_err();
/// assert_eq!((value, *tx.borrow()), (2, 1)); // the old value stays
/// ```
#[derive(PartialEq, Eq, Clone, Copy)]
pub struct SendError<T>(pub T);

impl<T> fmt::Debug for SendError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SendError").finish_non_exhaustive()
    }
}

impl<T> fmt::Display for SendError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("channel closed")
    }
}

impl<T> Error for SendError<T> {}

/// The error of the receiver: every sender was dropped, so the value does not change any more.
///
/// # Examples
///
/// ```
/// # #[vitte::main]
/// # async fn main() {
/// use vitte::sync::watch::{self, error::RecvError};
///
/// let (tx, mut rx) = watch::channel(1);
/// drop(tx);
/// let result: Result<(), RecvError> = rx.changed().await;
/// assert!(result.is_err());
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct RecvError(pub(super) ());

impl fmt::Display for RecvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("channel closed")
    }
}

impl Error for RecvError {}
