//! The counting semaphore under `Semaphore`, `Mutex`, `RwLock` and the bounded mpsc channel.
//!
//! A caller asks for any number of permits, and gets all of them or waits. Waiting is strictly
//! first in, first out, so that small requests do not starve a large one. A request that cannot be
//! met takes the free permits and queues for the rest. So while the queue is not empty there are
//! no free permits, and a newcomer cannot overtake.
//!
//! # For the modules that build on it
//!
//! - [`BatchSemaphore::try_acquire`] takes `n` permits now or says why not;
//! - [`BatchSemaphore::acquire`] returns the future [`Acquire`]; it consumes cooperative budget
//!   exactly once, when it completes with permits. Once it is ready the permits are the caller's,
//!   to be given back with [`BatchSemaphore::release`] (or never: "forgotten"). If it is dropped
//!   earlier, it leaves the queue and passes on the permits that it was given meanwhile. The `kind`
//!   is what the deterministic mode says the task is waiting for;
//! - [`BatchSemaphore::release`] adds permits: to queued requests first, then to the counter;
//! - [`BatchSemaphore::forget`] takes up to `n` free permits out of circulation;
//! - [`BatchSemaphore::close`] makes every present and future acquisition fail with
//!   [`AcquireError`]; `release` and [`BatchSemaphore::available_permits`] go on working.
//!
//! # Protocol
//!
//! One word holds the free permits and two flags. QUEUED: the queue is not empty. CLOSED.
//!
//! 1. *QUEUED implies no free permits.* Without QUEUED, `acquire` and `release` are one CAS each
//!    and never look at the mutex.
//! 2. QUEUED is set and cleared only under the queue's mutex, and the first waiter's CAS that sets
//!    it takes the rest of the free permits in the same step. A `release` that runs before this
//!    CAS makes it fail, and the waiter counts again; one that runs after sees QUEUED, takes the
//!    mutex, and finds the waiter in the queue. No permit can slip between the two.
//! 3. A waiter's `missing` count is written under the mutex. When it reaches 0 the waiter has been
//!    popped and its waker taken, and the store of 0 is the last touch: its owner may complete and
//!    free it without the mutex.
//! 4. CLOSED is set under the mutex too, and a request looks at it there before it queues. So no
//!    request queues after `close` has emptied the queue.

mod acquire;
mod error;
mod held;
mod state;

#[cfg(all(test, vitte_loom))]
mod loom_model;
#[cfg(all(test, not(vitte_loom)))]
mod tests;

use std::fmt;

use vitte_context::panics::Panicked;
use vitte_context::primitive::atomic::AtomicUsize;
use vitte_context::primitive::atomic::Ordering::{
    AcqRel, Acquire as AcquireOrdering, Relaxed, Release,
};
use vitte_context::primitive::{Mutex, MutexGuard, lock};
use vitte_context::trace::{Assigned, Fact, Operation, Resource, SemaphoreResources, WaitKind};

use crate::waiters::{WaitList, WakeList, release_all};
use state::Snapshot;

pub(crate) use acquire::Acquire;
pub use error::{AcquireError, TryAcquireError};
pub(crate) use held::Held;

/// What a waiter wants.
struct Claim {
    /// How many permits it still misses. Written under the mutex of the queue.
    missing: AtomicUsize,
    operation: Operation,
}

/// A fair counting semaphore.
pub(crate) struct BatchSemaphore {
    state: AtomicUsize,
    queue: Mutex<WaitList<Claim>>,
    resources: SemaphoreResources,
}

impl BatchSemaphore {
    /// The largest number of permits that a semaphore can hold.
    pub(crate) const MAX_PERMITS: usize = usize::MAX >> 3;

    /// A semaphore with that many free permits.
    ///
    /// # Panics
    ///
    /// When there are more than [`MAX_PERMITS`](Self::MAX_PERMITS).
    #[track_caller]
    pub(crate) fn new(permits: usize) -> Self {
        assert_within_max(permits);
        BatchSemaphore::of(SemaphoreResources::internal(permits), permits)
    }

    /// A semaphore for a primitive that is traced, with that many free permits.
    ///
    /// # Panics
    ///
    /// As [`new`](Self::new).
    #[track_caller]
    pub(crate) fn of(resources: SemaphoreResources, permits: usize) -> Self {
        assert_within_max(permits);
        BatchSemaphore::with(Snapshot::with_permits(permits), resources)
    }

