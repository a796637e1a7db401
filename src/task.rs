//! Tasks: spawning, joining, aborting.
//!
//! A task is a future that the runtime polls on its own; it runs beside the code that spawned it,
//! and is joined through its [`JoinHandle`].

#[cfg(feature = "rt")]
mod builder;
#[cfg(feature = "rt")]
pub mod join_set;
#[cfg(feature = "rt")]
mod join_set_builder;
#[cfg(feature = "rt")]
mod local_set;
#[cfg(feature = "rt")]
mod spawn;

#[cfg(feature = "rt")]
pub use self::builder::Builder;
#[cfg(feature = "rt")]
pub use self::join_set::JoinSet;
#[cfg(feature = "rt")]
pub use self::local_set::LocalSet;
#[cfg(feature = "rt")]
pub use self::spawn::{block_in_place, spawn, spawn_blocking};
#[cfg(feature = "rt")]
pub use vitte_executor::local_set::{LocalEnterGuard, spawn_local};
#[cfg(feature = "rt")]
#[doc(hidden)]
pub use vitte_executor::task::coop::{Unconstrained, consume_budget, unconstrained};
#[cfg(feature = "rt")]
pub use vitte_executor::task::{
    AbortHandle, Id, JoinError, JoinHandle, LocalKey, coop, id, try_id, yield_now,
};

/// The futures behind this module's functions.
#[cfg(feature = "rt")]
pub mod futures {
    pub use vitte_executor::task::TaskLocalFuture;
}
