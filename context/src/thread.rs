//! Starting a thread: the only place in vitte that does so.

use std::io;
use std::thread::{Builder, JoinHandle};

/// How a thread is to be started.
#[derive(Debug, Clone, Default)]
pub struct ThreadConfig {
    /// The thread's name, as debuggers and panics show it.
    pub name: String,
    /// The size of its stack in bytes; `None` for the platform's default.
    pub stack_size: Option<usize>,
}

/// Starts a thread.
///
/// # Errors
///
/// What the operating system says when it will not start one (usually `EAGAIN`).
pub fn spawn<T: Send + 'static>(
    config: &ThreadConfig,
    body: impl FnOnce() -> T + Send + 'static,
) -> io::Result<JoinHandle<T>> {
    let mut builder = Builder::new().name(config.name.clone());
    if let Some(size) = config.stack_size {
        builder = builder.stack_size(size);
    }
    builder.spawn(body)
}
