//! [`UnixDatagram`]: making, connecting and sending; receiving comes from the macros that UDP
//! sockets use too.

use std::io;
use std::net::Shutdown;
use std::os::unix::net;
use std::path::Path;
use std::task::{Context, Poll, ready};

use socket2::{SockAddr, Type};

use crate::io::{Interest, ReadBuf, Ready};
use crate::net::conversions::{descriptor_traits, std_conversions};
use crate::net::datagram::datagram_methods;
use crate::net::fill_buf::{as_uninit, fill_buf, poll_into};
use crate::net::readiness::readiness_methods;
use crate::net::socket::Socket;
use crate::net::unix::SocketAddr;
use crate::reactor::Direction;

/// A unix datagram socket.
///
/// Datagrams arrive whole, in order, and are not lost: if the receiver's queue is full, the sender
/// waits.
///
/// # Examples
///
/// ```
/// use vitte::net::UnixDatagram;
///
/// # #[vitte::main]
/// # async fn main() -> std::io::Result<()> {
/// let (a, b) = UnixDatagram::pair()?;
/// a.send(b"hello").await?;
///
/// let mut buf = [0; 16];
/// let count = b.recv(&mut buf).await?;
/// assert_eq!(&buf[..count], b"hello");
/// # Ok(())
/// # }
/// ```
pub struct UnixDatagram {
    socket: Socket,
}

descriptor_traits!(UnixDatagram);
/// The lines of an example that make two connected sockets, one of which has sent something.
macro_rules! example_sockets {
    () => {
        r#"# let (socket, peer) = vitte::net::UnixDatagram::pair()?;
# peer.send(b"hello").await?;"#
    };
}

std_conversions!(
    UnixDatagram,
    net::UnixDatagram,
    "let (socket, _peer) = std::os::unix::net::UnixDatagram::pair()?;"
);
readiness_methods!(UnixDatagram, socket.try_recv.try_send, example_sockets!());
datagram_methods!(
    UnixDatagram,
    SocketAddr,
    SocketAddr::reported,
    receives when Interest::READABLE,
    example_sockets!()
);

impl UnixDatagram {
    /// Makes a socket at a path.
    ///
    /// # Errors
    ///
    /// `AddrInUse` if something exists at the path already (a socket that is closed leaves its file
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
    /// use vitte::net::UnixDatagram;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let path = std::env::temp_dir().join(format!("vitte-doc-{}", std::process::id()));
    /// let socket = UnixDatagram::bind(&path)?;
    /// assert_eq!(socket.local_addr()?.as_pathname(), Some(path.as_path()));
    /// # std::fs::remove_file(&path)?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn bind<P>(path: P) -> io::Result<UnixDatagram>
    where
        P: AsRef<Path>,
    {
        let address = SockAddr::unix(path)?;
        let socket = Socket::bind_unix_datagram(Some(&address))?;
        Ok(UnixDatagram { socket })
    }

    /// Makes two sockets that are connected to each other.
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
    /// use vitte::net::UnixDatagram;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// let (a, b) = UnixDatagram::pair()?;
    /// a.send(b"hello").await?;
    /// let mut buf = [0; 16];
    /// assert_eq!(b.recv(&mut buf).await?, 5);
    /// # Ok(())
    /// # }
    /// ```
    pub fn pair() -> io::Result<(UnixDatagram, UnixDatagram)> {
        let (a, b) = Socket::unix_pair(Type::DGRAM)?;
        Ok((UnixDatagram { socket: a }, UnixDatagram { socket: b }))
    }

