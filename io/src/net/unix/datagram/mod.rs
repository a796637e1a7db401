//! Holds [`UnixDatagram`](socket::UnixDatagram) at the path that tokio has it at.

pub mod socket;
