//! Models of `Notify`.
//!
//! Mutant: in `Wait::enqueue`, go to WAITING with a store instead of `exchange`. A permit that
//! is stored in between is overwritten, and `loom_a_notification_is_never_lost` deadlocks.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use loom::future::block_on;
use loom::thread;
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
fn loom_two_waiters_and_two_notifications() {
    loom::model(|| {
        let notify = Arc::new(Notify::new());
        let other = notify.clone();
        let thread = thread::spawn(move || {
            block_on(other.notified());
            other.notify_one();
        });
        notify.notify_one();
        block_on(notify.notified());
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
            // Who got the permit gives it back.
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
            let _ = notified.as_mut().poll(&mut cx);
        });
        notify.notify_waiters();
        notify.notify_one();
        thread.join().unwrap();
        block_on(notify.notified());
    });
}
