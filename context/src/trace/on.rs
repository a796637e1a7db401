//! The spans and events themselves; see the [parent module](super).
//!
//! Targets, names and fields are an interface that tokio-console and others read; they are those of
//! tokio 1.54.1.

mod operation;
mod resource;
mod task;
mod waker;

pub use operation::{Assigned, Operation, arrived, operation, polled, sleep_for, took_all};
pub use resource::{Ending, Resource, SemaphoreResources};
pub use task::{Origin, TaskKind, TaskSpan, root};
