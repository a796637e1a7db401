use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::Poll;

use vitte_context::coop;
use vitte_context::trace::WaitKind;

use super::{Acquire, BatchSemaphore, TryAcquireError};
use crate::test_support::{
    CallingWaker, PanickingWaker, TestTask, assert_pending, assert_ready, counting_waker,
};

fn acquire(semaphore: &BatchSemaphore, permits: usize) -> TestTask<Acquire<'_>> {
    TestTask::new(semaphore.acquire(permits, WaitKind::Semaphore))
}

#[test]
fn free_permits_are_taken_at_once() {
    let semaphore = BatchSemaphore::new(10);
    assert!(assert_ready!(acquire(&semaphore, 4).poll()).is_ok());
    assert_eq!(semaphore.available_permits(), 6);
    assert_eq!(semaphore.try_acquire(6), Ok(()));
    assert_eq!(semaphore.try_acquire(1), Err(TryAcquireError::NoPermits));
    assert_eq!(semaphore.try_acquire(0), Ok(()));
}

#[test]
fn release_wakes_the_first_waiter_once_it_misses_nothing() {
    let semaphore = BatchSemaphore::new(1);
    let mut large = acquire(&semaphore, 3);
    let mut small = acquire(&semaphore, 1);
    assert_pending!(large.poll());
    assert_pending!(small.poll());
    assert_eq!(semaphore.available_permits(), 0);
    semaphore.release(1);
    assert!(!large.is_woken() && !small.is_woken());
    semaphore.release(1);
    assert!(large.is_woken() && !small.is_woken());
    assert_pending!(small.poll());
    assert!(assert_ready!(large.poll()).is_ok());
    semaphore.release(3);
    assert!(small.is_woken());
    assert!(assert_ready!(small.poll()).is_ok());
    assert_eq!(semaphore.available_permits(), 2);
}

#[test]
fn nobody_overtakes_a_queued_waiter() {
    let semaphore = BatchSemaphore::new(2);
    let mut large = acquire(&semaphore, 3);
    assert_pending!(large.poll());
    assert_eq!(semaphore.try_acquire(1), Err(TryAcquireError::NoPermits));
    let mut small = acquire(&semaphore, 1);
    assert_pending!(small.poll());
    semaphore.release(1);
    assert!(!small.is_woken());
    assert!(assert_ready!(large.poll()).is_ok());
}

#[test]
fn dropping_a_waiter_passes_its_permits_on() {
    let semaphore = BatchSemaphore::new(2);
    let mut first = acquire(&semaphore, 3);
    let mut second = acquire(&semaphore, 2);
    assert_pending!(first.poll());
    assert_pending!(second.poll());
    drop(first);
    assert!(second.is_woken());
    assert!(assert_ready!(second.poll()).is_ok());
    assert_eq!(semaphore.available_permits(), 0);
    semaphore.release(1);
    assert_eq!(semaphore.available_permits(), 1);
}

#[test]
fn dropping_the_last_waiter_frees_its_permits() {
    let semaphore = BatchSemaphore::new(2);
    let mut waiter = acquire(&semaphore, 3);
    assert_pending!(waiter.poll());
    drop(waiter);
    assert_eq!(semaphore.available_permits(), 2);
    assert_eq!(semaphore.try_acquire(2), Ok(()));
}

#[test]
fn dropping_a_satisfied_waiter_gives_its_permits_back() {
    let semaphore = BatchSemaphore::new(0);
    let mut waiter = acquire(&semaphore, 1);
    assert_pending!(waiter.poll());
    semaphore.release(1);
    assert!(waiter.is_woken());
    drop(waiter);
    assert_eq!(semaphore.available_permits(), 1);
}

#[test]
fn a_waiter_in_the_middle_can_leave() {
    let semaphore = BatchSemaphore::new(0);
    let mut waiters: Vec<_> = (0..3).map(|_| acquire(&semaphore, 1)).collect();
    for waiter in &mut waiters {
        assert_pending!(waiter.poll());
    }
    drop(waiters.remove(1));
    semaphore.release(2);
    for waiter in &mut waiters {
        assert!(assert_ready!(waiter.poll()).is_ok());
    }
}

#[test]
fn one_release_serves_more_waiters_than_a_batch() {
    let semaphore = BatchSemaphore::new(0);
    let mut waiters: Vec<_> = (0..100).map(|_| acquire(&semaphore, 2)).collect();
    for waiter in &mut waiters {
        assert_pending!(waiter.poll());
    }
    semaphore.release(203);
    for waiter in &mut waiters {
        assert!(waiter.is_woken());
        assert!(assert_ready!(waiter.poll()).is_ok());
    }
    assert_eq!(semaphore.available_permits(), 3);
}

#[test]
fn close_fails_those_who_wait_and_those_who_come() {
    let semaphore = BatchSemaphore::new(1);
    let mut waiters: Vec<_> = (0..100).map(|_| acquire(&semaphore, 2)).collect();
    for waiter in &mut waiters {
        assert_pending!(waiter.poll());
    }
    semaphore.close();
    assert!(semaphore.is_closed());
    for waiter in &mut waiters {
        assert!(waiter.is_woken());
        assert!(assert_ready!(waiter.poll()).is_err());
    }
    assert!(assert_ready!(acquire(&semaphore, 1).poll()).is_err());
    assert_eq!(semaphore.try_acquire(1), Err(TryAcquireError::Closed));
    drop(waiters);
    assert_eq!(semaphore.available_permits(), 1);
}

