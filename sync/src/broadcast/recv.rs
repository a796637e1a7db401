//! The future that receives from a broadcast channel.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use vitte_context::primitive::atomic::Ordering::{Acquire, Relaxed};
use vitte_context::trace::{self, WaitKind};
use vitte_context::wakers::PreparedWaker;

use super::error::RecvError;
use super::receiver::Receiver;
use super::ring::Queued;
use crate::waiters::Waiter;

/// Made by [`Receiver::recv`].
pub(super) struct Recv<'a, T> {
    receiver: &'a mut Receiver<T>,
    waiter: Waiter<Queued>,
}

impl<'a, T> Recv<'a, T> {
    pub(super) fn new(receiver: &'a mut Receiver<T>) -> Self {
        Recv {
            receiver,
            waiter: Waiter::new(Queued::new(false)),
        }
    }

    /// Queues up, unless there is something new (`None`) or nothing will come (`Ready`).
    fn wait(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Option<Poll<RecvError>> {
        let this = self.into_ref();
        let mut prepared = PreparedWaker::new(cx.waker());
        let mut tail = this.receiver.ring.lock_tail();
        if this.receiver.is_behind(tail.position) {
            drop(tail);
            return None;
        }
        if tail.closed {
            drop(tail);
            return Some(Poll::Ready(RecvError::Closed));
        }
        // Relaxed: written under the mutex, which is held.
        let previous = if this.waiter.payload().load(Relaxed) {
            // SAFETY: the tail's mutex is held.
            unsafe { this.waiter.update_waker(&mut prepared) }
        } else {
            // SAFETY: the tail's mutex is held.
            let previous = unsafe { this.waiter.set_waker(Some(prepared.take())) };
            // Relaxed: the mutex is held.
            this.waiter.payload().store(true, Relaxed);
            // SAFETY: the waiter is pinned with the future; nothing moves it out.
            let waiter = unsafe { this.map_unchecked(|this| &this.waiter) };
            // SAFETY: in no list, as the payload said; `Drop` removes it.
            unsafe { tail.waiters.push_back(waiter) };
            previous
        };
        drop(tail);
        drop(previous);
        Some(Poll::Pending)
    }
}

impl<T: Clone> Future for Recv<'_, T> {
    type Output = Result<T, RecvError>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        loop {
            // SAFETY: nothing is moved; the receiver is `Unpin` and not pinned with the future.
            let receiver = unsafe { &mut *self.as_mut().get_unchecked_mut().receiver };
            if let Some(result) = receiver.next(T::clone) {
                return Poll::Ready(result.map_err(RecvError::Lagged));
            }
            match self.as_mut().wait(cx) {
                None => {}
                Some(Poll::Ready(error)) => return Poll::Ready(Err(error)),
                Some(Poll::Pending) => {
                    trace::waiting_on(WaitKind::Broadcast, &*self.receiver.ring);
                    return Poll::Pending;
                }
            }
        }
    }
}

impl<T> Drop for Recv<'_, T> {
    #[inline]
    fn drop(&mut self) {
        // Acquire: pairs with the Release in `Ring::release_waiters`, the last touch by others.
        if self.waiter.payload().load(Acquire) {
            let mut tail = self.receiver.ring.lock_tail();
            // SAFETY: the future was pinned when it queued, and is being dropped in that place.
            let waiter = unsafe { Pin::new_unchecked(&self.waiter) };
            // SAFETY: in the tail's list, in a ring detached from it, or in none.
            unsafe { tail.waiters.remove(waiter) };
        }
    }
}
