//! Models of the protocol in the module's header, by the numbers of its steps.
//!
//! Mutant of step 2: let `Snapshot::exhausted_and_queued` keep the free permits. They are then
//! counted twice, and `loom_a_large_request_gathers_what_is_released` fails. Mutant of step 3:
//! make the store of 0 in `hand_out` Relaxed; `loom_a_permit_carries_what_its_holder_did` reports
//! a race.

use loom::future::block_on;
use loom::thread;
use vitte_context::primitive::{Arc, UnsafeCell};
use vitte_context::trace::WaitKind;

use super::BatchSemaphore;

async fn acquire(semaphore: &BatchSemaphore, permits: usize) -> bool {
    semaphore
        .acquire(permits, WaitKind::Semaphore)
        .await
        .is_ok()
}

#[test]
fn loom_a_release_is_never_lost() {
    loom::model(|| {
        let semaphore = Arc::new(BatchSemaphore::new(1));
        let threads: [_; 2] = std::array::from_fn(|_| {
            let semaphore = semaphore.clone();
            thread::spawn(move || {
                assert!(block_on(acquire(&semaphore, 1)));
                semaphore.release(1);
            })
        });
        for thread in threads {
            thread.join().unwrap();
        }
        assert_eq!(semaphore.available_permits(), 1);
    });
}

#[test]
fn loom_a_large_request_gathers_what_is_released() {
    bounded(|| {
        let semaphore = Arc::new(BatchSemaphore::new(1));
        let threads: [_; 2] = std::array::from_fn(|_| {
            let semaphore = semaphore.clone();
            thread::spawn(move || semaphore.release(1))
        });
        assert!(block_on(acquire(&semaphore, 3)));
        for thread in threads {
            thread.join().unwrap();
        }
        assert_eq!(semaphore.available_permits(), 0);
    });
}

#[test]
fn loom_a_permit_carries_what_its_holder_did() {
    struct Locked {
        semaphore: BatchSemaphore,
        value: UnsafeCell<usize>,
    }
    // SAFETY: the one permit guards the value; loom checks it.
    unsafe impl Sync for Locked {}
    // SAFETY: as above.
    unsafe impl Send for Locked {}
    fn add(locked: &Locked) {
        assert!(block_on(acquire(&locked.semaphore, 1)));
        // SAFETY: the permit is held.
        locked.value.with_mut(|value| unsafe { *value += 1 });
        locked.semaphore.release(1);
    }
    loom::model(|| {
        let locked = Arc::new(Locked {
            semaphore: BatchSemaphore::new(1),
            value: UnsafeCell::new(0),
        });
        let other = locked.clone();
        let thread = thread::spawn(move || add(&other));
        add(&locked);
        thread.join().unwrap();
        // SAFETY: the other thread has ended.
        assert_eq!(locked.value.with(|value| unsafe { *value }), 2);
    });
}

#[test]
fn loom_a_waiter_that_leaves_passes_its_permits_on() {
    loom::model(|| {
        let semaphore = Arc::new(BatchSemaphore::new(1));
        let leaver = semaphore.clone();
        let thread = thread::spawn(move || {
            let mut acquire = std::pin::pin!(leaver.acquire(2, WaitKind::Semaphore));
            let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
            let _ = std::future::Future::poll(acquire.as_mut(), &mut cx);
        });
        assert!(block_on(acquire(&semaphore, 1)));
        semaphore.release(1);
        thread.join().unwrap();
        assert_eq!(semaphore.available_permits(), 1);
    });
}

#[test]
fn loom_close_reaches_everybody() {
    loom::model(|| {
        let semaphore = Arc::new(BatchSemaphore::new(0));
        let waiter = semaphore.clone();
        let thread = thread::spawn(move || assert!(!block_on(acquire(&waiter, 1))));
        semaphore.close();
        thread.join().unwrap();
    });
}

/// A model with three threads: every interleaving with at most two preemptions.
fn bounded(body: impl Fn() + Sync + Send + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(2);
    builder.check(body);
}
