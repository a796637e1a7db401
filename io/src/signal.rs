//! Waiting for signals.
//!
//! [`ctrl_c()`] waits for one interrupt; `unix::signal` listens to any signal, and repeatedly.
//!
//! Listening replaces the signal's default action in the whole process, for the rest of its life,
//! even after all listeners are dropped: once [`ctrl_c()`] has been polled, Ctrl-C no longer ends
//! the program by itself. Handlers that other code installed before are still called.
//!
//! A registry per process catches signals and wakes listeners; it is driven by the reactors of
//! the runtimes in which somebody listens.

mod ctrl_c;
pub(crate) mod registry;
#[cfg(all(test, feature = "net"))]
mod tests;
pub mod unix;

pub use ctrl_c::ctrl_c;
