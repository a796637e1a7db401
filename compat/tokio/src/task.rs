//! Tasks: see `vitte::task`.

#[cfg(feature = "rt")]
pub use vitte::task::{
    AbortHandle, Id, JoinError, JoinHandle, JoinSet, LocalEnterGuard, LocalKey, LocalSet,
    Unconstrained, consume_budget, coop, futures, id, spawn, spawn_blocking, spawn_local, try_id,
    unconstrained, yield_now,
};

#[cfg(feature = "rt-multi-thread")]
pub use vitte::task::block_in_place;