    fn with(state: Snapshot, resources: SemaphoreResources) -> Self {
        BatchSemaphore {
            state: AtomicUsize::new(state.word()),
            queue: Mutex::new(WaitList::new()),
            resources,
        }
    }

    /// [`new`](Self::new) for statics.
    #[cfg(not(vitte_loom))]
    pub(crate) const fn const_new(permits: usize) -> Self {
        assert!(permits <= Self::MAX_PERMITS);
        BatchSemaphore::const_with(Snapshot::with_permits(permits))
    }

    /// A semaphore that is closed from the start, without permits.
    pub(crate) fn new_closed() -> Self {
        let closed = Snapshot::with_permits(0).closed();
        BatchSemaphore::with(closed, SemaphoreResources::none())
    }

    /// What this is the semaphore of.
    #[inline]
    pub(crate) fn owner(&self) -> &Resource {
        &self.resources.owner
    }

    /// [`new_closed`](Self::new_closed) for statics.
    #[cfg(not(vitte_loom))]
    pub(crate) const fn const_new_closed() -> Self {
        BatchSemaphore::const_with(Snapshot::with_permits(0).closed())
    }

    /// A semaphore that is not traced, for statics.
    #[cfg(not(vitte_loom))]
    const fn const_with(state: Snapshot) -> Self {
        BatchSemaphore {
            state: AtomicUsize::new(state.word()),
            queue: Mutex::new(WaitList::new()),
            resources: SemaphoreResources::none(),
        }
    }

    /// How many permits are free at this moment.
    #[inline]
    pub(crate) fn available_permits(&self) -> usize {
        self.snapshot().permits()
    }

    /// Whether [`close`](Self::close) was called.
    #[inline]
    pub(crate) fn is_closed(&self) -> bool {
        self.snapshot().is_closed()
    }

    /// Takes that many permits without waiting.
    ///
    /// # Errors
    ///
    /// When the semaphore is closed, or has fewer permits.
    #[inline]
    pub(crate) fn try_acquire(&self, permits: usize) -> Result<(), TryAcquireError> {
        assert_within_max(permits);
        let mut current = self.snapshot();
        loop {
            if current.is_closed() {
                return Err(TryAcquireError::Closed);
            }
            let Some(next) = current.minus(permits) else {
                return Err(TryAcquireError::NoPermits);
            };
            match self.exchange(current, next) {
                Ok(()) => return Ok(()),
                Err(actual) => current = actual,
            }
        }
    }

