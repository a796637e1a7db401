//! Senders that do not keep their channel open.

use std::fmt;

use vitte_context::primitive::Arc;

use super::bounded::Sender;
use super::channel::{Channel, Tx};
use super::gate::{Open, Permits};
use super::unbounded::UnboundedSender;

/// Defines a weak sender beside its strong one.
macro_rules! weak_sender {
    ($(#[$doc:meta])* $weak:ident, $strong:ident, $gate:ty) => {
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

            /// A sender that keeps the channel open; `None` if the last one was dropped already.
            pub fn upgrade(&self) -> Option<$strong<T>> {
                Tx::upgrade(&self.channel).map($strong::new)
            }

            /// How many senders keep the channel open.
            pub fn strong_count(&self) -> usize {
                self.channel.strong_count()
            }

            /// How many weak senders there are.
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
    /// use vitte_sync::mpsc;
    ///
    /// let (tx, _rx) = mpsc::channel::<i32>(1);
    /// let weak = tx.downgrade();
    /// assert!(weak.upgrade().is_some());
    /// drop(tx);
    /// assert!(weak.upgrade().is_none());
    /// ```
    WeakSender, Sender, Permits
}

weak_sender! {
    /// An [`UnboundedSender`] that does not keep its channel open; made by
    /// [`UnboundedSender::downgrade`].
    WeakUnboundedSender, UnboundedSender, Open
}
