//! Every interleaving of a change with waiting for it.
//!
//! Mutant: drop the second look in `Changed::wait`; then `loom_no_change_is_missed` deadlocks.

use loom::future::block_on;
use loom::thread;

use super::channel;

#[test]
fn loom_no_change_is_missed() {
    let mut model = loom::model::Builder::new();
    model.preemption_bound = Some(2);
    model.check(|| {
        let (tx, mut rx) = channel(0);
        let sender = thread::spawn(move || {
            tx.send(1).unwrap();
            tx
        });
        block_on(rx.changed()).unwrap();
        assert_eq!(*rx.borrow(), 1);
        drop(sender.join().unwrap());
        assert!(block_on(rx.changed()).is_err());
    });
}

#[test]
fn loom_two_receivers_are_woken() {
    let mut model = loom::model::Builder::new();
    model.preemption_bound = Some(2);
    model.check(|| {
        let (tx, mut one) = channel(0);
        let mut two = one.clone();
        let other = thread::spawn(move || block_on(two.changed()).is_ok());
        tx.send(1).unwrap();
        assert!(block_on(one.changed()).is_ok());
        assert!(other.join().unwrap());
    });
}
