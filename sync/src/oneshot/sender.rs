//! The sending half.

use std::fmt;
use std::future::poll_fn;
use std::task::{Context, Poll, ready};

use vitte_context::coop;
use vitte_context::trace::{self, Fact, Resource, WaitKind};

use super::channel::{Channel, Half};
use super::state::{CLOSED, RX_WAKER, TX_WAKER};

/// Sends one value to the [`Receiver`](super::Receiver); made by [`channel`](super::channel).
///
/// If it is dropped without sending, the receiver gets a [`RecvError`](super::error::RecvError).
///
/// # Examples
///
/// A request that carries the way back for its answer:
///
/// ```
/// # #[vitte::main]
/// # async fn main() {
/// use vitte::sync::{mpsc, oneshot};
///
/// struct Double(u32, oneshot::Sender<u32>);
///
/// let (requests, mut inbox) = mpsc::channel(8);
/// vitte::spawn(async move {
///     while let Some(Double(n, answer)) = inbox.recv().await {
///         let _ = answer.send(2 * n); // the client may have left
///     }
/// });
///
/// let (tx, rx) = oneshot::channel();
/// requests.send(Double(21, tx)).await.unwrap();
/// assert_eq!(rx.await, Ok(42));
/// # }
/// ```
pub struct Sender<T> {
    /// `None` once it has sent.
    half: Option<Half<T>>,
    resource: Resource,
}

impl<T> Sender<T> {
    pub(super) fn new(half: Half<T>, resource: Resource) -> Self {
        Sender {
            half: Some(half),
            resource,
        }
    }

    /// Sends the value. It never waits, so it can be called anywhere.
    ///
    /// Success does not mean that the value was received: the receiver may be dropped before it
    /// looks.
    ///
    /// # Errors
    ///
    /// Returns the value if the receiver was dropped or closed.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() {
    /// use vitte::sync::oneshot;
    ///
    /// let (tx, rx) = oneshot::channel();
    /// assert_eq!(tx.send(3), Ok(()));
    /// assert_eq!(rx.await, Ok(3));
    ///
    /// let (tx, rx) = oneshot::channel();
    /// drop(rx);
    /// assert_eq!(tx.send(3), Err(3));
    /// # }
    /// ```
    #[inline]
    pub fn send(mut self, t: T) -> Result<(), T> {
        let half = self.take();
        // SAFETY: a sender exists, so COMPLETE is not set, and the value is the sender's.
        unsafe { half.channel().put_value(t) };
        match complete(half) {
            Ok(()) => {
                self.resource.report(Fact::ValueSent);
                Ok(())
            }
            Err(half) => {
                // SAFETY: CLOSED came first: the value stays the sender's.
                let value = unsafe { half.channel().take_value() };
                half.leave_as_sender();
                match value {
                    Some(value) => Err(value),
                    None => unreachable!("the value was put there above"),
                }
            }
        }
    }

    /// Waits until the receiver is dropped or closed.
    ///
    /// Useful to stop work whose result nobody will receive.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: once the receiver is closed, every later call is ready at once.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() {
    /// use vitte::sync::oneshot;
    ///
    /// # async fn compute() -> u32 { std::future::pending().await }
    /// let (mut tx, rx) = oneshot::channel();
    /// let task = vitte::spawn(async move {
    ///     vitte::select! {
    ///         answer = compute() => drop(tx.send(answer)),
    ///         () = tx.closed() => println!("not needed any more"),
    ///     }
    /// });
    /// drop(rx);
    /// task.await.unwrap();
    /// # }
    /// ```
    pub async fn closed(&mut self) {
        let resource = self.resource.clone();
        let closed = poll_fn(|cx| self.poll_closed(cx));
        trace::operation(&resource, "Sender::closed", "poll_closed", false, || closed).await;
    }

    /// Returns true if the receiver was dropped or closed, so that [`send`](Self::send) would fail.
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, rx) = vitte::sync::oneshot::channel::<u32>();
    /// assert!(!tx.is_closed());
    /// drop(rx);
    /// assert!(tx.is_closed());
    /// ```
    pub fn is_closed(&self) -> bool {
        self.channel().state.load().has(CLOSED)
    }

    /// Polls whether the receiver was dropped or closed.
    ///
    /// After `Pending`, the task of the latest call is woken once it is.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() {
    /// use std::future::poll_fn;
    /// use vitte::sync::oneshot;
    ///
    /// let (mut tx, rx) = oneshot::channel::<u32>();
    /// drop(rx);
    /// poll_fn(|cx| tx.poll_closed(cx)).await;
    /// # }
    /// ```
    pub fn poll_closed(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let coop = ready!(coop::poll_proceed(cx));
        let channel = self.channel();
        if channel.state.load().has(CLOSED) || is_closed_on_leaving_waker(channel, cx) {
            coop.made_progress();
            return Poll::Ready(());
        }
        trace::waiting_on(WaitKind::Oneshot, channel);
        Poll::Pending
    }

    fn channel(&self) -> &Channel<T> {
        match &self.half {
            Some(half) => half.channel(),
            None => unreachable!("sending consumes the sender"),
        }
    }

    fn take(&mut self) -> Half<T> {
        match self.half.take() {
            Some(half) => half,
            None => unreachable!("sending consumes the sender"),
        }
    }
}

/// Leaves the task's waker for the receiver; true if the receiver has closed meanwhile.
fn is_closed_on_leaving_waker<T>(channel: &Channel<T>, cx: &mut Context<'_>) -> bool {
    let waker = cx.waker().clone();
    if channel.state.clear(TX_WAKER).has(CLOSED) {
        // If there was a waker the receiver has it.
        return true;
    }
    // SAFETY: the flag is clear and CLOSED was not set when it was: the cell is the sender's.
    let previous = unsafe { channel.tx_waker.replace(Some(waker)) };
    let is_closed = channel.state.set(TX_WAKER).has(CLOSED);
    drop(previous);
    is_closed
}

/// Tells the receiver that nothing more comes, wakes it, and leaves. Gives the half back if the
/// receiver had closed.
#[inline]
fn complete<T>(half: Half<T>) -> Result<(), Half<T>> {
    let channel = half.channel();
    let before = channel.state.complete();
    if before.has(CLOSED) {
        return Err(half);
    }
    if !before.has(RX_WAKER | TX_WAKER) {
        // Left in the same step. The receiver cannot have left before it: it closes first.
        half.left(false);
        return Ok(());
    }
    let rx_waker = if before.has(RX_WAKER) {
        // SAFETY: COMPLETE was set while RX_WAKER was: the cell is the sender's (2).
        unsafe { channel.rx_waker.replace(None) }
    } else {
        None
    };
    half.leave_as_sender();
    if let Some(waker) = rx_waker {
        waker.wake();
    }
    Ok(())
}

impl<T> Drop for Sender<T> {
    #[inline]
    fn drop(&mut self) {
        let Some(half) = self.half.take() else {
            return;
        };
        if let Err(half) = complete(half) {
            half.leave_as_sender();
        }
        self.resource.report(Fact::SenderDropped);
    }
}

impl<T: fmt::Debug> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.half.as_ref().map(|half| &half.channel().state);
        f.debug_struct("Sender").field("inner", &state).finish()
    }
}
