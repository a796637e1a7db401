//! Who of the sleepers is the sentinel: the protocol in [the sentinel's README](super).

use vitte_context::primitive::atomic::{AtomicBool, AtomicUsize, Ordering, fence};

use crate::idle::Idle;

const NOBODY: usize = usize::MAX;

/// One duty, which a sleeper has while others are awake.
#[derive(Debug)]
pub(super) struct Duty {
    holder: AtomicUsize,
    /// The last look saw that somebody had run something: reason to go on looking for a while.
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
        // pairs with the fences in `leave`.
        fence(Ordering::SeqCst);
        loop {
            let mine = self.holder.load(Ordering::Relaxed) == me;
            // Step RestLook.
            if idle.anyone_awake() || self.stirring.load(Ordering::Relaxed) {
                return mine || self.try_take(me);
            }
            if !mine {
                return false;
            }
            // Step Release.
            self.vacate();
            if !idle.anyone_awake() {
                return false;
            }
        }
    }

    fn try_take(&self, me: usize) -> bool {
        // Relaxed: the holder's number is all there is to it.
        self.holder
            .compare_exchange(NOBODY, me, Ordering::Relaxed, Ordering::Relaxed)
            .is_ok()
    }

    /// `me` has no duty any more; the caller looks at the sleepers and those awake next.
    fn vacate(&self) {
        self.holder.store(NOBODY, Ordering::Relaxed);
        // SeqCst: pairs with the other fences here. Who counts as awake, or asleep, too late for
        // the caller's look sees that nobody has the duty.
        fence(Ordering::SeqCst);
    }

    /// `me` is awake and goes to work. Returns the sleeper that has to be called, if nobody has
    /// the duty.
    pub(super) fn leave(&self, me: usize, idle: &Idle) -> Option<usize> {
        // Step WorkFence. SeqCst: orders that `me` was counted as awake before the load below;
        // pairs with the fences in `take`.
        fence(Ordering::SeqCst);
        // Step WorkLook.
        match self.holder.load(Ordering::Relaxed) {
            NOBODY => {}
            holder if holder == me => self.vacate(),
            _ => return None,
        }
        let sleeper = idle.oldest_sleeper()?;
        // Who is called takes the duty even if `me` sleeps again by the time it gets there.
        self.set_stirring(true);
        Some(sleeper)
    }
}
