//! Everything that touches file descriptors: streams, sockets, files, processes and signals.
//!
//! [`io`] has the traits and what is built on them; [`reactor`] waits for readiness and is driven
//! by the facade. The features switch whole modules.
//!
//! It is an implementation detail of the `vitte` crate: no stability is promised here.

#[cfg(feature = "fs")]
pub mod fs;
pub mod io;
#[cfg(feature = "net")]
pub mod net;
#[cfg(feature = "reactor")]
pub mod reactor;
#[cfg(feature = "reactor")]
mod sys;
#[cfg(all(test, feature = "net"))]
mod testing;
