use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::{Context, Poll};

use vitte_context::coop;

use super::channel;
use super::error::{RecvError, TryRecvError};
use crate::test_support::{PanickingWaker, TestTask, assert_pending, assert_ready, counting_waker};

#[test]
fn a_value_sent_first_is_received_without_a_wake() {
    let (tx, rx) = channel();
    assert_eq!(tx.send(1), Ok(()));
    let mut task = TestTask::new(rx);
    assert_eq!(assert_ready!(task.poll()), Ok(1));
    assert!(!task.is_woken());
}

#[test]
fn sending_wakes_the_waiting_receiver() {
    let (tx, rx) = channel();
    let mut task = TestTask::new(rx);
    assert_pending!(task.poll());
    assert_pending!(task.poll());
    assert_eq!(tx.send("x"), Ok(()));
    assert!(task.is_woken());
    assert_eq!(assert_ready!(task.poll()), Ok("x"));
}

#[test]
fn only_the_newest_waker_is_woken() {
    let (tx, rx) = channel::<i32>();
    let mut task = TestTask::new(rx);
    let (waker, counter) = counting_waker();
    assert_pending!(task.poll());
    assert_pending!(task.poll_with(&waker));
    drop(tx);
    assert!(!task.is_woken());
    assert_eq!(counter.count(), 1);
    assert_eq!(assert_ready!(task.poll()), Err(RecvError(())));
}

#[test]
fn dropping_the_receiver_fails_the_send_and_wakes_closed() {
    let (mut tx, rx) = channel();
    {
        let mut closed = TestTask::new(tx.closed());
        assert_pending!(closed.poll());
        drop(rx);
        assert!(closed.is_woken());
        assert_ready!(closed.poll());
    }
    assert!(tx.is_closed());
    assert_eq!(tx.send(1), Err(1));
}

#[test]
fn a_value_sent_before_close_is_still_received() {
    let (tx, mut rx) = channel();
    assert!(rx.is_empty());
    tx.send(4).unwrap();
    assert!(!rx.is_empty());
    rx.close();
    assert_eq!(rx.try_recv(), Ok(4));
    assert!(rx.is_terminated());
    assert_eq!(rx.try_recv(), Err(TryRecvError::Closed));
}

#[test]
fn a_pending_receiver_that_closes_is_done() {
    let (tx, mut rx) = channel::<i32>();
    {
        let mut task = TestTask::new(&mut rx);
        assert_pending!(task.poll());
    }
    rx.close();
    rx.close();
    assert_eq!(tx.send(1), Err(1));
    let mut task = TestTask::new(&mut rx);
    assert!(assert_ready!(task.poll()).is_err());
    assert!(catch_unwind(AssertUnwindSafe(|| task.poll())).is_err());
}

#[test]
fn every_value_and_waker_is_dropped_once() {
    let token = Arc::new(());
    let (tx, rx) = channel();
    tx.send(token.clone()).unwrap();
    drop(rx);
    assert_eq!(Arc::strong_count(&token), 1);

    let (tx, rx) = channel();
    let (waker, counter) = counting_waker();
    let mut task = TestTask::new(rx);
    assert_pending!(task.poll_with(&waker));
    drop(waker);
    drop(task);
    assert_eq!(Arc::strong_count(&counter), 1);
    assert!(tx.send(token.clone()).is_err());
    assert_eq!(Arc::strong_count(&token), 1);
}

#[test]
fn a_panicking_waker_loses_no_value() {
    let (tx, rx) = channel();
    let mut task = TestTask::new(rx);
    assert_pending!(task.poll_with(&PanickingWaker::waker()));
    assert!(catch_unwind(AssertUnwindSafe(|| tx.send(9))).is_err());
    assert_eq!(assert_ready!(task.poll()), Ok(9));
}

#[test]
fn receiving_takes_one_unit_of_budget() {
    coop::with_full(|| {
        for _ in 0..coop::INITIAL {
            let (tx, rx) = channel();
            tx.send(()).unwrap();
            assert!(assert_ready!(TestTask::new(rx).poll()).is_ok());
        }
        let (tx, rx) = channel();
        tx.send(()).unwrap();
        assert_pending!(TestTask::new(rx).poll());
    });
}

#[test]
fn threads_exchange_every_value() {
    for round in 0..500 {
        let (tx, rx) = channel();
        let thread = std::thread::spawn(move || rx.blocking_recv());
        tx.send(round).unwrap();
        assert_eq!(thread.join().unwrap(), Ok(round));
    }
}

#[test]
fn poll_closed_replaces_its_waker() {
    let (mut tx, rx) = channel::<()>();
    let (first, first_counter) = counting_waker();
    let (second, second_counter) = counting_waker();
    assert_eq!(
        tx.poll_closed(&mut Context::from_waker(&first)),
        Poll::Pending
    );
    assert_eq!(
        tx.poll_closed(&mut Context::from_waker(&second)),
        Poll::Pending
    );
    drop(rx);
    assert_eq!((first_counter.count(), second_counter.count()), (0, 1));
}
