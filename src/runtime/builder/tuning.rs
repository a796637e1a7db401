//! The builder's options for special needs: how often a worker looks where, which of several ways
//! it takes, and what random choices follow from.

use std::hash::{DefaultHasher, Hasher};

use super::Builder;

/// Decides all random choices of a runtime; see [`Builder::rng_seed`].
///
/// # Examples
///
/// ```
/// use vitte::runtime::{Builder, RngSeed};
///
/// let runtime = Builder::new_current_thread()
///     .rng_seed(RngSeed::from_bytes(b"run 17"))
///     .build()
///     .unwrap();
/// # drop(runtime);
/// ```
#[derive(Clone, Debug)]
pub struct RngSeed {
    pub(super) seed: u64,
}

impl RngSeed {
    /// Makes a seed that follows from these bytes.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::runtime::RngSeed;
    ///
    /// let seed = RngSeed::from_bytes(b"run 17");
    /// # drop(seed);
    /// ```
    pub fn from_bytes(bytes: &[u8]) -> Self {
        let mut hasher = DefaultHasher::default();
        hasher.write(bytes);
        RngSeed {
            seed: hasher.finish(),
        }
    }
}

/// How often a worker looks where.
impl Builder {
    /// Sets how often a busy worker takes its next task from the queue that all workers share
    /// instead of its own: once in that many tasks.
    ///
    /// A smaller number serves tasks that come from outside sooner, and costs more. By default a
    /// current-thread runtime does so every 31 tasks, and each worker of a multi-thread runtime
    /// adapts the number to how long its tasks take.
    ///
    /// # Panics
    ///
    /// If the number is 0.
    ///
    /// # Examples
    ///
    /// ```
    /// let runtime = vitte::runtime::Builder::new_multi_thread()
    ///     .global_queue_interval(31)
    ///     .build()
    ///     .unwrap();
    /// # drop(runtime);
    /// ```
    #[track_caller]
    pub fn global_queue_interval(&mut self, val: u32) -> &mut Self {
        assert!(val > 0, "global_queue_interval must be greater than 0");
        self.config.global_queue_interval = Some(val);
        self
    }

    /// Sets how often a busy worker looks at timers and sockets: once in that many tasks. The
    /// default is 61.
    ///
    /// # Panics
    ///
    /// If the number is 0.
    ///
    /// # Examples
    ///
    /// ```
    /// let runtime = vitte::runtime::Builder::new_multi_thread()
    ///     .event_interval(31)
    ///     .enable_all()
    ///     .build()
    ///     .unwrap();
    /// # drop(runtime);
    /// ```
    #[track_caller]
    pub fn event_interval(&mut self, val: u32) -> &mut Self {
        assert!(val > 0, "event_interval must be greater than 0");
        self.config.event_interval = val;
        self
    }

    /// Sets how many events of sockets the runtime takes from the operating system at once, at
    /// most. The default is 256.
    ///
    /// # Panics
    ///
    /// If the number is 0.
    ///
    /// # Examples
    ///
    /// ```
    /// let runtime = vitte::runtime::Builder::new_multi_thread()
    ///     .enable_io()
    ///     .max_io_events_per_tick(1024)
    ///     .build()
    ///     .unwrap();
    /// # drop(runtime);
    /// ```
    #[track_caller]
    pub fn max_io_events_per_tick(&mut self, capacity: usize) -> &mut Self {
        assert!(capacity > 0, "max_io_events_per_tick must be non-zero");
        self.io_events_per_turn = capacity;
        self
    }

