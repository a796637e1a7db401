//! The builder's settings for special needs: the order of tasks, random choices, and what tokio's
//! users know as alternatives to its defaults.

use std::hash::{DefaultHasher, Hasher};

use super::builder::Builder;

/// Decides all random choices of a runtime; see [`Builder::rng_seed`].
#[derive(Clone, Debug)]
pub struct RngSeed {
    pub(super) seed: u64,
}

impl RngSeed {
    /// A seed that follows from these bytes.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        let mut hasher = DefaultHasher::default();
        hasher.write(bytes);
        RngSeed {
            seed: hasher.finish(),
        }
    }
}

/// Settings for special needs.
impl Builder {
    /// Switches the LIFO slot of the workers off.
    ///
    /// A worker runs the task that was woken last first, because the two that pass a message share
    /// what is in the cache. Other workers cannot take that task meanwhile. Without the slot each
    /// worker runs its tasks in the order in which they became ready.
    pub fn disable_lifo_slot(&mut self) -> &mut Self {
        self.config.disable_lifo_slot = true;
        self
    }

    /// Sets what the random choices follow from: the branch with which `select!` begins, and which
    /// worker is robbed first.
    ///
    /// On a current-thread runtime, runs of the same program then begin their `select!`s with the
    /// same branches. Nothing else becomes repeatable by this; see
    /// [`new_deterministic`](Self::new_deterministic) for a runtime in which everything is.
    pub fn rng_seed(&mut self, seed: RngSeed) -> &mut Self {
        self.rng_seed = Some(seed);
        self
    }

    /// Enables timers, and lets those that are left when the runtime ends fire, where polling them
    /// would otherwise panic.
    ///
    /// In tokio this chooses timers that are kept per worker; vitte's always are, and what remains
    /// is how they end.
    pub fn enable_alt_timer(&mut self) -> &mut Self {
        self.timers_fire_at_end = true;
        self.enable_time()
    }

    /// Lets a worker that comes out of the driver with a task wake another one, which goes into
    /// the driver: timers and sockets are then served even while the first one is blocked by its
    /// task.
    ///
    /// That is a wake per event that is not needed as long as tasks do not block. Without it, the
    /// worker wakes another one only if it has found more than one task.
    pub fn enable_eager_driver_handoff(&mut self) -> &mut Self {
        self.config.eager_driver_handoff = true;
        self
    }

    /// Accepted for tokio's sake, where it chooses a queue with several locks for the blocking
    /// pool. vitte's pool has one queue, and this changes nothing.
    pub fn enable_sharded_blocking_queue(&mut self) -> &mut Self {
        self
    }
}
