//! A source: the readiness of one resource, shared by what reports it and the tasks that wait.
//!
//! It knows no descriptor. What the operating system's selector needs to be done for a descriptor
//! is in its [`Arming`]; a source of another world has an empty one.
//!
//! The [readiness word](super::readiness) says what is known; the waiters behind the mutex are
//! woken when something is published. A task that waits first stores its waker and then looks at
//! the word again, both under the mutex; the reactor first publishes and then looks for wakers
//! under the mutex. So either the task sees the event, or the reactor sees the waker.
//!
//! Each direction has one slot for the `poll_*` functions, where the last caller wins. The waker of
//! one of vitte's tasks stays there when it is woken: what ends is its wait, in the word. Usually
//! the same task waits again, which then needs neither the mutex nor a clone. A waker that stays
//! keeps the memory of a finished task, until the next one waits or the source is dropped.
//!
//! Futures, of which any number may wait at once, have entries of their own.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use slab::Slab;
use vitte_context::panics::Panicked;
use vitte_context::primitive::{Mutex, lock};
use vitte_context::trace::{self, WaitKind};
use vitte_context::wakers::{PreparedWaker, SharedWakerId, WakerId};

use super::direction::Direction;
use super::readiness::{Readiness, ReadyEvent, Waits};
use crate::io::{Interest, Ready};
use crate::sys::Arming;

/// How many wakers [`Source::wake_futures`] takes out in one hold of the mutex.
const WAKE_BATCH: usize = 16;

/// The readiness of one resource and its waiters. The selector reports events by its address.
#[derive(Debug)]
pub(crate) struct Source {
    readiness: Readiness,
    arming: Arming,
    reader: SharedWakerId,
    writer: SharedWakerId,
    waiters: Mutex<Waiters>,
}

#[derive(Debug, Default)]
struct Waiters {
    /// The waker of the task that waits for a direction, or did so last.
    reader: Option<Waker>,
    writer: Option<Waker>,
    /// Not allocated until a future waits: most sources never see one.
    futures: Option<Box<Slab<Waiter>>>,
}

#[derive(Debug)]
struct Waiter {
    interest: Interest,
    /// `None` once it was woken.
    waker: Option<Waker>,
}

impl Source {
    pub(super) fn new(arming: Arming) -> Self {
        Source {
            readiness: Readiness::new(),
            arming,
            reader: SharedWakerId::default(),
            writer: SharedWakerId::default(),
            waiters: Mutex::new(Waiters::default()),
        }
    }

    /// The key by which the selector reports this source.
    pub(super) fn key(&self) -> usize {
        std::ptr::from_ref(self).expose_provenance()
    }

    /// Publishes what was reported, and wakes the tasks that it concerns.
    pub(super) fn dispatch(&self, ready: Ready) {
        let ready = self.arming.complete(ready);
        let waits = self.readiness.publish(ready);
        let mut panicked = Panicked::default();
        panicked.call(|| self.wake(ready, waits));
        self.rearm();
        panicked.resume();
    }

    /// Makes every wait return with an error, now and later.
    pub(super) fn shutdown(&self) {
        self.readiness.shutdown();
        self.wake(Ready::ALL, Waits::ALL);
    }

    /// What is known now, of the states that satisfy `interest`.
    #[inline]
    pub(super) fn event(&self, interest: Interest) -> ReadyEvent {
        self.readiness
            .event()
            .masked(Ready::from_interest(interest))
    }

    /// Takes back what an operation disproved.
    #[inline]
    pub(crate) fn clear(&self, event: ReadyEvent) {
        self.readiness.clear(event);
        self.rearm();
    }

    /// Marks the source as ready before that was reported.
    pub(crate) fn assume_ready(&self, ready: Ready) {
        self.readiness.assume(ready);
    }

    /// Drops the wakers of both directions, when the owner of the source is gone.
    pub(super) fn clear_wakers(&self) {
        let both = {
            let mut waiters = lock(&self.waiters);
            [Direction::Read, Direction::Write].map(|direction| self.take(&mut waiters, direction))
        };
        drop(both);
    }

    /// Waits for one direction. Only the last caller of each direction is woken.
    #[inline]
    pub(super) fn poll_event(
        &self,
        cx: &mut Context<'_>,
        direction: Direction,
    ) -> Poll<ReadyEvent> {
        let event = self.readiness.event().masked(direction.mask());
        if event.is_over() {
            return Poll::Ready(event);
        }
        self.poll_event_slow(cx, direction)
    }

    fn poll_event_slow(&self, cx: &mut Context<'_>, direction: Direction) -> Poll<ReadyEvent> {
        let event = match self.waker_id(direction).get().is(cx.waker()) {
            true => self.readiness.wait(direction),
            false => self.leave_waker(cx.waker(), direction),
        };
        if event.is_over() {
            return Poll::Ready(event);
        }
        trace::waiting_on(WaitKind::Io, self);
        Poll::Pending
    }

    #[inline(never)]
    fn leave_waker(&self, waker: &Waker, direction: Direction) -> ReadyEvent {
        let mut prepared = PreparedWaker::new(waker);
        let mut waiters = lock(&self.waiters);
        let old = prepared.store_in(waiters.slot(direction));
        self.waker_id(direction).set(WakerId::of(waker));
        // Look again: an event that was published before the waker was stored woke no task.
        let event = self.readiness.wait(direction);
        drop(waiters);
        drop(old);
        event
    }

    #[inline]
    fn waker_id(&self, direction: Direction) -> &SharedWakerId {
        match direction {
            Direction::Read => &self.reader,
            Direction::Write => &self.writer,
        }
    }

