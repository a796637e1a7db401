use std::panic::{AssertUnwindSafe, catch_unwind};

use vitte_context::park::block_on;

use super::{Sender, channel};
use crate::test_support::{PanickingWaker, TestTask, assert_pending, assert_ready};

#[test]
fn the_first_value_counts_as_seen() {
    let (tx, mut rx) = channel(1);
    assert!(!rx.has_changed().unwrap());
    assert!(!rx.borrow().has_changed());
    tx.send(2).unwrap();
    assert!(rx.has_changed().unwrap());
    assert!(rx.borrow().has_changed());
    assert!(rx.borrow_and_update().has_changed());
    assert!(!rx.has_changed().unwrap());
    rx.mark_changed();
    assert!(rx.has_changed().unwrap());
    rx.mark_unchanged();
    assert!(!rx.has_changed().unwrap());
}

#[test]
fn a_change_wakes_everybody_who_waits() {
    let (tx, rx) = channel(1);
    let mut receivers: Vec<_> = (0..100).map(|_| rx.clone()).collect();
    let mut tasks: Vec<_> = receivers
        .iter_mut()
        .map(|rx| TestTask::new(rx.changed()))
        .collect();
    for task in &mut tasks {
        assert_pending!(task.poll());
        assert_pending!(task.poll());
    }
    tx.send_modify(|value| *value += 1);
    for task in &mut tasks {
        assert!(task.is_woken());
        assert!(assert_ready!(task.poll()).is_ok());
    }
}

#[test]
fn drop_of_the_last_sender_wakes_the_receiver() {
    let (tx, mut rx) = channel(1);
    let other = tx.clone();
    assert_eq!(tx.sender_count(), 2);
    drop(tx);
    let mut task = TestTask::new(rx.changed());
    assert_pending!(task.poll());
    drop(other);
    assert!(task.is_woken());
    assert!(assert_ready!(task.poll()).is_err());
    drop(task);
    assert!(rx.is_closed() && rx.has_changed().is_err());
}

#[test]
fn the_last_value_is_seen_before_the_end() {
    let (tx, mut rx) = channel(1);
    tx.send(2).unwrap();
    drop(tx);
    assert!(block_on(rx.changed()).is_ok());
    assert!(block_on(rx.changed()).is_err());
}

#[test]
fn wait_for_returns_the_value_that_was_approved() {
    let (tx, mut rx) = channel(1);
    assert_eq!(block_on(rx.wait_for(|n| *n == 1)).map(|n| *n).unwrap(), 1);
    {
        let mut task = TestTask::new(rx.wait_for(|n| *n > 5));
        assert_pending!(task.poll());
        tx.send(3).unwrap();
        assert!(task.is_woken());
        assert_pending!(task.poll());
        tx.send(6).unwrap();
        assert_eq!(*assert_ready!(task.poll()).unwrap(), 6);
    }
    drop(tx);
    assert!(block_on(rx.wait_for(|n| *n == 9)).is_err());
}

#[test]
fn send_if_modified_wakes_no_receiver_without_a_change() {
    let (tx, mut rx) = channel(1);
    let mut task = TestTask::new(rx.changed());
    assert_pending!(task.poll());
    assert!(!tx.send_if_modified(|_| false));
    assert!(!task.is_woken());
    assert!(
        catch_unwind(AssertUnwindSafe(
            || tx.send_modify(|_| panic!("in a closure"))
        ))
        .is_err()
    );
    assert!(!task.is_woken());
    assert_eq!(tx.send_replace(5), 1);
    assert!(task.is_woken());
}

#[test]
fn a_channel_without_receivers_keeps_its_value() {
    let tx = Sender::new(1);
    assert!(tx.is_closed());
    block_on(tx.closed());
    assert_eq!(tx.send(2).unwrap_err().0, 2);
    let rx = tx.subscribe();
    assert_eq!(*rx.borrow(), 1);
    let mut closed = TestTask::new(tx.closed());
    assert_pending!(closed.poll());
    drop(rx);
    assert!(closed.is_woken());
    assert_ready!(closed.poll());
}

#[test]
fn a_panicking_waker_loses_no_wake() {
    let (tx, mut one) = channel(1);
    let mut two = one.clone();
    let mut first = TestTask::new(one.changed());
    let mut second = TestTask::new(two.changed());
    assert_pending!(first.poll_with(&PanickingWaker::waker()));
    assert_pending!(second.poll());
    assert!(catch_unwind(AssertUnwindSafe(|| tx.send(2))).is_err());
    assert!(second.is_woken());
    assert!(assert_ready!(first.poll()).is_ok());
}

#[test]
fn threads_see_the_last_value() {
    const LAST: u32 = 5000;
    let (tx, rx) = channel(0);
    std::thread::scope(|scope| {
        for _ in 0..3 {
            let mut rx = rx.clone();
            scope.spawn(move || {
                let mut seen = 0;
                while block_on(rx.changed()).is_ok() {
                    let value = *rx.borrow_and_update();
                    assert!(value >= seen);
                    seen = value;
                }
                assert_eq!(seen, LAST);
            });
        }
        for n in 1..=LAST {
            tx.send(n).unwrap();
        }
        drop(tx);
    });
}
