//! `tokio::net`: TCP, UDP and unix sockets, pipes, and name resolution.
//!
//! Every type here holds a `Socket` (pipes a `Descriptor`),
//! which has the operations and the loops that wait; this module is the public face. Sockets are
//! registered with the runtime in whose context they are made, and may be used from any thread.

mod addr;
mod conversions;
mod datagram;
mod fill_buf;
mod lookup_host;
mod options;
mod readiness;
mod socket;
mod stream;
pub mod tcp;
#[cfg(test)]
mod tests;
mod udp;
pub mod unix;

pub use crate::addr::ToSocketAddrs;
pub use lookup_host::lookup_host;
pub use tcp::listener::TcpListener;
pub use tcp::socket::TcpSocket;
pub use tcp::stream::TcpStream;
#[doc(inline)]
pub use udp::UdpSocket;
pub use unix::datagram::socket::UnixDatagram;
pub use unix::listener::UnixListener;
pub use unix::socket::UnixSocket;
pub use unix::stream::UnixStream;
