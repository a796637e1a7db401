//! `vitte::sync`: what channels count, keep and give back.

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use vitte::sync::{OwnedSemaphorePermit, RwLock, Semaphore, broadcast, mpsc, oneshot, watch};

use crate::support::noop;

/// A waker whose references can be counted.
struct Counted;

impl Wake for Counted {
    fn wake(self: Arc<Self>) {}
}

/// tokio 7886: a dropped receiver kept the task that had polled it.
#[test]
fn a_dropped_oneshot_receiver_lets_go_of_its_waker() {
    let counted = Arc::new(Counted);
    let (tx, mut rx) = oneshot::channel::<()>();
    let waker = Waker::from(counted.clone());
    let polled = Pin::new(&mut rx).poll(&mut Context::from_waker(&waker));
    assert!(polled.is_pending());
    drop(waker);
    assert_eq!(Arc::strong_count(&counted), 2);
    drop(rx);
    assert_eq!(Arc::strong_count(&counted), 1);
    drop(tx);
}

/// tokio 8405: the sum of merged permits was kept in 32 bits.
#[test]
fn merged_permits_may_be_more_than_32_bits_count() {
    let semaphore = Arc::new(Semaphore::new(Semaphore::MAX_PERMITS));
    let acquire = || semaphore.clone().try_acquire_many_owned(u32::MAX).unwrap();
    let mut permits: OwnedSemaphorePermit = acquire();
    for _ in 0..3 {
        permits.merge(acquire());
    }
    assert_eq!(permits.num_permits(), 4 * u32::MAX as usize);
    drop(permits);
    assert_eq!(semaphore.available_permits(), Semaphore::MAX_PERMITS);
}

/// tokio 8546: block indices wrapped around. Here positions have 64 bits; what is tested is that
/// blocks are used again over and over without a message lost.
#[test]
fn a_channel_goes_on_over_many_blocks() {
    let (tx, mut rx) = mpsc::unbounded_channel();
    for round in 0..10_000u32 {
        for n in 0..33 {
            tx.send((round, n)).unwrap();
        }
        assert_eq!(rx.len(), 33);
        for n in 0..33 {
            assert_eq!(rx.try_recv(), Ok((round, n)));
        }
        assert!(rx.is_empty());
    }
}

/// tokio 8062: the length of a channel underflowed while others sent and received.
#[test]
fn the_length_of_a_channel_is_never_more_than_was_sent() {
    const MESSAGES: usize = 20_000;
    let (tx, mut rx) = mpsc::channel(64);
    let sending = std::thread::spawn(move || {
        for n in 0..MESSAGES {
            tx.blocking_send(n).unwrap();
        }
    });
    for n in 0..MESSAGES {
        assert!(rx.len() <= 64);
        assert_eq!(rx.blocking_recv(), Some(n));
    }
    sending.join().unwrap();
}

/// tokio 2509: a message that everybody had received stayed until its place was needed.
#[test]
fn broadcast_drops_a_value_that_all_have_received() {
    let (tx, mut one) = broadcast::channel(16);
    let mut other = tx.subscribe();
    let value = Arc::new(());
    tx.send(value.clone()).unwrap();
    drop(one.try_recv().unwrap());
    assert_eq!(Arc::strong_count(&value), 2);
    drop(other.try_recv().unwrap());
    assert_eq!(Arc::strong_count(&value), 1);
}

/// tokio 4867: once all receivers had gone, a new one hung.
#[test]
fn broadcast_can_be_subscribed_to_again() {
    let (tx, rx) = broadcast::channel(2);
    drop(rx);
    assert!(tx.send(1).is_err());
    let mut rx = tx.subscribe();
    let mut receiving = Box::pin(async move { rx.recv().await });
    assert!(receiving.as_mut().poll(&mut noop()).is_pending());
    assert_eq!(tx.send(2).unwrap(), 1);
    assert_eq!(receiving.as_mut().poll(&mut noop()), Poll::Ready(Ok(2)));
}

/// tokio 7232: clones of a value that is not `Sync` were made by several receivers at a time.
#[test]
fn broadcast_clones_a_value_one_at_a_time() {
    struct Alone(std::cell::Cell<bool>);
    impl Clone for Alone {
        fn clone(&self) -> Self {
            assert!(!self.0.replace(true), "cloned by two at a time");
            for _ in 0..20 {
                std::hint::spin_loop();
            }
            assert!(self.0.replace(false));
            Alone(std::cell::Cell::new(false))
        }
    }
    let (tx, rx) = broadcast::channel(64);
    let threads: Vec<_> = (0..3)
        .map(|_| {
            let mut rx = rx.resubscribe();
            std::thread::spawn(move || while rx.blocking_recv().is_ok() {})
        })
        .collect();
    drop(rx);
    for _ in 0..2_000 {
        let _ = tx.send(Alone(std::cell::Cell::new(false)));
    }
    drop(tx);
    for thread in threads {
        thread.join().unwrap();
    }
}

/// tokio 6021: a condition that panicked poisoned the lock for everybody.
#[test]
fn a_panicking_condition_leaves_the_watch_usable() {
    let (tx, mut rx) = watch::channel(1);
    let waiting = std::panic::AssertUnwindSafe(|| {
        let _ = pin!(rx.wait_for(|_| panic!("condition"))).poll(&mut noop());
    });
    assert!(std::panic::catch_unwind(waiting).is_err());
    tx.send(2).unwrap();
    assert_eq!(*rx.borrow_and_update(), 2);
}

/// tokio 2957: the permits of a downgraded guard were counted wrongly.
#[test]
fn a_downgraded_guard_lets_readers_in_and_writers_wait() {
    let lock = RwLock::with_max_readers(0, 2);
    let guard = lock.try_write().unwrap().downgrade();
    let other = lock.try_read().unwrap();
    assert!(lock.try_read().is_err());
    assert!(lock.try_write().is_err());
    drop((guard, other));
    assert!(lock.try_write().is_ok());
}
