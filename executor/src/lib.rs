//! vitte's executor: runs tasks, and knows no timer and no file descriptor.
//!
//! - `worker`: the loop that runs tasks on a multi-thread runtime. Read it first.
//! - [`task`]: what is spawned, joined and aborted.
//! - `scheduler`: the flavors, and what they have in common; how tasks come in, and how a runtime
//!   ends.
//! - `polling`: what is done around one poll, in all flavors.
//! - `events`: what happens to tasks and workers, and what reads it.
//! - `queue`, `idle`: the rings and the injector; when a worker sleeps, and when one is woken.
//! - `sentinel`: what happens to the tasks behind a poll that does not end.
//! - [`local_set`]: sets of tasks that stay on one thread.
//! - [`blocking`]: the pool for code that blocks.
//! - [`driver`]: the interface of what idle threads wait in.
//!
//! It is an implementation detail of the `vitte` crate: no stability is promised here.

mod block_in_place;
pub mod blocking;
pub mod config;
pub mod driver;
mod events;
mod idle;
pub mod local_set;
pub mod metrics;
mod polling;
mod queue;
mod scheduler;
mod sentinel;
pub mod task;
mod worker;

pub use block_in_place::block_in_place;
pub use config::Config;
pub use scheduler::{Flavor, Labels, Scheduler};
