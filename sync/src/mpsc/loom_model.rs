//! Every interleaving of a few sends; blocks hold two messages here.
//!
//! Mutants: let `Block::write` mark the place with `Relaxed` (fails
//! `loom_messages_arrive_across_blocks` on the place's cell); drop the fence in `RxWaker::wake`
//! (fails it by a deadlock); store 0 instead of the counter in `Tail::advance` (a block is freed
//! while a sender uses it).

use loom::future::block_on;
use loom::thread;

use super::{channel, unbounded_channel};

#[test]
fn loom_messages_arrive_across_blocks() {
    let mut model = loom::model::Builder::new();
    model.preemption_bound = Some(2);
    model.check(|| {
        let (tx, mut rx) = unbounded_channel();
        let other = tx.clone();
        let one = thread::spawn(move || {
            tx.send(1).unwrap();
            tx.send(2).unwrap();
        });
        let two = thread::spawn(move || other.send(3).unwrap());
        let mut sum = 0;
        while let Some(n) = block_on(rx.recv()) {
            sum += n;
        }
        assert_eq!(sum, 6);
        one.join().unwrap();
        two.join().unwrap();
    });
}

#[test]
fn loom_closing_races_with_sending() {
    let mut model = loom::model::Builder::new();
    model.preemption_bound = Some(2);
    model.check(|| {
        let (tx, mut rx) = unbounded_channel();
        let sender = thread::spawn(move || {
            let sent = tx.send(1).is_ok();
            (sent, tx)
        });
        rx.close();
        let received = block_on(rx.recv()).is_some();
        let (sent, _tx) = sender.join().unwrap();
        assert_eq!(sent, received);
    });
}

#[test]
fn loom_a_full_channel_lets_the_next_sender_in() {
    let mut model = loom::model::Builder::new();
    model.preemption_bound = Some(2);
    model.check(|| {
        let (tx, mut rx) = channel(1);
        let sender = thread::spawn(move || {
            block_on(tx.send(1)).unwrap();
            block_on(tx.send(2)).unwrap();
        });
        assert_eq!(block_on(rx.recv()), Some(1));
        assert_eq!(block_on(rx.recv()), Some(2));
        assert_eq!(block_on(rx.recv()), None);
        sender.join().unwrap();
    });
}
