//! Resets: before and after the deadline, while the timer fires, and from elsewhere.

use std::pin::{Pin, pin};
use std::sync::{Arc, mpsc};

use vitte_context::runtime::SetCurrent;
use vitte_context::{block, thread};

use super::{Bench, Count, ms, poll, poll_noop};
use crate::{Sleep, sleep};

#[test]
fn reset_to_later_moves_the_wake() {
    let bench = Bench::new(1);
    let _guard = bench.enter();
    let count = Arc::new(Count::default());
    let mut nap = pin!(sleep(ms(3)));
    assert!(poll(nap.as_mut(), &count.clone().into()).is_pending());
    nap.as_mut().reset((bench.now() + ms(100)).into());
    assert_eq!(bench.advance(ms(99)), 0);
    assert_eq!(bench.advance(ms(1)), 1);
    assert_eq!(count.get(), 1);
}

#[test]
fn reset_to_earlier_moves_the_wake() {
    let bench = Bench::new(1);
    let _guard = bench.enter();
    let count = Arc::new(Count::default());
    let mut nap = pin!(sleep(ms(100)));
    assert!(poll(nap.as_mut(), &count.clone().into()).is_pending());
    let deadline = bench.now() + ms(3);
    nap.as_mut().reset(deadline.into());
    assert_eq!(bench.wheels.next_deadline(), Some(deadline));
    assert_eq!(bench.advance(ms(3)), 1);
    assert_eq!(count.get(), 1);
}

#[test]
fn reset_to_the_past_wakes_at_once() {
    let bench = Bench::new(1);
    let _guard = bench.enter();
    let count = Arc::new(Count::default());
    let mut nap = pin!(sleep(ms(100)));
    assert!(poll(nap.as_mut(), &count.clone().into()).is_pending());
    bench.advance(ms(50));
    nap.as_mut().reset((bench.now() - ms(10)).into());
    assert_eq!((count.get(), bench.wheels.pending()), (1, 0));
    assert!(poll_noop(nap).is_ready());
}

#[test]
fn reset_after_firing_starts_anew() {
    let bench = Bench::new(1);
    let _guard = bench.enter();
    let mut nap = pin!(sleep(ms(1)));
    assert!(poll_noop(nap.as_mut()).is_pending());
    bench.advance(ms(1));
    nap.as_mut().reset((bench.now() + ms(600)).into());
    assert!(!nap.is_elapsed());
    assert!(poll_noop(nap.as_mut()).is_pending());
    bench.advance(ms(600));
    assert!(poll_noop(nap.as_mut()).is_ready());
}

#[test]
fn reset_from_another_runtime_stays_with_its_own() {
    let (own, other) = (Bench::new(1), Bench::new(1));
    let mut nap = {
        let _guard = own.enter();
        Box::pin(sleep(ms(1)))
    };
    let deadline = nap.deadline();
    {
        let _guard = other.enter();
        assert!(poll_noop(nap.as_mut()).is_pending());
        nap.as_mut().reset(deadline + ms(1));
    }
    assert_eq!((own.wheels.pending(), other.wheels.pending()), (1, 0));
    assert_eq!(own.advance(ms(1)), 0);
    assert_eq!(own.advance(ms(1)), 1);
}

#[test]
fn timer_that_is_moved_on_while_it_fires_is_neither_early_nor_lost() {
    const ROUNDS: usize = if cfg!(miri) { 200 } else { 100_000 };
    let bench = Bench::new(1);
    let _guard = bench.enter();
    let (core, wheels) = (bench.core.clone(), bench.wheels.clone());
    let driver = thread::spawn(&thread::ThreadConfig::default(), move || {
        for _ in 0..ROUNDS {
            core.clock().advance(ms(1));
            wheels.expire(core.clock().now());
        }
    });
    let driver = driver.unwrap();
    let mut nap = pin!(sleep(ms(1)));
    let mut fired = 0;
    while !driver.is_finished() {
        if poll_noop(nap.as_mut()).is_ready() {
            assert!(nap.deadline().into_std() <= bench.now());
            fired += 1;
        }
        nap.as_mut().reset((bench.now() + ms(1)).into());
    }
    driver.join().unwrap();
    assert!(fired <= ROUNDS);
    nap.as_mut().reset((bench.now() + ms(2)).into());
    assert!(poll_noop(nap.as_mut()).is_pending());
    assert_eq!(bench.advance(ms(2)), 1);
    assert!(poll_noop(nap.as_mut()).is_ready());
}

#[test]
fn timers_may_be_reset_and_dropped_on_other_threads_while_they_fire() {
    let bench = Bench::new(2);
    let core = bench.core.clone();
    let (send, receive) = mpsc::channel::<Pin<Box<Sleep>>>();
    let config = thread::ThreadConfig::default();
    let other = thread::spawn(&config, move || {
        let _guard = SetCurrent::new(core.clone());
        for (nth, mut nap) in receive.into_iter().enumerate() {
            if nth % 2 == 0 {
                nap.as_mut()
                    .reset((core.clock().now() + ms(nth as u64 % 5)).into());
                let _ = poll_noop(nap.as_mut());
            }
        }
    });
    let _guard = bench.enter();
    for nth in 0..2000 {
        let previous = block::replace_worker_index(Some(nth % 2));
        let mut nap = Box::pin(sleep(ms(nth as u64 % 7)));
        let _ = poll_noop(nap.as_mut());
        send.send(nap).unwrap();
        block::replace_worker_index(previous);
        bench.advance(ms(1));
    }
    drop(send);
    other.unwrap().join().unwrap();
    assert_eq!(bench.wheels.pending(), 0);
}
