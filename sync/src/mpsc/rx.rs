//! The receiver of either kind of channel.

use std::task::{Context, Poll, ready};

use vitte_context::coop;
use vitte_context::park::with_thread_parker;
use vitte_context::primitive::Arc;
use vitte_context::trace::{self, WaitKind};

use super::channel::Channel;
use super::error::TryRecvError;
use super::gate::Gate;
use super::list::Head;

/// The receiver's reference to the channel: the head of the list is its own.
pub(super) struct Rx<T, G: Gate> {
    pub(super) channel: Arc<Channel<T, G>>,
    /// Whether the receiver has closed.
    closed: bool,
}

/// What [`Rx::step`] found at the front of the list.
enum Front<T> {
    Message(T),
    /// Nothing yet: either empty, or the next message is on its way.
    Nothing,
    /// Nothing, and nothing will come.
    End,
}

impl<T, G: Gate> Rx<T, G> {
    pub(super) fn new(channel: Arc<Channel<T, G>>) -> Self {
        Rx {
            channel,
            closed: false,
        }
    }

    pub(super) fn close(&mut self) {
        if self.closed {
            return;
        }
        self.closed = true;
        let channel = &*self.channel;
        self.with_head(|head| channel.gate.close(&channel.tail, head));
        channel.rx_closed.notify_waiters();
    }

    pub(super) fn is_closed(&self) -> bool {
        self.channel.is_closed() || self.channel.strong_count() == 0
    }

    pub(super) fn len(&self) -> usize {
        self.channel.head.with(|head| {
            // SAFETY: the head is the receiver's, which is borrowed.
            let head = unsafe { &*head };
            head.len(&self.channel.tail)
        })
    }

    #[inline]
    pub(super) fn poll_recv(&mut self, cx: &mut Context<'_>) -> Poll<Option<T>> {
        let coop = ready!(coop::poll_proceed(cx));
        let front = match self.pop() {
            Some(value) => Front::Message(value),
            None => self.leave_and_step(cx),
        };
        let value = match front {
            Front::Nothing => return Poll::Pending,
            Front::End => None,
            Front::Message(value) => {
                self.received(1);
                Some(value)
            }
        };
        coop.made_progress();
        Poll::Ready(value)
    }

    pub(super) fn poll_recv_many(
        &mut self,
        cx: &mut Context<'_>,
        buffer: &mut Vec<T>,
        limit: usize,
    ) -> Poll<usize> {
        let coop = ready!(coop::poll_proceed(cx));
        if limit == 0 {
            coop.made_progress();
            return Poll::Ready(0);
        }
        let mut received = self.pop_many(buffer, limit);
        if received == 0 {
            match self.leave_and_step(cx) {
                Front::Nothing => return Poll::Pending,
                Front::End => {}
                Front::Message(value) => {
                    self.received(1);
                    buffer.push(value);
                    received = 1 + self.pop_many(buffer, limit - 1);
                }
            }
        }
        coop.made_progress();
        Poll::Ready(received)
    }

    /// Leaves the task's waker and looks again.
    fn leave_and_step(&mut self, cx: &mut Context<'_>) -> Front<T> {
        self.channel.rx_waker.leave(cx.waker());
        let front = self.step();
        if let Front::Nothing = front {
            trace::waiting_on(WaitKind::Mpsc, &*self.channel);
        }
        front
    }

    /// Takes the next message or says why there is none. The permit is not given back yet.
    fn step(&mut self) -> Front<T> {
        // First: a receiver that finds no sender sees all that they sent.
        let has_senders = self.channel.strong_count() != 0;
        if let Some(value) = self.pop() {
            return Front::Message(value);
        }
        // Without senders everything that was claimed was also sent, and is received now.
        if !has_senders || self.closed && self.is_idle() {
            // A claim that was made before the channel was closed may have arrived meanwhile.
            return match self.pop() {
                Some(value) => Front::Message(value),
                None => Front::End,
            };
        }
        Front::Nothing
    }

    fn is_idle(&self) -> bool {
        let channel = &*self.channel;
        channel.head.with(|head| {
            // SAFETY: the head is the receiver's, which is borrowed.
            let head = unsafe { &*head };
            channel.gate.is_idle(&channel.tail, head)
        })
    }

    pub(super) fn try_recv(&mut self) -> Result<T, TryRecvError> {
        if let Some(result) = self.try_step() {
            return result;
        }
        // The next message was claimed but not written yet; its sender is about to. A waker of this
        // thread replaces that of the task, which is woken, since there is something to receive
        // soon.
        if let Some(waker) = self.channel.rx_waker.take() {
            waker.wake();
        }
        with_thread_parker(|parker| {
            let waker = parker.unparker().waker();
            loop {
                self.channel.rx_waker.leave(&waker);
                if let Some(result) = self.try_step() {
                    return result;
                }
                parker.park();
            }
        })
    }

    /// `None` if the next message is on its way.
    fn try_step(&mut self) -> Option<Result<T, TryRecvError>> {
        match self.step() {
            Front::Message(value) => {
                self.received(1);
                Some(Ok(value))
            }
            Front::End => Some(Err(TryRecvError::Disconnected)),
            Front::Nothing if self.len() == 0 => Some(Err(TryRecvError::Empty)),
            Front::Nothing => None,
        }
    }

    #[inline]
    fn pop(&mut self) -> Option<T> {
        let channel = &*self.channel;
        self.with_head(|head| head.pop(&channel.tail))
    }

    /// Receives what there is, up to `limit`.
    fn pop_many(&mut self, buffer: &mut Vec<T>, limit: usize) -> usize {
        let mut received = 0;
        while received < limit {
            let Some(value) = self.pop() else {
                break;
            };
            received += 1;
            buffer.push(value);
        }
        if received > 0 {
            self.received(received);
        }
        received
    }

    #[inline]
    fn received(&self, n: usize) {
        self.channel.gate.received(n);
    }

    #[inline]
    fn with_head<R>(&self, f: impl FnOnce(&mut Head<T>) -> R) -> R {
        self.channel.head.with_mut(|head| {
            // SAFETY: the head is the receiver's; callers have it exclusively, and what `f` runs
            // is the list's own code, which does not come back here.
            f(unsafe { &mut *head })
        })
    }
}

impl<T, G: Gate> Drop for Rx<T, G> {
    fn drop(&mut self) {
        /// Goes on after a message panicked when it was dropped.
        struct Drain<'a, T, G: Gate>(&'a mut Rx<T, G>);

        impl<T, G: Gate> Drop for Drain<'_, T, G> {
            fn drop(&mut self) {
                while let Some(value) = self.0.pop() {
                    let rest = Drain(self.0);
                    rest.0.received(1);
                    drop(value);
                    std::mem::forget(rest);
                }
            }
        }

        self.close();
        // The receiver is being dropped, so its task is not to be woken any more.
        let waker = self.channel.rx_waker.take();
        let drain = Drain(self);
        drop(waker);
        drop(drain);
    }
}
