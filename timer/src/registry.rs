//! The registry: a runtime's wheels, one per worker, and what its driver does with them.
//!
//! The facade's builder makes one [`Wheels`] and puts it into the time slot of the runtime's
//! core, which shares it. Three parties use it:
//!
//! - *Timers* register with the shard of the worker that polls them first. From then on they deal
//!   only with that shard, on any thread (`registration`).
//! - *The driver* is the thread that waits for events. It asks [`Wheels::begin_wait`] how long it
//!   may sleep, sleeps, calls [`Wheels::end_wait`], and then [`Wheels::expire`]. Only one thread
//!   drives at a time.
//! - *Shutdown* wakes all timers that are still waiting; they panic when they are polled.
//!
//! A registration writes nothing that workers share, except that a deadline which comes before
//! all others of its shard may have to unpark the driver (`horizon`).

mod batch;
mod lock;
mod registration;
mod shard;
#[cfg(all(test, not(vitte_loom)))]
mod tests;

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use vitte_context::block;
use vitte_context::panics::Panicked;

use crate::horizon::{FOREVER, Horizon, Next};
use crate::moment::Moment;
use crate::ticks::Ticks;
use batch::Batch;
pub(crate) use registration::Registration;
use shard::Shard;

/// All timers of one runtime.
pub struct Wheels {
    hub: Arc<Hub>,
    /// One per worker, and with several workers one more for all other threads.
    shards: Box<[&'static Shard]>,
}

/// What the shards of one runtime have in common. All shards read it; the driver writes it.
struct Hub {
    /// Unique among all runtimes of the process, and never 0.
    id: u32,
    ticks: Ticks,
    /// The tick that the driver last dealt with. A deadline up to here has passed, even if its
    /// shard's wheel was not looked at for a while.
    elapsed: AtomicU64,
    horizon: Horizon,
    unpark: OnceLock<Box<dyn Fn() + Send + Sync>>,
    /// See [`Wheels::fire_at_shutdown`].
    fires_at_end: AtomicBool,
}

impl Hub {
    /// The runtime with this id, if the shard is still lent to it.
    #[inline]
    fn with_id(hub: &Option<Arc<Hub>>, id: u32) -> Option<&Arc<Hub>> {
        hub.as_ref().filter(|hub| hub.id == id)
    }

    fn fires_at_end(&self) -> bool {
        self.fires_at_end.load(Ordering::Relaxed)
    }

    fn elapsed(&self) -> u64 {
        // Relaxed: a deadline that has passed since is found by the driver's next turn.
        self.elapsed.load(Ordering::Relaxed)
    }

    fn unpark(&self) {
        if let Some(unpark) = self.unpark.get() {
            unpark();
        }
    }
}

impl Wheels {
    /// Creates the wheels of a runtime that has `shards` workers and whose clock now reads
    /// `start`.
    pub fn new(shards: usize, start: Instant) -> Arc<Wheels> {
        let hub = Arc::new(Hub {
            id: next_id(),
            ticks: Ticks::starting_at(Moment::of(start)),
            elapsed: AtomicU64::new(0),
            horizon: Horizon::new(),
            unpark: OnceLock::new(),
            fires_at_end: AtomicBool::new(false),
        });
        let count = if shards > 1 { shards + 1 } else { 1 };
        let shards = (0..count).map(|index| Shard::lend(&hub, index)).collect();
        Arc::new(Wheels { hub, shards })
    }

    /// Sets the hook that ends the driver's wait early. It is called, on any thread, when a timer
    /// is registered whose deadline comes before the one that [`begin_wait`](Self::begin_wait)
    /// returned. A call before the wait itself begins must end the wait too. Only the first hook
    /// that is set counts.
    pub fn set_unpark(&self, unpark: Box<dyn Fn() + Send + Sync>) {
        // A second hook would race with calls of the first.
        let _ = self.hub.unpark.set(unpark);
    }

    /// Makes timers that are still waiting at shutdown fire then, so that polling them afterwards
    /// does not panic.
    pub fn fire_at_shutdown(&self) {
        self.hub.fires_at_end.store(true, Ordering::Relaxed);
    }

