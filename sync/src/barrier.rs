//! `Barrier`: tasks wait for each other until all have come.
//!
//! A count behind a mutex, and the waiters of the current round in the same mutex. The task that
//! completes the round resets the count and releases the others. The next round may begin to
//! gather while the tasks of the last one are still being woken.

mod arrival;

#[cfg(all(test, not(vitte_loom)))]
mod tests;

use vitte_context::primitive::Mutex;
use vitte_context::primitive::atomic::AtomicBool;
use vitte_context::trace::{self, Resource};

use crate::waiters::WaitList;
use arrival::Arrival;

/// Lets a fixed number of tasks wait for each other, as often as they like.
///
/// # Examples
///
/// ```
/// # #[vitte::main]
/// # async fn main() {
/// use std::sync::Arc;
/// use vitte::sync::Barrier;
///
/// let barrier = Arc::new(Barrier::new(3));
/// let mut tasks = Vec::new();
/// for id in 0..3 {
///     let barrier = barrier.clone();
///     tasks.push(vitte::spawn(async move {
///         println!("{id} is prepared");
///         barrier.wait().await; // goes on once all three are here
///         println!("{id} begins");
///     }));
/// }
/// for task in tasks {
///     task.await.unwrap();
/// }
/// # }
/// ```
#[derive(Debug)]
pub struct Barrier {
    gathering: Mutex<Gathering>,
    /// How many tasks complete a round.
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
    /// Creates a barrier for `n` tasks; 0 counts as 1.
    #[track_caller]
    pub fn new(n: usize) -> Barrier {
        // As in tokio, a barrier for no task is one for a single task.
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

    /// Waits until `n` tasks are waiting.
    ///
    /// One of them, the last to arrive, is the [leader](BarrierWaitResult::is_leader). The barrier
    /// can be used again at once.
    ///
    /// # Cancel safety
    ///
    /// Not cancel safe: a task that has arrived stays counted if the future is dropped.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() {
    /// use vitte::sync::Barrier;
    ///
    /// let barrier = Barrier::new(2);
    /// let (one, two) = vitte::join!(barrier.wait(), barrier.wait());
    /// assert_ne!(one.is_leader(), two.is_leader());
    /// # }
    /// ```
    pub async fn wait(&self) -> BarrierWaitResult {
        let arrive = || Arrival::new(self);
        let arrival = trace::operation(&self.resource, "Barrier::wait", "poll", false, arrive);
        BarrierWaitResult(arrival.await)
    }
}

/// What [`Barrier::wait`] returns: whether this task is the leader of its round.
///
/// # Examples
///
/// ```
/// # #[vitte::main]
/// # async fn main() {
/// use vitte::sync::Barrier;
///
/// let barrier = Barrier::new(1);
/// if barrier.wait().await.is_leader() {
///     println!("exactly one task does this");
/// }
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct BarrierWaitResult(bool);

impl BarrierWaitResult {
    /// Returns true if this task was the last to arrive; exactly one task of each round was.
    pub fn is_leader(&self) -> bool {
        self.0
    }
}
