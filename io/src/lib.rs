//! Everything that touches file descriptors: streams, sockets, files, processes and signals.
//!
//! [`io`] has the stream traits and utilities over them, `net`, `fs`, `process` and `signal` are
//! the public modules of these names, and `reactor` waits for readiness: a runtime's driver, which
//! the facade puts together, has one. `sys` is the only place that asks which system it is compiled
//! for. The features switch whole modules on.
//!
//! It is an implementation detail of the `vitte` crate: no stability is promised here.

pub mod addr;
#[cfg(feature = "fs")]
pub mod fs;
pub mod io;
#[cfg(feature = "net")]
pub mod net;
#[cfg(feature = "process")]
pub mod process;
#[cfg(feature = "reactor")]
#[cfg_attr(
    not(all(feature = "net", feature = "process")),
    allow(dead_code, unused_imports)
)]
pub mod reactor;
#[cfg(feature = "signal")]
#[cfg_attr(not(feature = "process"), allow(dead_code))]
pub mod signal;
#[cfg(feature = "reactor")]
#[cfg_attr(not(feature = "net"), allow(dead_code))]
mod sys;
#[cfg(feature = "reactor")]
pub use sys::processor;
#[cfg(all(test, feature = "net"))]
mod testing;
