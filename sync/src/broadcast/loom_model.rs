//! Every interleaving of a send with waiting and leaving.
//!
//! Mutant: store `published` before the slot is written; then `loom_a_waiting_receiver_is_woken`
//! takes a lag for a value.

use loom::future::block_on;
use loom::thread;

use super::channel;
use super::error::RecvError;

#[test]
fn loom_a_waiting_receiver_is_woken() {
    let mut model = loom::model::Builder::new();
    model.preemption_bound = Some(2);
    model.check(|| {
        let (tx, mut rx) = channel(2);
        let sender = thread::spawn(move || {
            tx.send(1).unwrap();
            tx.send(2).unwrap();
        });
        assert_eq!(block_on(rx.recv()), Ok(1));
        assert_eq!(block_on(rx.recv()), Ok(2));
        assert_eq!(block_on(rx.recv()), Err(RecvError::Closed));
        sender.join().unwrap();
    });
}

#[test]
fn loom_leaving_races_with_sending() {
    let mut model = loom::model::Builder::new();
    model.preemption_bound = Some(2);
    model.check(|| {
        let (tx, rx) = channel(1);
        let receiver = thread::spawn(move || drop(rx));
        let _ = tx.send(1);
        receiver.join().unwrap();
        assert!(tx.is_empty());
        block_on(tx.closed());
    });
}
