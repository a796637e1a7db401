//! The receivers: one macro, since both kinds have the same methods except for the capacity.

use std::fmt;
use std::future::poll_fn;
use std::task::{Context, Poll};

use vitte_context::primitive::Arc;

use super::channel::Channel;
use super::error::TryRecvError;
use super::gate::{Open, Permits};
use super::rx::Rx;
use crate::blocking;

/// Defines a receiver. `$channel` makes its channel and `$await` follows a send in the examples.
macro_rules! receiver {
    ($(#[$doc:meta])* $receiver:ident, $gate:ty, $channel:literal, $await:literal) => {
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

            /// Receives the next message, and waits for one while the channel is empty.
            ///
            /// Returns `None` once the channel is empty and no message can come any more: every
            /// sender was dropped, or this receiver was [closed](Self::close).
            ///
            /// # Cancel safety
            ///
            /// Cancel safe: no message is lost if the future is dropped before it is ready.
            ///
            /// # Examples
            ///
            /// ```
            /// # #[vitte::main]
            /// # async fn main() {
            /// use vitte::sync::mpsc;
            ///
            #[doc = concat!(" let (tx, mut rx) = ", $channel, ";")]
            #[doc = concat!(" tx.send(\"hello\")", $await, ".unwrap();")]
            /// drop(tx);
            /// assert_eq!(rx.recv().await, Some("hello"));
            /// assert_eq!(rx.recv().await, None);
            /// # }
            /// ```
            pub async fn recv(&mut self) -> Option<T> {
                poll_fn(|cx| self.rx.poll_recv(cx)).await
            }

            /// Waits for a message, appends it and up to `limit - 1` more to `buffer`, and returns
            /// how many it appended.
            ///
            /// Returns 0 once no message can come any more, or if `limit` is 0. Messages that are
            /// in the channel already are taken at once; the call does not wait until there are
            /// `limit` messages.
            ///
            /// # Cancel safety
            ///
            /// Cancel safe: no message is lost if the future is dropped before it is ready.
            ///
            /// # Examples
            ///
            /// ```
            /// # #[vitte::main]
            /// # async fn main() {
            /// use vitte::sync::mpsc;
            ///
            #[doc = concat!(" let (tx, mut rx) = ", $channel, ";")]
            /// for i in 0..3 {
            #[doc = concat!("     tx.send(i)", $await, ".unwrap();")]
            /// }
            /// let mut batch = Vec::new();
            /// assert_eq!(rx.recv_many(&mut batch, 100).await, 3);
            /// assert_eq!(batch, [0, 1, 2]);
            /// # }
            /// ```
            pub async fn recv_many(&mut self, buffer: &mut Vec<T>, limit: usize) -> usize {
                poll_fn(|cx| self.rx.poll_recv_many(cx, buffer, limit)).await
            }

            /// Receives the next message if there is one. It does not wait for a message.
            ///
            /// If a sender is in the middle of sending, the call blocks for those few instructions.
            ///
            /// # Errors
            ///
            /// [`TryRecvError::Empty`] if the channel is empty but a message may still come, and
            /// [`TryRecvError::Disconnected`] if none will come.
            ///
            /// # Examples
            ///
            /// ```
            /// # #[vitte::main]
            /// # async fn main() {
            /// use vitte::sync::mpsc::{self, error::TryRecvError};
            ///
            #[doc = concat!(" let (tx, mut rx) = ", $channel, ";")]
            /// assert_eq!(rx.try_recv(), Err(TryRecvError::Empty));
            #[doc = concat!(" tx.send(7)", $await, ".unwrap();")]
            /// assert_eq!(rx.try_recv(), Ok(7));
            /// drop(tx);
            /// assert_eq!(rx.try_recv(), Err(TryRecvError::Disconnected));
            /// # }
            /// ```
            pub fn try_recv(&mut self) -> Result<T, TryRecvError> {
                self.rx.try_recv()
            }

            /// [`recv`](Self::recv) for code that is not async: blocks the thread while the channel
            /// is empty.
            ///
            /// # Panics
            ///
            /// If the thread is driving async tasks. Call it on a thread of your own, or in
            /// `spawn_blocking`.
            ///
            /// # Examples
            ///
            /// ```
            /// # #[vitte::main]
            /// # async fn main() {
            /// use vitte::sync::mpsc;
            ///
            #[doc = concat!(" let (tx, mut rx) = ", $channel, ";")]
            /// let thread = std::thread::spawn(move || rx.blocking_recv());
            #[doc = concat!(" tx.send(\"to a thread\")", $await, ".unwrap();")]
            /// assert_eq!(thread.join().unwrap(), Some("to a thread"));
            /// # }
            /// ```
            #[track_caller]
            pub fn blocking_recv(&mut self) -> Option<T> {
                blocking::block_on(self.recv())
            }

            /// [`recv_many`](Self::recv_many) for code that is not async: blocks the thread while
            /// the channel is empty.
            ///
            /// # Panics
            ///
            /// If the thread is driving async tasks. Call it on a thread of your own, or in
            /// `spawn_blocking`.
            ///
            /// # Examples
            ///
            /// ```
            /// # #[vitte::main]
            /// # async fn main() {
            /// use vitte::sync::mpsc;
            ///
            #[doc = concat!(" let (tx, mut rx) = ", $channel, ";")]
            /// let thread = std::thread::spawn(move || {
            ///     let mut batch = Vec::new();
            ///     while rx.blocking_recv_many(&mut batch, 100) > 0 {}
            ///     batch
            /// });
            /// for i in 0..3 {
            #[doc = concat!("     tx.send(i)", $await, ".unwrap();")]
            /// }
            /// drop(tx);
            /// assert_eq!(thread.join().unwrap(), [0, 1, 2]);
            /// # }
            /// ```
            #[track_caller]
            pub fn blocking_recv_many(&mut self, buffer: &mut Vec<T>, limit: usize) -> usize {
                blocking::block_on(self.recv_many(buffer, limit))
            }

            /// Closes the channel: every later send fails.
            ///
            /// Messages that are in the channel, or have a permit, can still be received. To shut
            /// down without losing any, close and then receive until [`recv`](Self::recv) returns
            /// `None`.
            ///
            /// # Examples
            ///
            /// ```
            /// # #[vitte::main]
            /// # async fn main() {
            /// use vitte::sync::mpsc;
            ///
            #[doc = concat!(" let (tx, mut rx) = ", $channel, ";")]
            #[doc = concat!(" tx.send(1)", $await, ".unwrap();")]
            /// rx.close();
            #[doc = concat!(" assert!(tx.send(2)", $await, ".is_err());")]
            /// assert_eq!(rx.recv().await, Some(1));
            /// assert_eq!(rx.recv().await, None);
            /// # }
            /// ```
            pub fn close(&mut self) {
                self.rx.close();
            }

            /// Returns true if the channel was closed, or if the last sender was dropped. There may
            /// still be messages to receive.
            ///
            /// # Examples
            ///
            /// ```
            /// # #[vitte::main]
            /// # async fn main() {
            /// use vitte::sync::mpsc;
            ///
            #[doc = concat!(" let (tx, rx) = ", $channel, ";")]
            #[doc = concat!(" tx.send(\"last\")", $await, ".unwrap();")]
            /// drop(tx);
            /// assert!(rx.is_closed());
            /// assert!(!rx.is_empty());
            /// # }
            /// ```
            pub fn is_closed(&self) -> bool {
                self.rx.is_closed()
            }

            /// Returns true if there is no message in the channel at this moment.
            pub fn is_empty(&self) -> bool {
                self.rx.len() == 0
            }

            /// Returns how many messages are in the channel at this moment.
            ///
            /// # Examples
            ///
            /// ```
            /// # #[vitte::main]
            /// # async fn main() {
            /// use vitte::sync::mpsc;
            ///
            #[doc = concat!(" let (tx, rx) = ", $channel, ";")]
            #[doc = concat!(" tx.send(\"message\")", $await, ".unwrap();")]
            /// assert_eq!(rx.len(), 1);
            /// assert!(!rx.is_empty());
            /// # }
            /// ```
            pub fn len(&self) -> usize {
                self.rx.len()
            }

            /// Polls for the next message, as [`recv`](Self::recv) does.
            ///
            /// After `Pending`, the task of the latest call is woken when a message comes.
            ///
            /// # Examples
            ///
            /// ```
            /// # #[vitte::main]
            /// # async fn main() {
            /// use std::future::poll_fn;
            /// use vitte::sync::mpsc;
            ///
            #[doc = concat!(" let (tx, mut rx) = ", $channel, ";")]
            #[doc = concat!(" tx.send(1)", $await, ".unwrap();")]
            /// assert_eq!(poll_fn(|cx| rx.poll_recv(cx)).await, Some(1));
            /// # }
            /// ```
            pub fn poll_recv(&mut self, cx: &mut Context<'_>) -> Poll<Option<T>> {
                self.rx.poll_recv(cx)
            }

            /// Polls for messages, as [`recv_many`](Self::recv_many) does.
            ///
            /// After `Pending`, the task of the latest call is woken when a message comes.
            pub fn poll_recv_many(
                &mut self,
                cx: &mut Context<'_>,
                buffer: &mut Vec<T>,
                limit: usize,
            ) -> Poll<usize> {
                self.rx.poll_recv_many(cx, buffer, limit)
            }

            /// Returns how many senders keep the channel open.
            pub fn sender_strong_count(&self) -> usize {
                self.rx.channel.strong_count()
            }

            /// Returns how many weak senders there are.
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
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() {
    /// let (tx, mut rx) = vitte::sync::mpsc::channel(8);
    /// vitte::spawn(async move {
    ///     for job in ["a", "b"] {
    ///         tx.send(job).await.unwrap();
    ///     }
    /// });
    ///
    /// while let Some(job) = rx.recv().await {
    ///     println!("run {job}");
    /// }
    /// # }
    /// ```
    Receiver, Permits, "mpsc::channel(8)", ".await"
}

receiver! {
    /// Receives what the [`UnboundedSender`](super::UnboundedSender)s send; made by
    /// [`unbounded_channel`](super::unbounded_channel).
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() {
    /// let (tx, mut rx) = vitte::sync::mpsc::unbounded_channel();
    /// for event in ["opened", "closed"] {
    ///     tx.send(event).unwrap(); // no `await`
    /// }
    /// drop(tx);
    ///
    /// while let Some(event) = rx.recv().await {
    ///     println!("{event}");
    /// }
    /// # }
    /// ```
    UnboundedReceiver, Open, "mpsc::unbounded_channel()", ""
}

impl<T> Receiver<T> {
    /// Returns how many messages could be sent at this moment without waiting.
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, rx) = vitte::sync::mpsc::channel(4);
    /// tx.try_send("message").unwrap();
    /// assert_eq!((rx.capacity(), rx.max_capacity()), (3, 4));
    /// ```
    pub fn capacity(&self) -> usize {
        self.rx.channel.gate.semaphore.available_permits()
    }

    /// Returns how many messages the channel holds at most: the `buffer` of
    /// [`channel`](super::channel).
    pub fn max_capacity(&self) -> usize {
        self.rx.channel.gate.bound
    }
}
