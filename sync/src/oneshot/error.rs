//! The errors of [`oneshot`](super) channels: why no value was received.

use std::error::Error;
use std::fmt;

/// The error of awaiting the receiver: no value was sent, and none will be.
///
/// # Examples
///
/// ```
/// # #[vitte::main]
/// # async fn main() {
/// use vitte::sync::oneshot::{self, error::RecvError};
///
/// let (tx, rx) = oneshot::channel::<u32>();
/// drop(tx);
/// let result: Result<u32, RecvError> = rx.await;
/// assert!(result.is_err());
/// # }
/// ```
#[derive(Debug, Eq, PartialEq, Clone)]
pub struct RecvError(pub(super) ());

impl fmt::Display for RecvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("channel closed")
    }
}

impl Error for RecvError {}

/// The error of `try_recv`: why there is no value at this moment.
///
/// # Examples
///
/// ```
/// use vitte::sync::oneshot::{self, error::TryRecvError};
///
/// let (tx, mut rx) = oneshot::channel::<u32>();
/// assert_eq!(rx.try_recv(), Err(TryRecvError::Empty));
/// drop(tx);
/// assert_eq!(rx.try_recv(), Err(TryRecvError::Closed));
/// ```
#[derive(Debug, Eq, PartialEq, Clone)]
pub enum TryRecvError {
    /// No value was sent yet.
    Empty,
    /// No value will come: the sender was dropped, the receiver closed, or the value taken.
    Closed,
}

impl fmt::Display for TryRecvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            TryRecvError::Empty => "channel empty",
            TryRecvError::Closed => "channel closed",
        })
    }
}

impl Error for TryRecvError {}
