//! The future that waits for another version.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use vitte_context::primitive::atomic::Ordering::{Acquire, Relaxed};
use vitte_context::trace::{self, WaitKind};

use super::error::RecvError;
use super::value::{Version, Watched};
use super::waiting_room::Queued;
use crate::waiters::Waiter;

/// Waits until the version differs from the one that was seen, and then notes it as seen.
pub(super) struct Changed<'a, T> {
    watched: &'a Watched<T>,
    seen: &'a mut Version,
    /// The queue that it is in, once it is in one.
    queue: usize,
    waiter: Waiter<Queued>,
}

impl<'a, T> Changed<'a, T> {
    pub(super) fn new(watched: &'a Watched<T>, seen: &'a mut Version) -> Self {
        Changed {
            watched,
            seen,
            queue: 0,
            waiter: Waiter::new(Queued::new(false)),
        }
    }

    /// The other version, or that none will come.
    fn look(&self) -> Option<Result<Version, RecvError>> {
        let state = self.watched.snapshot();
        if state.version() != *self.seen {
            return Some(Ok(state.version()));
        }
        state.is_closed().then_some(Err(RecvError(())))
    }

    /// Queues up, or stays there with the newest waker, unless there is another version.
    fn wait(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Option<Result<Version, RecvError>> {
        // Cloned before locking: cloning runs other people's code.
        let waker = cx.waker().clone();
        // SAFETY: nothing is moved.
        let this = unsafe { self.get_unchecked_mut() };
        let room = &this.watched.waiting_room;
        // Acquire: pairs with `WaitingRoom::release`.
        if !this.waiter.payload().load(Acquire) {
            this.queue = room.choose();
        }
        let mut list = room.lock(this.queue);
        // SAFETY: the mutex of the queue is held.
        let previous = unsafe { this.waiter.set_waker(Some(waker)) };
        // Relaxed: the mutex is held.
        if !this.waiter.payload().load(Relaxed) {
            // SAFETY: the waiter is pinned with the future; nothing moves it out.
            let waiter = unsafe { Pin::new_unchecked(&this.waiter) };
            // SAFETY: in no list, as the payload said; `Drop` removes it from the queue.
            unsafe { room.add(this.queue, &mut list, waiter) };
        }
        // Again: a change that came before queueing did not wake this waiter. If there is one now,
        // `Drop` leaves the queue.
        let other = this.look();
        drop(list);
        drop(previous);
        other
    }
}

impl<T> Future for Changed<'_, T> {
    type Output = Result<(), RecvError>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut other = self.look();
        if other.is_none() {
            other = self.as_mut().wait(cx);
        }
        match other {
            Some(Ok(version)) => {
                // SAFETY: nothing is moved.
                *unsafe { self.get_unchecked_mut() }.seen = version;
                Poll::Ready(Ok(()))
            }
            Some(Err(error)) => Poll::Ready(Err(error)),
            None => {
                trace::waiting_on(WaitKind::Watch, self.watched);
                Poll::Pending
            }
        }
    }
}

impl<T> Drop for Changed<'_, T> {
    #[inline]
    fn drop(&mut self) {
        // Acquire: pairs with the Release in `WaitingRoom::release`, the last touch by others.
        if self.waiter.payload().load(Acquire) {
            let mut list = self.watched.waiting_room.lock(self.queue);
            // SAFETY: the future was pinned when it queued, and is being dropped in that place.
            let waiter = unsafe { Pin::new_unchecked(&self.waiter) };
            // SAFETY: in that queue, in a ring detached from it, or in none.
            unsafe { list.remove(waiter) };
        }
    }
}
