//! [`UnixListener`]: accepting connections at a path.
//!
//! Any number of tasks may accept from one listener at once, on any thread. It does not remove the
//! file when it is dropped.

use std::io;
use std::os::unix::net;
use std::path::Path;
use std::task::{Context, Poll, ready};

use socket2::SockAddr;

use super::{SocketAddr, UnixStream};
use crate::io::Interest;
use crate::net::conversions::{descriptor_traits, std_conversions};
use crate::net::socket::Socket;
use crate::reactor::Direction;

/// A socket that waits for connections at a path.
///
/// Dropping it closes it and leaves the file behind; remove the file before listening at the same
/// path again.
///
/// # Examples
///
/// ```
/// use vitte::io::{AsyncReadExt, AsyncWriteExt};
/// use vitte::net::{UnixListener, UnixStream};
///
/// # #[vitte::main]
/// # async fn main() -> std::io::Result<()> {
/// # let path = std::env::temp_dir().join(format!("vitte-doc-{}", std::process::id()));
/// let listener = UnixListener::bind(&path)?;
/// let mut client = UnixStream::connect(&path).await?;
/// let (mut server, _) = listener.accept().await?;
///
/// client.write_all(b"hello").await?;
/// let mut buf = [0; 5];
/// server.read_exact(&mut buf).await?;
/// assert_eq!(&buf, b"hello");
/// # std::fs::remove_file(&path)?;
/// # Ok(())
/// # }
/// ```
pub struct UnixListener {
    socket: Socket,
}

descriptor_traits!(UnixListener);
std_conversions!(
    UnixListener,
    net::UnixListener,
    r#"# let path = std::env::temp_dir().join(format!("vitte-doc-{}", std::process::id()));
let socket = std::os::unix::net::UnixListener::bind(&path)?;
# std::fs::remove_file(&path)?;"#
);

impl UnixListener {
    /// Listens at a path. On Linux, a path that begins with a NUL is an abstract name, which needs
    /// no file.
    ///
    /// # Errors
    ///
    /// `AddrInUse` if something exists at the path already (a listener that ended leaves its file
    /// behind), `NotFound` if there is no such directory, `PermissionDenied` if the process may not
    /// write there, `InvalidInput` if the path is too long (107 bytes on Linux).
    ///
    /// # Panics
    ///
    /// Outside of a runtime with I/O enabled.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::net::UnixListener;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let path = std::env::temp_dir().join(format!("vitte-doc-{}", std::process::id()));
    /// let listener = UnixListener::bind(&path)?;
    /// assert_eq!(listener.local_addr()?.as_pathname(), Some(path.as_path()));
    /// # std::fs::remove_file(&path)?;
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    pub fn bind<P>(path: P) -> io::Result<UnixListener>
    where
        P: AsRef<Path>,
    {
        let address = SocketAddr::at_path(path.as_ref())?;
        UnixListener::bind_addr(&address)
    }

    /// Listens at an address.
    ///
    /// # Errors
    ///
    /// See [`bind`](Self::bind).
    ///
    /// # Panics
    ///
    /// Outside of a runtime with I/O enabled.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::os::unix::net::SocketAddr;
    /// use vitte::net::UnixListener;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let path = std::env::temp_dir().join(format!("vitte-doc-{}", std::process::id()));
    /// let address = SocketAddr::from_pathname(&path)?;
    /// let listener = UnixListener::bind_addr(&address.into())?;
    /// # std::fs::remove_file(&path)?;
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    pub fn bind_addr(socket_addr: &SocketAddr) -> io::Result<UnixListener> {
        let socket = Socket::listen_unix(&socket_addr.to_system()?)?;
        Ok(UnixListener { socket })
    }

    pub(super) fn from_socket(socket: Socket) -> Self {
        UnixListener { socket }
    }

    /// The address at which the socket listens.
    ///
    /// # Errors
    ///
    /// What the system's `getsockname` reports; it does not fail for an open socket.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::net::UnixListener;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let path = std::env::temp_dir().join(format!("vitte-doc-{}", std::process::id()));
    /// let listener = UnixListener::bind(&path)?;
    /// assert_eq!(listener.local_addr()?.as_pathname(), Some(path.as_path()));
    /// # std::fs::remove_file(&path)?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        SocketAddr::reported(self.socket.local_addr()?)
    }

    /// Waits for a connection and returns it with the address of its other end, which usually has
    /// no name.
    ///
    /// # Errors
    ///
    /// What the system's `accept` reports: usually that the process or the system has too many open
    /// files (`EMFILE`, `ENFILE`). The listener can still be used after that. Also fails once the
    /// runtime shuts down.
    ///
    /// # Cancel safety
    ///
    /// This method is cancel safe. If the future is dropped before it is ready, no connection was
    /// accepted: the next one goes to another call.
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
    /// let client = UnixStream::connect(&path).await?;
    ///
    /// let (stream, peer) = listener.accept().await?;
    /// assert!(peer.is_unnamed());
    /// println!("connected by {:?}", stream.peer_cred()?);
    /// # std::fs::remove_file(&path)?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn accept(&self) -> io::Result<(UnixStream, SocketAddr)> {
        let source = self.socket.source();
        let accepted = source
            .async_io(Interest::READABLE, || self.socket.accept())
            .await?;
        connection(accepted)
    }

    /// Polls for a connection. Only the task that called this last is woken.
    ///
    /// # Errors
    ///
    /// See [`accept`](Self::accept).
    ///
    /// # Examples
    ///
    /// ```
    /// use std::future::poll_fn;
    /// use vitte::net::{UnixListener, UnixStream};
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let path = std::env::temp_dir().join(format!("vitte-doc-{}", std::process::id()));
    /// let listener = UnixListener::bind(&path)?;
    /// let client = UnixStream::connect(&path).await?;
    /// let (stream, _) = poll_fn(|cx| listener.poll_accept(cx)).await?;
    /// # std::fs::remove_file(&path)?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn poll_accept(&self, cx: &mut Context<'_>) -> Poll<io::Result<(UnixStream, SocketAddr)>> {
        let source = self.socket.source();
        let accepted = ready!(source.poll_io(cx, Direction::Read, || self.socket.accept()))?;
        Poll::Ready(connection(accepted))
    }
}

fn connection((socket, peer): (Socket, SockAddr)) -> io::Result<(UnixStream, SocketAddr)> {
    Ok((UnixStream { socket }, SocketAddr::reported(peer)?))
}
