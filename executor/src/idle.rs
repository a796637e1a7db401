#![doc = include_str!("idle/README.md")]

mod counters;
#[cfg(all(test, vitte_loom))]
mod loom_model;

use counters::Counters;
use vitte_context::primitive::atomic::{AtomicUsize, Ordering, fence};
use vitte_context::primitive::{Mutex, lock};

/// The place of the latest in a list of sleepers.
pub(crate) fn latest(sleepers: &[usize]) -> usize {
    sleepers.len() - 1
}

/// Which workers sleep and how many search: decides when to wake a worker, and which.
#[derive(Debug)]
pub(crate) struct Idle {
    /// [`Counters`], packed.
    state: AtomicUsize,
    /// The workers that sleep, the latest last.
    sleepers: Mutex<Vec<usize>>,
    workers: usize,
}

impl Idle {
    /// All workers are awake, and none searches.
    pub(crate) fn new(workers: usize) -> Self {
        Idle {
            state: AtomicUsize::new(Counters::all_awake(workers).pack()),
            sleepers: Mutex::new(Vec::with_capacity(workers)),
            workers,
        }
    }

    fn counters(&self, ordering: Ordering) -> Counters {
        Counters::unpack(self.state.load(ordering))
    }

    /// Picks a sleeper that the caller has to unpark, after work was queued; `None` if that is
    /// not needed.
    ///
    /// The sleeper counts as awake and searching from here on.
    #[inline]
    pub(crate) fn worker_to_wake(&self) -> Option<usize> {
        self.worker_to_wake_by(latest)
    }

    /// [`worker_to_wake`](Self::worker_to_wake), where `choose` says which of the sleepers: the
    /// place in their list, the latest last. It is called under a lock.
    #[inline]
    pub(crate) fn worker_to_wake_by(
        &self,
        choose: impl FnOnce(&[usize]) -> usize,
    ) -> Option<usize> {
        // Step WakeFence. SeqCst: orders the caller's push before the load below; pairs with the
        // fence in `start_sleeping`, after which a sleeper looks at the queues.
        fence(Ordering::SeqCst);
        self.sleeper_in_sight(choose)
    }

    /// [`worker_to_wake`](Self::worker_to_wake) without its fence: may miss a worker that falls
    /// asleep at the same time.
    #[inline]
    pub(crate) fn worker_in_sight(&self) -> Option<usize> {
        self.sleeper_in_sight(latest)
    }

    #[inline]
    fn sleeper_in_sight(&self, choose: impl FnOnce(&[usize]) -> usize) -> Option<usize> {
        // Relaxed: step WakeLoad.
        if !self.counters(Ordering::Relaxed).should_wake(self.workers) {
            return None;
        }
        self.take_sleeper(choose)
    }

    #[cold]
    fn take_sleeper(&self, choose: impl FnOnce(&[usize]) -> usize) -> Option<usize> {
        let mut sleepers = lock(&self.sleepers);
        // Under the lock, so that two wakers do not both wake a worker for one task.
        if !self.counters(Ordering::SeqCst).should_wake(self.workers) {
            return None;
        }
        if sleepers.is_empty() {
            return None;
        }
        let chosen = choose(&sleepers);
        // The others stay in their order: the first one has slept longest.
        let worker = sleepers.remove(chosen);
        self.state
            .fetch_add(Counters::ONE_AWAKE_AND_SEARCHING, Ordering::SeqCst);
        Some(worker)
    }

    /// Asks whether a worker without work may search others' queues: at most half of them do.
    pub(crate) fn try_start_searching(&self) -> bool {
        let counters = self.counters(Ordering::SeqCst);
        if 2 * counters.searching >= self.workers {
            return false;
        }
        // Two workers may pass the test at once: a hint is enough here.
        self.state
            .fetch_add(Counters::ONE_SEARCHING, Ordering::SeqCst);
        true
    }

    /// A searching worker found work. Returns whether it was the last one that searched while
    /// others sleep, in which case the caller looks at all queues, and wakes one of them if there
    /// is more work.
    pub(crate) fn stop_searching(&self) -> bool {
        let previous = self
            .state
            .fetch_sub(Counters::ONE_SEARCHING, Ordering::SeqCst);
        let previous = Counters::unpack(previous);
        let last = previous.searching == 1 && previous.awake < self.workers;
        if last {
            // Step FoundFence. SeqCst: pairs with the fence in `worker_to_wake`, as SleepFence.
            fence(Ordering::SeqCst);
        }
        last
    }

