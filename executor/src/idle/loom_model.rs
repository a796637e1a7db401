//! loom models of the idle protocol, over a queue that is just a counter.

use std::mem;

use loom::thread;
use vitte_context::park::Parker;
use vitte_context::primitive::Arc;
use vitte_context::primitive::atomic::{AtomicUsize, Ordering};

use super::Idle;

struct World {
    idle: Idle,
    queued: AtomicUsize,
}

impl World {
    fn take(&self) -> bool {
        self.queued
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |queued| {
                queued.checked_sub(1)
            })
            .is_ok()
    }
}

/// Worker 0: searches, sleeps, is woken, until it has run its task. It begins with a rest if it
/// may.
fn run_worker(world: &World, parker: &Parker, wants_rest: bool) {
    let mut searching = !wants_rest && world.idle.try_start_searching();
    let mut wants_rest = wants_rest;
    loop {
        if mem::take(&mut wants_rest) && world.idle.start_resting(0) {
            // Nothing has to happen for a rest to end.
            thread::yield_now();
            world.idle.end_rest(0);
            searching = true;
        }
        if world.take() {
            if searching {
                world.idle.stop_searching();
            }
            return;
        }
        let last = world.idle.start_sleeping(0, searching);
        // Step SleepLook. Relaxed, as the real queues' `is_empty` is.
        if last && world.queued.load(Ordering::Relaxed) > 0 {
            if let Some(worker) = world.idle.worker_to_wake() {
                assert_eq!(worker, 0);
                parker.unparker().unpark();
            }
        }
        parker.park();
        searching = !world.idle.stop_sleeping(0);
    }
}

/// A task that is queued while the last worker goes to sleep is run: no thread waits forever.
///
/// Mutants: without step WakeFence, without SleepFence, or without SleepLook, loom finds a
/// schedule in which the worker never wakes ("deadlock").
#[test]
fn loom_no_task_is_left_behind() {
    loom::model(|| {
        let world = Arc::new(World {
            idle: Idle::new(1),
            queued: AtomicUsize::new(0),
        });
        let parker = Parker::new();
        let unparker = parker.unparker().clone();
        let worker = thread::spawn({
            let world = world.clone();
            move || run_worker(&world, &parker, false)
        });
        world.queued.fetch_add(1, Ordering::Relaxed);
        if world.idle.worker_to_wake().is_some() {
            unparker.unpark();
        }
        worker.join().unwrap();
    });
}

/// A task that is queued while the only searching worker finds another one is run by a sleeper, and
/// does not wait for the end of the other's poll.
///
/// Mutants: without step FoundFence or FoundLook, the sleeper is not woken ("deadlock").
#[test]
fn loom_a_second_task_wakes_a_second_worker() {
    loom::model(|| {
        let world = Arc::new(World {
            idle: Idle::new(2),
            queued: AtomicUsize::new(1),
        });
        world.idle.start_sleeping(0, false);
        world.idle.start_sleeping(1, false);
        assert_eq!(world.idle.worker_to_wake(), Some(1));
        let parker = Parker::new();
        let unparker = parker.unparker().clone();
        let sleeper = thread::spawn({
            let world = world.clone();
            move || {
                parker.park();
                assert!(world.take());
            }
        });
        let outside = thread::spawn({
            let world = world.clone();
            let unparker = unparker.clone();
            move || {
                world.queued.fetch_add(1, Ordering::Relaxed);
                if world.idle.worker_to_wake().is_some() {
                    unparker.unpark();
                }
            }
        });
        assert!(world.take());
        // Step FoundLook.
        let last = world.idle.stop_searching();
        if last && world.queued.load(Ordering::Relaxed) > 0 && world.idle.worker_to_wake().is_some()
        {
            unparker.unpark();
        }
        outside.join().unwrap();
        sleeper.join().unwrap();
    });
}

/// A worker queues a task and stays in its poll, while the only other one goes to rest, ends its
/// rest, or falls asleep after it. That one runs the task.
///
/// Mutants: as above; or a rest that ends in a sleep instead of a search.
#[test]
fn loom_what_is_queued_during_a_rest_is_found_after_it() {
    loom::model(|| {
        // Worker 1 is awake, inside a poll that does not end.
        let world = Arc::new(World {
            idle: Idle::new(2),
            queued: AtomicUsize::new(0),
        });
        let parker = Parker::new();
        let unparker = parker.unparker().clone();
        let worker = thread::spawn({
            let world = world.clone();
            move || run_worker(&world, &parker, true)
        });
        world.queued.fetch_add(1, Ordering::Relaxed);
        if let Some(woken) = world.idle.worker_to_wake() {
            assert_eq!(woken, 0);
            unparker.unpark();
        }
        worker.join().unwrap();
        assert!(!world.idle.is_sleeping(0));
    });
}
