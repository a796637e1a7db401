//! Instrumentation: everything that vitte tells about itself goes through this module.
//!
//! Two kinds of it. [`waits`] is what a pending task waits for, for the deterministic mode. All
//! else is for subscribers of the crate `tracing`: the spans and events that tokio-console reads,
//! with tokio's targets, names and fields. They exist with the feature `tracing`, and are in `on`;
//! without it `off` puts types without size and functions without content in their place, so that
//! nothing else in vitte asks for the feature.
//!
//! What there is, from the top:
//!
//! - [`Origin`]: where something was spawned, and under which name;
//! - [`TaskSpan`]: the span `runtime.spawn` of a task, entered whenever its future is polled or
//!   dropped; it also wraps the waker, so that clones and wakes are told;
//! - [`Resource`]: the span `runtime.resource` of something that tasks wait for, and the changes
//!   of its state ([`Fact`]);
//! - [`Operation`]: the spans `runtime.resource.async_op` and `….poll` of one wait.
//!
//! Events run the subscriber's code, which may be anything and may panic: callers emit them where
//! they hold no lock, and where a panic leaves their own state whole.

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
