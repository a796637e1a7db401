//! `tokio::signal`: waiting for signals.
//!
//! A registry per process catches signals and wakes listeners; it is driven by the reactors of
//! the runtimes in which somebody listens.

mod ctrl_c;
pub(crate) mod registry;
#[cfg(all(test, feature = "net"))]
mod tests;
pub mod unix;

pub use ctrl_c::ctrl_c;
