//! The wait that both futures are made of.
//!
//! At its first poll it takes a stored permit or queues. Polled again, it looks whether its waiter
//! was popped. When it is dropped it leaves the queue, and passes on a notification that it had
//! received but not used.

use std::pin::Pin;
use std::task::{Context, Poll};

use vitte_context::primitive::atomic::AtomicU8;
use vitte_context::primitive::atomic::Ordering::{Acquire, Relaxed};
use vitte_context::primitive::lock;
use vitte_context::trace::{self, WaitKind};
use vitte_context::wakers::{PreparedWaker, WakerId};

use super::state::Condition;
use super::{ALL, LAST, NONE, Notification, Notify, Pick};
use crate::waiters::Waiter;

/// A wait for a notification of a `Notify`, which the caller passes to each method.
#[derive(Debug)]
pub(super) struct Wait {
    stage: Stage,
    /// How often `notify_waiters` had been called when the future was made.
    calls: usize,
    /// Whose waker is in the waiter.
    waker_id: WakerId,
    waiter: Waiter<Notification>,
}

/// How far a wait is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Stage {
    /// Not polled yet.
    New,
    /// Queued, and perhaps notified since then.
    Queued,
    /// Notified.
    Done,
}

impl Wait {
    #[inline]
    pub(super) fn new(notify: &Notify) -> Self {
        Wait {
            stage: Stage::New,
            calls: notify.snapshot().calls(),
            waker_id: WakerId::NONE,
            waiter: Waiter::new(AtomicU8::new(NONE)),
        }
    }

    #[inline]
    pub(super) fn poll(
        self: Pin<&mut Self>,
        notify: &Notify,
        cx: Option<&mut Context<'_>>,
    ) -> Poll<()> {
        match self.stage {
            Stage::New => self.poll_new(notify, cx),
            Stage::Queued => self.poll_queued(notify, cx),
            Stage::Done => Poll::Ready(()),
        }
    }

    /// Takes a stored permit, or queues.
    #[inline]
    fn poll_new(self: Pin<&mut Self>, notify: &Notify, cx: Option<&mut Context<'_>>) -> Poll<()> {
        let current = notify.snapshot();
        if current.calls() != self.calls {
            return self.done();
        }
        if current.condition() == Condition::Notified
            && notify
                .exchange(current, current.with(Condition::Empty))
                .is_ok()
        {
            return self.done();
        }
        self.enqueue(notify, cx)
    }

    #[inline(never)]
    fn enqueue(self: Pin<&mut Self>, notify: &Notify, cx: Option<&mut Context<'_>>) -> Poll<()> {
        let waker_id = cx
            .as_ref()
            .map_or(WakerId::NONE, |cx| WakerId::of(cx.waker()));
        // Cloned before locking: cloning runs other people's code.
        let waker = cx.map(|cx| cx.waker().clone());
        let is_polled = waker.is_some();
        let mut waiters = lock(&notify.waiters);
        let mut current = notify.snapshot();
        if current.calls() != self.calls {
            drop(waiters);
            return self.done();
        }
        // The count cannot change while the mutex is held; the condition can, except for WAITING.
        while current.condition() != Condition::Waiting {
            let is_permit = current.condition() == Condition::Notified;
            let next = match is_permit {
                true => Condition::Empty,
                false => Condition::Waiting,
            };
            match notify.exchange(current, current.with(next)) {
                Ok(()) if is_permit => {
                    drop(waiters);
                    return self.done();
                }
                Ok(()) => break,
                Err(actual) => current = actual,
            }
        }
        // SAFETY: the mutex is held. A waiter that is new has no waker to be dropped.
        let _none = unsafe { self.waiter.set_waker(waker) };
        // SAFETY: in no list, as the stage is `New`; the stage that follows makes `leave`, which
        // both futures call in `Drop`, remove it.
        unsafe { waiters.push_back(self.as_ref().waiter()) };
        let notify_address: *const Notify = notify;
        self.set_stage(Stage::Queued, waker_id);
        drop(waiters);
        if is_polled {
            trace::waiting_on(WaitKind::Notify, notify_address);
        }
        Poll::Pending
    }

