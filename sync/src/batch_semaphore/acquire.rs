//! The future that acquires permits.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use vitte_context::coop;
use vitte_context::primitive::atomic::AtomicUsize;
use vitte_context::primitive::atomic::Ordering::{Acquire as AcquireOrdering, Relaxed};
use vitte_context::primitive::lock;
use vitte_context::trace::{self, Fact, Operation, WaitKind};
use vitte_context::wakers::PreparedWaker;

use super::error::{AcquireError, TryAcquireError};
use super::{BatchSemaphore, Claim};
use crate::waiters::Waiter;

/// Completes once the caller has all permits that it asked for.
#[must_use = "futures do nothing unless you `.await` or poll them"]
pub(crate) struct Acquire<'a> {
    waiter: Waiter<Claim>,
    semaphore: &'a BatchSemaphore,
    permits: usize,
    stage: Stage,
    kind: WaitKind,
}

/// How far an acquisition is, and with it what `Drop` has to undo.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// It has no permits and is not queued: before the first poll, and after the last.
    Idle,
    /// It was queued. It holds the permits that it does not miss.
    Queued,
    /// It holds all permits, but the task had no budget left to complete.
    Holding,
}

impl<'a> Acquire<'a> {
    #[inline]
    pub(super) fn new(semaphore: &'a BatchSemaphore, permits: usize, kind: WaitKind) -> Self {
        Acquire {
            waiter: Waiter::new(Claim {
                missing: AtomicUsize::new(permits),
                operation: Operation::acquire(&semaphore.resources.semaphore, permits),
            }),
            semaphore,
            permits,
            stage: Stage::Idle,
            kind,
        }
    }

    /// Takes all permits at once, or queues for them.
    #[inline]
    fn poll_first(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), AcquireError>> {
        match self.semaphore.try_acquire(self.permits) {
            Ok(()) => Poll::Ready(Ok(())),
            Err(TryAcquireError::Closed) => Poll::Ready(Err(AcquireError::CLOSED)),
            Err(TryAcquireError::NoPermits) => self.enqueue(cx),
        }
    }

    /// Takes what permits there are and queues for the rest.
    #[cold]
    fn enqueue(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), AcquireError>> {
        // Cloned before locking: cloning runs other people's code.
        let waker = cx.waker().clone();
        let semaphore = self.semaphore;
        let mut queue = lock(&semaphore.queue);
        let mut current = semaphore.snapshot();
        let taken = loop {
            if current.is_closed() {
                drop(queue);
                return Poll::Ready(Err(AcquireError::CLOSED));
            }
            let next = current.minus(self.permits);
            let next_or_queued = next.unwrap_or(current.exhausted_and_queued());
            match semaphore.exchange(current, next_or_queued) {
                Ok(()) if next.is_some() => {
                    drop(queue);
                    return Poll::Ready(Ok(()));
                }
                Ok(()) => break current.permits(),
                Err(actual) => current = actual,
            }
        };
        let waiter = self.as_ref().waiter();
        // Relaxed: all others read and write it under the mutex.
        waiter
            .payload()
            .missing
            .store(self.permits - taken, Relaxed);
        // SAFETY: the mutex of the queue is held.
        let previous = unsafe { waiter.get_ref().set_waker(Some(waker)) };
        // SAFETY: in no list, as the stage is `Idle`. `stage` makes `Drop` remove it, and the
        // future is pinned until then.
        unsafe { queue.push_back(waiter) };
        self.as_mut().set_stage(Stage::Queued);
        drop(queue);
        drop(previous);
        if taken > 0 {
            semaphore
                .resources
                .semaphore
                .report(Fact::PermitsTaken(taken));
            self.waiter.payload().operation.obtained(taken);
        }
        Poll::Pending
    }

