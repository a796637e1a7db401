//! TCP: what belongs to a `TcpStream` but is named rarely.

pub(crate) mod listener;
pub(crate) mod socket;
pub(crate) mod stream;

pub use stream::{OwnedReadHalf, OwnedWriteHalf, ReadHalf, ReuniteError, WriteHalf};

pub(crate) use listener::TcpListener;
pub(crate) use stream::TcpStream;
