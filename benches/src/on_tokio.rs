//! The workloads over the real tokio.

pub use ::tokio as rt;

#[path = "workloads/mod.rs"]
mod workloads;

pub use workloads::subject;
