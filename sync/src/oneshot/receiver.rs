//! The receiving half.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use vitte_context::coop;
use vitte_context::trace::{self, Fact, Operation, Resource, WaitKind};

use super::channel::{Channel, Half, WakerId};
use super::error::{RecvError, TryRecvError};
use super::state::{CLOSED, COMPLETE, RX_WAKER, Snapshot, TX_WAKER};
use crate::blocking;

/// Receives the value of the [`Sender`](super::Sender); made by [`channel`](super::channel).
///
/// The receiver itself is the future. Await `&mut receiver` to keep it, for example in a `select!`.
///
/// # Errors
///
/// Its output is a [`RecvError`] if the sender was dropped without sending, or if this receiver was
/// [closed](Self::close) before a value was sent.
///
/// # Panics
///
/// Polling it again after it was ready panics.
///
/// # Cancel safety
///
/// Cancel safe if it is awaited by reference: a value that was not received stays in the channel.
///
/// # Examples
///
/// ```
/// # #[vitte::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// use vitte::sync::oneshot;
/// use vitte::time::{Duration, interval, sleep};
///
/// let (tx, mut rx) = oneshot::channel();
/// vitte::spawn(async move {
///     sleep(Duration::from_secs(3)).await;
///     tx.send("done")
/// });
///
/// let mut seconds = interval(Duration::from_secs(1));
/// let answer = loop {
///     vitte::select! {
///         answer = &mut rx => break answer,
///         _ = seconds.tick() => println!("still waiting"),
///     }
/// };
/// assert_eq!(answer, Ok("done"));
/// # }
/// ```
pub struct Receiver<T> {
    /// `None` once it has received or failed.
    half: Option<Half<T>>,
    resource: Resource,
    operation: Operation,
}

impl<T> Receiver<T> {
    pub(super) fn new(half: Half<T>, resource: Resource) -> Self {
        let operation = Operation::receive(&resource);
        Receiver {
            half: Some(half),
            resource,
            operation,
        }
    }

    /// Makes every later send fail. A value that was sent before can still be received.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::sync::oneshot;
    ///
    /// let (tx, mut rx) = oneshot::channel();
    /// rx.close();
    /// assert_eq!(tx.send(1), Err(1));
    /// assert!(rx.try_recv().is_err());
    /// ```
    pub fn close(&mut self) {
        if let Some(half) = &self.half {
            close(half.channel());
            self.resource.report(Fact::ReceiverDropped);
        }
    }

    /// Returns true if the receiver has returned its value or an error, so that it must not be
    /// polled again.
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, mut rx) = vitte::sync::oneshot::channel();
    /// tx.send(7).unwrap();
    /// assert!(!rx.is_terminated());
    /// assert_eq!(rx.try_recv(), Ok(7));
    /// assert!(rx.is_terminated());
    /// ```
    pub fn is_terminated(&self) -> bool {
        self.half.is_none()
    }

    /// Returns true if there is no value to receive at this moment.
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, rx) = vitte::sync::oneshot::channel();
    /// assert!(rx.is_empty());
    /// tx.send(7).unwrap();
    /// assert!(!rx.is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        let Some(half) = &self.half else {
            return true;
        };
        let channel = half.channel();
        // SAFETY: after COMPLETE the value is the receiver's.
        !(channel.state.load().has(COMPLETE) && unsafe { channel.has_value() })
    }

    /// Receives the value if it was sent already. It never waits.
    ///
    /// # Errors
    ///
    /// [`TryRecvError::Empty`] if the value may still come, and [`TryRecvError::Closed`] if it will
    /// not: the sender was dropped, or the value was received before.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::sync::oneshot::{self, error::TryRecvError};
    ///
    /// let (tx, mut rx) = oneshot::channel();
    /// assert_eq!(rx.try_recv(), Err(TryRecvError::Empty));
    /// tx.send(7).unwrap();
    /// assert_eq!(rx.try_recv(), Ok(7));
    /// assert_eq!(rx.try_recv(), Err(TryRecvError::Closed));
    /// ```
    pub fn try_recv(&mut self) -> Result<T, TryRecvError> {
        let Some(half) = &self.half else {
            return Err(TryRecvError::Closed);
        };
        let seen = half.channel().state.load();
        if !seen.has(COMPLETE | CLOSED) {
            return Err(TryRecvError::Empty);
        }
        let value = self.finish(seen).map_err(|_| TryRecvError::Closed)?;
        self.resource.report(Fact::ValueReceived);
        Ok(value)
    }

    /// Receives the value in code that is not async: blocks the thread until it comes.
    ///
    /// # Errors
    ///
    /// [`RecvError`] if the sender was dropped without sending.
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
    /// use vitte::sync::oneshot;
    ///
    /// let (tx, rx) = oneshot::channel();
    /// let thread = std::thread::spawn(move || rx.blocking_recv());
    /// tx.send(5).unwrap();
    /// assert_eq!(thread.join().unwrap(), Ok(5));
    /// # }
    /// ```
    #[track_caller]
    pub fn blocking_recv(self) -> Result<T, RecvError> {
        blocking::block_on(self)
    }

    /// Takes what there is and leaves. `seen` has COMPLETE or CLOSED.
    #[inline]
    fn finish(&mut self, seen: Snapshot) -> Result<T, RecvError> {
        let Some(half) = self.half.take() else {
            unreachable!("the caller has looked");
        };
        let value = if seen.has(COMPLETE) {
            // SAFETY: after COMPLETE the value is the receiver's.
            unsafe { half.channel().take_value() }
        } else {
            None
        };
        half.leave_as_receiver(seen);
        value.ok_or(RecvError(()))
    }
}