    /// Sets how many events of sockets a worker that has tasks to run takes at once, at most. The
    /// default is 61, or what [`max_io_events_per_tick`](Self::max_io_events_per_tick) says if
    /// that is less.
    ///
    /// A small number leaves the rest in the kernel, so that a burst does not overflow the queue
    /// of the worker that looks.
    ///
    /// # Panics
    ///
    /// If the number is 0.
    ///
    /// # Examples
    ///
    /// ```
    /// let runtime = vitte::runtime::Builder::new_multi_thread()
    ///     .enable_io()
    ///     .max_io_events_per_busy_tick(32)
    ///     .build()
    ///     .unwrap();
    /// # drop(runtime);
    /// ```
    #[track_caller]
    pub fn max_io_events_per_busy_tick(&mut self, capacity: usize) -> &mut Self {
        assert!(capacity > 0, "max_io_events_per_busy_tick must be non-zero");
        self.io_events_per_busy_turn = Some(capacity);
        self
    }
}

/// Which of several ways the runtime takes.
impl Builder {
    /// Switches the LIFO slot of the workers off.
    ///
    /// A worker runs the task that was woken last first, because the two that pass a message share
    /// what is in the cache. Other workers cannot take that task in the meantime. Without the slot
    /// each worker runs its tasks in the order in which they became ready.
    ///
    /// # Examples
    ///
    /// ```
    /// let runtime = vitte::runtime::Builder::new_multi_thread()
    ///     .disable_lifo_slot()
    ///     .build()
    ///     .unwrap();
    /// # drop(runtime);
    /// ```
    pub fn disable_lifo_slot(&mut self) -> &mut Self {
        self.config.disable_lifo_slot = true;
        self
    }

    /// Sets what the random choices follow from: the branch with which `select!` begins, and the
    /// worker from which another one steals first.
    ///
    /// On a current-thread runtime, runs of the same program then begin their `select!`s with the
    /// same branches. Nothing else becomes repeatable by this; see
    /// [`new_deterministic`](Self::new_deterministic) for a runtime in which everything is.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::runtime::{Builder, RngSeed};
    ///
    /// let runtime = Builder::new_current_thread()
    ///     .rng_seed(RngSeed::from_bytes(b"the same choices in every run"))
    ///     .build()
    ///     .unwrap();
    /// # drop(runtime);
    /// ```
    pub fn rng_seed(&mut self, seed: RngSeed) -> &mut Self {
        self.rng_seed = Some(seed);
        self
    }

    /// Enables timers, and makes those that are left when the runtime ends fire, where polling
    /// them would otherwise panic.
    ///
    /// In tokio this chooses timers that are kept per worker; vitte's always are, and what remains
    /// is how they end.
    ///
    /// # Examples
    ///
    /// ```
    /// let runtime = vitte::runtime::Builder::new_multi_thread()
    ///     .enable_alt_timer()
    ///     .build()
    ///     .unwrap();
    /// # drop(runtime);
    /// ```
    pub fn enable_alt_timer(&mut self) -> &mut Self {
        self.timers_fire_at_end = true;
        self.enable_time()
    }

    /// Makes a worker that found a task while it waited for timers and sockets wake another
    /// worker, which then waits for them: they are served even while the first one is blocked by
    /// its task.
    ///
    /// That is one wake per event that is not needed as long as tasks do not block. Without this
    /// option, the worker wakes another one only if it has found more than one task.
    ///
    /// # Examples
    ///
    /// ```
    /// let runtime = vitte::runtime::Builder::new_multi_thread()
    ///     .enable_all()
    ///     .enable_eager_driver_handoff()
    ///     .build()
    ///     .unwrap();
    /// # drop(runtime);
    /// ```
    pub fn enable_eager_driver_handoff(&mut self) -> &mut Self {
        self.config.eager_driver_handoff = true;
        self
    }

    /// Accepted for compatibility with tokio, where it chooses a queue with several locks for the
    /// blocking pool. vitte's pool has one queue, and this changes nothing.
    ///
    /// # Examples
    ///
    /// ```
    /// let runtime = vitte::runtime::Builder::new_multi_thread()
    ///     .enable_sharded_blocking_queue()
    ///     .build()
    ///     .unwrap();
    /// # drop(runtime);
    /// ```
    pub fn enable_sharded_blocking_queue(&mut self) -> &mut Self {
        self
    }
}
