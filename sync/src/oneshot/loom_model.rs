//! Every interleaving of the two halves.
//!
//! Mutant: let `State::complete` publish with `Relaxed` instead of `AcqRel`; then
//! `a_value_is_received_or_returned` fails on the value's cell.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use loom::future::block_on;
use loom::thread;

use super::channel;

#[test]
fn loom_a_value_is_received_or_returned() {
    loom::model(|| {
        let (tx, rx) = channel();
        let sender = thread::spawn(move || tx.send(1).is_ok());
        let received = block_on(rx);
        assert!(sender.join().unwrap());
        assert_eq!(received, Ok(1));
    });
}

#[test]
fn loom_dropping_races_with_sending() {
    loom::model(|| {
        let (tx, mut rx) = channel();
        let sender = thread::spawn(move || tx.send(Box::new(1)));
        let mut cx = Context::from_waker(Waker::noop());
        if let Poll::Ready(value) = Pin::new(&mut rx).poll(&mut cx) {
            assert_eq!(*value.unwrap(), 1);
        }
        drop(rx);
        if let Err(value) = sender.join().unwrap() {
            assert_eq!(*value, 1);
        }
    });
}

#[test]
fn loom_closing_wakes_the_sender() {
    loom::model(|| {
        let (mut tx, rx) = channel::<()>();
        let receiver = thread::spawn(move || drop(rx));
        block_on(tx.closed());
        assert_eq!(tx.send(()), Err(()));
        receiver.join().unwrap();
    });
}

#[test]
fn loom_a_changed_waker_is_not_lost() {
    loom::model(|| {
        let (tx, mut rx) = channel();
        let sender = thread::spawn(move || tx.send(1));
        let mut cx = Context::from_waker(Waker::noop());
        let received = match Pin::new(&mut rx).poll(&mut cx) {
            Poll::Ready(value) => value,
            Poll::Pending => block_on(rx),
        };
        assert_eq!(received, Ok(1));
        assert_eq!(sender.join().unwrap(), Ok(()));
    });
}
