//! loom models of the parker. Each says which single change to `park.rs` makes it fail.

use loom::thread;

use super::*;
use crate::primitive::Arc;
use crate::primitive::atomic::AtomicUsize;

/// An unpark at any moment ends the wait, and what was done before it is visible after it.
///
/// Mutants: `unpark` does not take the mutex before it signals ("deadlock"); `unpark` swaps
/// Relaxed, or `take_token` is Relaxed (the assertion fails).
#[test]
fn loom_unpark_ends_the_wait() {
    loom::model(|| {
        let parker = Parker::new();
        let unparker = parker.unparker().clone();
        let written = Arc::new(AtomicUsize::new(0));
        let waker = thread::spawn({
            let written = written.clone();
            move || {
                written.store(1, Ordering::Relaxed);
                unparker.unpark();
            }
        });
        parker.park();
        assert_eq!(written.load(Ordering::Relaxed), 1);
        waker.join().unwrap();
    });
}

/// Two unparks may leave one token; the thread that takes it sees what both did, or gets another.
///
/// Mutants: `unpark` returns without a swap if it sees a token already; `park_until` stores EMPTY
/// instead of swapping it in, when it finds a token after it has locked the mutex.
#[test]
fn loom_merged_tokens_publish_both_writes() {
    loom::model(|| {
        let parker = Parker::new();
        let written = Arc::new(AtomicUsize::new(0));
        let wakers: Vec<_> = (0..2)
            .map(|_| {
                let unparker = parker.unparker().clone();
                let written = written.clone();
                thread::spawn(move || {
                    written.fetch_add(1, Ordering::Relaxed);
                    unparker.unpark();
                })
            })
            .collect();
        while written.load(Ordering::Relaxed) < 2 {
            parker.park();
        }
        for waker in wakers {
            waker.join().unwrap();
        }
    });
}

/// The same through the wakers that `block_on` hands out, whose references are counted by hand.
#[test]
fn loom_wakers_unpark_and_are_freed() {
    loom::model(|| {
        let parker = Parker::new();
        let waker = parker.unparker().waker();
        let clone = waker.clone();
        let waking = thread::spawn(move || clone.wake());
        parker.park();
        waker.wake_by_ref();
        parker.park();
        waking.join().unwrap();
    });
}
