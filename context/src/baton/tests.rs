use std::sync::atomic::AtomicUsize;
use std::time::Duration;

use super::*;
use crate::clock;
use crate::park::Parker;
use crate::thread::{self, ThreadConfig};

fn baton() -> Arc<Baton> {
    Baton::new(Box::new(|| {}))
}

/// Starts a thread that runs `job` in a seat of the baton.
fn seated(
    baton: &Arc<Baton>,
    job: impl FnOnce() + Send + 'static,
) -> (Arc<Seat>, std::thread::JoinHandle<()>) {
    let seat = Seat::new(baton);
    let theirs = seat.clone();
    let thread = thread::spawn(&ThreadConfig::default(), move || theirs.occupy(job)).unwrap();
    (seat, thread)
}

#[test]
fn job_runs_only_in_its_turns() {
    let baton = baton();
    let _scheduler = baton.enter();
    let progress = Arc::new(AtomicUsize::new(0));
    let parker = Parker::new();
    let unparker = parker.unparker().clone();
    let theirs = progress.clone();
    let (seat, thread) = seated(&baton, move || {
        theirs.store(1, Ordering::Relaxed);
        parker.park();
        theirs.store(2, Ordering::Relaxed);
    });
    assert_eq!(progress.load(Ordering::Relaxed), 0);
    assert!(!seat.run());
    assert_eq!(progress.load(Ordering::Relaxed), 1);
    assert!(!seat.is_ready(clock::system_now()));
    unparker.unpark();
    assert!(seat.is_ready(clock::system_now()));
    assert_eq!(progress.load(Ordering::Relaxed), 1);
    assert!(seat.run());
    assert_eq!(progress.load(Ordering::Relaxed), 2);
    assert_eq!(baton.foreign_wakes(), 0);
    thread.join().unwrap();
}

#[test]
fn wait_with_a_deadline_ends_when_the_scheduler_says_that_it_has_passed() {
    let baton = baton();
    let _scheduler = baton.enter();
    let (seat, thread) = seated(&baton, || {
        assert!(!Parker::new().park_timeout(Duration::from_secs(3600)));
    });
    assert!(!seat.run());
    let deadline = seat.deadline().unwrap();
    assert!(!seat.is_ready(deadline - Duration::from_nanos(1)));
    assert!(seat.is_ready(deadline));
    assert!(seat.run());
    thread.join().unwrap();
}

#[test]
fn foreign_wake_is_counted() {
    let baton = baton();
    let _scheduler = baton.enter();
    let parker = Parker::new();
    let unparker = parker.unparker().clone();
    let (seat, thread) = seated(&baton, move || parker.park());
    assert!(!seat.run());
    let foreign = thread::spawn(&ThreadConfig::default(), move || unparker.unpark()).unwrap();
    foreign.join().unwrap();
    assert_eq!(baton.foreign_wakes(), 1);
    assert!(seat.run());
    thread.join().unwrap();
}

#[test]
fn released_thread_waits_like_any_other() {
    let baton = baton();
    let scheduler = baton.enter();
    let parker = Parker::new();
    let unparker = parker.unparker().clone();
    let (seat, thread) = seated(&baton, move || {
        parker.park();
        parker.park();
    });
    assert!(!seat.run());
    drop(scheduler);
    baton.release();
    seat.release();
    unparker.unpark();
    while !thread.is_finished() {
        // The second token may come before the first was taken.
        unparker.unpark();
        std::thread::yield_now();
    }
    thread.join().unwrap();
}
