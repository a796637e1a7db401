//! [`ctrl_c`].

use std::io;

use super::unix::{SignalKind, signal};

/// Waits until the process is interrupted: until Ctrl-C, as a rule.
///
/// From the first poll on, an interrupt no longer ends the process, even after this future is
/// dropped. Interrupts from before the first poll are not seen.
///
/// # Errors
///
/// When the signal cannot be caught.
///
/// # Panics
///
/// Outside of a runtime with io.
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
