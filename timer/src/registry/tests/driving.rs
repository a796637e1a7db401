//! What the driver sees: the order in which timers fire, the next deadline, and unparks.

use std::pin::pin;
use std::sync::Arc;
use std::task::Wake;

use vitte_context::{block, choose};

use super::{Bench, Count, ms, numbered, poll_noop};
use crate::sleep;

#[test]
fn equal_deadlines_fire_in_the_order_of_registration() {
    let bench = Bench::new(1);
    let _guard = bench.enter();
    let (_sleeps, woken) = numbered(100, ms(700));
    assert_eq!(bench.advance(ms(700)), 100);
    assert!(woken.lock().unwrap().iter().copied().eq(0..100));
}

#[test]
fn deterministic_runtime_chooses_the_order_of_equal_deadlines() {
    let order = |seed| {
        let bench = Bench::with_chooser(1, Some(choose::Chooser::from_seed(seed)));
        let _guard = bench.enter();
        let (_sleeps, woken) = numbered(50, ms(7));
        assert_eq!(bench.advance(ms(7)), 50);
        woken.lock().unwrap().clone()
    };
    let first = order(1);
    assert_eq!(first, order(1));
    assert_ne!(first, order(2));
    let mut sorted = first.clone();
    sorted.sort();
    assert!(sorted.into_iter().eq(0..50), "each is woken once");
}

#[test]
fn timers_register_with_the_shard_of_the_polling_worker() {
    let bench = Bench::new(2);
    let _guard = bench.enter();
    // Made outside of the workers, polled on one of them.
    let mut nap = pin!(sleep(ms(2)));
    let previous = block::replace_worker_index(Some(1));
    assert!(poll_noop(nap.as_mut()).is_pending());
    block::replace_worker_index(previous);
    let lens: Vec<_> = bench
        .wheels
        .shards
        .iter()
        .map(|shard| shard.len())
        .collect();
    assert_eq!(lens, [0, 1, 0]);
    assert_eq!(bench.advance(ms(2)), 1);
}

#[test]
fn next_deadline_is_the_earliest_of_all_shards() {
    let bench = Bench::new(2);
    let _guard = bench.enter();
    let mut naps: Vec<_> = [9, 5, 7].map(|n| Box::pin(sleep(ms(n)))).into();
    for (worker, nap) in naps.iter_mut().enumerate() {
        let previous = block::replace_worker_index((worker < 2).then_some(worker));
        assert!(poll_noop(nap.as_mut()).is_pending());
        block::replace_worker_index(previous);
    }
    assert_eq!(bench.wheels.next_deadline(), Some(bench.now() + ms(5)));
    drop(naps.remove(1));
    assert_eq!(bench.wheels.next_deadline(), Some(bench.now() + ms(7)));
}

#[test]
fn only_an_earlier_deadline_unparks_the_waiting_driver() {
    let bench = Bench::new(1);
    let _guard = bench.enter();
    let unparks = Arc::new(Count::default());
    let hook = unparks.clone();
    bench
        .wheels
        .set_unpark(Box::new(move || hook.clone().wake()));

    let mut naps: Vec<_> = [50, 70, 20, 10, 5].map(|n| Box::pin(sleep(ms(n)))).into();
    let mut register = |nth: usize| assert!(poll_noop(naps[nth].as_mut()).is_pending());
    register(0);
    assert_eq!(unparks.get(), 0, "the driver is awake");
    assert_eq!(bench.wheels.begin_wait(), Some(bench.now() + ms(50)));
    register(1);
    assert_eq!(unparks.get(), 0, "70 ms come after 50 ms");
    register(2);
    assert_eq!(unparks.get(), 1);
    bench.wheels.end_wait();
    register(3);
    assert_eq!(unparks.get(), 1, "the driver is awake again");
    assert_eq!(bench.wheels.begin_wait(), Some(bench.now() + ms(10)));
    naps[4].as_mut().reset((bench.now() + ms(4)).into());
    assert!(poll_noop(naps[4].as_mut()).is_pending());
    assert_eq!(unparks.get(), 2);
    naps[1].as_mut().reset((bench.now() + ms(1)).into());
    assert_eq!(unparks.get(), 3, "a reset counts as well");
}

#[test]
fn timer_registered_after_a_cancelled_one_still_unparks() {
    let bench = Bench::new(1);
    let _guard = bench.enter();
    let unparks = Arc::new(Count::default());
    let hook = unparks.clone();
    bench
        .wheels
        .set_unpark(Box::new(move || hook.clone().wake()));
    let mut first = Box::pin(sleep(ms(5)));
    assert!(poll_noop(first.as_mut()).is_pending());
    drop(first);
    assert_eq!(bench.wheels.begin_wait(), None);
    let mut second = pin!(sleep(ms(9)));
    assert!(poll_noop(second.as_mut()).is_pending());
    assert_eq!(unparks.get(), 1);
}