    #[inline(never)]
    fn poll_queued(
        self: Pin<&mut Self>,
        notify: &Notify,
        cx: Option<&mut Context<'_>>,
    ) -> Poll<()> {
        if self.notification() != NONE {
            return self.done();
        }
        // The waiter is in its list, with the waker of this very task. A notifier that pops it
        // stores the notification and then wakes the task. So there is nothing to do here, unless
        // `notify_waiters` was called.
        if cx.as_ref().is_some_and(|cx| self.waker_id.is(cx.waker()))
            && notify.snapshot().calls() == self.calls
        {
            trace::waiting_on(WaitKind::Notify, notify);
            return Poll::Pending;
        }
        let mut prepared = cx.as_ref().map(|cx| PreparedWaker::new(cx.waker()));
        let mut waiters = lock(&notify.waiters);
        if self.notification() != NONE {
            drop(waiters);
            return self.done();
        }
        if notify.snapshot().calls() != self.calls {
            // A `notify_waiters` is about to release this waiter: it is in a ring.
            // SAFETY: in a ring detached from this list.
            unsafe { waiters.remove(self.as_ref().waiter()) };
            // SAFETY: the mutex is held.
            let waker = unsafe { self.waiter.take_waker() };
            drop(waiters);
            drop(waker);
            return self.done();
        }
        let Some(prepared) = &mut prepared else {
            return Poll::Pending;
        };
        // SAFETY: the mutex is held.
        let previous = unsafe { self.waiter.update_waker(prepared) };
        let waker_id = cx.map_or(WakerId::NONE, |cx| WakerId::of(cx.waker()));
        self.set_stage(Stage::Queued, waker_id);
        drop(waiters);
        drop(previous);
        trace::waiting_on(WaitKind::Notify, notify);
        Poll::Pending
    }

    /// Which notification the waiter received. If any, it was popped, and no other thread touches
    /// it any more.
    #[inline]
    fn notification(&self) -> u8 {
        // Acquire: pairs with the Release store that is the notifier's last touch.
        self.waiter.payload().load(Acquire)
    }

    #[inline]
    fn done(self: Pin<&mut Self>) -> Poll<()> {
        self.set_stage(Stage::Done, WakerId::NONE);
        Poll::Ready(())
    }

    fn waiter(self: Pin<&Self>) -> Pin<&Waiter<Notification>> {
        // SAFETY: the waiter is pinned with the future; nothing moves it out.
        unsafe { self.map_unchecked(|this| &this.waiter) }
    }

    #[inline]
    fn set_stage(self: Pin<&mut Self>, stage: Stage, waker_id: WakerId) {
        // SAFETY: nothing is moved.
        let this = unsafe { self.get_unchecked_mut() };
        this.stage = stage;
        this.waker_id = waker_id;
    }

    /// Called when the future is dropped: leaves the queue, and passes on what it was given.
    #[inline]
    pub(super) fn leave(&mut self, notify: &Notify) {
        if self.stage == Stage::Queued {
            self.leave_queue(notify);
        }
    }

    #[cold]
    fn leave_queue(&mut self, notify: &Notify) {
        let mut notification = self.notification();
        if notification == NONE {
            let mut waiters = lock(&notify.waiters);
            // Relaxed: the mutex is held.
            notification = self.waiter.payload().load(Relaxed);
            if notification == NONE {
                // SAFETY: the future was pinned when it queued, and is being dropped in place.
                let waiter = unsafe { Pin::new_unchecked(&self.waiter) };
                // SAFETY: in this list, or in a ring detached from it.
                unsafe { waiters.remove(waiter) };
                notify.leave_waiting_if_empty(&waiters);
            }
        }
        match notification {
            NONE | ALL => {}
            LAST => notify.notify(Pick::Newest),
            _ => notify.notify(Pick::Oldest),
        }
    }
}
