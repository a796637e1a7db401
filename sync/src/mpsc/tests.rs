use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use vitte_context::coop;
use vitte_context::park::block_on;

use super::error::{SendError, SendTimeoutError, TryRecvError, TrySendError};
use super::{channel, unbounded_channel};
use crate::test_support::{PanickingWaker, TestTask, assert_pending, assert_ready};

#[test]
fn messages_arrive_in_order_across_many_blocks() {
    let (tx, mut rx) = unbounded_channel();
    for n in 0..1000 {
        tx.send(n).unwrap();
    }
    assert_eq!(rx.len(), 1000);
    for n in 0..1000 {
        assert_eq!(rx.try_recv(), Ok(n));
    }
    assert_eq!(rx.try_recv(), Err(TryRecvError::Empty));
    drop(tx);
    assert_eq!(rx.try_recv(), Err(TryRecvError::Disconnected));
}

#[test]
fn a_refused_message_is_not_shown_and_the_reason_is_in_quotation_marks() {
    let full = TrySendError::Full(1);
    assert_eq!(format!("{full:?}"), "\"Full(..)\"");
    let timeout = SendTimeoutError::Timeout(1);
    assert_eq!(format!("{timeout:?}"), "\"Timeout(..)\"");
}

#[test]
fn blocks_are_reused() {
    let (tx, mut rx) = unbounded_channel();
    for n in 0..10_000 {
        tx.send(n).unwrap();
        assert_eq!(rx.try_recv(), Ok(n));
    }
}

#[test]
fn a_send_wakes_the_receiver_once() {
    let (tx, mut rx) = unbounded_channel();
    let mut task = TestTask::new(rx.recv());
    assert_pending!(task.poll());
    tx.send(1).unwrap();
    tx.send(2).unwrap();
    assert!(task.is_woken());
    assert_eq!(assert_ready!(task.poll()), Some(1));
}

#[test]
fn drop_of_the_last_sender_wakes_the_receiver() {
    let (tx, mut rx) = channel::<()>(1);
    let other = tx.clone();
    let mut task = TestTask::new(rx.recv());
    assert_pending!(task.poll());
    drop(tx);
    assert!(!task.is_woken());
    drop(other);
    assert!(task.is_woken());
    assert_eq!(assert_ready!(task.poll()), None);
}

#[test]
fn a_full_channel_makes_senders_wait() {
    let (tx, mut rx) = channel(1);
    assert_eq!(tx.try_send(1), Ok(()));
    assert_eq!(tx.try_send(2), Err(TrySendError::Full(2)));
    let mut send = TestTask::new(tx.send(3));
    assert_pending!(send.poll());
    assert_eq!(rx.try_recv(), Ok(1));
    assert!(send.is_woken());
    assert_eq!(assert_ready!(send.poll()), Ok(()));
    assert_eq!(rx.try_recv(), Ok(3));
    assert_eq!(tx.capacity(), 1);
}

#[test]
fn close_lets_the_rest_through() {
    let (tx, mut rx) = channel(4);
    tx.try_send(1).unwrap();
    let permit = tx.try_reserve().unwrap();
    rx.close();
    assert!(tx.is_closed() && rx.is_closed());
    assert_eq!(tx.try_send(2), Err(TrySendError::Closed(2)));
    assert_eq!(block_on(rx.recv()), Some(1));
    {
        let mut task = TestTask::new(rx.recv());
        assert_pending!(task.poll());
        permit.send(3);
        assert!(task.is_woken());
        assert_eq!(assert_ready!(task.poll()), Some(3));
    }
    assert_eq!(block_on(rx.recv()), None);
}

#[test]
fn giving_back_the_last_permit_ends_a_closed_channel() {
    let (tx, mut rx) = channel::<()>(2);
    let permits = tx.try_reserve_many(2).unwrap();
    rx.close();
    let mut task = TestTask::new(rx.recv());
    assert_pending!(task.poll());
    drop(permits);
    assert!(task.is_woken());
    assert_eq!(assert_ready!(task.poll()), None);
}

#[test]
fn a_closed_unbounded_channel_ends_after_its_messages() {
    let (tx, mut rx) = unbounded_channel();
    tx.send(1).unwrap();
    rx.close();
    assert_eq!(tx.send(2), Err(SendError(2)));
    assert_eq!(tx.send(3), Err(SendError(3)));
    assert_eq!(rx.len(), 1);
    assert_eq!(block_on(rx.recv()), Some(1));
    assert_eq!(block_on(rx.recv()), None);
    assert_eq!(rx.try_recv(), Err(TryRecvError::Disconnected));
    assert!(rx.is_empty());
    block_on(tx.closed());
}