    /// A worker goes to sleep. Returns whether it was the last one that searched, in which case
    /// the caller looks at all queues once more, and wakes someone if there is work.
    pub(crate) fn start_sleeping(&self, worker: usize, was_searching: bool) -> bool {
        let mut sleepers = lock(&self.sleepers);
        let left = if was_searching {
            Counters::ONE_AWAKE_AND_SEARCHING
        } else {
            Counters::ONE_AWAKE
        };
        let previous = self.state.fetch_sub(left, Ordering::SeqCst);
        sleepers.push(worker);
        let last = was_searching && Counters::unpack(previous).searching == 1;
        if last {
            // Step SleepFence. SeqCst: pairs with the fence in `worker_to_wake`: either the waker
            // sees that no worker searches any more, or this worker's last look sees the waker's
            // task. The subtraction alone does not order the loads that follow it.
            fence(Ordering::SeqCst);
        }
        last
    }

    /// A worker that works goes to rest, if another one is awake and none rests. It sleeps for a
    /// short time only, and then calls [`end_rest`](Self::end_rest) and searches.
    pub(crate) fn start_resting(&self, worker: usize) -> bool {
        let mut sleepers = lock(&self.sleepers);
        let counters = self.counters(Ordering::Relaxed);
        if counters.resting || counters.awake == 1 {
            return false;
        }
        // Under the lock no other worker begins to rest, or stops being awake.
        let change = Counters::RESTING - Counters::ONE_AWAKE;
        self.state.fetch_add(change, Ordering::SeqCst);
        sleepers.push(worker);
        true
    }

    /// Step RestEnd: the worker rests no longer, and is awake and searching.
    pub(crate) fn end_rest(&self, worker: usize) {
        let mut sleepers = lock(&self.sleepers);
        let begins = match sleepers.iter().position(|&sleeper| sleeper == worker) {
            Some(position) => {
                sleepers.swap_remove(position);
                Counters::ONE_AWAKE_AND_SEARCHING
            }
            // Someone has woken it to search.
            None => 0,
        };
        // In one step: between two, a thread that queues a task would wake this worker once more.
        let change = begins.wrapping_sub(Counters::RESTING);
        self.state.fetch_add(change, Ordering::SeqCst);
    }

    /// Whether another worker runs tasks. The caller is one that does.
    #[inline]
    pub(crate) fn others_work(&self) -> bool {
        // Relaxed: a hint.
        let counters = self.counters(Ordering::Relaxed);
        counters.awake > counters.searching + 1
    }

    /// A sleeper woke up on its own account (the driver had events, or the wake was spurious).
    /// Returns whether it was still counted as asleep; if not, someone has woken it to search.
    pub(crate) fn stop_sleeping(&self, worker: usize) -> bool {
        let mut sleepers = lock(&self.sleepers);
        let Some(position) = sleepers.iter().position(|&sleeper| sleeper == worker) else {
            return false;
        };
        sleepers.swap_remove(position);
        self.state.fetch_add(Counters::ONE_AWAKE, Ordering::SeqCst);
        true
    }

    /// Whether the worker counts as asleep.
    pub(crate) fn is_sleeping(&self, worker: usize) -> bool {
        lock(&self.sleepers).contains(&worker)
    }

    /// Whether any worker is awake. Relaxed: the caller has the fence that it needs.
    pub(crate) fn anyone_awake(&self) -> bool {
        self.counters(Ordering::Relaxed).awake > 0
    }

    /// Calls `appoint` with the worker that has slept longest, which does not wake up meanwhile;
    /// with `None` if all are awake.
    pub(crate) fn with_oldest_sleeper<R>(&self, appoint: impl FnOnce(Option<usize>) -> R) -> R {
        let sleepers = lock(&self.sleepers);
        appoint(sleepers.first().copied())
    }

    /// Whether no worker sleeps. Relaxed: as above.
    pub(crate) fn all_awake(&self) -> bool {
        self.counters(Ordering::Relaxed).awake == self.workers
    }
}

#[cfg(all(test, not(vitte_loom)))]
mod tests {
    use super::*;

    #[test]
    fn whoever_wakes_chooses_and_the_others_stay_in_order() {
        let idle = Idle::new(3);
        for worker in 0..3 {
            idle.start_sleeping(worker, false);
        }
        assert_eq!(
            idle.worker_to_wake_by(|sleepers| sleepers.len() - 2),
            Some(1)
        );
        // It searches, so no other worker is woken meanwhile.
        assert_eq!(idle.worker_to_wake(), None);
        idle.stop_searching();
        assert_eq!(idle.with_oldest_sleeper(|oldest| oldest), Some(0));
        assert_eq!(idle.worker_to_wake(), Some(2));
    }
}
