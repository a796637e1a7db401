//! The receivers: one macro, as both kinds have the same methods but for the capacity.

use std::fmt;
use std::future::poll_fn;
use std::task::{Context, Poll};

use vitte_context::primitive::Arc;

use super::channel::Channel;
use super::error::TryRecvError;
use super::gate::{Open, Permits};
use super::rx::Rx;
use crate::blocking;

macro_rules! receiver {
    ($(#[$doc:meta])* $receiver:ident, $gate:ty) => {
        $(#[$doc])*
        pub struct $receiver<T> {
            rx: Rx<T, $gate>,
        }

        impl<T> $receiver<T> {
            pub(super) fn new(channel: Arc<Channel<T, $gate>>) -> Self {
                $receiver {
                    rx: Rx::new(channel),
                }
            }

            /// Receives the next message; `None` once no message can come any more.
            ///
            /// # Cancel safety
            ///
            /// Cancel safe: no message is lost when the future is dropped before it is ready.
            pub async fn recv(&mut self) -> Option<T> {
                poll_fn(|cx| self.rx.poll_recv(cx)).await
            }

            /// Waits for a message, appends it and up to `limit - 1` more to `buffer`, and returns
            /// how many; 0 once no message can come any more, or if `limit` is 0.
            ///
            /// # Cancel safety
            ///
            /// Cancel safe: no message is lost when the future is dropped before it is ready.
            pub async fn recv_many(&mut self, buffer: &mut Vec<T>, limit: usize) -> usize {
                poll_fn(|cx| self.rx.poll_recv_many(cx, buffer, limit)).await
            }

            /// Receives the next message if there is one.
            ///
            /// When a sender is in the middle of sending it, this waits for those few instructions.
            ///
            /// # Errors
            ///
            /// [`TryRecvError::Empty`] when a message may still come, and
            /// [`TryRecvError::Disconnected`] when not.
            pub fn try_recv(&mut self) -> Result<T, TryRecvError> {
                self.rx.try_recv()
            }

            /// [`recv`](Self::recv), blocking this thread.
            ///
            /// # Panics
            ///
            /// When the thread drives a runtime.
            #[track_caller]
            pub fn blocking_recv(&mut self) -> Option<T> {
                blocking::block_on(self.recv())
            }

            /// [`recv_many`](Self::recv_many), blocking this thread.
            ///
            /// # Panics
            ///
            /// When the thread drives a runtime.
            #[track_caller]
            pub fn blocking_recv_many(&mut self, buffer: &mut Vec<T>, limit: usize) -> usize {
                blocking::block_on(self.recv_many(buffer, limit))
            }

            /// Lets nobody send any more. What was sent, or holds a permit, is still received:
            /// go on receiving until there is nothing left.
            pub fn close(&mut self) {
                self.rx.close();
            }

            /// Whether the channel was closed, or the last sender dropped.
            pub fn is_closed(&self) -> bool {
                self.rx.is_closed()
            }

            /// Whether no message is in the channel at this moment.
            pub fn is_empty(&self) -> bool {
                self.rx.len() == 0
            }

            /// How many messages are in the channel at this moment.
            pub fn len(&self) -> usize {
                self.rx.len()
            }

            /// Polls for the next message; the task that polled last is woken when it comes.
            pub fn poll_recv(&mut self, cx: &mut Context<'_>) -> Poll<Option<T>> {
                self.rx.poll_recv(cx)
            }

            /// Polls for messages as [`recv_many`](Self::recv_many) does.
            pub fn poll_recv_many(
                &mut self,
                cx: &mut Context<'_>,
                buffer: &mut Vec<T>,
                limit: usize,
            ) -> Poll<usize> {
                self.rx.poll_recv_many(cx, buffer, limit)
            }

            /// How many senders keep the channel open.
            pub fn sender_strong_count(&self) -> usize {
                self.rx.channel.strong_count()
            }

            /// How many weak senders there are.
            pub fn sender_weak_count(&self) -> usize {
                self.rx.channel.weak_count()
            }
        }

        impl<T> Unpin for $receiver<T> {}

        impl<T> fmt::Debug for $receiver<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($receiver))
                    .field("chan", &self.rx.channel)
                    .finish()
            }
        }
    };
}

receiver! {
    /// Receives what the [`Sender`](super::Sender)s of a bounded channel send; made by
    /// [`channel`](super::channel).
    Receiver, Permits
}

receiver! {
    /// Receives what the [`UnboundedSender`](super::UnboundedSender)s send; made by
    /// [`unbounded_channel`](super::unbounded_channel).
    UnboundedReceiver, Open
}

impl<T> Receiver<T> {
    /// How many messages could be sent at this moment without waiting.
    pub fn capacity(&self) -> usize {
        self.rx.channel.gate.semaphore.available_permits()
    }

    /// How many messages the channel holds at most.
    pub fn max_capacity(&self) -> usize {
        self.rx.channel.gate.bound
    }
}