    /// Takes out a direction's waker.
    fn take(&self, waiters: &mut Waiters, direction: Direction) -> Option<Waker> {
        self.waker_id(direction).set(WakerId::NONE);
        waiters.slot(direction).take()
    }

    /// The waker of a direction, to be woken. That of one of vitte's tasks is cloned, which runs no
    /// foreign code under the mutex.
    #[inline]
    fn waker(&self, waiters: &mut Waiters, direction: Direction) -> Option<Waker> {
        match self.waker_id(direction).get().is_none() {
            true => waiters.slot(direction).take(),
            false => waiters.slot(direction).clone(),
        }
    }

    /// A future that waits for `interest`; any number of them may wait at once.
    pub(super) fn wait_for(&self, interest: Interest) -> ReadyFuture<'_> {
        ReadyFuture {
            source: self,
            interest,
            entry: None,
        }
    }

    #[inline]
    fn wake(&self, ready: Ready, waits: Waits) {
        let (reader, writer, has_futures) = {
            let mut waiters = lock(&self.waiters);
            let mut waker = |direction| match waits.includes(direction) {
                true => self.waker(&mut waiters, direction),
                false => None,
            };
            let (reader, writer) = (waker(Direction::Read), waker(Direction::Write));
            (reader, writer, waiters.has_futures())
        };
        let mut panicked = Panicked::default();
        for waker in [reader, writer].into_iter().flatten() {
            panicked.call(|| waker.wake());
        }
        if has_futures {
            panicked.call(|| self.wake_futures(ready));
        }
        panicked.resume();
    }

    #[cold]
    fn wake_futures(&self, ready: Ready) {
        let mut panicked = Panicked::default();
        loop {
            let mut batch = [const { None }; WAKE_BATCH];
            let count = lock(&self.waiters).take_satisfied(ready, &mut batch);
            for waker in batch.into_iter().flatten() {
                panicked.call(|| Waker::wake(waker));
            }
            if count < WAKE_BATCH {
                return panicked.resume();
            }
        }
    }

    /// Where registrations are one-shot, arms this one for the states that are not ready.
    #[inline]
    fn rearm(&self) {
        if !self.arming.is_one_shot() {
            return;
        }
        // Under the mutex, so that of two calls the later one has seen the newer word.
        let _order = lock(&self.waiters);
        self.arming.rearm(self.key(), self.readiness.event().ready);
    }
}

impl Waiters {
    #[inline]
    fn slot(&mut self, direction: Direction) -> &mut Option<Waker> {
        match direction {
            Direction::Read => &mut self.reader,
            Direction::Write => &mut self.writer,
        }
    }

    fn futures(&mut self) -> &mut Slab<Waiter> {
        self.futures.get_or_insert_default()
    }

    #[inline]
    fn has_futures(&self) -> bool {
        self.futures
            .as_ref()
            .is_some_and(|futures| !futures.is_empty())
    }

    /// Moves the wakers that `ready` satisfies into `batch`; returns how many.
    fn take_satisfied(&mut self, ready: Ready, batch: &mut [Option<Waker>]) -> usize {
        let satisfied = self
            .futures()
            .iter_mut()
            .filter(|(_, waiter)| !(ready & Ready::from_interest(waiter.interest)).is_empty())
            .filter_map(|(_, waiter)| waiter.waker.take());
        let mut count = 0;
        for (place, waker) in batch.iter_mut().zip(satisfied) {
            *place = Some(waker);
            count += 1;
        }
        count
    }
}

/// Returned by [`Source::wait_for`].
#[derive(Debug)]
pub(super) struct ReadyFuture<'a> {
    source: &'a Source,
    interest: Interest,
    /// The entry among the source's futures, once there is one.
    entry: Option<usize>,
}

impl Future for ReadyFuture<'_> {
    type Output = ReadyEvent;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<ReadyEvent> {
        let this = &mut *self;
        match this.entry {
            None => this.poll_first(cx),
            Some(entry) => this.poll_waiting(cx, entry),
        }
    }
}

impl ReadyFuture<'_> {
    fn poll_first(&mut self, cx: &mut Context<'_>) -> Poll<ReadyEvent> {
        let event = self.source.event(self.interest);
        if event.is_over() {
            return Poll::Ready(event);
        }
        let waker = cx.waker().clone();
        let mut waiters = lock(&self.source.waiters);
        // Look again: see the module's header.
        let event = self.source.event(self.interest);
        if event.is_over() {
            drop(waiters);
            return Poll::Ready(event);
        }
        let waiter = Waiter {
            interest: self.interest,
            waker: Some(waker),
        };
        self.entry = Some(waiters.futures().insert(waiter));
        drop(waiters);
        trace::waiting_on(WaitKind::Io, self.source);
        Poll::Pending
    }

    fn poll_waiting(&mut self, cx: &mut Context<'_>, entry: usize) -> Poll<ReadyEvent> {
        let mut prepared = PreparedWaker::new(cx.waker());
        let mut waiters = lock(&self.source.waiters);
        let waiter = &mut waiters.futures()[entry];
        if waiter.waker.is_none() {
            // It was woken. Another task may have consumed the readiness since; the caller finds
            // out when it tries.
            waiters.futures().remove(entry);
            drop(waiters);
            self.entry = None;
            return Poll::Ready(self.source.event(self.interest));
        }
        let old = prepared.store_in(&mut waiter.waker);
        drop(waiters);
        drop(old);
        trace::waiting_on(WaitKind::Io, self.source);
        Poll::Pending
    }
}

impl Drop for ReadyFuture<'_> {
    fn drop(&mut self) {
        if let Some(entry) = self.entry.take() {
            let waiter = lock(&self.source.waiters).futures().remove(entry);
            // Outside the mutex: dropping a waker may run any code.
            drop(waiter);
        }
    }
}
