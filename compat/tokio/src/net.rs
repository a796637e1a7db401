//! Sockets: TCP, UDP, Unix domain sockets, named pipes, and name resolution.
//!
//! [`vitte::net`] says which of them is for what.

pub use vitte::net::*;
