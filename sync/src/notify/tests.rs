use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use vitte_context::primitive::plain::Mutex;

use super::{Notified, Notify, OwnedNotified, lock};
use crate::test_support::{CallingWaker, PanickingWaker, TestTask, assert_pending, assert_ready};

fn waiting(notify: &Notify) -> TestTask<Notified<'_>> {
    let mut task = TestTask::new(notify.notified());
    assert_pending!(task.poll());
    task
}

#[test]
fn one_permit_is_stored_and_no_more() {
    let notify = Notify::new();
    notify.notify_one();
    notify.notify_one();
    assert_ready!(TestTask::new(notify.notified()).poll());
    waiting(&notify);
}

#[test]
fn notify_one_wakes_the_oldest_and_notify_last_the_newest() {
    let notify = Notify::new();
    let mut tasks = [waiting(&notify), waiting(&notify), waiting(&notify)];
    notify.notify_last();
    assert!(!tasks[0].is_woken() && !tasks[1].is_woken() && tasks[2].is_woken());
    notify.notify_one();
    assert!(tasks[0].is_woken() && !tasks[1].is_woken());
    assert_ready!(tasks[0].poll());
    assert_ready!(tasks[2].poll());
    assert_pending!(tasks[1].poll());
    notify.notify_one();
    assert_ready!(tasks[1].poll());
    assert_ready!(tasks[1].poll());
    waiting(&notify);
}

#[test]
fn a_notification_that_is_dropped_goes_to_the_next() {
    let notify = Notify::new();
    let first = waiting(&notify);
    let (second, mut third) = (waiting(&notify), waiting(&notify));
    notify.notify_one();
    drop(first);
    assert!(second.is_woken() && !third.is_woken());
    drop(second);
    assert!(third.is_woken());
    assert_ready!(third.poll());
    let last = waiting(&notify);
    notify.notify_one();
    drop(last);
    assert_ready!(TestTask::new(notify.notified()).poll());
}

#[test]
fn a_dropped_notify_last_goes_to_the_newest() {
    let notify = Notify::new();
    let first = waiting(&notify);
    let (second, third) = (waiting(&notify), waiting(&notify));
    notify.notify_last();
    drop(third);
    assert!(!first.is_woken() && second.is_woken());
}

#[test]
fn notify_waiters_counts_from_when_the_future_was_made() {
    let notify = Notify::new();
    let mut unpolled = TestTask::new(notify.notified());
    let mut polled = waiting(&notify);
    notify.notify_waiters();
    assert!(polled.is_woken());
    assert_ready!(polled.poll());
    assert_ready!(unpolled.poll());
    let later = waiting(&notify);
    assert!(!later.is_woken());
}

#[test]
fn notify_waiters_stores_no_permit_and_leaves_a_stored_one() {
    let notify = Notify::new();
    notify.notify_waiters();
    waiting(&notify);
    notify.notify_one();
    notify.notify_waiters();
    assert_ready!(TestTask::new(notify.notified()).poll());
    waiting(&notify);
}

#[test]
fn what_notify_waiters_gave_is_not_passed_on() {
    let notify = Notify::new();
    let released = waiting(&notify);
    notify.notify_waiters();
    let next = waiting(&notify);
    drop(released);
    assert!(!next.is_woken());
}

#[test]
fn leaving_lets_a_permit_be_stored_again() {
    let notify = Notify::new();
    drop(waiting(&notify));
    notify.notify_one();
    assert_ready!(TestTask::new(notify.notified()).poll());
}

#[test]
fn enable_queues_without_a_waker() {
    let notify = Notify::new();
    let mut task = TestTask::new(notify.notified());
    assert!(!task.future().enable());
    notify.notify_one();
    assert!(!task.is_woken());
    assert!(task.future().enable());
    assert_ready!(task.poll());
    waiting(&notify);

    let mut woken_later = TestTask::new(notify.notified());
    assert!(!woken_later.future().enable());
    assert_pending!(woken_later.poll());
    notify.notify_one();
    assert!(woken_later.is_woken());
}

#[test]
fn an_owned_future_keeps_the_notify_alive() {
    let notify = Arc::new(Notify::new());
    let weak = Arc::downgrade(&notify);
    let mut owned = TestTask::new(notify.clone().notified_owned());
    assert_pending!(owned.poll());
    notify.notify_one();
    drop(notify);
    assert_ready!(owned.poll());
    drop(owned);
    assert!(weak.upgrade().is_none());
}

#[test]
fn a_waiter_that_notify_waiters_is_about_to_wake_is_ready() {
    let notify = Arc::new(Notify::new());
    let ready = Arc::new(AtomicUsize::new(0));
    // The first waker runs in the first batch, while the last waiter is still in the ring.
    let mut last = TestTask::new(notify.clone().notified_owned());
    let last_slot = Arc::new(Mutex::new(None::<TestTask<OwnedNotified>>));
    let waker = CallingWaker::waker({
        let (slot, ready) = (last_slot.clone(), ready.clone());
        move || {
            if let Some(mut last) = lock(&slot).take() {
                assert_ready!(last.poll());
                ready.fetch_add(1, SeqCst);
            }
        }
    });
    let mut first = TestTask::new(notify.notified());
    assert_pending!(first.poll_with(&waker));
    let _others: Vec<_> = (0..40).map(|_| waiting(&notify)).collect();
    assert_pending!(last.poll());
    *lock(&last_slot) = Some(last);
    notify.notify_waiters();
    assert_eq!(ready.load(SeqCst), 1);
}

#[test]
fn wakers_that_notify_again_do_not_deadlock() {
    let notify = Arc::new(Notify::new());
    let waker = || {
        let notify = notify.clone();
        CallingWaker::waker(move || {
            notify.notify_one();
            notify.notify_waiters();
        })
    };
    let mut first = TestTask::new(notify.notified());
    assert_pending!(first.poll_with(&waker()));
    // Drops the first waker, which notifies all waiters.
    assert_pending!(first.poll_with(&waker()));
    assert_ready!(first.poll());
    let mut second = TestTask::new(notify.notified());
    let _ = second.poll_with(&waker());
    notify.notify_one();
    assert_ready!(second.poll());
}

#[test]
fn panicking_wakers_leave_everybody_notified() {
    let notify = Notify::new();
    let mut tasks: Vec<_> = (0..70).map(|_| TestTask::new(notify.notified())).collect();
    for (i, task) in tasks.iter_mut().enumerate() {
        match i % 10 {
            0 => assert_pending!(task.poll_with(&PanickingWaker::waker())),
            _ => assert_pending!(task.poll()),
        }
    }
    assert!(catch_unwind(AssertUnwindSafe(|| notify.notify_waiters())).is_err());
    for (i, task) in tasks.iter_mut().enumerate() {
        assert_eq!(task.is_woken(), i % 10 != 0);
        assert_ready!(task.poll());
    }
    notify.notify_one();
    assert_ready!(TestTask::new(notify.notified()).poll());
}

#[test]
fn futures_are_send_and_sync_and_notify_is_unwind_safe() {
    fn check<T: Send + Sync>() {}
    fn check_unwind<T: std::panic::UnwindSafe + std::panic::RefUnwindSafe>() {}
    check::<Notify>();
    check::<Notified<'_>>();
    check::<OwnedNotified>();
    check_unwind::<Notify>();
}
