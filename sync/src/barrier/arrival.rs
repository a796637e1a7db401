//! The future of a task at a barrier: arrives at the first poll, and then waits for the round.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use vitte_context::coop;
use vitte_context::primitive::atomic::AtomicBool;
use vitte_context::primitive::atomic::Ordering::{Acquire, Release};
use vitte_context::primitive::lock;
use vitte_context::trace::{self, WaitKind};
use vitte_context::wakers::PreparedWaker;

use super::{Barrier, Released};
use crate::waiters::{Waiter, release_all};

/// Completes with the round that it arrives in; says whether it completed the round.
pub(super) struct Arrival<'a> {
    barrier: &'a Barrier,
    waiter: Waiter<Released>,
    /// Whether it was counted, and queued.
    has_arrived: bool,
}

impl<'a> Arrival<'a> {
    pub(super) fn new(barrier: &'a Barrier) -> Self {
        Arrival {
            barrier,
            waiter: Waiter::new(AtomicBool::new(false)),
            has_arrived: false,
        }
    }

    /// Counts the task in. Ready if it was the last of its round.
    fn arrive(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let barrier = self.barrier;
        // Cloned before locking: cloning runs other people's code.
        let waker = cx.waker().clone();
        let mut gathering = lock(&barrier.gathering);
        gathering.arrived += 1;
        if gathering.arrived == barrier.size {
            gathering.arrived = 0;
            release_all(
                &barrier.gathering,
                gathering,
                |gathering| &mut gathering.waiters,
                // Release: pairs with the Acquire in `is_released`; passes on what the tasks that
                // arrived earlier did.
                |released| released.store(true, Release),
            );
            trace::arrived(true);
            return Poll::Ready(());
        }
        // SAFETY: the mutex is held. A waiter that is new has no waker to be dropped.
        let _none = unsafe { self.waiter.set_waker(Some(waker)) };
        // SAFETY: in no list, as the task had not arrived; `has_arrived` makes `Drop` remove it,
        // and the future is pinned until then.
        unsafe { gathering.waiters.push_back(self.as_ref().waiter()) };
        // SAFETY: nothing is moved.
        unsafe { self.get_unchecked_mut() }.has_arrived = true;
        drop(gathering);
        trace::arrived(false);
        Poll::Pending
    }

    /// Ready if the round is complete.
    fn poll_released(&self, cx: &mut Context<'_>) -> Poll<()> {
        if self.is_released() {
            return Poll::Ready(());
        }
        let mut prepared = PreparedWaker::new(cx.waker());
        let gathering = lock(&self.barrier.gathering);
        if self.is_released() {
            return Poll::Ready(());
        }
        // SAFETY: the mutex is held.
        let previous = unsafe { self.waiter.update_waker(&mut prepared) };
        drop(gathering);
        drop(previous);
        Poll::Pending
    }

    fn is_released(&self) -> bool {
        // Acquire: pairs with the Release in `arrive`.
        self.waiter.payload().load(Acquire)
    }

    fn waiter(self: Pin<&Self>) -> Pin<&Waiter<Released>> {
        // SAFETY: the waiter is pinned with the future; nothing moves it out.
        unsafe { self.map_unchecked(|this| &this.waiter) }
    }
}

impl Future for Arrival<'_> {
    type Output = bool;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<bool> {
        if !self.has_arrived {
            let barrier = self.barrier;
            let arrived = self.as_mut().arrive(cx);
            if arrived.is_pending() {
                trace::waiting_on(WaitKind::Barrier, barrier);
            }
            return arrived.map(|()| true);
        }
        // Only tasks that had to wait consume budget.
        let coop = ready!(coop::poll_proceed(cx));
        if self.poll_released(cx).is_pending() {
            trace::waiting_on(WaitKind::Barrier, self.barrier);
            return Poll::Pending;
        }
        coop.made_progress();
        Poll::Ready(false)
    }
}

impl Drop for Arrival<'_> {
    fn drop(&mut self) {
        if !self.has_arrived || self.is_released() {
            return;
        }
        let mut gathering = lock(&self.barrier.gathering);
        // SAFETY: the future was pinned when it queued, and is being dropped in that place.
        let waiter = unsafe { Pin::new_unchecked(&self.waiter) };
        // SAFETY: in this list, or in a ring detached from it, or in neither.
        unsafe { gathering.waiters.remove(waiter) };
    }
}
