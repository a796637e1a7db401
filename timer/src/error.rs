//! The errors of this module: a deadline that came first, and a timer that cannot work.

use std::error;
use std::fmt;
use std::io;

/// Why a timer could not do what it was asked to do.
///
/// No function of this module returns it. The type exists because programs name it. A timer whose
/// runtime has shut down panics when it is polled.
///
/// # Examples
///
/// ```
/// use vitte::time::error::Error;
///
/// let error = Error::at_capacity();
/// assert!(error.is_at_capacity() && !error.is_shutdown());
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Error(Kind);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Shutdown,
    AtCapacity,
    Invalid,
}

impl Error {
    /// Creates the error of a timer whose runtime has shut down.
    pub fn shutdown() -> Error {
        Error(Kind::Shutdown)
    }

    /// Returns true if the runtime has shut down; the timer will never work again.
    pub fn is_shutdown(&self) -> bool {
        self.0 == Kind::Shutdown
    }

    /// Creates the error of a timer that cannot take another entry at the moment.
    pub fn at_capacity() -> Error {
        Error(Kind::AtCapacity)
    }

    /// Returns true if the timer had no room; trying again later may succeed.
    pub fn is_at_capacity(&self) -> bool {
        self.0 == Kind::AtCapacity
    }

    /// Creates the error of a timer that was given a duration out of range.
    pub fn invalid() -> Error {
        Error(Kind::Invalid)
    }

    /// Returns true if the duration was out of range.
    pub fn is_invalid(&self) -> bool {
        self.0 == Kind::Invalid
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Kind::Shutdown => {
                "the timer is shutdown, must be called from the context of Tokio runtime"
            }
            Kind::AtCapacity => "timer is at capacity and cannot create a new entry",
            Kind::Invalid => "timer duration exceeds maximum duration",
        })
    }
}

impl error::Error for Error {}

/// The error of a [`Timeout`](crate::Timeout) whose deadline came before its future completed.
///
/// It converts to an [`io::Error`] of kind
/// [`TimedOut`](std::io::ErrorKind::TimedOut), so `?` works in functions that return `io::Result`.
///
/// # Examples
///
/// ```
/// # #[vitte::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// use std::future::pending;
/// use std::io::{Error, ErrorKind};
/// use vitte::time::{Duration, timeout};
///
/// let elapsed = timeout(Duration::from_secs(1), pending::<()>()).await.unwrap_err();
/// assert_eq!(elapsed.to_string(), "deadline has elapsed");
/// assert_eq!(Error::from(elapsed).kind(), ErrorKind::TimedOut);
/// # }
/// ```
#[derive(Debug, PartialEq, Eq)]
pub struct Elapsed(());

impl Elapsed {
    pub(crate) fn new() -> Self {
        Elapsed(())
    }
}

impl fmt::Display for Elapsed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // `pad` honours the width and alignment in the caller's format string.
        f.pad("deadline has elapsed")
    }
}

impl error::Error for Elapsed {}

impl From<Elapsed> for io::Error {
    fn from(_: Elapsed) -> io::Error {
        io::ErrorKind::TimedOut.into()
    }
}
