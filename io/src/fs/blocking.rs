//! From a file operation to a job and back.

use std::io;

use vitte_executor::blocking::spawn_blocking;

/// What is said when a job could not be run, which is when its runtime shuts down.
pub(super) fn job_failed() -> io::Error {
    io::Error::other("background task failed")
}

/// Runs an operation on the blocking pool, and waits for it.
pub(super) async fn run<F, T>(operation: F) -> io::Result<T>
where
    F: FnOnce() -> io::Result<T> + Send + 'static,
    T: Send + 'static,
{
    match spawn_blocking(operation).await {
        Ok(result) => result,
        Err(_) => Err(job_failed()),
    }
}
