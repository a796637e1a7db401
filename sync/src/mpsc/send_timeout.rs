//! Sending with a time limit; the only part that needs a timer.

use std::time::Duration;

use super::bounded::Sender;
use super::error::SendTimeoutError;

impl<T> Sender<T> {
    /// Sends a message, and waits for a free place for up to `timeout`.
    ///
    /// # Errors
    ///
    /// Returns the message when the time has passed, or when the channel is closed.
    ///
    /// # Panics
    ///
    /// When there is no timer, that is, outside of a runtime with time enabled.
    ///
    /// # Cancel safety
    ///
    /// As for [`send`](Self::send).
    pub async fn send_timeout(
        &self,
        value: T,
        timeout: Duration,
    ) -> Result<(), SendTimeoutError<T>> {
        match vitte_timer::timeout(timeout, self.reserve()).await {
            Err(_elapsed) => Err(SendTimeoutError::Timeout(value)),
            Ok(Err(_closed)) => Err(SendTimeoutError::Closed(value)),
            Ok(Ok(permit)) => {
                permit.send(value);
                Ok(())
            }
        }
    }
}
