//! The errors of a runtime that is missing, or going away.

use std::error::Error;
use std::fmt;
use std::io;

use vitte_context::runtime::{NO_RUNTIME, SHUTTING_DOWN};

/// There is no current runtime; from [`Handle::try_current`](super::Handle::try_current).
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

    /// Whether this thread is not inside a runtime.
    pub fn is_missing_context(&self) -> bool {
        self.kind == Kind::NoContext
    }

    /// Whether the thread's locals are destroyed already.
    ///
    /// Never the case: vitte's thread-local block stays valid until the thread is gone.
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

/// Whether an io error says that the runtime of a socket is shut down.
pub fn is_rt_shutdown_err(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::Other
        && error
            .get_ref()
            .is_some_and(|inner| inner.source().is_none() && inner.to_string() == SHUTTING_DOWN)
}
