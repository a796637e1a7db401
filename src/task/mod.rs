//! Tasks: spawning, joining, aborting.
//!
//! A task is a future that the runtime polls on its own; it runs beside the code that spawned it,
//! and is joined through its [`JoinHandle`].

#[cfg(feature = "rt")]
mod spawn;

#[cfg(feature = "rt")]
pub use self::spawn::{block_in_place, spawn, spawn_blocking};
#[cfg(feature = "rt")]
pub use vitte_executor::task::{
    AbortHandle, Id, JoinError, JoinHandle, coop, id, try_id, yield_now,
};
