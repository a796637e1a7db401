//! [`TcpSocket`]: a TCP socket before it is connected or listens.
//!
//! It is not registered with a reactor, and needs no runtime until it connects or listens.

mod options;

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, IntoRawFd, RawFd};

use socket2::Domain;

use super::{TcpListener, TcpStream};
use crate::net::addr::ip_address;
use crate::net::socket::Unregistered;

/// A TCP socket that is neither connected nor listening yet, so that options can be set first.
///
/// [`connect`](Self::connect) turns it into a [`TcpStream`](super::TcpStream),
/// [`listen`](Self::listen) into a [`TcpListener`](super::TcpListener). Without options to set, use
/// `TcpStream::connect` and `TcpListener::bind`, which make the socket themselves.
///
/// # Examples
///
/// Several listeners that share a port, so that the system spreads the connections over them:
///
/// ```
/// use vitte::net::TcpSocket;
///
/// # #[vitte::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let socket = TcpSocket::new_v4()?;
/// socket.set_reuseport(true)?;
/// socket.bind("127.0.0.1:0".parse()?)?;
/// let first = socket.listen(1024)?;
///
/// let socket = TcpSocket::new_v4()?;
/// socket.set_reuseport(true)?;
/// socket.bind(first.local_addr()?)?;
/// let second = socket.listen(1024)?;
/// # Ok(())
/// # }
/// ```
pub struct TcpSocket {
    socket: Unregistered,
}

impl TcpSocket {
    /// Makes a socket for IPv4.
    ///
    /// # Errors
    ///
    /// What the system's `socket` reports: usually that the process or the system has too many open
    /// files (`EMFILE`, `ENFILE`).
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::net::{TcpListener, TcpSocket};
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let listener = TcpListener::bind("127.0.0.1:0").await?;
    /// # let address = listener.local_addr()?;
    /// let socket = TcpSocket::new_v4()?;
    /// socket.set_nodelay(true)?;
    /// let stream = socket.connect(address).await?;
    /// assert!(stream.nodelay()?);
    /// # Ok(())
    /// # }
    /// ```
    pub fn new_v4() -> io::Result<TcpSocket> {
        TcpSocket::new(Domain::IPV4)
    }

