//! Adapters between vitte and crates that are written for the futures ecosystem.
//!
//! vitte's own types implement the traits that tokio's do and no others, so that a program which
//! uses both sides never meets an ambiguous method. What is missing comes from here, as newtypes
//! that the program wraps around:
//!
//! - [`io`] adapts streams, from [`futures_io`]'s traits to vitte's and back.
//! - [`spawn`] implements [`futures_task::Spawn`] and [`LocalSpawn`](futures_task::LocalSpawn).
//! - `hyper` (feature `hyper`) implements what `hyper::rt` asks of a runtime.
//!
//! Everything here forwards; nothing has a thread, a buffer or a state of its own, save that a
//! seek in progress is remembered.

#[cfg(feature = "hyper")]
pub mod hyper;
pub mod io;
pub mod spawn;
#[cfg(test)]
mod tests;
