//! loom models of the ring. Each says which single change to `local.rs` makes it fail.

use loom::thread;
use vitte_context::primitive::Arc;

use super::*;

/// Two thieves and the owner share out the tasks: none is lost, none is taken twice.
///
/// Mutants: `steal_into` moves `head` with a plain store instead of the exchange; `push` stores
/// `tail` Relaxed.
#[test]
fn loom_every_task_is_taken_once() {
    loom::model(|| {
        let (local, stealer) = ring::<usize>();
        let stealer = Arc::new(stealer);
        local.push(1).unwrap();
        let thieves: Vec<_> = (0..2)
            .map(|_| {
                let stealer = stealer.clone();
                thread::spawn(move || {
                    let (own, _) = ring::<usize>();
                    let mut taken: Vec<_> = stealer.steal_into(&own).into_iter().collect();
                    taken.extend(std::iter::from_fn(|| own.pop()));
                    taken
                })
            })
            .collect();
        local.push(2).unwrap();
        let mut taken: Vec<_> = local.pop().into_iter().collect();
        for thief in thieves {
            taken.extend(thief.join().unwrap());
        }
        taken.extend(std::iter::from_fn(|| local.pop()));
        taken.sort_unstable();
        assert_eq!(taken, [1, 2]);
    });
}

/// The owner reuses slots while a thief copies them: a torn copy is never kept.
///
/// Mutant: `steal_into` copies after the exchange. (That `push` loads `head` Acquire keeps a copy
/// from reading what is pushed later; loom does not delay loads past stores, so it cannot show
/// that one.)
#[test]
fn loom_reused_slots_are_not_taken_torn() {
    loom::model(|| {
        let (local, stealer) = ring::<usize>();
        for n in 1..=CAPACITY {
            local.push(n).unwrap();
        }
        let thief = thread::spawn(move || {
            let (own, _) = ring::<usize>();
            let mut taken: Vec<_> = stealer.steal_into(&own).into_iter().collect();
            taken.extend(std::iter::from_fn(|| own.pop()));
            taken
        });
        let mut taken: Vec<_> = local.pop().into_iter().collect();
        let refused = local.push(CAPACITY + 1).err();
        taken.extend(refused);
        taken.extend(thief.join().unwrap());
        taken.extend(std::iter::from_fn(|| local.pop()));
        taken.sort_unstable();
        assert_eq!(taken, (1..=CAPACITY + 1).collect::<Vec<_>>());
    });
}

/// A full ring overflows while it is robbed.
///
/// Mutant: `drain_half` does not check the result of its exchange.
#[test]
fn loom_overflow_and_theft_do_not_overlap() {
    loom::model(|| {
        let (local, stealer) = ring::<usize>();
        for n in 1..=CAPACITY {
            local.push(n).unwrap();
        }
        let thief = thread::spawn(move || {
            let (own, _) = ring::<usize>();
            let mut taken: Vec<_> = stealer.steal_into(&own).into_iter().collect();
            taken.extend(std::iter::from_fn(|| own.pop()));
            taken
        });
        let mut taken = Vec::new();
        local.drain_half(|n| taken.push(n));
        taken.extend(std::iter::from_fn(|| local.pop()));
        taken.extend(thief.join().unwrap());
        taken.sort_unstable();
        assert_eq!(taken, (1..=CAPACITY).collect::<Vec<_>>());
    });
}
