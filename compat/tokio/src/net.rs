//! Sockets: see `vitte::net`.

#[cfg(feature = "net")]
pub use vitte::net::*;
