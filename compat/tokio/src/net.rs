//! Sockets: see `vitte::net`.

pub use vitte::net::*;
