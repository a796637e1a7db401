//! Intervals: missed ticks and resets.

use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use super::{Bench, ms};
use crate::{MissedTickBehavior, interval, interval_at};

/// Asks for a tick and returns when it was due, in milliseconds since the start.
fn tick(interval: &mut crate::Interval, start: Instant) -> Option<u128> {
    match interval.poll_tick(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(due) => Some((due.into_std() - start).as_millis()),
        Poll::Pending => None,
    }
}

#[test]
fn missed_ticks_follow_the_behavior() {
    use MissedTickBehavior::{Burst, Delay, Skip};
    for (behavior, due) in [
        (Burst, [100, 200, 300, 400]),
        (Delay, [100, 450, 550, 650]),
        (Skip, [100, 400, 500, 600]),
    ] {
        let bench = Bench::new(1);
        let _guard = bench.enter();
        let start = bench.now();
        let mut interval = interval(ms(100));
        interval.set_missed_tick_behavior(behavior);
        assert_eq!(interval.missed_tick_behavior(), behavior);
        assert_eq!(tick(&mut interval, start), Some(0));
        assert_eq!(tick(&mut interval, start), None);
        bench.advance(ms(350));
        let mut ticks = Vec::new();
        while ticks.len() < due.len() {
            match tick(&mut interval, start) {
                Some(due) => ticks.push(due),
                None => drop(bench.advance(ms(50))),
            }
        }
        assert_eq!(ticks, due, "{behavior:?}");
    }
}

#[test]
fn interval_resets_to_the_given_time() {
    let bench = Bench::new(1);
    let _guard = bench.enter();
    let start = bench.now();
    let mut interval = interval_at((start + ms(30)).into(), ms(100));
    assert_eq!(tick(&mut interval, start), None);
    bench.advance(ms(20));
    interval.reset();
    assert_eq!(tick(&mut interval, start), None);
    bench.advance(ms(100));
    assert_eq!(tick(&mut interval, start), Some(120));
    interval.reset_immediately();
    assert_eq!(tick(&mut interval, start), Some(120));
    interval.reset_after(ms(7));
    bench.advance(ms(7));
    assert_eq!(tick(&mut interval, start), Some(127));
    interval.reset_at((bench.now() + ms(3)).into());
    bench.advance(ms(3));
    assert_eq!(tick(&mut interval, start), Some(130));
    interval.reset_after(Duration::MAX);
    assert_eq!(interval.period(), ms(100));
}
