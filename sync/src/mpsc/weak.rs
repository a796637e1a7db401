//! Senders that do not keep their channel open.

use std::fmt;

use vitte_context::primitive::Arc;

use super::bounded::Sender;
use super::channel::{Channel, Tx};
use super::gate::{Open, Permits};
use super::unbounded::UnboundedSender;

/// Defines a weak sender for its strong one. `$channel` makes the channel in the example.
macro_rules! weak_sender {
    ($(#[$doc:meta])* $weak:ident, $strong:ident, $gate:ty, $channel:literal) => {
        $(#[$doc])*
        pub struct $weak<T> {
            channel: Arc<Channel<T, $gate>>,
        }

        impl<T> $weak<T> {
            pub(super) fn new(tx: &Tx<T, $gate>) -> Self {
                tx.0.add_weak();
                $weak {
                    channel: tx.0.clone(),
                }
            }

            /// Creates a sender that keeps the channel open, or returns `None` if the last one was
            /// dropped already.
            ///
            /// # Examples
            ///
            /// ```
            /// use vitte::sync::mpsc;
            ///
            #[doc = concat!(" let (tx, _rx) = ", $channel, ";")]
            /// let weak = tx.downgrade();
            /// assert!(weak.upgrade().is_some());
            /// drop(tx);
            /// assert!(weak.upgrade().is_none());
            /// ```
            pub fn upgrade(&self) -> Option<$strong<T>> {
                Tx::upgrade(&self.channel).map($strong::new)
            }

            /// Returns how many senders keep the channel open.
            pub fn strong_count(&self) -> usize {
                self.channel.strong_count()
            }

            /// Returns how many weak senders there are.
            pub fn weak_count(&self) -> usize {
                self.channel.weak_count()
            }
        }

        impl<T> Clone for $weak<T> {
            fn clone(&self) -> Self {
                self.channel.add_weak();
                $weak {
                    channel: self.channel.clone(),
                }
            }
        }

        impl<T> Drop for $weak<T> {
            fn drop(&mut self) {
                self.channel.remove_weak();
            }
        }

        impl<T> fmt::Debug for $weak<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($weak)).finish()
            }
        }
    };
}

weak_sender! {
    /// A [`Sender`] that does not keep its channel open; made by [`Sender::downgrade`].
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::sync::mpsc;
    ///
    /// let (tx, _rx) = mpsc::channel::<i32>(1);
    /// let weak = tx.downgrade();
    /// assert!(weak.upgrade().is_some());
    /// drop(tx);
    /// assert!(weak.upgrade().is_none());
    /// ```
    WeakSender, Sender, Permits, "mpsc::channel::<u32>(8)"
}

weak_sender! {
    /// An [`UnboundedSender`] that does not keep its channel open; made by
    /// [`UnboundedSender::downgrade`].
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() {
    /// use vitte::sync::mpsc;
    ///
    /// let (tx, mut rx) = mpsc::unbounded_channel::<u32>();
    /// let weak = tx.downgrade();
    /// drop(tx);
    /// assert_eq!(rx.recv().await, None); // `weak` does not keep the channel open
    /// assert!(weak.upgrade().is_none());
    /// # }
    /// ```
    WeakUnboundedSender, UnboundedSender, Open, "mpsc::unbounded_channel::<u32>()"
}