/// Leaves the task's waker for the sender, and returns the word of afterwards.
fn leave_waker<T>(channel: &Channel<T>, seen: Snapshot, cx: &mut Context<'_>) -> Snapshot {
    let waker = cx.waker();
    if seen.has(RX_WAKER) {
        // SAFETY: this is the receiver.
        if unsafe { channel.stored_waker_id() } == WakerId::of(waker) {
            return seen;
        }
        let before = channel.state.clear(RX_WAKER);
        if before.has(COMPLETE) {
            // The sender has the waker, and is done.
            return before;
        }
    }
    // If cloning panics the flag is clear, as it should.
    let waker = waker.clone();
    // SAFETY: this is the receiver.
    unsafe { channel.set_stored_waker_id(WakerId::of(&waker)) };
    // SAFETY: RX_WAKER is clear: the cell is the receiver's.
    let previous = unsafe { channel.rx_waker.replace(Some(waker)) };
    let before = channel.state.set(RX_WAKER);
    drop(previous);
    before
}

/// Sets CLOSED, and takes both wakers out of the channel if the sender has not completed.
fn close<T>(channel: &Channel<T>) -> Snapshot {
    let before = channel.state.set(CLOSED);
    if before.has(COMPLETE | CLOSED) {
        return before;
    }
    let rx_waker = if before.has(RX_WAKER) {
        channel.state.clear(RX_WAKER);
        // SAFETY: RX_WAKER is clear, and no COMPLETE can follow CLOSED: the cell is the
        // receiver's.
        unsafe { channel.rx_waker.replace(None) }
    } else {
        None
    };
    if before.has(TX_WAKER) {
        // SAFETY: CLOSED was set while TX_WAKER was: the cell is the receiver's (3).
        if let Some(waker) = unsafe { channel.tx_waker.replace(None) } {
            waker.wake();
        }
    }
    drop(rx_waker);
    before
}

impl<T> Future for Receiver<T> {
    type Output = Result<T, RecvError>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        let Some(half) = &this.half else {
            panic!("called after complete");
        };
        let poll = || trace::polled("poll_recv", poll_end(half.channel(), cx));
        let seen = ready!(this.operation.in_scope(&this.resource, poll));
        Poll::Ready(this.finish(seen))
    }
}

/// Ready once there is a value, or there will be none.
#[inline]
fn poll_end<T>(channel: &Channel<T>, cx: &mut Context<'_>) -> Poll<Snapshot> {
    let coop = ready!(coop::poll_proceed(cx));
    let mut seen = channel.state.load();
    if !seen.has(COMPLETE | CLOSED) {
        seen = leave_waker(channel, seen, cx);
        if !seen.has(COMPLETE) {
            trace::waiting_on(WaitKind::Oneshot, channel);
            return Poll::Pending;
        }
    }
    coop.made_progress();
    Poll::Ready(seen)
}

impl<T> Drop for Receiver<T> {
    #[inline]
    fn drop(&mut self) {
        /// Leaves even if a waker panics.
        struct Leave<T>(Option<Half<T>>, Snapshot);

        impl<T> Drop for Leave<T> {
            fn drop(&mut self) {
                if let Some(half) = self.0.take() {
                    half.leave_as_receiver(self.1);
                }
            }
        }

        let Some(half) = self.half.take() else {
            return;
        };
        let seen = half.channel().state.load();
        let mut leave = Leave(Some(half), seen);
        let Some(half) = &leave.0 else {
            return;
        };
        let before = if seen.has(COMPLETE) {
            seen
        } else {
            close(half.channel())
        };
        if before.has(COMPLETE) {
            // SAFETY: after COMPLETE the value is the receiver's.
            let value = unsafe { half.channel().take_value() };
            leave.1 = before;
            drop(leave);
            drop(value);
        } else {
            drop(leave);
        }
        self.resource.report(Fact::ReceiverDropped);
    }
}

impl<T: fmt::Debug> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.half.as_ref().map(|half| &half.channel().state);
        f.debug_struct("Receiver").field("inner", &state).finish()
    }
}