    /// Returns when the next timer is due, or `None` if there is no timer.
    ///
    /// The answer may be too early: a timer that was cancelled or reset to a later time can leave
    /// its deadline behind until [`expire`](Self::expire) clears it away. It is never too late.
    pub fn next_deadline(&self) -> Option<Instant> {
        let tick = self.next_tick();
        if tick == FOREVER {
            return None;
        }
        Some(self.hub.ticks.instant_of(tick))
    }

    /// Like [`next_deadline`](Self::next_deadline), and promises that the driver sleeps until then
    /// at most. From now until [`end_wait`](Self::end_wait), a timer that is registered with an
    /// earlier deadline calls the unpark hook.
    pub fn begin_wait(&self) -> Option<Instant> {
        self.hub.horizon.announce();
        let tick = self.next_tick();
        self.hub.horizon.promise(tick);
        if tick == FOREVER {
            return None;
        }
        Some(self.hub.ticks.instant_of(tick))
    }

    /// Says that the driver is awake again, so that new timers need not unpark it.
    pub fn end_wait(&self) {
        self.hub.horizon.clear();
    }

    /// Fires every timer whose deadline is not after `now`, and returns how many fired.
    ///
    /// Within a shard, timers fire in the order of their deadlines. Timers with equal deadlines
    /// fire in the order in which they were registered, except that a deterministic runtime
    /// chooses their order.
    pub fn expire(&self, now: Instant) -> usize {
        let now = self.hub.ticks.passed_by(Moment::of(now));
        if now > self.hub.elapsed() {
            // Relaxed: see `Hub::elapsed`.
            self.hub.elapsed.store(now, Ordering::Relaxed);
        }
        let is_due = |shard: &&&'static Shard| match shard.next.read() {
            Next::At(tick) | Next::Stale(tick) => tick <= now,
            Next::Nothing => false,
        };
        let mut due = self.shards.iter().filter(is_due).peekable();
        if due.peek().is_none() {
            return 0;
        }
        let mut batch = Batch::new();
        let fired = due.map(|shard| shard.expire(now, &mut batch)).sum();
        batch.wake_all();
        fired
    }

    /// Closes the wheels: wakes all timers and accepts no more. From now on, timers of this
    /// runtime panic when they are polled.
    pub fn shutdown(&self) {
        let mut batch = Batch::new();
        let mut panicked = Panicked::default();
        for shard in &self.shards {
            panicked.call(|| shard.close(self.hub.id, &mut batch));
        }
        panicked.call(|| batch.wake_all());
        panicked.resume();
    }

    /// Returns how many timers are registered.
    pub fn pending(&self) -> usize {
        self.shards.iter().map(|shard| shard.len()).sum()
    }

    /// The earliest tick at which a shard has to be looked at; `FOREVER` if all are empty.
    fn next_tick(&self) -> u64 {
        let of_shard = |shard: &&'static Shard| match shard.next.read() {
            Next::Nothing => FOREVER,
            Next::At(tick) => tick,
            Next::Stale(_) => shard.refresh_next().unwrap_or(FOREVER),
        };
        self.shards.iter().map(of_shard).min().unwrap_or(FOREVER)
    }

    /// The shard for timers that this thread registers.
    #[inline]
    fn home(&self) -> &'static Shard {
        let last = self.shards.len() - 1;
        // A worker of another runtime may have entered this one, hence the bound.
        let index = block::worker_index().map_or(last, |index| index.min(last));
        self.shards[index]
    }
}

impl Drop for Wheels {
    fn drop(&mut self) {
        self.shutdown();
        for shard in &self.shards {
            Shard::give_back(shard);
        }
    }
}

impl fmt::Debug for Wheels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wheels")
            .field("shards", &self.shards.len())
            .field("pending", &self.pending())
            .finish_non_exhaustive()
    }
}

fn next_id() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    loop {
        // Relaxed: only uniqueness matters.
        let id = NEXT.fetch_add(1, Ordering::Relaxed);
        if id != shard::NOBODY {
            return id;
        }
    }
}
