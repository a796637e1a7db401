//! Tasks: what is spawned, joined, aborted and suspended.
//!
//! async-task supplies memory and the state machine; [`harness`] supplies the semantics, and
//! [`header`] is what a task knows about itself. [`owner`] and [`registry`] see to it that no
//! task outlives its runtime. [`join_set`] waits for many tasks at once.
//!
//! Nothing here knows who runs a task. Whoever makes one (a scheduler, a `LocalSet`, the blocking
//! pool) hands in the function that queues it, and embeds the [`Owner`](owner::Owner) of its tasks;
//! the tests have a maker of their own.
//!
//! # The states of a task
//!
//! ```text
//!      1              2                    3
//!   ──────► queued ───────► being polled ──────► suspended
//!           ▲    ▲            │     │                │
//!           │    └─────4──────┘     │6               │
//!           │                       ▼                │
//!           │                   complete             │
//!           └───────────────────5────────────────────┘
//! ```
//!
//! 1. It is made by [`harness::new_task`], and its maker queues it. If the owner is closed, nothing
//!    would run it, and [`harness::cancel_now`] ends it in its only poll.
//! 2. Whoever takes it out of the queue calls `Task::run`, and async-task polls the harness
//!    (`Harness::poll`).
//! 3. The future is pending (`Harness::suspend`). The first time, `Registry::insert` keeps a waker
//!    of the task, until the task is complete.
//! 4. The same, and the task was woken during the poll: after it, async-task calls the maker's
//!    function, which queues the task.
//! 5. A waker is called, and async-task calls the maker's function (`scheduler::schedule`,
//!    `local_set::queue::schedule`) on the thread that wakes.
//! 6. The future is ready, panicked or was cancelled, and is dropped: `Harness::leave` reports the
//!    end to the owner, and `Owner::complete` takes the task out of the registry. async-task keeps
//!    the output for the [`JoinHandle`].
//!
//! An abort is not a step of its own: it sets a flag (`Stage::abort`) and wakes the task (5), whose
//! next poll then drops the future (`Harness::cancel`, 6). Neither is the end of a runtime: the
//! owner is closed (`Owner::close`), so that each poll ends its task, and `Registry::sweep` wakes
//! all that are suspended. A blocking job goes 1, 2, 6.

mod abort;
pub mod coop;
mod error;
pub(crate) mod harness;
pub(crate) mod header;
mod hooks;
mod id;
mod join;
pub mod join_set;
pub mod large;
pub(crate) mod listeners;
mod local_key;
mod output;
pub(crate) mod owner;
pub(crate) mod registry;
mod stage;
mod task_local;
#[cfg(all(test, not(vitte_loom)))]
mod tests;
mod yield_now;

pub use abort::AbortHandle;
pub use error::JoinError;
pub use hooks::{TaskCallback, TaskHooks, TaskMeta};
pub use id::{Id, id, try_id};
pub use join::JoinHandle;
pub use local_key::{AccessError, LocalKey, TaskLocalFuture};
pub use yield_now::yield_now;