    /// Looks whether the permits have arrived.
    fn poll_queued(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), AcquireError>> {
        let semaphore = self.semaphore;
        if semaphore.is_closed() {
            return Poll::Ready(Err(AcquireError::CLOSED));
        }
        if self.has_all() {
            return Poll::Ready(Ok(()));
        }
        let mut prepared = PreparedWaker::new(cx.waker());
        let queue = lock(&semaphore.queue);
        // Again: both may have happened before the lock was taken, and then a waker that is stored
        // now would never be woken.
        if semaphore.is_closed() {
            drop(queue);
            return Poll::Ready(Err(AcquireError::CLOSED));
        }
        if self.has_all() {
            drop(queue);
            return Poll::Ready(Ok(()));
        }
        // SAFETY: the mutex of the queue is held.
        let previous = unsafe { self.waiter.update_waker(&mut prepared) };
        drop(queue);
        drop(previous);
        Poll::Pending
    }

    /// Whether a queued waiter has all its permits, and has therefore left the queue.
    #[inline]
    fn has_all(&self) -> bool {
        // Acquire: pairs with the Release in `hand_out`, the last touch of the waiter by others,
        // and passes on what the permits' last holders did.
        self.waiter.payload().missing.load(AcquireOrdering) == 0
    }

    fn waiter(self: Pin<&Self>) -> Pin<&Waiter<Claim>> {
        // SAFETY: the waiter is pinned with the future; nothing moves it out.
        unsafe { self.map_unchecked(|this| &this.waiter) }
    }

    #[inline]
    fn set_stage(self: Pin<&mut Self>, stage: Stage) {
        // SAFETY: nothing is moved.
        unsafe { self.get_unchecked_mut() }.stage = stage;
    }
}

impl Future for Acquire<'_> {
    type Output = Result<(), AcquireError>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let semaphore = self.semaphore;
        let operation = self.waiter.payload().operation.clone();
        operation.in_scope(&semaphore.resources.semaphore, || self.poll_stage(cx))
    }
}

impl Acquire<'_> {
    #[inline]
    fn poll_stage(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<(), AcquireError>> {
        let is_new = self.stage == Stage::Idle;
        let result = match self.stage {
            Stage::Idle => {
                ready!(coop::poll_interrupt(cx));
                self.as_mut().poll_first(cx)
            }
            Stage::Queued => self.as_mut().poll_queued(cx),
            Stage::Holding if self.semaphore.is_closed() => Poll::Ready(Err(AcquireError::CLOSED)),
            Stage::Holding => Poll::Ready(Ok(())),
        };
        match result {
            Poll::Pending => {
                trace::waiting_on(self.kind, self.semaphore);
                return trace::polled("poll_acquire", Poll::Pending);
            }
            // What was given to it meanwhile goes back when it is dropped.
            Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
            Poll::Ready(Ok(())) => {}
        }
        self.as_mut().set_stage(Stage::Holding);
        if is_new {
            trace::took_all(&self.semaphore.resources.semaphore, self.permits);
        }
        ready!(trace::polled("poll_acquire", coop::poll_proceed(cx))).made_progress();
        let ready = trace::polled("poll_acquire", Poll::Ready(Ok(())));
        // Not before: should the subscriber panic, dropping the future gives the permits back.
        self.set_stage(Stage::Idle);
        ready
    }
}

impl Drop for Acquire<'_> {
    #[inline]
    fn drop(&mut self) {
        if self.stage != Stage::Idle {
            self.give_back();
        }
    }
}

impl Acquire<'_> {
    /// Leaves the queue and passes the permits on.
    #[cold]
    fn give_back(&mut self) {
        let semaphore = self.semaphore;
        if self.stage == Stage::Holding || self.has_all() {
            semaphore.release(self.permits);
            return;
        }
        let mut queue = lock(&semaphore.queue);
        // SAFETY: the future was pinned when it queued, and is being dropped in that place.
        let waiter = unsafe { Pin::new_unchecked(&self.waiter) };
        // SAFETY: it is in the queue, in a ring detached from it by `close`, or in neither.
        unsafe { queue.remove(waiter) };
        // Relaxed: the mutex is held.
        let held = self.permits - waiter.payload().missing.load(Relaxed);
        semaphore.release_to_queue(held, queue);
    }
}