#[test]
fn close_takes_back_permits_that_were_not_collected() {
    let semaphore = BatchSemaphore::new(0);
    let mut waiter = acquire(&semaphore, 1);
    assert_pending!(waiter.poll());
    semaphore.release(1);
    semaphore.close();
    assert!(assert_ready!(waiter.poll()).is_err());
    drop(waiter);
    assert_eq!(semaphore.available_permits(), 1);
}

#[test]
fn forget_takes_free_permits_only() {
    let semaphore = BatchSemaphore::new(3);
    assert_eq!(semaphore.forget(0), 0);
    assert_eq!(semaphore.forget(2), 2);
    assert_eq!(semaphore.forget(2), 1);
    assert_eq!(semaphore.available_permits(), 0);
}

#[test]
fn too_many_permits_panic_and_change_nothing() {
    const MAX: usize = BatchSemaphore::MAX_PERMITS;
    assert!(catch_unwind(|| BatchSemaphore::new(MAX + 1)).is_err());
    let semaphore = BatchSemaphore::new(MAX);
    assert!(catch_unwind(|| semaphore.release(1)).is_err());
    assert!(catch_unwind(|| semaphore.release(MAX + 1)).is_err());
    assert_eq!(semaphore.available_permits(), MAX);

    let semaphore = BatchSemaphore::new(0);
    let mut waiter = acquire(&semaphore, 1);
    assert_pending!(waiter.poll());
    assert!(catch_unwind(|| semaphore.release(usize::MAX)).is_err());
    assert!(waiter.is_woken());
    assert!(assert_ready!(waiter.poll()).is_ok());
    assert_eq!(semaphore.available_permits(), 0);
    assert!(catch_unwind(|| semaphore.acquire(MAX + 1, WaitKind::Semaphore)).is_err());
}

#[test]
fn an_exhausted_budget_keeps_the_permits_for_the_next_poll() {
    let semaphore = BatchSemaphore::new(1);
    let mut waiter = acquire(&semaphore, 1);
    coop::with_full(|| {
        for _ in 0..coop::INITIAL {
            assert!(assert_ready!(acquire(&semaphore, 0).poll()).is_ok());
        }
        assert_pending!(waiter.poll());
        assert!(waiter.is_woken());
    });
    assert_eq!(semaphore.available_permits(), 0);
    assert!(assert_ready!(waiter.poll()).is_ok());
    drop(waiter);
    assert_eq!(semaphore.available_permits(), 0);

    semaphore.release(1);
    let mut dropped = acquire(&semaphore, 1);
    coop::with_full(|| {
        while acquire(&semaphore, 0).poll().is_ready() {}
        assert_pending!(dropped.poll());
    });
    drop(dropped);
    assert_eq!(semaphore.available_permits(), 1);
}

#[test]
fn the_newest_waker_is_woken() {
    let semaphore = BatchSemaphore::new(0);
    let mut waiter = acquire(&semaphore, 1);
    assert_pending!(waiter.poll());
    let (newer, newer_counter) = counting_waker();
    assert_pending!(waiter.poll_with(&newer));
    semaphore.release(1);
    assert!(!waiter.is_woken());
    assert_eq!(newer_counter.count(), 1);
}

#[test]
fn wakers_are_woken_and_dropped_outside_the_lock() {
    let semaphore = Arc::new(BatchSemaphore::new(0));
    let caller = || {
        let semaphore = semaphore.clone();
        // Taking the lock deadlocks if it is held.
        CallingWaker::waker(move || drop(super::lock(&semaphore.queue)))
    };
    let mut first = acquire(&semaphore, 1);
    assert_pending!(first.poll_with(&caller()));
    assert_pending!(first.poll_with(&caller()));
    let mut second = acquire(&semaphore, 1);
    assert_pending!(second.poll_with(&caller()));
    semaphore.release(1);
    drop(second);
    let mut third = acquire(&semaphore, 1);
    assert_pending!(third.poll_with(&caller()));
    semaphore.close();
}

#[test]
fn a_panicking_waker_loses_no_permit_and_no_waiter() {
    let semaphore = BatchSemaphore::new(0);
    let mut first = acquire(&semaphore, 1);
    let mut second = acquire(&semaphore, 1);
    assert_pending!(first.poll_with(&PanickingWaker::waker()));
    assert_pending!(second.poll());
    assert!(catch_unwind(AssertUnwindSafe(|| semaphore.release(3))).is_err());
    assert!(second.is_woken());
    assert_eq!(semaphore.available_permits(), 1);
    assert!(matches!(first.poll(), Poll::Ready(Ok(()))));
    assert!(matches!(second.poll(), Poll::Ready(Ok(()))));
}

#[test]
fn threads_never_hold_more_permits_than_there_are() {
    use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
    const PERMITS: usize = 3;
    let semaphore = BatchSemaphore::new(PERMITS);
    let held = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let (semaphore, held) = (&semaphore, &held);
            scope.spawn(move || {
                for round in 0..1000 {
                    let permits = 1 + (thread + round) % PERMITS;
                    let acquire = semaphore.acquire(permits, WaitKind::Semaphore);
                    assert!(vitte_context::park::block_on(acquire).is_ok());
                    assert!(held.fetch_add(permits, SeqCst) + permits <= PERMITS);
                    held.fetch_sub(permits, SeqCst);
                    semaphore.release(permits);
                }
            });
        }
    });
    assert_eq!(semaphore.available_permits(), PERMITS);
}
