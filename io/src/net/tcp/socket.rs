//! [`TcpSocket`].

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, IntoRawFd, RawFd};
use std::time::Duration;

use socket2::Domain;

use super::{TcpListener, TcpStream};
use crate::net::addr::ip_address;
use crate::net::options::socket_options;
use crate::net::socket::{Unregistered, options};

/// A TCP socket that is neither connected nor listening yet, to set options on.
///
/// # Examples
///
/// ```no_run
/// # async fn example() -> std::io::Result<()> {
/// use vitte_io::net::TcpSocket;
///
/// let socket = TcpSocket::new_v4()?;
/// socket.set_reuseaddr(true)?;
/// socket.bind("127.0.0.1:8080".parse().unwrap())?;
/// let listener = socket.listen(1024)?;
/// # Ok(())
/// # }
/// ```
pub struct TcpSocket {
    socket: Unregistered,
}

socket_options! {
    impl TcpSocket;
    /// Whether an idle connection is probed (`SO_KEEPALIVE`).
    keepalive -> set_keepalive: bool = KEEPALIVE;
    /// Whether an address that was in use just now can be bound (`SO_REUSEADDR`).
    reuseaddr -> set_reuseaddr: bool = REUSE_ADDRESS;
    /// Whether several sockets may share an address (`SO_REUSEPORT`).
    reuseport -> set_reuseport: bool = REUSE_PORT;
    /// Whether small segments are sent at once (`TCP_NODELAY`).
    nodelay -> set_nodelay: bool = NODELAY;
    /// The traffic class of outgoing packets, for IPv6 (`IPV6_TCLASS`).
    tclass_v6 -> set_tclass_v6: u32 = TCLASS_V6;
    /// The type of service of outgoing packets, for IPv4 (`IP_TOS`).
    tos_v4 -> set_tos_v4: u32 = TOS_V4;
    /// How long closing may wait for unsent data (`SO_LINGER`).
    linger: Option<Duration> = LINGER;
    /// The interface that the socket is bound to (`SO_BINDTODEVICE`).
    device: Option<Vec<u8>> = DEVICE;
}

impl TcpSocket {
    /// A socket for IPv4.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn new_v4() -> io::Result<TcpSocket> {
        TcpSocket::new(Domain::IPV4)
    }

    /// A socket for IPv6.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn new_v6() -> io::Result<TcpSocket> {
        TcpSocket::new(Domain::IPV6)
    }

    fn new(domain: Domain) -> io::Result<TcpSocket> {
        let socket = Unregistered::tcp(domain)?;
        Ok(TcpSocket { socket })
    }

    /// Takes over a stream of the standard library's, to connect it again or to set options. It
    /// must not block.
    pub fn from_std_stream(std_stream: std::net::TcpStream) -> TcpSocket {
        TcpSocket {
            socket: Unregistered::from_fd(std_stream.into()),
        }
    }

    /// Asks for a send buffer of `size` bytes; the system may choose another.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn set_send_buffer_size(&self, size: u32) -> io::Result<()> {
        self.socket.set_option(&options::SEND_BUFFER_SIZE, size)
    }

    /// The size of the send buffer in bytes, as the system counts them.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn send_buffer_size(&self) -> io::Result<u32> {
        self.socket.option(&options::SEND_BUFFER_SIZE)
    }

    /// Asks for a receive buffer of `size` bytes; the system may choose another.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn set_recv_buffer_size(&self, size: u32) -> io::Result<()> {
        self.socket.set_option(&options::RECV_BUFFER_SIZE, size)
    }

    /// The size of the receive buffer in bytes, as the system counts them.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn recv_buffer_size(&self) -> io::Result<u32> {
        self.socket.option(&options::RECV_BUFFER_SIZE)
    }

    /// Says how long closing may wait for unsent data: a wait that blocks the thread.
    ///
    /// # Errors
    ///
    /// What the system says.
    #[deprecated = "`SO_LINGER` causes the socket to block the thread on drop"]
    pub fn set_linger(&self, dur: Option<Duration>) -> io::Result<()> {
        self.socket.set_option(&options::LINGER, dur)
    }

    /// Lets closing reset the connection and discard unsent data, without waiting.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn set_zero_linger(&self) -> io::Result<()> {
        self.socket
            .set_option(&options::LINGER, Some(Duration::ZERO))
    }

    #[doc(hidden)]
    #[deprecated(
        note = "`tos` related methods have been renamed `tos_v4` since they are IPv4-specific."
    )]
    pub fn tos(&self) -> io::Result<u32> {
        self.tos_v4()
    }

    #[doc(hidden)]
    #[deprecated(
        note = "`tos` related methods have been renamed `tos_v4` since they are IPv4-specific."
    )]
    pub fn set_tos(&self, tos: u32) -> io::Result<()> {
        self.set_tos_v4(tos)
    }

    /// Binds the socket to an interface, or to none.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn bind_device(&self, interface: Option<&[u8]>) -> io::Result<()> {
        self.socket.bind_device(interface)
    }

    /// Takes the error that is pending on the socket (`SO_ERROR`), if there is one.
    ///
    /// # Errors
    ///
    /// When the option cannot be read.
    pub fn take_error(&self) -> io::Result<Option<io::Error>> {
        self.socket.take_error()
    }

    /// The address that the socket is bound to.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        ip_address(&self.socket.local_addr()?)
    }

    /// Gives the socket an address.
    ///
    /// # Errors
    ///
    /// What the system says: that the address is in use, as a rule.
    pub fn bind(&self, addr: SocketAddr) -> io::Result<()> {
        self.socket.bind(&addr.into())
    }

    /// Connects the socket.
    ///
    /// # Errors
    ///
    /// What the system says.
    ///
    /// # Panics
    ///
    /// Outside of a runtime with io.
    pub async fn connect(self, addr: SocketAddr) -> io::Result<TcpStream> {
        let socket = self.socket.connect(&addr.into()).await?;
        Ok(TcpStream { socket })
    }

    /// Lets the socket wait for connections, of which `backlog` may queue up.
    ///
    /// # Errors
    ///
    /// What the system says.
    ///
    /// # Panics
    ///
    /// Outside of a runtime with io.
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
