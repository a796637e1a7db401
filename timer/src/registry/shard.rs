//! A shard: one wheel behind its own lock.
//!
//! A timer points to its shard for as long as it exists, and may outlive its runtime. Counting
//! those pointers would cost two atomic read-modify-writes per timer. Instead a shard lives
//! forever, and a pool lends it to one runtime after another. Each runtime has an id, which its
//! timers carry, and its shards too while they are lent to it. A timer whose id differs from that
//! of its shard belongs to a runtime that has shut down. There are never more shards than were in
//! use at one time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};

use vitte_context::block;
use vitte_context::panics::Panicked;
use vitte_context::primitive::CachePadded;
use vitte_context::primitive::plain::Mutex;

use super::Hub;
use super::batch::Batch;
use super::lock::{ShardGuard, ShardLock};
use crate::horizon::NextDeadline;
use crate::ticks::Ticks;
use crate::wheel::{Entry, Wheel};

/// The id of no runtime.
pub(super) const NOBODY: u32 = 0;

/// One wheel and its lock.
pub(super) struct Shard {
    /// The id of the runtime that the shard is lent to.
    owner: AtomicU32,
    /// Whose shard it is: a worker's index, or one beyond those.
    index: AtomicUsize,
    pub(super) next: NextDeadline,
    state: ShardLock<ShardState>,
}

/// What the shard's lock guards.
pub(super) struct ShardState {
    pub(super) wheel: Wheel,
    /// The runtime that the shard is lent to; `None` once that has shut down.
    pub(super) hub: Option<Arc<Hub>>,
}

/// Shards that are not lent to a runtime.
static POOL: Mutex<Vec<&'static Shard>> = Mutex::new(Vec::new());

impl Shard {
    /// A shard for a worker of the runtime that `hub` belongs to.
    pub(super) fn lend(hub: &Arc<Hub>, index: usize) -> &'static Shard {
        let pooled = POOL
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
            .pop();
        let shard = pooled.unwrap_or_else(|| Shard::leak(hub.ticks));
        let mut state = shard.lock();
        state.wheel = Wheel::new(hub.ticks);
        state.hub = Some(hub.clone());
        shard.next.set(None);
        // Relaxed: a hint.
        shard.index.store(index, Ordering::Relaxed);
        // Release: pairs with the Acquire in `is_lent_to`, by way of whatever hands a timer the
        // new id.
        shard.owner.store(hub.id, Ordering::Release);
        drop(state);
        shard
    }

    fn leak(ticks: Ticks) -> &'static Shard {
        let shard = Box::leak(Box::new(CachePadded(Shard {
            owner: AtomicU32::new(NOBODY),
            index: AtomicUsize::new(0),
            next: NextDeadline::new(),
            state: ShardLock::new(ShardState {
                wheel: Wheel::new(ticks),
                hub: None,
            }),
        })));
        &shard.0
    }

    /// Puts a closed shard back into the pool.
    pub(super) fn give_back(shard: &'static Shard) {
        let mut pool = POOL.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        pool.push(shard);
    }

    /// Whether the runtime with this id still runs, as far as this shard knows.
    #[inline]
    pub(super) fn is_lent_to(&self, id: u32) -> bool {
        // Acquire: pairs with the Release in `close`; a thread that sees the shutdown sees what
        // came before it.
        self.owner.load(Ordering::Acquire) == id
    }

    /// Whether this is the shard of the worker on this thread, where a timer that is polled now
    /// should register. A hint.
    #[inline]
    pub(super) fn is_home(&self) -> bool {
        // Relaxed: a hint. At worst a timer hangs in another worker's wheel.
        block::worker_index() == Some(self.index.load(Ordering::Relaxed))
    }

    /// Locks the shard. Nothing that can panic runs while it is locked, except for bugs of the
    /// wheel.
    #[inline]
    pub(super) fn lock(&self) -> ShardGuard<'_, ShardState> {
        self.state.lock()
    }

    pub(super) fn len(&self) -> usize {
        self.lock().wheel.len()
    }

    /// Asks the wheel for its next deadline, and stores the answer in `next`.
    pub(super) fn refresh_next(&self) -> Option<u64> {
        let state = self.lock();
        let next = state.wheel.next();
        self.next.set(next);
        next
    }

    /// Fires the timers that are due and returns how many fired. Their wakers go through the
    /// batch, which is woken whenever it is full; the caller wakes what remains in it.
    pub(super) fn expire(&self, now: u64, batch: &mut Batch) -> usize {
        let mut fired = 0;
        let mut state = self.lock();
        // SAFETY: the shard's lock is the wheel's, and it is held.
        while let Some(entry) = unsafe { state.wheel.pop(now) } {
            let tick = state.wheel.elapsed();
            // SAFETY: the lock is held; `pop` has just unlinked the entry.
            match unsafe { Entry::fire(entry, state.wheel.ticks(), tick) } {
                Ok(waker) => {
                    fired += 1;
                    batch.push(waker, tick);
                }
                // SAFETY: the lock is held, and the entry is armed but unlinked; it was in this
                // wheel before, so that the promise which `Registration` made still holds.
                Err(later) => unsafe { state.wheel.insert(entry, later) },
            }
            if batch.is_full() {
                drop(state);
                batch.wake_all();
                state = self.lock();
            }
        }
        self.next.set(state.wheel.next());
        fired
    }

    /// Ends the loan to the runtime with this id, if it has not ended yet: wakes its timers
    /// through the batch and takes no more. The wheel is empty then, whatever the wakers do.
    pub(super) fn close(&self, id: u32, batch: &mut Batch) {
        let mut state = self.lock();
        if Hub::with_id(&state.hub, id).is_none() {
            return;
        }
        let hub = state.hub.take();
        let fires = hub.as_ref().is_some_and(|hub| hub.fires_at_end());
        // Release: pairs with the Acquire in `is_lent_to`.
        self.owner.store(NOBODY, Ordering::Release);
        let mut panicked = Panicked::default();
        // SAFETY: the shard's lock is the wheel's, and it is held.
        while let Some(entry) = unsafe { state.wheel.pop_any() } {
            // SAFETY: the lock is held; `pop_any` has just unlinked the entry.
            let waker = unsafe { Entry::close(entry, fires) };
            batch.push(waker, 0);
            if batch.is_full() {
                drop(state);
                panicked.call(|| batch.wake_all());
                state = self.lock();
            }
        }
        self.next.set(None);
        drop(state);
        // It may be the last reference, and dropping the unpark hook runs foreign code.
        drop(hub);
        panicked.resume();
    }
}
