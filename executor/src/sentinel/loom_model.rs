//! loom models of the duty, over the real idle counters: a worker that is awake is looked after.
//!
//! In both, the thread that should end up with the duty waits for it in a parker. If no thread
//! unparks it, loom finds that it waits forever ("deadlock").

use loom::thread;
use vitte_context::park::{Parker, Unparker};
use vitte_context::primitive::Arc;

use super::duty::Duty;
use crate::idle::Idle;

struct World {
    idle: Idle,
    duty: Duty,
}

impl World {
    fn new(workers: usize) -> Arc<Self> {
        Arc::new(World {
            idle: Idle::new(workers),
            duty: Duty::new(),
        })
    }

    /// Worker `me` sleeps until it has the duty.
    fn sleep(&self, me: usize, parker: &Parker) {
        while !self.duty.take(me, &self.idle) {
            parker.park();
        }
    }

    /// Worker `me` wakes up; the only one it could appoint is worker 0.
    fn wake_up(&self, me: usize, sleeper: &Unparker) {
        assert!(self.idle.stop_sleeping(me));
        if let Some(appointed) = self.duty.leave(me, &self.idle) {
            assert_eq!(appointed, 0);
            sleeper.unpark();
        }
    }
}

/// All sleep, and the sentinel is about to give the duty up; then one wakes up.
///
/// Mutants: without the second look of step Release, or without its fence, or without WorkFence.
#[test]
fn loom_who_wakes_up_is_looked_after() {
    loom::model(|| {
        let world = World::new(2);
        world.idle.start_sleeping(0, false);
        assert!(world.duty.take(0, &world.idle));
        world.idle.start_sleeping(1, false);
        let parker = Parker::new();
        let unparker = parker.unparker().clone();
        let sentinel = thread::spawn({
            let world = world.clone();
            move || world.sleep(0, &parker)
        });
        world.wake_up(1, &unparker);
        sentinel.join().unwrap();
    });
}

/// The sentinel is woken for work while another worker goes to sleep, and a third one is awake.
///
/// Mutants: `leave` without step Appoint for the holder; step Appoint takes its look at the
/// sleepers before the lock.
#[test]
fn loom_the_duty_is_handed_on() {
    loom::model(|| {
        let world = World::new(3);
        world.idle.start_sleeping(1, false);
        assert!(world.duty.take(1, &world.idle));
        let parker = Parker::new();
        let unparker = parker.unparker().clone();
        let next = thread::spawn({
            let world = world.clone();
            move || {
                world.idle.start_sleeping(0, false);
                world.sleep(0, &parker);
            }
        });
        world.wake_up(1, &unparker);
        next.join().unwrap();
    });
}
