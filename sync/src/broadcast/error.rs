//! The errors of [`broadcast`](super) channels: why a value was not sent or received.

use std::error::Error;
use std::fmt;

/// The error of `send`: there is no receiver. It contains the value.
///
/// # Examples
///
/// ```
/// use vitte::sync::broadcast::{self, error::SendError};
///
/// let (tx, rx) = broadcast::channel(8);
/// drop(rx);
/// let SendError(value) = tx.send("unheard").unwrap_err();
/// assert_eq!(value, "unheard");
/// ```
#[derive(Debug)]
pub struct SendError<T>(pub T);

impl<T> fmt::Display for SendError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("channel closed")
    }
}

impl<T: fmt::Debug> Error for SendError<T> {}

/// The error of [`recv`](super::Receiver::recv): why no value was received.
///
/// # Examples
///
/// ```
/// # #[vitte::main]
/// # async fn main() {
/// use vitte::sync::broadcast::{self, error::RecvError};
///
/// let (tx, mut rx) = broadcast::channel(2);
/// for i in 0..5 {
///     tx.send(i).unwrap();
/// }
/// drop(tx);
///
/// let mut seen = Vec::new();
/// loop {
///     match rx.recv().await {
///         Ok(i) => seen.push(i),
///         Err(RecvError::Lagged(missed)) => assert_eq!(missed, 3),
///         Err(RecvError::Closed) => break,
///     }
/// }
/// assert_eq!(seen, [3, 4]);
/// # }
/// ```
#[derive(Debug, PartialEq, Eq, Clone)]
pub enum RecvError {
    /// Every sender is gone, and so is every value.
    Closed,
    /// The receiver was too slow: that many values were overwritten. The next one is the oldest
    /// that is left.
    Lagged(u64),
}

impl fmt::Display for RecvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RecvError::Closed => f.write_str("channel closed"),
            RecvError::Lagged(missed) => write!(f, "channel lagged by {missed}"),
        }
    }
}

impl Error for RecvError {}

/// The error of [`try_recv`](super::Receiver::try_recv): why no value was received.
///
/// # Examples
///
/// ```
/// use vitte::sync::broadcast::{self, error::TryRecvError};
///
/// let (tx, mut rx) = broadcast::channel::<u32>(2);
/// assert_eq!(rx.try_recv(), Err(TryRecvError::Empty));
/// drop(tx);
/// assert_eq!(rx.try_recv(), Err(TryRecvError::Closed));
/// ```
#[derive(Debug, PartialEq, Eq, Clone)]
pub enum TryRecvError {
    /// There is no value at this moment, but one may still come.
    Empty,
    /// Every sender is gone, and so is every value.
    Closed,
    /// The receiver was too slow: that many values were overwritten. The next one is the oldest
    /// that is left.
    Lagged(u64),
}

impl fmt::Display for TryRecvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TryRecvError::Empty => f.write_str("channel empty"),
            TryRecvError::Closed => f.write_str("channel closed"),
            TryRecvError::Lagged(missed) => write!(f, "channel lagged by {missed}"),
        }
    }
}

impl Error for TryRecvError {}
