//! [`ctrl_c`].

use std::io;

use super::unix::{SignalKind, signal};

/// Waits until the process receives `SIGINT`, usually from Ctrl-C.
///
/// From the first poll on, an interrupt no longer ends the process, even after this future is
/// dropped. Interrupts from before the first poll are not seen.
///
/// # Errors
///
/// When the handler cannot be installed, or the runtime shuts down.
///
/// # Cancel safety
///
/// An interrupt that arrives between two calls is missed. In a loop use
/// [`signal`](super::unix::signal) and keep the `Signal`.
///
/// # Panics
///
/// When it is polled outside a runtime with io enabled.
///
/// # Examples
///
/// ```no_run
/// # async fn example() -> std::io::Result<()> {
/// vitte::signal::ctrl_c().await?;
/// println!("shutting down");
/// # Ok(())
/// # }
/// ```
pub async fn ctrl_c() -> io::Result<()> {
    signal(SignalKind::interrupt())?.recv().await;
    Ok(())
}
