//! Why a oneshot channel delivered nothing.

use std::error::Error;
use std::fmt;

/// The sender was dropped before it sent a value.
#[derive(Debug, Eq, PartialEq, Clone)]
pub struct RecvError(pub(super) ());

impl fmt::Display for RecvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("channel closed")
    }
}

impl Error for RecvError {}

/// Why there is no value at this moment.
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
