//! Models of `Notify`.
//!
//! Mutant: in `Wait::enqueue`, go to WAITING with a store instead of `exchange`. A permit that
//! is stored in between is overwritten, and `loom_a_notification_is_never_lost` deadlocks.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use loom::future::block_on;
use loom::thread;
use vitte_context::block;
use vitte_context::defer::SelfDefer;
use vitte_context::primitive::Arc;

use super::Notify;

#[test]
fn loom_a_notification_is_never_lost() {
    loom::model(|| {
        let notify = Arc::new(Notify::new());
        let notifier = notify.clone();
        let thread = thread::spawn(move || notifier.notify_one());
        block_on(notify.notified());
        thread.join().unwrap();
    });
}

#[test]
fn loom_a_notification_that_is_handed_on_reaches_all() {
    bounded(|| {
        let notify = Arc::new(Notify::new());
        let threads: [_; 2] = std::array::from_fn(|_| {
            let notify = notify.clone();
            thread::spawn(move || {
                block_on(notify.notified());
                notify.notify_one();
            })
        });
        notify.notify_one();
        for thread in threads {
            thread.join().unwrap();
        }
        block_on(notify.notified());
    });
}

/// Polls as one of vitte's tasks, twice before it waits: the second poll finds its waker there.
async fn poll_again_and_wait(notify: &Notify) {
    let mut notified = pin!(notify.notified());
    let mut polls = 0;
    poll_fn(|cx| {
        let before = block::begin_poll(1, cx.waker(), SelfDefer::No);
        let mut polled = notified.as_mut().poll(cx);
        polls += 1;
        if polls == 1 && polled.is_pending() {
            polled = notified.as_mut().poll(cx);
        }
        block::end_poll(&before);
        polled
    })
    .await;
}

#[test]
fn loom_a_notification_reaches_a_task_that_polls_again() {
    loom::model(|| {
        let notify = Arc::new(Notify::new());
        let notifier = notify.clone();
        let thread = thread::spawn(move || notifier.notify_one());
        block_on(poll_again_and_wait(&notify));
        thread.join().unwrap();
    });
}

#[test]
fn loom_notify_waiters_reaches_a_task_that_polls_again() {
    loom::model(|| {
        let notify = Arc::new(Notify::new());
        let notified = notify.notified();
        let other = notify.clone();
        let thread = thread::spawn(move || {
            other.notify_waiters();
            other.notify_one();
        });
        block_on(poll_again_and_wait(&notify));
        block_on(notified);
        thread.join().unwrap();
    });
}

#[test]
fn loom_notify_waiters_reaches_each_future_that_exists() {
    loom::model(|| {
        let notify = Arc::new(Notify::new());
        let other = notify.clone();
        let first = notify.notified();
        let second = notify.notified();
        let thread = thread::spawn(move || other.notify_waiters());
        block_on(first);
        block_on(second);
        thread.join().unwrap();
    });
}

#[test]
fn loom_a_notification_survives_its_waiter() {
    loom::model(|| {
        let notify = Arc::new(Notify::new());
        let leaver = notify.clone();
        let thread = thread::spawn(move || {
            let mut notified = pin!(leaver.notified());
            let mut cx = Context::from_waker(Waker::noop());
            // The thread that got the permit gives it back.
            if let Poll::Ready(()) = notified.as_mut().poll(&mut cx) {
                leaver.notify_one();
            }
        });
        notify.notify_one();
        thread.join().unwrap();
        block_on(notify.notified());
    });
}

#[test]
fn loom_leaving_while_all_are_notified() {
    loom::model(|| {
        let notify = Arc::new(Notify::new());
        let leaver = notify.clone();
        let thread = thread::spawn(move || {
            let mut notified = pin!(leaver.notified());
            let mut cx = Context::from_waker(Waker::noop());
            if let Poll::Ready(()) = notified.as_mut().poll(&mut cx) {
                leaver.notify_one();
            }
        });
        notify.notify_waiters();
        notify.notify_one();
        thread.join().unwrap();
        block_on(notify.notified());
    });
}

/// A model with three threads: every interleaving with at most two preemptions.
fn bounded(body: impl Fn() + Sync + Send + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(2);
    builder.check(body);
}
