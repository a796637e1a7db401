//! Timeouts, and what an exhausted budget does to them.

use std::future::{pending, poll_fn, ready};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use vitte_context::coop;

use super::{Bench, ms, poll_noop};
use crate::{sleep_until, timeout};

#[test]
fn exhausted_budget_makes_a_sleep_wait_and_a_timeout_look() {
    let bench = Bench::new(1);
    let _guard = bench.enter();
    let now = crate::Instant::now();
    let exhaust = || {
        poll_fn(|cx| {
            while coop::poll_proceed(cx)
                .map(|unit| unit.made_progress())
                .is_ready()
            {}
            Poll::<()>::Pending
        })
    };
    coop::with_full(|| {
        assert!(poll_noop(pin!(exhaust())).is_pending());
        assert!(poll_noop(pin!(sleep_until(now))).is_pending());
    });
    coop::with_full(|| {
        let mut limited = pin!(crate::timeout_at(now, exhaust()));
        assert!(poll_noop(limited.as_mut()).is_ready());
    });
}

#[test]
fn ready_future_registers_no_timeout() {
    let bench = Bench::new(1);
    let _guard = bench.enter();
    let mut limited = pin!(timeout(Duration::ZERO, ready(7)));
    assert_eq!(poll_noop(limited.as_mut()), Poll::Ready(Ok(7)));
    assert_eq!(bench.wheels.pending(), 0);
    let mut late = pin!(timeout(ms(1), pending::<()>()));
    assert!(poll_noop(late.as_mut()).is_pending());
    bench.advance(ms(1));
    assert!(matches!(poll_noop(late.as_mut()), Poll::Ready(Err(_))));
}
