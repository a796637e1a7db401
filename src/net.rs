//! Sockets: TCP, UDP, Unix domain sockets, named pipes, and name resolution.
//!
//! | To | use |
//! |---|---|
//! | serve TCP | [`TcpListener`], which gives a [`TcpStream`] per connection |
//! | connect by TCP | [`TcpStream::connect`] |
//! | set options before binding or connecting | [`TcpSocket`], [`UnixSocket`] |
//! | send and receive datagrams | [`UdpSocket`], [`UnixDatagram`] |
//! | talk to a process on the same machine | [`UnixListener`], [`UnixStream`], [`unix::pipe`] |
//! | look up a name | [`lookup_host`]; functions that take [`ToSocketAddrs`] do it themselves |
//!
//! A socket belongs to the runtime in whose context it was made, which must have io enabled
//! (`enable_io` or `enable_all` of the builder; `#[vitte::main]` does it). It may be used from any
//! thread. When that runtime ends, operations on the socket return an error.
//!
//! To read and write at once, [`TcpStream::split`] lends the two halves to one task, and
//! [`TcpStream::into_split`] gives them to two.
//!
//! ```
//! use vitte::io::{AsyncReadExt, AsyncWriteExt};
//! use vitte::net::{TcpListener, TcpStream};
//!
//! # #[vitte::main]
//! # async fn main() -> std::io::Result<()> {
//! let listener = TcpListener::bind("127.0.0.1:0").await?;
//! let address = listener.local_addr()?;
//! vitte::spawn(async move {
//!     let (mut stream, _peer) = listener.accept().await?;
//!     stream.write_all(b"hello").await
//! });
//!
//! let mut text = String::new();
//! TcpStream::connect(address).await?.read_to_string(&mut text).await?;
//! assert_eq!(text, "hello");
//! # Ok(())
//! # }
//! ```
//!
#![cfg_attr(
    not(feature = "net"),
    doc = "[`TcpListener`]: crate#features\n[`TcpStream`]: crate#features\n\
           [`TcpStream::connect`]: crate#features\n[`TcpStream::split`]: crate#features\n\
           [`TcpStream::into_split`]: crate#features\n[`TcpSocket`]: crate#features\n\
           [`UnixSocket`]: crate#features\n[`UdpSocket`]: crate#features\n\
           [`UnixDatagram`]: crate#features\n[`UnixListener`]: crate#features\n\
           [`UnixStream`]: crate#features\n[`unix::pipe`]: crate#features\n\
           [`lookup_host`]: crate#features"
)]

#[cfg(not(feature = "net"))]
pub use vitte_io::addr::ToSocketAddrs;
#[cfg(feature = "net")]
pub use vitte_io::net::*;
