//! [`UnixStream`] and its halves.

use std::io;
use std::os::unix::net;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use socket2::Type;

use super::{SocketAddr, UCred};
use crate::io::{AsyncRead, AsyncWrite, Interest, ReadBuf, Ready};
use crate::net::fill_buf::{as_uninit, fill_buf};
use crate::net::socket::Socket;
use crate::net::stream::halves::{
    half_methods, read_half_methods, stream_halves, write_half_methods,
};
use crate::net::stream::{
    descriptor_traits, readiness_methods, std_conversions, stream_methods, write_to_socket,
};
use crate::reactor::Direction;

/// A connection between two processes of one host, or within one.
///
/// # Examples
///
/// ```no_run
/// # #[cfg(feature = "io-util")]
/// # async fn example() -> std::io::Result<()> {
/// use vitte_io::io::{AsyncReadExt, AsyncWriteExt};
/// use vitte_io::net::UnixStream;
///
/// let (mut a, mut b) = UnixStream::pair()?;
/// a.write_all(b"hello").await?;
/// let mut buf = [0; 5];
/// b.read_exact(&mut buf).await?;
/// # Ok(())
/// # }
/// ```
pub struct UnixStream {
    pub(super) socket: Socket,
}

descriptor_traits!(UnixStream);
std_conversions!(UnixStream, net::UnixStream);
readiness_methods!(UnixStream);
stream_methods!(UnixStream);
stream_halves!(UnixStream, SocketAddr);

impl UnixStream {
    /// Connects to the listener at a path; on Linux, a path that begins with a NUL is an abstract
    /// name.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub async fn connect<P>(path: P) -> io::Result<UnixStream>
    where
        P: AsRef<Path>,
    {
        let address = SocketAddr::at_path(path.as_ref())?;
        UnixStream::connect_addr(&address).await
    }

    /// Connects to the listener at an address.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub async fn connect_addr(socket_addr: &SocketAddr) -> io::Result<UnixStream> {
        let address = socket_addr.to_system()?;
        let socket = Socket::connect_unix(&address).await?;
        Ok(UnixStream { socket })
    }

    /// Two streams that are connected to each other.
    ///
    /// # Errors
    ///
    /// What the system says.
    ///
    /// # Panics
    ///
    /// Outside of a runtime with io.
    pub fn pair() -> io::Result<(UnixStream, UnixStream)> {
        let (a, b) = Socket::unix_pair(Type::STREAM)?;
        Ok((UnixStream { socket: a }, UnixStream { socket: b }))
    }

    /// The address of this end.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        SocketAddr::reported(self.socket.local_addr()?)
    }

    /// The address of the other end.
    ///
    /// # Errors
    ///
    /// When the stream is not connected any more.
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        SocketAddr::reported(self.socket.peer_addr()?)
    }

    /// Process, user and group of the other end.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn peer_cred(&self) -> io::Result<UCred> {
        UCred::of_peer(&self.socket)
    }
}
