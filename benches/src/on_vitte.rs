//! The workloads over vitte.

pub use ::vitte as rt;

#[path = "workloads/mod.rs"]
#[allow(clippy::duplicate_mod, reason = "the same source over another runtime")]
mod workloads;

pub use workloads::subject;
