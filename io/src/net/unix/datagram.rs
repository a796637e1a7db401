//! A module that tokio has, too, with nothing in it that others see; the type is
//! [`UnixDatagram`](crate::net::UnixDatagram).

pub(crate) mod socket;
