use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use vitte_context::park::block_on;

use super::error::{RecvError, TryRecvError};
use super::{Sender, channel};
use crate::test_support::{PanickingWaker, TestTask, assert_pending, assert_ready};

#[test]
fn every_receiver_gets_every_value() {
    let (tx, mut one) = channel(4);
    let mut two = tx.subscribe();
    assert_eq!(tx.send(1).unwrap(), 2);
    assert_eq!((one.try_recv(), two.try_recv()), (Ok(1), Ok(1)));
    assert_eq!(one.try_recv(), Err(TryRecvError::Empty));
    drop(tx);
    assert_eq!(one.try_recv(), Err(TryRecvError::Closed));
    assert_eq!(block_on(two.recv()), Err(RecvError::Closed));
}

#[test]
fn a_send_wakes_everybody_who_waits() {
    let (tx, rx) = channel(2);
    let mut receivers: Vec<_> = (0..100).map(|_| rx.resubscribe()).collect();
    let mut tasks: Vec<_> = receivers
        .iter_mut()
        .map(|rx| TestTask::new(rx.recv()))
        .collect();
    for task in &mut tasks {
        assert_pending!(task.poll());
        assert_pending!(task.poll());
    }
    assert_eq!(tx.send(7).unwrap(), 101);
    for task in &mut tasks {
        assert!(task.is_woken());
        assert_eq!(assert_ready!(task.poll()), Ok(7));
    }
}

#[test]
fn a_slow_receiver_is_told_what_it_lost() {
    let (tx, mut rx) = channel(2);
    for n in 0..5 {
        tx.send(n).unwrap();
    }
    assert_eq!(rx.len(), 5);
    assert_eq!(rx.try_recv(), Err(TryRecvError::Lagged(3)));
    assert_eq!(rx.try_recv(), Ok(3));
    assert_eq!(rx.try_recv(), Ok(4));
    assert!(rx.is_empty());
}

#[test]
fn len_counts_what_somebody_has_yet_to_see() {
    let (tx, mut one) = channel(4);
    let two = tx.subscribe();
    assert!(tx.is_empty());
    tx.send(1).unwrap();
    tx.send(2).unwrap();
    assert_eq!(one.try_recv(), Ok(1));
    assert_eq!(tx.len(), 2);
    drop(two);
    assert_eq!(tx.len(), 1);
    assert_eq!(one.try_recv(), Ok(2));
    assert!(tx.is_empty());
}

#[test]
fn values_are_dropped_once_everybody_has_seen_them() {
    let token = Arc::new(());
    let (tx, mut rx) = channel(2);
    let other = tx.subscribe();
    tx.send(token.clone()).unwrap();
    drop(rx.try_recv());
    assert_eq!(Arc::strong_count(&token), 2);
    drop(other);
    assert_eq!(Arc::strong_count(&token), 1);
    drop(rx);
    assert!(tx.send(token).is_err());
}

#[test]
fn the_last_receiver_closes_and_the_next_reopens() {
    let tx = Sender::<i32>::new(1);
    block_on(tx.closed());
    let rx = tx.subscribe();
    let mut closed = TestTask::new(tx.closed());
    assert_pending!(closed.poll());
    drop(rx);
    assert!(closed.is_woken());
    assert_ready!(closed.poll());
}

#[test]
fn drop_of_the_last_sender_wakes_the_receiver() {
    let (tx, mut rx) = channel::<i32>(1);
    let weak = tx.downgrade();
    let mut task = TestTask::new(rx.recv());
    assert_pending!(task.poll());
    drop(tx);
    assert!(task.is_woken());
    assert_eq!(assert_ready!(task.poll()), Err(RecvError::Closed));
    assert!(weak.upgrade().is_none());
}

#[test]
fn a_panicking_clone_counts_as_received() {
    struct Fussy(u32);
    impl Clone for Fussy {
        fn clone(&self) -> Self {
            assert_ne!(self.0, 0);
            Fussy(self.0)
        }
    }
    let (tx, mut rx) = channel(4);
    assert!(tx.send(Fussy(0)).is_ok());
    assert!(tx.send(Fussy(1)).is_ok());
    assert!(catch_unwind(AssertUnwindSafe(|| rx.try_recv().is_ok())).is_err());
    assert_eq!(rx.try_recv().map(|value| value.0), Ok(1));
}

#[test]
fn a_panicking_waker_loses_no_wake() {
    let (tx, mut one) = channel(4);
    let mut two = tx.subscribe();
    let mut first = TestTask::new(one.recv());
    let mut second = TestTask::new(two.recv());
    assert_pending!(first.poll_with(&PanickingWaker::waker()));
    assert_pending!(second.poll());
    assert!(catch_unwind(AssertUnwindSafe(|| tx.send(1))).is_err());
    assert!(second.is_woken());
    assert_eq!(assert_ready!(first.poll()), Ok(1));
    assert_eq!(assert_ready!(second.poll()), Ok(1));
}

#[test]
fn a_waiter_that_leaves_is_forgotten() {
    let (tx, mut rx) = channel(2);
    let mut task = TestTask::new(rx.recv());
    assert_pending!(task.poll());
    drop(task);
    tx.send(1).unwrap();
    assert_eq!(rx.blocking_recv(), Ok(1));
}

#[test]
fn threads_see_all_values_in_order() {
    const VALUES: u32 = 5000;
    let (tx, rx) = channel(VALUES as usize);
    std::thread::scope(|scope| {
        for _ in 0..3 {
            let mut rx = rx.resubscribe();
            scope.spawn(move || {
                for n in 0..VALUES {
                    assert_eq!(rx.blocking_recv(), Ok(n));
                }
            });
        }
        for n in 0..VALUES {
            tx.send(n).unwrap();
        }
    });
}
