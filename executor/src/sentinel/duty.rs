//! Which of the sleepers is the sentinel: the protocol in [the sentinel's README](super).

use vitte_context::primitive::atomic::{AtomicBool, AtomicUsize, Ordering, fence};

use crate::idle::Idle;

const NOBODY: usize = usize::MAX;

/// One duty, which a sleeper has while others are awake.
#[derive(Debug)]
pub(super) struct Duty {
    holder: AtomicUsize,
    /// A worker ran a task not many looks ago: reason to go on looking for a while.
    stirring: AtomicBool,
}

impl Duty {
    pub(super) fn new() -> Self {
        Duty {
            holder: AtomicUsize::new(NOBODY),
            stirring: AtomicBool::new(false),
        }
    }

    pub(super) fn is_vacant(&self) -> bool {
        // Relaxed: a hint.
        self.holder.load(Ordering::Relaxed) == NOBODY
    }

    pub(super) fn set_stirring(&self, stirring: bool) {
        // Relaxed: it only delays that the duty is given up.
        self.stirring.store(stirring, Ordering::Relaxed);
    }

    /// Returns whether `me`, which sleeps and is about to wait, has the duty from here on.
    pub(super) fn take(&self, me: usize, idle: &Idle) -> bool {
        // Step RestFence. SeqCst: orders that `me` joined the sleepers before the loads below;
        // pairs with the fence in `leave`.
        fence(Ordering::SeqCst);
        loop {
            let mine = self.holder.load(Ordering::Relaxed) == me;
            // Step RestLook.
            if idle.anyone_awake() || self.stirring.load(Ordering::Relaxed) {
                return mine || self.replace_holder(NOBODY, me);
            }
            if !mine {
                return false;
            }
            // Step Release.
            self.replace_holder(me, NOBODY);
            // SeqCst: pairs with the fence in `leave`. A worker that counts as awake too late for
            // the look below sees that the duty is vacant.
            fence(Ordering::SeqCst);
            if !idle.anyone_awake() {
                return false;
            }
        }
    }

    fn replace_holder(&self, holder: usize, next: usize) -> bool {
        // Relaxed: the number is all there is to it.
        self.holder
            .compare_exchange(holder, next, Ordering::Relaxed, Ordering::Relaxed)
            .is_ok()
    }

    /// `me` is awake and goes to work. If no other worker has the duty, appoints a sleeper, which
    /// the caller has to unpark.
    pub(super) fn leave(&self, me: usize, idle: &Idle) -> Option<usize> {
        // Step WorkFence. SeqCst: orders that `me` was counted as awake before the loads below;
        // pairs with the fences in `take`.
        fence(Ordering::SeqCst);
        // Step WorkLook.
        let holder = self.holder.load(Ordering::Relaxed);
        if holder == NOBODY && idle.all_awake() || holder != NOBODY && holder != me {
            return None;
        }
        // Step Appoint.
        idle.with_oldest_sleeper(|sleeper| {
            // The appointed worker goes on looking even if all sleep by the time it wakes up.
            self.set_stirring(true);
            // If this fails, a sleeper has just taken the duty.
            let next = sleeper.unwrap_or(NOBODY);
            let replaced = self.replace_holder(holder, next);
            sleeper.filter(|_| replaced)
        })
    }
}
