//! Sockets: see `vitte::net`.
