//! The halves of a [`TcpStream`], which are seldom named.
//!
//! [`split`](crate::net::TcpStream::split) gives halves that borrow the stream and stay in one
//! task, [`into_split`](crate::net::TcpStream::into_split) gives halves that own it together and
//! may go to two tasks. The stream itself, the listener and the socket are in [`net`](crate::net).

pub(crate) mod listener;
pub(crate) mod socket;
pub(crate) mod stream;

pub use stream::{OwnedReadHalf, OwnedWriteHalf, ReadHalf, ReuniteError, WriteHalf};

pub(crate) use listener::TcpListener;
pub(crate) use stream::TcpStream;
