//! Wakers that drop timers, or panic, while timers fire.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex};
use std::task::{Wake, Waker};

use super::{Bench, ms, numbered, poll, poll_noop};
use crate::{Sleep, sleep};

#[test]
fn waker_that_drops_timers_of_its_own_batch_is_fine() {
    struct DropAll(Arc<Mutex<Vec<Pin<Box<Sleep>>>>>);
    impl Wake for DropAll {
        fn wake(self: Arc<Self>) {
            let sleeps = std::mem::take(&mut *self.0.lock().unwrap());
            drop(sleeps);
        }
    }
    let bench = Bench::new(1);
    let _guard = bench.enter();
    let sleeps = Arc::new(Mutex::new(Vec::new()));
    let waker = Waker::from(Arc::new(DropAll(sleeps.clone())));
    for _ in 0..100 {
        let mut nap = Box::pin(sleep(ms(10)));
        assert!(poll(nap.as_mut(), &waker).is_pending());
        sleeps.lock().unwrap().push(nap);
    }
    bench.advance(ms(10));
    assert_eq!(bench.wheels.pending(), 0);
}

#[test]
fn waker_whose_drop_drops_another_timer_is_fine() {
    struct Owner(#[allow(dead_code, reason = "it is there to be dropped")] Pin<Box<Sleep>>);
    impl Wake for Owner {
        fn wake(self: Arc<Self>) {}
    }
    let bench = Bench::new(1);
    let _guard = bench.enter();
    let mut second = Box::pin(sleep(ms(10)));
    assert!(poll_noop(second.as_mut()).is_pending());
    let waker = Waker::from(Arc::new(Owner(second)));
    let mut first = Box::pin(sleep(ms(10)));
    assert!(poll(first.as_mut(), &waker).is_pending());
    drop(waker);
    drop(first);
    assert_eq!(bench.wheels.pending(), 0);
}

#[test]
fn waker_that_panics_leaves_the_other_timers_to_the_next_turn() {
    struct Panics;
    impl Wake for Panics {
        fn wake(self: Arc<Self>) {
            panic!("a waker panics");
        }
    }
    let bench = Bench::new(1);
    let _guard = bench.enter();
    let mut first = pin!(sleep(ms(1)));
    assert!(poll(first.as_mut(), &Waker::from(Arc::new(Panics))).is_pending());
    let (_sleeps, woken) = numbered(100, ms(1));
    assert!(catch_unwind(AssertUnwindSafe(|| bench.advance(ms(1)))).is_err());
    bench.wheels.expire(bench.now());
    assert_eq!(bench.wheels.pending(), 0);
    assert!(
        woken.lock().unwrap().len() >= 100 - 32,
        "all but its batch are woken"
    );
}
