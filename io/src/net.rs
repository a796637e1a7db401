//! TCP, UDP and unix sockets, pipes, and name resolution: the public face, as `tokio::net`.
//!
//! Every socket type here holds a `Socket`, which has the operations (pipes hold a `Descriptor`);
//! what waits for readiness is the reactor's `Source`. The types add addresses, the stream traits
//! and the conversions from and to the standard library. Types that have methods in common get them
//! from macros (`conversions`, `readiness`, `options`, `stream`, `datagram`), because tokio's types
//! are plain ones.
//!
//! A socket is registered with the runtime in whose context it is made, and may be used from any
//! thread. Nothing here knows a selector or a system call.

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