    /// Takes that many permits, and waits for them if need be.
    ///
    /// # Panics
    ///
    /// When that is more than a semaphore can hold.
    #[inline]
    pub(crate) fn acquire(&self, permits: usize, kind: WaitKind) -> Acquire<'_> {
        assert_within_max(permits);
        Acquire::new(self, permits, kind)
    }

    /// Adds permits: first to queued requests, in their order, then to the counter.
    ///
    /// # Panics
    ///
    /// When the counter would exceed [`MAX_PERMITS`](Self::MAX_PERMITS); it is left as it was.
    #[inline]
    pub(crate) fn release(&self, permits: usize) {
        if permits == 0 {
            return;
        }
        let mut current = self.snapshot();
        while !current.is_queued() {
            match self.exchange(current, current.plus(permits)) {
                Ok(()) => return self.resources.semaphore.report(Fact::PermitsAdded(permits)),
                Err(actual) => current = actual,
            }
        }
        self.release_to_queue(permits, lock(&self.queue));
    }

    /// Takes up to that many free permits out of circulation, and says how many those were.
    pub(crate) fn forget(&self, permits: usize) -> usize {
        if permits == 0 {
            return 0;
        }
        let mut current = self.snapshot();
        loop {
            let (next, taken) = current.minus_up_to(permits);
            match self.exchange(current, next) {
                Ok(()) => return taken,
                Err(actual) => current = actual,
            }
        }
    }

    /// Makes all requests fail, those that wait and those that come later.
    pub(crate) fn close(&self) {
        let queue = lock(&self.queue);
        // The queue is emptied in this critical section, so QUEUED goes as CLOSED comes. AcqRel:
        // as every change of the word; see `exchange`.
        let mut current = self.snapshot();
        while let Err(actual) = self.exchange(current, current.closed().unqueued()) {
            current = actual;
        }
        // A request that is woken sees CLOSED; its waiter needs no other notification.
        release_all(&self.queue, queue, |queue| queue, |_missing| ());
    }

    /// Gives permits to the queue while it lasts, and the rest to the counter; keeps QUEUED true.
    #[cold]
    fn release_to_queue<'s>(
        &'s self,
        mut permits: usize,
        mut queue: MutexGuard<'s, WaitList<Claim>>,
    ) {
        let mut wakers = WakeList::new();
        let mut panicked = Panicked::default();
        let mut assigned = Assigned::new();
        loop {
            let is_settled = hand_out(&mut permits, &mut queue, &mut wakers, &mut assigned);
            let is_empty = queue.is_empty();
            let overflowed = is_empty && !self.settle(permits);
            // What follows runs other people's code.
            drop(queue);
            panicked.call(|| {
                assigned.report();
                if is_empty && permits > 0 {
                    self.resources.semaphore.report(Fact::PermitsAdded(permits));
                }
            });
            panicked.note(wakers.wake_all());
            if overflowed {
                overflow(permits);
            }
            if is_settled {
                return panicked.resume();
            }
            queue = lock(&self.queue);
        }
    }

    /// Clears QUEUED, as the queue is empty, and adds permits; false if they are too many.
    ///
    /// The caller holds the mutex of the queue.
    fn settle(&self, permits: usize) -> bool {
        let mut current = self.snapshot();
        loop {
            let unqueued = current.unqueued();
            let next = unqueued.checked_plus(permits);
            match self.exchange(current, next.unwrap_or(unqueued)) {
                Ok(()) => return next.is_some(),
                Err(actual) => current = actual,
            }
        }
    }

    #[inline]
    fn snapshot(&self) -> Snapshot {
        // Acquire: pairs with the Release half of `exchange`; a caller that finds permits here sees
        // what their last holder did.
        Snapshot::from_word(self.state.load(AcquireOrdering))
    }

    #[inline]
    fn exchange(&self, current: Snapshot, next: Snapshot) -> Result<(), Snapshot> {
        // AcqRel: to take permits is to acquire what their last holder did, to give them back is
        // to release it, and partial takes pass both on.
        self.state
            .compare_exchange(current.word(), next.word(), AcqRel, AcquireOrdering)
            .map(drop)
            .map_err(Snapshot::from_word)
    }
}

/// Gives permits to the waiters in front. True if the permits are used up or the queue is; false
/// if there is no room for another waker.
///
/// When it returns true with permits left, the queue is empty and they belong to the counter.
fn hand_out(
    permits: &mut usize,
    queue: &mut WaitList<Claim>,
    wakers: &mut WakeList,
    assigned: &mut Assigned,
) -> bool {
    while wakers.has_room() {
        let Some(front) = queue.front() else {
            return true;
        };
        // Relaxed: only written under the mutex, which is held.
        let Claim { missing, operation } = front.payload();
        let still_missing = missing.load(Relaxed);
        assigned.note(operation, still_missing.min(*permits));
        if still_missing > *permits {
            missing.store(still_missing - *permits, Relaxed);
            *permits = 0;
            return true;
        }
        *permits -= still_missing;
        let Some(waiter) = queue.pop_front() else {
            unreachable!("the queue had a front");
        };
        // SAFETY: the mutex of the queue is held.
        if let Some(waker) = unsafe { waiter.take_waker() } {
            wakers.push(waker);
        }
        // Release: pairs with the Acquire in `Acquire::has_all`. The last touch of the waiter.
        waiter.payload().missing.store(0, Release);
    }
    queue.is_empty()
}

impl fmt::Debug for BatchSemaphore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Semaphore")
            .field("permits", &self.available_permits())
            .finish()
    }
}

#[inline]
#[track_caller]
fn assert_within_max(permits: usize) {
    assert!(
        permits <= BatchSemaphore::MAX_PERMITS,
        "a semaphore may not have more than MAX_PERMITS permits ({})",
        BatchSemaphore::MAX_PERMITS
    );
}

/// Panics because more permits were added than a semaphore can hold.
#[cold]
#[track_caller]
fn overflow(permits: usize) -> ! {
    let max = BatchSemaphore::MAX_PERMITS;
    assert!(
        permits <= max,
        "cannot add more than MAX_PERMITS permits ({max})"
    );
    panic!("number of added permits ({permits}) would overflow MAX_PERMITS ({max})");
}
