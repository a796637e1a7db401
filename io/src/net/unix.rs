//! Unix sockets and pipes: the types that are seldom named.
//!
//! The sockets themselves ([`UnixStream`], [`UnixListener`], [`UnixDatagram`],
//! [`UnixSocket`](crate::net::UnixSocket)) are in [`net`](crate::net). Here are their addresses,
//! the halves of a stream, the [credentials](UCred) of a peer, and [`pipe`].

#[doc(hidden)]
pub mod datagram;
pub(crate) mod listener;
pub mod pipe;
pub(crate) mod socket;
mod socketaddr;
pub(crate) mod stream;
mod ucred;

pub use socketaddr::SocketAddr;
pub use stream::{OwnedReadHalf, OwnedWriteHalf, ReadHalf, ReuniteError, WriteHalf};
pub use ucred::UCred;

pub(crate) use datagram::socket::UnixDatagram;
pub(crate) use listener::UnixListener;
pub(crate) use stream::UnixStream;

/// A user's id.
#[allow(non_camel_case_types)]
pub type uid_t = u32;

/// A group's id.
#[allow(non_camel_case_types)]
pub type gid_t = u32;

/// A process's id.
#[allow(non_camel_case_types)]
pub type pid_t = i32;
