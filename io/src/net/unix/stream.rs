//! [`UnixStream`], and the types of its halves.
//!
//! Most of it comes from the macros that TCP streams use too; here is what only unix streams have:
//! their addresses, pairs, and the credentials of the peer.

use std::io;
use std::os::unix::net;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use socket2::Type;

use super::{SocketAddr, UCred};
use crate::io::{AsyncRead, AsyncWrite, Interest, ReadBuf, Ready};
use crate::net::conversions::{descriptor_traits, std_conversions};
use crate::net::fill_buf::{as_uninit, fill_buf};
use crate::net::readiness::readiness_methods;
use crate::net::socket::Socket;
use crate::net::stream::halves::methods::{half_methods, read_half_methods, write_half_methods};
use crate::net::stream::halves::stream_halves;
use crate::net::stream::{stream_methods, write_to_socket};
use crate::reactor::Direction;

/// A connection between two processes of one host, or within one.
///
/// Reading and writing go through [`AsyncRead`] and [`AsyncWrite`], whose methods are in
/// `AsyncReadExt` and `AsyncWriteExt`. Dropping the stream closes it in both directions;
/// `AsyncWriteExt::shutdown` closes the writing side alone.
///
/// # Examples
///
/// ```
/// use vitte::io::{AsyncReadExt, AsyncWriteExt};
/// use vitte::net::UnixStream;
///
/// # #[vitte::main]
/// # async fn main() -> std::io::Result<()> {
/// let (mut a, mut b) = UnixStream::pair()?;
/// a.write_all(b"hello").await?;
/// a.shutdown().await?;
///
/// let mut text = String::new();
/// b.read_to_string(&mut text).await?;
/// assert_eq!(text, "hello");
/// # Ok(())
/// # }
/// ```
pub struct UnixStream {
    pub(super) socket: Socket,
}

descriptor_traits!(UnixStream);
/// The lines of an example that make two connected streams, one of which has sent something.
macro_rules! example_streams {
    () => {
        r#"# let (mut stream, mut peer) = vitte::net::UnixStream::pair()?;
# peer.writable().await?;
# peer.try_write(b"hello")?;"#
    };
}

std_conversions!(
    UnixStream,
    net::UnixStream,
    "let (socket, _peer) = std::os::unix::net::UnixStream::pair()?;"
);
readiness_methods!(UnixStream, stream.try_read.try_write, example_streams!());
stream_methods!(UnixStream, example_streams!());
stream_halves!(UnixStream, SocketAddr, example_streams!());

impl UnixStream {
    /// Connects to the listener at a path. On Linux, a path that begins with a NUL is an abstract
    /// name.
    ///
    /// # Errors
    ///
    /// `NotFound` if there is nothing at the path, `ConnectionRefused` if nothing listens there any
    /// more, `PermissionDenied` if the process may not write to the file, `InvalidInput` if the
    /// path is too long (107 bytes on Linux).
    ///
    /// # Panics
    ///
    /// Outside of a runtime with I/O enabled.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped before it is ready, the attempt is given up: the socket is closed.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::net::{UnixListener, UnixStream};
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let path = std::env::temp_dir().join(format!("vitte-doc-{}", std::process::id()));
    /// # let listener = UnixListener::bind(&path)?;
    /// let stream = UnixStream::connect(&path).await?;
    /// assert_eq!(stream.peer_addr()?.as_pathname(), Some(path.as_path()));
    /// # std::fs::remove_file(&path)?;
    /// # Ok(())
    /// # }
    /// ```
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
    /// See [`connect`](Self::connect).
    ///
    /// # Panics
    ///
    /// Outside of a runtime with I/O enabled.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped before it is ready, the attempt is given up: the socket is closed.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::net::{UnixListener, UnixStream};
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let path = std::env::temp_dir().join(format!("vitte-doc-{}", std::process::id()));
    /// let listener = UnixListener::bind(&path)?;
    /// let stream = UnixStream::connect_addr(&listener.local_addr()?).await?;
    /// # std::fs::remove_file(&path)?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn connect_addr(socket_addr: &SocketAddr) -> io::Result<UnixStream> {
        let address = socket_addr.to_system()?;
        let socket = Socket::connect_unix(&address).await?;
        Ok(UnixStream { socket })
    }

    /// Makes two streams that are connected to each other.
    ///
    /// # Errors
    ///
    /// What the system's `socketpair` reports: usually that the process or the system has too many
    /// open files (`EMFILE`, `ENFILE`).
    ///
    /// # Panics
    ///
    /// Outside of a runtime with I/O enabled.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::net::UnixStream;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// let (a, b) = UnixStream::pair()?;
    /// a.try_write(b"hello")?;
    /// b.readable().await?;
    /// let mut buf = [0; 16];
    /// assert_eq!(b.try_read(&mut buf)?, 5);
    /// # Ok(())
    /// # }
    /// ```
    pub fn pair() -> io::Result<(UnixStream, UnixStream)> {
        let (a, b) = Socket::unix_pair(Type::STREAM)?;
        Ok((UnixStream { socket: a }, UnixStream { socket: b }))
    }

    /// The address of this end; unnamed if the socket was not bound.
    ///
    /// # Errors
    ///
    /// What the system's `getsockname` reports; it does not fail for an open socket.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::net::UnixStream;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// let (a, _b) = UnixStream::pair()?;
    /// assert!(a.local_addr()?.is_unnamed());
    /// # Ok(())
    /// # }
    /// ```
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        SocketAddr::reported(self.socket.local_addr()?)
    }

    /// The address of the other end; unnamed if that socket was not bound.
    ///
    /// # Errors
    ///
    /// What the system's `getpeername` reports: `NotConnected` if the stream is not connected.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::net::UnixStream;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// let (a, _b) = UnixStream::pair()?;
    /// assert!(a.peer_addr()?.is_unnamed());
    /// # Ok(())
    /// # }
    /// ```
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        SocketAddr::reported(self.socket.peer_addr()?)
    }

    /// The process, user and group at the other end, as they were when the stream was connected.
    ///
    /// # Errors
    ///
    /// What the system's `getsockopt` reports; it does not fail for a connected stream.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::net::UnixStream;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// let (a, _b) = UnixStream::pair()?;
    /// let peer = a.peer_cred()?;
    /// println!("user {}, group {}, process {:?}", peer.uid(), peer.gid(), peer.pid());
    /// # Ok(())
    /// # }
    /// ```
    pub fn peer_cred(&self) -> io::Result<UCred> {
        UCred::of_peer(&self.socket)
    }
}
