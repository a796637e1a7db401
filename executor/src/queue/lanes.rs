//! The injector's tasks that come one by one, from threads that are not workers.
//!
//! There are several *lanes*, so that threads that spawn at the same time do not pass each other
//! the end of a queue. A thread keeps to its lane: what it readies stays in order. Between threads
//! there is no order, as between workers; for one worker there is one lane, and there all come in
//! order.

use concurrent_queue::{ConcurrentQueue, PushError};
use vitte_context::block;

/// How many lanes there are at most. A worker that looks for tasks looks into all of them, two
/// cache lines each.
const LANES_MAX: usize = 4;

/// A queue for many producers and many consumers; each producer's entries come out in order.
#[derive(Debug)]
pub(super) struct Lanes<T> {
    /// Their number is a power of two.
    lanes: Box<[ConcurrentQueue<T>]>,
}

impl<T> Lanes<T> {
    /// Lanes for that many workers.
    pub(super) fn new(workers: usize) -> Self {
        let lanes = workers.clamp(1, LANES_MAX).next_power_of_two();
        Lanes {
            lanes: (0..lanes).map(|_| ConcurrentQueue::unbounded()).collect(),
        }
    }

    #[inline]
    fn lane(&self, number: usize) -> &ConcurrentQueue<T> {
        &self.lanes[number & (self.lanes.len() - 1)]
    }

    /// Adds an entry to this thread's lane, or gives it back if the lanes are closed.
    #[inline]
    pub(super) fn push(&self, entry: T) -> Result<(), T> {
        match self.lane(block::thread_id() as usize).push(entry) {
            Ok(()) => Ok(()),
            Err(PushError::Closed(entry) | PushError::Full(entry)) => Err(entry),
        }
    }

    /// Takes an entry, from lane `first` if that has one.
    #[inline]
    pub(super) fn pop(&self, first: usize) -> Option<T> {
        (0..self.lanes.len()).find_map(|offset| {
            let lane = self.lane(first.wrapping_add(offset));
            // Without this look, `pop` would pass a fence before it finds the queue empty.
            if lane.is_empty() {
                return None;
            }
            lane.pop().ok()
        })
    }

    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.lanes.iter().all(ConcurrentQueue::is_empty)
    }

    pub(super) fn len(&self) -> usize {
        self.lanes.iter().map(ConcurrentQueue::len).sum()
    }

    /// Refuses entries from now on; those inside can still be taken.
    pub(super) fn close(&self) {
        for lane in &self.lanes {
            lane.close();
        }
    }
}

#[cfg(all(test, not(vitte_loom)))]
mod tests {
    use std::thread;

    use super::*;

    #[test]
    fn what_a_thread_adds_comes_out_in_order_wherever_one_begins() {
        let lanes = Lanes::new(4);
        for entry in 0..100 {
            lanes.push(entry).unwrap();
        }
        for entry in 0..100 {
            assert_eq!(lanes.pop(entry), Some(entry));
        }
        assert!(lanes.is_empty());
    }

    #[test]
    fn with_one_worker_entries_of_all_threads_come_out_in_order() {
        let lanes = Lanes::new(1);
        for entry in 0..10 {
            thread::scope(|scope| scope.spawn(|| lanes.push(entry)).join().unwrap().unwrap());
        }
        for entry in 0..10 {
            assert_eq!(lanes.pop(entry), Some(entry));
        }
    }

    #[test]
    fn each_lane_comes_first_in_its_turn() {
        let lanes = Lanes::new(3);
        for number in 0..LANES_MAX {
            for _ in 0..2 {
                lanes.lane(number).push(number).unwrap();
            }
        }
        assert_eq!(lanes.len(), 2 * LANES_MAX);
        for first in 0..LANES_MAX {
            assert_eq!(lanes.pop(first), Some(first));
        }
    }

    #[test]
    fn closed_lanes_refuse_entries_of_any_thread_and_keep_what_they_have() {
        let lanes = Lanes::new(4);
        lanes.push(1).unwrap();
        lanes.close();
        for _ in 0..2 * LANES_MAX {
            let refused = thread::scope(|scope| scope.spawn(|| lanes.push(2)).join().unwrap());
            assert_eq!(refused, Err(2));
        }
        assert_eq!(lanes.pop(0), Some(1));
        assert_eq!(lanes.pop(0), None);
    }
}
