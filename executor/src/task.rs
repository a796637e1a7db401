//! Tasks: what is spawned, joined, aborted and suspended.
//!
//! async-task supplies memory and the state machine; [`harness`] supplies the semantics, and
//! [`header`] is what a task knows about itself. [`owner`] and [`registry`] see to it that no
//! task outlives its runtime. [`join_set`] waits for many tasks at once.

mod abort;
pub mod coop;
mod error;
pub(crate) mod harness;
pub(crate) mod header;
pub(crate) mod hooks;
mod id;
mod join;
pub mod join_set;
pub mod large;
mod local_key;
mod output;
pub(crate) mod owner;
pub(crate) mod registry;
mod stage;
mod task_local;
mod yield_now;

pub use abort::AbortHandle;
pub use error::JoinError;
pub use hooks::{TaskCallback, TaskHooks, TaskMeta};
pub use id::{Id, id, try_id};
pub use join::JoinHandle;
pub use local_key::{AccessError, LocalKey, TaskLocalFuture};
pub use yield_now::yield_now;
