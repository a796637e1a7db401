//! Empty for users: it exists because tokio has a module of this name. The type is
//! [`UnixDatagram`](crate::net::UnixDatagram).

pub(crate) mod socket;
