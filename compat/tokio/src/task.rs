//! Tasks: spawning, joining, aborting; and code that blocks.
//!
//! [`vitte::task`] says which way to spawn is for what.

#[cfg(feature = "rt")]
pub use vitte::task::{
    AbortHandle, Id, JoinError, JoinHandle, JoinSet, LocalEnterGuard, LocalKey, LocalSet, coop,
    futures, id, spawn, spawn_blocking, spawn_local, try_id, yield_now,
};
#[cfg(feature = "rt")]
#[doc(hidden)]
pub use vitte::task::{Unconstrained, consume_budget, unconstrained};

#[cfg(all(feature = "rt", feature = "tracing", tokio_unstable))]
pub use vitte::task::Builder;
#[cfg(all(feature = "rt", tokio_unstable))]
pub use vitte::task::join_set;

#[cfg(feature = "rt-multi-thread")]
pub use vitte::task::block_in_place;
