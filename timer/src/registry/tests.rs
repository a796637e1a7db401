//! Timers on hand-driven wheels: registration, firing, cancelling, waiting and shutdown.

use std::future::{Future, pending, poll_fn, ready};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, Instant};

use vitte_context::clock::Clock;
use vitte_context::runtime::{CoreParts, RuntimeCore, SetCurrent, Slot};
use vitte_context::trace::{Operation, Resource};
use vitte_context::{block, choose, coop, thread};

use super::*;
use crate::{MissedTickBehavior, Sleep, interval, interval_at, sleep, sleep_until, timeout};

/// A runtime without an executor, whose clock stands still and whose driver is the test.
struct Bench {
    core: Arc<RuntimeCore>,
    wheels: Arc<Wheels>,
}

impl Bench {
    fn new(shards: usize) -> Self {
        Bench::with_chooser(shards, None)
    }

    fn with_chooser(shards: usize, chooser: Option<choose::Chooser>) -> Self {
        let clock = Clock::new();
        clock.pause();
        let wheels = Wheels::new(shards, clock.now());
        let core = RuntimeCore::new(CoreParts {
            time: Slot::shared(wheels.clone()),
            clock: clock.into(),
            chooser,
            ..CoreParts::default()
        });
        Bench { core, wheels }
    }

    fn enter(&self) -> SetCurrent {
        SetCurrent::new(self.core.clone())
    }

    fn now(&self) -> Instant {
        self.core.clock().now()
    }

    /// Lets time pass and fires what is due.
    fn advance(&self, by: Duration) -> usize {
        assert!(self.core.clock().advance(by));
        self.wheels.expire(self.now())
    }
}

/// Counts its wakes.
#[derive(Default)]
struct Count(AtomicUsize);

impl Count {
    fn get(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

impl Wake for Count {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// The numbers of those that were woken.
type Log = Arc<Mutex<Vec<u32>>>;

/// A waker that says its number when it is woken.
struct Numbered(u32, Log);

impl Wake for Numbered {
    fn wake(self: Arc<Self>) {
        self.1.lock().unwrap().push(self.0);
    }
}

fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

fn poll<F: Future + ?Sized>(future: Pin<&mut F>, waker: &Waker) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(waker))
}

fn poll_noop<F: Future + ?Sized>(future: Pin<&mut F>) -> Poll<F::Output> {
    poll(future, Waker::noop())
}

/// Sleeps that were polled once, each with its own number.
fn numbered(count: u32, duration: Duration) -> (Vec<Pin<Box<Sleep>>>, Log) {
    let woken = Arc::new(Mutex::new(Vec::new()));
    let sleeps = (0..count)
        .map(|number| {
            let mut nap = Box::pin(sleep(duration));
            let waker = Waker::from(Arc::new(Numbered(number, woken.clone())));
            assert!(poll(nap.as_mut(), &waker).is_pending());
            nap
        })
        .collect();
    (sleeps, woken)
}

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

#[test]
fn shutdown_wakes_sleepers_and_polling_them_panics() {
    let bench = Bench::new(1);
    let _guard = bench.enter();
    let count = Arc::new(Count::default());
    let mut naps: Vec<_> = (0..100).map(|n| Box::pin(sleep(ms(n + 1)))).collect();
    for nap in &mut naps {
        assert!(poll(nap.as_mut(), &count.clone().into()).is_pending());
    }
    naps.push(Box::pin(sleep(ms(1))));
    bench.wheels.shutdown();
    assert_eq!((count.get(), bench.wheels.pending()), (100, 0));
    for nap in &mut naps {
        let panic = catch_unwind(AssertUnwindSafe(|| poll_noop(nap.as_mut()))).unwrap_err();
        let message = panic.downcast_ref::<String>().unwrap();
        assert_eq!(message, vitte_context::runtime::SHUTTING_DOWN);
    }
}

#[test]
fn timers_outlive_their_runtime_and_leave_its_successors_alone() {
    let mut naps = Vec::new();
    for _ in 0..20 {
        let bench = Bench::new(1);
        let _guard = bench.enter();
        let mut nap = Box::pin(sleep(ms(1)));
        assert!(poll_noop(nap.as_mut()).is_pending());
        assert_eq!(bench.wheels.pending(), 1);
        naps.push(nap);
    }
    let bench = Bench::new(1);
    let _guard = bench.enter();
    for nap in &mut naps {
        nap.as_mut().reset((bench.now() + ms(1)).into());
        assert!(catch_unwind(AssertUnwindSafe(|| poll_noop(nap.as_mut()))).is_err());
    }
    assert_eq!(bench.wheels.pending(), 0);
}

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
fn interval_resets_to_where_it_is_told() {
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
