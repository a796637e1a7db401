//! The entry's protocol, in every interleaving of its owner with the wheel.
//!
//! The wheel runs on the model's first thread and the owner on the second. The other way round
//! loom misses interleavings: it remembers only the last access to each atomic, and the wheel's
//! own load, right before its exchange, would hide the owner's.

use std::ptr::NonNull;
use std::task::{Wake, Waker};

use vitte_context::primitive::atomic::{AtomicUsize, Ordering};
use vitte_context::primitive::{Arc, Mutex, lock, thread};

use super::entry::{Entry, State};
use crate::moment::Moment;
use crate::ticks::Ticks;

/// Counts its wakes, outside of loom's view: only their number matters.
struct Count(std::sync::atomic::AtomicUsize);

impl Wake for Count {
    fn wake(self: std::sync::Arc<Self>) {
        self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    }
}

fn ticks() -> Ticks {
    Ticks::starting_at(Moment::from_raw(0))
}

/// The moment at which a tick begins.
fn at(tick: u64) -> Moment {
    ticks().moment_of(tick)
}

/// An entry whose memory is scribbled over when its owner is done with it.
struct Stage {
    entry: Entry,
    /// Stands for the wheel: whether the entry is in it.
    linked: Mutex<bool>,
    fired: AtomicUsize,
}

// `Entry` is shared by reference here, while in the crate its owner has it exclusively; the models
// keep to what the owner may do.
fn armed(tick: u64) -> (Arc<Stage>, std::sync::Arc<Count>) {
    let count = std::sync::Arc::new(Count(std::sync::atomic::AtomicUsize::new(0)));
    let stage = Arc::new(Stage {
        entry: Entry::new(0, at(tick).instant()),
        linked: Mutex::new(true),
        fired: AtomicUsize::new(0),
    });
    // SAFETY: no other thread knows the entry yet.
    unsafe { stage.entry.arm(at(tick), Waker::from(count.clone())) };
    (stage, count)
}

/// What `Shard::expire` does with an entry that is due at `now`.
fn expire(stage: &Stage, now: u64) {
    let mut linked = lock(&stage.linked);
    if !*linked {
        return;
    }
    // SAFETY: the lock is held and the entry counts as unlinked.
    match unsafe { Entry::fire(NonNull::from(&stage.entry), ticks(), now) } {
        Ok(waker) => {
            *linked = false;
            drop(linked);
            stage.fired.fetch_add(1, Ordering::Relaxed);
            waker.wake();
        }
        Err(later) => assert!(later > now),
    }
}

/// What a future does that is dropped, or reset once it has fired.
fn reuse_or_disarm(stage: &Stage) {
    match stage.entry.state() {
        State::Fired => {
            // Loom reports a race if the wheel could still touch the cells. The new waker's loss
            // is not a leak: it owns nothing.
            // SAFETY: fired, so that only the owner accesses the entry.
            unsafe { stage.entry.arm(at(9), Waker::noop().clone()) };
        }
        State::Armed => {
            let mut linked = lock(&stage.linked);
            if stage.entry.state() == State::Armed {
                *linked = false;
                // SAFETY: armed, the lock is held, and the entry counts as unlinked.
                drop(unsafe { stage.entry.disarm() });
            }
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn loom_owner_that_sees_fired_may_reuse_the_entry_without_the_lock() {
    loom::model(|| {
        let (stage, count) = armed(5);
        let theirs = stage.clone();
        let owner = thread::spawn(move || reuse_or_disarm(&theirs));
        expire(&stage, 5);
        owner.join().unwrap();
        let wakes = count.0.load(std::sync::atomic::Ordering::Relaxed);
        assert_eq!(wakes, stage.fired.load(Ordering::Relaxed));
        assert_eq!(
            std::sync::Arc::strong_count(&count),
            1,
            "the waker is gone, once"
        );
    });
}

/// What a reset to a later deadline does.
fn extend(stage: &Stage, deadline: Moment) {
    match stage.entry.state() {
        State::Armed => assert!(stage.entry.extend(deadline)),
        State::Fired => stage.entry.rearm_later(deadline.instant()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn loom_extended_entry_never_counts_as_fired_before_its_new_deadline() {
    loom::model(|| {
        let (stage, count) = armed(5);
        let theirs = stage.clone();
        let owner = thread::spawn(move || extend(&theirs, at(8)));
        expire(&stage, 5);
        owner.join().unwrap();
        assert_eq!(stage.entry.deadline(), at(8).instant());
        match stage.entry.state() {
            State::Armed => {
                assert_eq!(stage.fired.load(Ordering::Relaxed), 0);
                expire(&stage, 8);
                assert_eq!(stage.entry.state(), State::Fired);
            }
            // Its task was woken, and the next poll arms it.
            State::Overtaken | State::Idle => {}
            other => panic!("{other:?}"),
        }
        assert_eq!(stage.fired.load(Ordering::Relaxed), 1);
        assert_eq!(count.0.load(std::sync::atomic::Ordering::Relaxed), 1);
    });
}

/// What a poll with another waker does. Whether it was in time.
fn change_waker(stage: &Stage, waker: Waker) -> bool {
    if stage.entry.state() != State::Armed {
        return false;
    }
    // SAFETY: this is the owner, and it has seen the entry armed.
    assert!(!unsafe { stage.entry.will_wake(&waker) });
    let _linked = lock(&stage.linked);
    if stage.entry.state() != State::Armed {
        return false;
    }
    // SAFETY: armed, and the lock is held.
    drop(unsafe { stage.entry.replace_waker(waker) });
    true
}

#[test]
fn loom_waker_that_was_replaced_in_time_is_the_one_that_is_woken() {
    loom::model(|| {
        let (stage, first) = armed(5);
        let second = std::sync::Arc::new(Count(std::sync::atomic::AtomicUsize::new(0)));
        let waker = Waker::from(second.clone());
        let theirs = stage.clone();
        let owner = thread::spawn(move || change_waker(&theirs, waker));
        expire(&stage, 5);
        let replaced = owner.join().unwrap();
        let wakes = |count: &Count| count.0.load(std::sync::atomic::Ordering::Relaxed);
        assert_eq!(
            (wakes(&first), wakes(&second)),
            if replaced { (0, 1) } else { (1, 0) }
        );
    });
}
