//! Sending with a time limit; the only part that needs a timer.

use std::time::Duration;

use super::bounded::Sender;
use super::error::SendTimeoutError;

impl<T> Sender<T> {
    /// Sends a message, and waits while the channel is full, but not longer than `timeout`.
    ///
    /// # Errors
    ///
    /// Both return the message: [`SendTimeoutError::Timeout`] if the channel was full all that
    /// time, and [`SendTimeoutError::Closed`] if the receiver was dropped or closed.
    ///
    /// # Panics
    ///
    /// Outside of a runtime, and in a runtime without timers.
    ///
    /// # Cancel safety
    ///
    /// As for [`send`](Self::send).
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// use vitte::sync::mpsc::{self, error::SendTimeoutError};
    /// use vitte::time::Duration;
    ///
    /// let (tx, _rx) = mpsc::channel(1);
    /// tx.send(1).await.unwrap();
    /// let late = tx.send_timeout(2, Duration::from_secs(1)).await;
    /// assert_eq!(late, Err(SendTimeoutError::Timeout(2)));
    /// # }
    /// ```
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
