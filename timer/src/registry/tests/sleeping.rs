//! A sleep: when it is ready, what it keeps, and what its drop takes along.

use std::future::pending;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::task::Waker;
use std::time::Duration;

use vitte_context::runtime::{CoreParts, RuntimeCore, SetCurrent};
use vitte_context::trace::{Operation, Resource};

use super::{Bench, Count, ms, poll, poll_noop};
use crate::{Sleep, sleep, sleep_until, timeout};

#[test]
fn sleep_wakes_its_task_at_the_deadline_and_not_before() {
    let bench = Bench::new(1);
    let _guard = bench.enter();
    let count = Arc::new(Count::default());
    let waker = Waker::from(count.clone());
    let mut nap = pin!(sleep(ms(3)));
    assert!(poll(nap.as_mut(), &waker).is_pending());
    assert_eq!(bench.advance(ms(3) - Duration::from_nanos(1)), 0);
    assert!(poll(nap.as_mut(), &waker).is_pending());
    assert!(!nap.is_elapsed());
    assert_eq!(bench.advance(Duration::from_nanos(1)), 1);
    assert_eq!(count.get(), 1);
    assert!(nap.is_elapsed());
    assert!(poll(nap.as_mut(), &waker).is_ready());
    assert!(poll(nap.as_mut(), &waker).is_ready(), "it stays ready");
    assert_eq!(bench.wheels.pending(), 0);
}

#[test]
fn sleep_is_smaller_than_tokios() {
    // tokio's has 112 bytes. Both are larger by their spans when the feature `tracing` is on.
    let spans = size_of::<Resource>() + size_of::<Operation>();
    let size = size_of::<Sleep>() - spans;
    assert!(size <= 56, "{size} and {spans} of spans");
}

#[test]
fn deadline_is_what_was_given_in_every_state() {
    let bench = Bench::new(1);
    let _guard = bench.enter();
    let odd =
        |n: u64| crate::Instant::from_std(bench.now() + Duration::from_nanos(n * 999_999_937));
    let deadline = odd(3);
    let mut nap = Box::pin(sleep_until(deadline));
    assert_eq!(nap.deadline(), deadline, "not polled");
    assert!(poll_noop(nap.as_mut()).is_pending());
    assert_eq!(nap.deadline(), deadline, "in a wheel");
    for n in [5, 1, 2] {
        let deadline = odd(n);
        nap.as_mut().reset(deadline);
        assert_eq!(nap.deadline(), deadline, "moved");
    }
    let deadline = nap.deadline();
    bench.advance(ms(3000));
    assert!(poll_noop(nap.as_mut()).is_ready());
    assert_eq!(nap.deadline(), deadline, "fired");

    let early = crate::Instant::from_std(bench.now() - ms(1));
    let mut past = pin!(sleep_until(early));
    assert!(poll_noop(past.as_mut()).is_ready());
    assert_eq!(past.deadline(), early, "passed");
    let mut late = pin!(sleep_until(odd(1)));
    assert!(poll_noop(late.as_mut()).is_pending());
    late.as_mut().reset(early);
    assert_eq!(late.deadline(), early, "moved into the past");

    let deadline = odd(1);
    nap.as_mut().reset(deadline);
    assert!(poll_noop(nap.as_mut()).is_pending());
    bench.wheels.shutdown();
    assert_eq!(nap.deadline(), deadline, "shut down");
}

#[test]
fn past_deadline_is_ready_at_once_on_a_shard_that_never_fired() {
    let bench = Bench::new(3);
    let _guard = bench.enter();
    let early = bench.now();
    bench.advance(ms(10));
    assert!(poll_noop(pin!(sleep_until(early.into()))).is_ready());
    assert_eq!(bench.wheels.pending(), 0);
}

#[test]
fn sleep_that_is_not_polled_is_in_no_wheel() {
    let bench = Bench::new(1);
    let _guard = bench.enter();
    let mut nap = pin!(sleep(ms(3)));
    nap.as_mut().reset(crate::Instant::now() + ms(5));
    assert_eq!(bench.wheels.pending(), 0);
    assert_eq!(bench.wheels.next_deadline(), None);
}

#[test]
fn drop_takes_the_timer_out_and_drops_its_waker() {
    let bench = Bench::new(1);
    let _guard = bench.enter();
    let count = Arc::new(Count::default());
    let mut nap = Box::pin(sleep(ms(3)));
    assert!(poll(nap.as_mut(), &count.clone().into()).is_pending());
    assert_eq!((bench.wheels.pending(), Arc::strong_count(&count)), (1, 2));
    drop(nap);
    assert_eq!((bench.wheels.pending(), Arc::strong_count(&count)), (0, 1));
    assert_eq!(
        bench.wheels.next_deadline(),
        None,
        "a cancelled deadline is not waited for"
    );
    assert_eq!(bench.advance(ms(5)), 0);
}

#[test]
fn latest_waker_is_the_one_that_is_woken() {
    let bench = Bench::new(1);
    let _guard = bench.enter();
    let (first, second) = (Arc::new(Count::default()), Arc::new(Count::default()));
    let mut nap = pin!(sleep(ms(3)));
    assert!(poll(nap.as_mut(), &first.clone().into()).is_pending());
    assert!(poll(nap.as_mut(), &second.clone().into()).is_pending());
    assert_eq!(Arc::strong_count(&first), 1);
    bench.advance(ms(3));
    assert_eq!((first.get(), second.get()), (0, 1));
}

#[test]
fn any_duration_will_do() {
    let bench = Bench::new(1);
    let _guard = bench.enter();
    for duration in [
        Duration::MAX,
        Duration::MAX - ms(1),
        Duration::from_secs(u64::MAX / 10),
    ] {
        let mut nap = pin!(sleep(duration));
        assert!(poll_noop(nap.as_mut()).is_pending());
        let deadline = bench.wheels.next_deadline().unwrap();
        assert!(deadline > bench.now() + Duration::from_secs(29 * 365 * 86_400));
        assert_eq!(bench.advance(deadline - bench.now()), 1);
    }
    let mut limitless = pin!(timeout(Duration::MAX, pending::<()>()));
    assert!(poll_noop(limitless.as_mut()).is_pending());
    assert_eq!(bench.wheels.pending(), 0);
}

#[test]
fn timers_need_a_runtime_that_has_them() {
    let message = |f: &dyn Fn()| {
        let panic = catch_unwind(AssertUnwindSafe(f)).unwrap_err();
        panic.downcast_ref::<String>().unwrap().clone()
    };
    let nap = || drop(sleep(ms(1)));
    assert_eq!(message(&nap), vitte_context::runtime::NO_RUNTIME);
    let _guard = SetCurrent::new(RuntimeCore::new(CoreParts::default()));
    assert_eq!(
        message(&nap),
        "A Tokio 1.x context was found, but timers are disabled. Call `enable_time` on the \
         runtime builder to enable timers."
    );
}
