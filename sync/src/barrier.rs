//! `Barrier`: tasks wait for each other until all have come.
//!
//! A count behind a mutex, and the waiters of the current round in the same mutex. Who completes
//! the round resets the count and releases everybody, by the one function that does so; the next
//! round may start to gather while the last one is still being woken.

mod arrival;

#[cfg(all(test, not(vitte_loom)))]
mod tests;

use vitte_context::primitive::Mutex;
use vitte_context::primitive::atomic::AtomicBool;
use vitte_context::trace::{self, Resource};

use crate::waiters::WaitList;
use arrival::Arrival;

/// Lets a fixed number of tasks wait for each other.
///
/// # Examples
///
/// ```
/// # vitte_context::park::block_on(async {
/// use vitte_sync::Barrier;
///
/// let barrier = Barrier::new(1);
/// assert!(barrier.wait().await.is_leader());
/// # });
/// ```
#[derive(Debug)]
pub struct Barrier {
    gathering: Mutex<Gathering>,
    /// How many complete a round.
    size: usize,
    resource: Resource,
}

/// The current round.
#[derive(Debug)]
struct Gathering {
    arrived: usize,
    waiters: WaitList<Released>,
}

/// Whether the round of a waiter is complete. Written once, when it is popped.
type Released = AtomicBool;

impl Barrier {
    /// A barrier that `n` tasks have to reach; 0 counts as 1.
    #[track_caller]
    pub fn new(n: usize) -> Barrier {
        // tokio's rule: a barrier for nobody is one for one.
        let size = n.max(1);
        Barrier {
            gathering: Mutex::new(Gathering {
                arrived: 0,
                waiters: WaitList::new(),
            }),
            size,
            resource: Resource::barrier(size),
        }
    }

    /// Waits until as many tasks wait as the barrier is for.
    ///
    /// One of them, the last to come, is the [leader](BarrierWaitResult::is_leader). The barrier
    /// can be used again at once.
    ///
    /// # Cancel safety
    ///
    /// This method is not cancel safe: a task that has come stays counted.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::Arc;
    /// use vitte_context::park::block_on;
    /// use vitte_sync::Barrier;
    ///
    /// let barrier = Arc::new(Barrier::new(2));
    /// let other = barrier.clone();
    /// let thread = std::thread::spawn(move || block_on(other.wait()));
    /// let here = block_on(barrier.wait());
    /// assert_ne!(here.is_leader(), thread.join().unwrap().is_leader());
    /// ```
    pub async fn wait(&self) -> BarrierWaitResult {
        let arrive = || Arrival::new(self);
        let arrival = trace::operation(&self.resource, "Barrier::wait", "poll", false, arrive);
        BarrierWaitResult(arrival.await)
    }
}

/// What [`Barrier::wait`] returns.
#[derive(Debug, Clone)]
pub struct BarrierWaitResult(bool);

impl BarrierWaitResult {
    /// Whether this task was the last to come; exactly one of each round is.
    pub fn is_leader(&self) -> bool {
        self.0
    }
}