    /// Makes a socket for IPv6. It can talk IPv4 as well, unless the system says otherwise
    /// (`net.ipv6.bindv6only` on Linux).
    ///
    /// # Errors
    ///
    /// See [`new_v4`](Self::new_v4); `EAFNOSUPPORT` if the system has no IPv6.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use vitte::net::TcpSocket;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let socket = TcpSocket::new_v6()?;
    /// socket.bind("[::1]:8080".parse()?)?;
    /// let listener = socket.listen(1024)?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn new_v6() -> io::Result<TcpSocket> {
        TcpSocket::new(Domain::IPV6)
    }

    fn new(domain: Domain) -> io::Result<TcpSocket> {
        let socket = Unregistered::tcp(domain)?;
        Ok(TcpSocket { socket })
    }

    /// Takes over a stream of the standard library, usually one that is not connected yet and was
    /// made by another crate. It must be in non-blocking mode.
    ///
    /// # Examples
    ///
    /// ```
    /// use socket2::{Domain, Socket, Type};
    /// use vitte::net::{TcpListener, TcpSocket};
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let listener = TcpListener::bind("127.0.0.1:0").await?;
    /// # let address = listener.local_addr()?;
    /// let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    /// socket.set_nonblocking(true)?;
    ///
    /// let socket = TcpSocket::from_std_stream(socket.into());
    /// let stream = socket.connect(address).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn from_std_stream(std_stream: std::net::TcpStream) -> TcpSocket {
        TcpSocket {
            socket: Unregistered::from_fd(std_stream.into()),
        }
    }

    /// The address that the socket is bound to; before [`bind`](Self::bind), the unspecified
    /// address with port 0.
    ///
    /// # Errors
    ///
    /// What the system's `getsockname` reports; it does not fail for an open socket.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::net::TcpSocket;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let socket = TcpSocket::new_v4()?;
    /// socket.bind("127.0.0.1:0".parse()?)?;
    /// assert_ne!(socket.local_addr()?.port(), 0);
    /// # Ok(())
    /// # }
    /// ```
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        ip_address(&self.socket.local_addr()?)
    }

    /// Gives the socket an address of this host, to listen at or to connect from; port 0 takes any
    /// free port.
    ///
    /// # Errors
    ///
    /// `AddrInUse` if another socket has the address, `PermissionDenied` for a port below 1024
    /// without the right to it, `AddrNotAvailable` if the address is not one of this host,
    /// `InvalidInput` if the socket is bound already.
    ///
    /// # Examples
    ///
    /// Connecting from a certain address:
    ///
    /// ```
    /// use vitte::net::{TcpListener, TcpSocket};
    ///
    /// # #[vitte::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let listener = TcpListener::bind("127.0.0.1:0").await?;
    /// # let address = listener.local_addr()?;
    /// let socket = TcpSocket::new_v4()?;
    /// socket.bind("127.0.0.1:0".parse()?)?;
    /// let local = socket.local_addr()?;
    ///
    /// let stream = socket.connect(address).await?;
    /// assert_eq!(stream.local_addr()?, local);
    /// # Ok(())
    /// # }
    /// ```
    pub fn bind(&self, addr: SocketAddr) -> io::Result<()> {
        self.socket.bind(&addr.into())
    }

    /// Connects the socket, and waits until it is connected.
    ///
    /// # Errors
    ///
    /// `ConnectionRefused` if nothing listens at `addr`; `TimedOut`, `HostUnreachable` or
    /// `NetworkUnreachable` if it cannot be reached; `AddrNotAvailable` if no local port is free.
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
    /// use vitte::net::{TcpListener, TcpSocket};
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let listener = TcpListener::bind("127.0.0.1:0").await?;
    /// # let address = listener.local_addr()?;
    /// let stream = TcpSocket::new_v4()?.connect(address).await?;
    /// assert_eq!(stream.peer_addr()?, address);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn connect(self, addr: SocketAddr) -> io::Result<TcpStream> {
        let socket = self.socket.connect(&addr.into()).await?;
        Ok(TcpStream { socket })
    }

    /// Makes the socket wait for connections. `backlog` is how many may be queued until they are
    /// accepted; the system may have a lower limit (`net.core.somaxconn` on Linux).
    ///
    /// # Errors
    ///
    /// `AddrInUse` if another socket listens at the address. Also fails if the reactor cannot
    /// register the socket.
    ///
    /// # Panics
    ///
    /// Outside of a runtime with I/O enabled.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::net::TcpSocket;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let socket = TcpSocket::new_v4()?;
    /// socket.bind("127.0.0.1:0".parse()?)?;
    /// let listener = socket.listen(1024)?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn listen(self, backlog: u32) -> io::Result<TcpListener> {
        let socket = self.socket.listen(backlog)?;
        Ok(TcpListener { socket })
    }
}

impl fmt::Debug for TcpSocket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.socket.fmt(f)
    }
}

impl AsRawFd for TcpSocket {
    fn as_raw_fd(&self) -> RawFd {
        self.as_fd().as_raw_fd()
    }
}

impl AsFd for TcpSocket {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

impl FromRawFd for TcpSocket {
    /// Takes over a TCP socket that does not block.
    ///
    /// # Safety
    ///
    /// The caller owns the descriptor and gives it away.
    unsafe fn from_raw_fd(fd: RawFd) -> TcpSocket {
        // SAFETY: the caller's promise.
        let socket = unsafe { Unregistered::from_raw_fd(fd) };
        TcpSocket { socket }
    }
}

impl IntoRawFd for TcpSocket {
    fn into_raw_fd(self) -> RawFd {
        self.socket.into_raw_fd()
    }
}
