//! Instrumentation: everything that vitte reports about its tasks goes through this module.
//!
//! There are two kinds. [`waits`] records what a pending task waits for, for the deterministic
//! mode. The rest is for subscribers of the crate `tracing`: the spans and events that
//! tokio-console reads, with tokio's targets, names and fields. They exist with the feature
//! `tracing`, and are in `on`. Without it, `off` has types without size and functions without
//! content in their place, so that no other code in vitte depends on the feature.
//!
//! From the top:
//!
//! - [`Origin`]: where something was spawned, and under which name;
//! - [`TaskSpan`]: the span `runtime.spawn` of a task, entered whenever its future is polled or
//!   dropped; it also wraps the waker, so that clones and wakes
//!   are reported;
//! - [`Resource`]: the span `runtime.resource` of something that tasks wait for, and the changes
//!   of its state ([`Fact`]);
//! - [`Operation`]: the spans `runtime.resource.async_op` and `….poll` of one wait.
//!
//! Events run the subscriber's code, which may do anything and may panic: callers emit them where
//! they hold no lock, and where a panic leaves their own state consistent.

mod fact;
#[cfg(not(feature = "tracing"))]
mod off;
#[cfg(feature = "tracing")]
mod on;
mod waits;

#[cfg(not(feature = "tracing"))]
pub use off::*;
#[cfg(feature = "tracing")]
pub use on::*;

pub use fact::Fact;
pub use waits::{
    WaitKind, Waiting, put_waiting, record_waits, records_waits, take_waiting, waiting_on,
};
