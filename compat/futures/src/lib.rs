//! Adapters between vitte and crates that are written for the futures ecosystem.
//!
//! vitte's own types implement the same traits as tokio's and no others, so that a program that
//! uses both sides never meets an ambiguous method. The other traits are implemented here, by
//! newtypes that the program wraps around vitte's types:
//!
//! - [`io`] adapts streams, from [`futures_io`]'s traits to vitte's and back.
//! - [`spawn`] implements [`futures_task::Spawn`] and [`LocalSpawn`](futures_task::LocalSpawn).
//! - `hyper` (feature `hyper`) implements what `hyper::rt` asks of a runtime.
//!
//! Everything here forwards calls. Nothing has a thread, a buffer or a state of its own, except
//! that a seek in progress is remembered.

#[cfg(feature = "hyper")]
pub mod hyper;
pub mod io;
pub mod spawn;
#[cfg(test)]
mod tests;
