//! The errors of a runtime that is missing, or that is shutting down.

use std::error::Error;
use std::fmt;
use std::io;

use vitte_context::runtime::{NO_RUNTIME, SHUTTING_DOWN};

/// There is no current runtime; from [`Handle::try_current`](super::Handle::try_current).
///
/// # Examples
///
/// ```
/// let error = vitte::runtime::Handle::try_current().unwrap_err();
/// assert!(error.is_missing_context());
/// ```
#[derive(Debug)]
pub struct TryCurrentError {
    kind: Kind,
}

#[derive(PartialEq, Eq)]
enum Kind {
    NoContext,
}

impl TryCurrentError {
    pub(super) fn no_context() -> Self {
        TryCurrentError {
            kind: Kind::NoContext,
        }
    }

    /// Returns whether the thread was not inside a runtime. Always true.
    ///
    /// # Examples
    ///
    /// ```
    /// let error = vitte::runtime::Handle::try_current().unwrap_err();
    /// assert!(error.is_missing_context());
    /// ```
    pub fn is_missing_context(&self) -> bool {
        self.kind == Kind::NoContext
    }

    /// Returns whether the thread's locals were destroyed already. Always false: vitte's
    /// thread-local block stays valid until the thread has ended.
    ///
    /// # Examples
    ///
    /// ```
    /// let error = vitte::runtime::Handle::try_current().unwrap_err();
    /// assert!(!error.is_thread_local_destroyed());
    /// ```
    pub fn is_thread_local_destroyed(&self) -> bool {
        false
    }
}

impl fmt::Debug for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Kind::NoContext => f.write_str("NoContext"),
        }
    }
}

impl fmt::Display for TryCurrentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(NO_RUNTIME)
    }
}

impl Error for TryCurrentError {}

/// Returns whether an io error says that the runtime of a socket has shut down.
///
/// # Examples
///
/// ```
/// use vitte::net::UnixStream;
/// use vitte::runtime::{Runtime, is_rt_shutdown_err};
///
/// let (runtime, other) = (Runtime::new().unwrap(), Runtime::new().unwrap());
/// let (stream, _peer) = runtime.block_on(async { UnixStream::pair().unwrap() });
/// drop(runtime);
/// let error = other.block_on(stream.readable()).unwrap_err();
/// assert!(is_rt_shutdown_err(&error));
/// ```
pub fn is_rt_shutdown_err(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::Other
        && error
            .get_ref()
            .is_some_and(|inner| inner.source().is_none() && inner.to_string() == SHUTTING_DOWN)
}
