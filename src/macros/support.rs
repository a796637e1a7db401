//! What the macros expand to. It is public because expansions in users' code name it, and is not
//! meant for any other use.

#[cfg(all(feature = "macros", feature = "rt"))]
mod entry;
#[cfg(feature = "macros")]
mod maybe_done;
#[cfg(feature = "macros")]
mod order;
#[cfg(feature = "macros")]
mod outputs;
#[cfg(all(feature = "macros", feature = "rt"))]
mod schedules;

/// The version of vitte.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

pub use std::future::{Future, IntoFuture, poll_fn};
pub use std::pin::{Pin, pin};
pub use std::result::Result;
pub use std::task::{Poll, ready};

pub use vitte_context::coop::poll_budget_available;

#[cfg(all(feature = "macros", feature = "rt"))]
pub use entry::{Flavor, RuntimeConfig, TestConfig, run_main, run_test, run_test_once};
#[cfg(feature = "macros")]
pub use maybe_done::{MaybeDone, maybe_done};
#[cfg(feature = "macros")]
pub use order::{
    BranchSet, Branches, InOrder, Rotating, start_at_random, start_in_order, thread_rng_n,
};
#[cfg(feature = "macros")]
pub use outputs::*;
#[cfg(all(feature = "macros", feature = "rt"))]
pub use schedules::Schedules;