#[test]
fn recv_many_takes_up_to_the_limit() {
    let (tx, mut rx) = channel(10);
    for n in 0..5 {
        tx.try_send(n).unwrap();
    }
    let mut buffer = vec![9];
    assert_eq!(block_on(rx.recv_many(&mut buffer, 0)), 0);
    assert_eq!(block_on(rx.recv_many(&mut buffer, 3)), 3);
    assert_eq!(tx.capacity(), 8);
    drop(tx);
    assert_eq!(rx.blocking_recv_many(&mut buffer, 9), 2);
    assert_eq!(rx.blocking_recv_many(&mut buffer, 9), 0);
    assert_eq!(buffer, [9, 0, 1, 2, 3, 4]);
}

#[test]
fn permits_count_against_the_capacity() {
    let (tx, mut rx) = channel(3);
    let mut permits = block_on(tx.reserve_many(3)).unwrap();
    assert_eq!(permits.len(), 3);
    permits.next().unwrap().send(1);
    drop(permits);
    assert_eq!(tx.capacity(), 2);
    let owned = block_on(tx.clone().reserve_owned()).unwrap();
    assert!(owned.same_channel_as_sender(&tx));
    let tx2 = owned.send(2);
    let tx3 = block_on(tx2.reserve_owned()).unwrap().release();
    assert_eq!(tx3.capacity(), 1);
    assert!(block_on(tx.reserve_many(4)).is_err());
    assert_eq!(rx.try_recv(), Ok(1));
    assert_eq!(rx.try_recv(), Ok(2));
}

#[test]
fn weak_senders_keep_nothing_open() {
    let (tx, mut rx) = channel::<i32>(1);
    let weak = tx.downgrade();
    assert_eq!((rx.sender_strong_count(), rx.sender_weak_count()), (1, 1));
    let upgraded = weak.upgrade().unwrap();
    drop(tx);
    assert!(!rx.is_closed());
    drop(upgraded);
    assert!(weak.clone().upgrade().is_none());
    assert_eq!(block_on(rx.recv()), None);
}

#[test]
fn every_message_is_dropped_once() {
    let token = Arc::new(());
    let (tx, mut rx) = unbounded_channel();
    for _ in 0..100 {
        tx.send(token.clone()).unwrap();
    }
    assert!(rx.try_recv().is_ok());
    drop(rx);
    assert_eq!(Arc::strong_count(&token), 1);
    assert!(tx.send(token.clone()).is_err());
    assert_eq!(Arc::strong_count(&token), 1);
}

#[test]
fn a_message_that_panics_on_drop_leaks_no_other() {
    struct Bomb(bool, #[expect(dead_code)] Arc<()>);
    impl Drop for Bomb {
        fn drop(&mut self) {
            assert!(!self.0, "a message that panics");
        }
    }
    let token = Arc::new(());
    let (tx, rx) = channel(100);
    for n in 0..100 {
        assert!(tx.try_send(Bomb(n == 10, token.clone())).is_ok());
    }
    assert!(catch_unwind(AssertUnwindSafe(|| drop(rx))).is_err());
    assert_eq!(Arc::strong_count(&token), 1);
    assert!(tx.is_closed());
}

#[test]
fn a_panicking_waker_loses_no_message() {
    let (tx, mut rx) = unbounded_channel();
    {
        let mut task = TestTask::new(rx.recv());
        assert_pending!(task.poll_with(&PanickingWaker::waker()));
        assert!(catch_unwind(AssertUnwindSafe(|| tx.send(1))).is_err());
        assert_eq!(assert_ready!(task.poll()), Some(1));
    }
    tx.send(2).unwrap();
    assert_eq!(rx.try_recv(), Ok(2));
}

#[test]
fn receiving_takes_one_unit_of_budget() {
    let (tx, mut rx) = unbounded_channel();
    for n in 0..200 {
        tx.send(n).unwrap();
    }
    coop::with_full(|| {
        for n in 0..u32::from(coop::INITIAL) {
            assert_eq!(assert_ready!(TestTask::new(rx.recv()).poll()), Some(n));
        }
        assert_pending!(TestTask::new(rx.recv()).poll());
    });
}

#[test]
fn threads_lose_no_message() {
    const SENDERS: usize = 4;
    const EACH: usize = 5000;
    let (tx, mut rx) = channel(16);
    let (utx, mut urx) = unbounded_channel();
    let mut threads = Vec::new();
    for sender in 0..SENDERS {
        let (tx, utx) = (tx.clone(), utx.clone());
        threads.push(std::thread::spawn(move || {
            for n in 0..EACH {
                tx.blocking_send((sender, n)).unwrap();
                utx.send((sender, n)).unwrap();
            }
        }));
    }
    drop((tx, utx));
    let mut next = [0; SENDERS];
    while let Some((sender, n)) = rx.blocking_recv() {
        assert_eq!(n, next[sender]);
        next[sender] += 1;
    }
    assert_eq!(next, [EACH; SENDERS]);
    let mut next = [0; SENDERS];
    while let Some((sender, n)) = urx.blocking_recv() {
        assert_eq!(n, next[sender]);
        next[sender] += 1;
    }
    assert_eq!(next, [EACH; SENDERS]);
    for thread in threads {
        thread.join().unwrap();
    }
}