    /// Makes a socket without an address: it can send, but nothing can answer it.
    ///
    /// # Errors
    ///
    /// What the system's `socket` reports: usually that the process or the system has too many open
    /// files (`EMFILE`, `ENFILE`).
    ///
    /// # Panics
    ///
    /// Outside of a runtime with I/O enabled.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::net::UnixDatagram;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let path = std::env::temp_dir().join(format!("vitte-doc-{}", std::process::id()));
    /// # let server = UnixDatagram::bind(&path)?;
    /// let socket = UnixDatagram::unbound()?;
    /// socket.send_to(b"hello", &path).await?;
    /// # std::fs::remove_file(&path)?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn unbound() -> io::Result<UnixDatagram> {
        let socket = Socket::bind_unix_datagram(None)?;
        Ok(UnixDatagram { socket })
    }

    pub(in crate::net::unix) fn from_socket(socket: Socket) -> Self {
        UnixDatagram { socket }
    }

    /// Sets the address that [`send`](Self::send) sends to, and the only one that is received from.
    ///
    /// # Errors
    ///
    /// `NotFound` if there is nothing at the path, `ConnectionRefused` if nothing listens there any
    /// more, `PermissionDenied` if the process may not write to the file, `InvalidInput` if the
    /// path is too long (107 bytes on Linux).
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::net::UnixDatagram;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let path = std::env::temp_dir().join(format!("vitte-doc-{}", std::process::id()));
    /// let server = UnixDatagram::bind(&path)?;
    /// let client = UnixDatagram::unbound()?;
    /// client.connect(&path)?;
    /// client.send(b"hello").await?;
    ///
    /// let mut buf = [0; 16];
    /// assert_eq!(server.recv(&mut buf).await?, 5);
    /// # std::fs::remove_file(&path)?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn connect<P: AsRef<Path>>(&self, path: P) -> io::Result<()> {
        self.socket.connect_datagrams(&SockAddr::unix(path)?)
    }

    /// Sends a datagram to the socket at a path, and waits until there is room in its queue.
    /// Returns the length of `buf`: a datagram is sent as a whole.
    ///
    /// # Errors
    ///
    /// `NotFound` if there is nothing at the path, `ConnectionRefused` if the socket there is
    /// closed, `EMSGSIZE` if the datagram is too long, `InvalidInput` if the path is too long (107
    /// bytes on Linux). Also fails once the runtime shuts down.
    ///
    /// # Cancel safety
    ///
    /// This method is cancel safe. If the future is dropped before it is ready, nothing was sent.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::net::UnixDatagram;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let path = std::env::temp_dir().join(format!("vitte-doc-{}", std::process::id()));
    /// let server = UnixDatagram::bind(&path)?;
    /// let client = UnixDatagram::unbound()?;
    /// client.send_to(b"hello", &path).await?;
    ///
    /// let mut buf = [0; 16];
    /// let (count, sender) = server.recv_from(&mut buf).await?;
    /// assert_eq!(count, 5);
    /// assert!(sender.is_unnamed());
    /// # std::fs::remove_file(&path)?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn send_to<P>(&self, buf: &[u8], target: P) -> io::Result<usize>
    where
        P: AsRef<Path>,
    {
        let target = SockAddr::unix(target)?;
        self.async_io(Interest::WRITABLE, || self.socket.send_to(buf, &target))
            .await
    }

    /// Polls to send a datagram to the socket at a path. Only the task that called this last is
    /// woken.
    ///
    /// # Errors
    ///
    /// See [`send_to`](Self::send_to).
    ///
    /// # Examples
    ///
    /// ```
    /// use std::future::poll_fn;
    /// use vitte::net::UnixDatagram;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let path = std::env::temp_dir().join(format!("vitte-doc-{}", std::process::id()));
    /// # let server = UnixDatagram::bind(&path)?;
    /// let client = UnixDatagram::unbound()?;
    /// poll_fn(|cx| client.poll_send_to(cx, b"hello", &path)).await?;
    /// # std::fs::remove_file(&path)?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn poll_send_to<P>(
        &self,
        cx: &mut Context<'_>,
        buf: &[u8],
        target: P,
    ) -> Poll<io::Result<usize>>
    where
        P: AsRef<Path>,
    {
        let target = SockAddr::unix(target)?;
        let source = self.socket.source();
        source.poll_io(cx, Direction::Write, || self.socket.send_to(buf, &target))
    }

    /// Sends a datagram to the socket at a path without waiting.
    ///
    /// # Errors
    ///
    /// `WouldBlock` if the queue is full; otherwise see [`send_to`](Self::send_to).
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::net::UnixDatagram;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let path = std::env::temp_dir().join(format!("vitte-doc-{}", std::process::id()));
    /// # let server = UnixDatagram::bind(&path)?;
    /// let client = UnixDatagram::unbound()?;
    /// client.writable().await?;
    /// assert_eq!(client.try_send_to(b"hello", &path)?, 5);
    /// # std::fs::remove_file(&path)?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn try_send_to<P>(&self, buf: &[u8], target: P) -> io::Result<usize>
    where
        P: AsRef<Path>,
    {
        let target = SockAddr::unix(target)?;
        self.try_io(Interest::WRITABLE, || self.socket.send_to(buf, &target))
    }

    /// The address of this socket; unnamed if it was not bound.
    ///
    /// # Errors
    ///
    /// What the system's `getsockname` reports; it does not fail for an open socket.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::net::UnixDatagram;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// let socket = UnixDatagram::unbound()?;
    /// assert!(socket.local_addr()?.is_unnamed());
    /// # Ok(())
    /// # }
    /// ```
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        SocketAddr::reported(self.socket.local_addr()?)
    }

    /// The address that the socket is connected to.
    ///
    /// # Errors
    ///
    /// `NotConnected` if the socket is not connected.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::net::UnixDatagram;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let path = std::env::temp_dir().join(format!("vitte-doc-{}", std::process::id()));
    /// # let server = UnixDatagram::bind(&path)?;
    /// let client = UnixDatagram::unbound()?;
    /// client.connect(&path)?;
    /// assert_eq!(client.peer_addr()?.as_pathname(), Some(path.as_path()));
    /// # std::fs::remove_file(&path)?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        SocketAddr::reported(self.socket.peer_addr()?)
    }

    /// Closes the receiving or the sending direction, or both.
    ///
    /// # Errors
    ///
    /// What the system's `shutdown` reports.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::net::Shutdown;
    /// use vitte::net::UnixDatagram;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// let (a, b) = UnixDatagram::pair()?;
    /// a.shutdown(Shutdown::Write)?;
    /// assert!(a.send(b"hello").await.is_err());
    /// # Ok(())
    /// # }
    /// ```
    pub fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        self.socket.shutdown(how)
    }
}
