//! [`TcpSocket`].

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, IntoRawFd, OwnedFd, RawFd};
use std::time::Duration;

use socket2::{Domain, Protocol, SockAddr, Type};

use super::{TcpListener, TcpStream};
use crate::net::addr::invalid_input;
use crate::reactor::socket::Socket;
use crate::sys;

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
    socket: socket2::Socket,
}

/// Options that are passed on to the system as they are.
macro_rules! options {
    ($($(#[$meta:meta])* $get:ident $(-> $set:ident)? : $ty:ty = $os_get:ident $(-> $os_set:ident)?;)*) => {
        impl TcpSocket {$(
            $(#[$meta])*
            ///
            /// # Errors
            ///
            /// What the system says.
            pub fn $get(&self) -> io::Result<$ty> {
                self.socket.$os_get()
            }

            $(
                #[doc = concat!("Sets what [`", stringify!($get), "`](Self::", stringify!($get), ") returns.")]
                ///
                /// # Errors
                ///
                /// What the system says.
                pub fn $set(&self, $get: $ty) -> io::Result<()> {
                    self.socket.$os_set($get)
                }
            )?
        )*}
    };
}

options! {
    /// Whether an idle connection is probed (`SO_KEEPALIVE`).
    keepalive -> set_keepalive: bool = keepalive -> set_keepalive;
    /// Whether an address that was in use just now can be bound (`SO_REUSEADDR`).
    reuseaddr -> set_reuseaddr: bool = reuse_address -> set_reuse_address;
    /// Whether several sockets may share an address (`SO_REUSEPORT`).
    reuseport -> set_reuseport: bool = reuse_port -> set_reuse_port;
    /// Whether small segments are sent at once (`TCP_NODELAY`).
    nodelay -> set_nodelay: bool = tcp_nodelay -> set_tcp_nodelay;
    /// The traffic class of outgoing packets, for IPv6 (`IPV6_TCLASS`).
    tclass_v6 -> set_tclass_v6: u32 = tclass_v6 -> set_tclass_v6;
    /// The type of service of outgoing packets, for IPv4 (`IP_TOS`).
    tos_v4 -> set_tos_v4: u32 = tos_v4 -> set_tos_v4;
    /// How long closing may wait for unsent data (`SO_LINGER`).
    linger: Option<Duration> = linger;
    /// The interface that the socket is bound to (`SO_BINDTODEVICE`).
    device: Option<Vec<u8>> = device;
    /// Takes the error that is pending on the socket (`SO_ERROR`), if there is one.
    take_error: Option<io::Error> = take_error;
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
        let socket = sys::open::socket(domain, Type::STREAM, Some(Protocol::TCP))?;
        Ok(TcpSocket { socket })
    }

    /// Takes over a stream of the standard library's, to connect it again or to set options. It
    /// must not block.
    pub fn from_std_stream(std_stream: std::net::TcpStream) -> TcpSocket {
        TcpSocket {
            socket: OwnedFd::from(std_stream).into(),
        }
    }

    /// Asks for a send buffer of `size` bytes; the system may choose another.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn set_send_buffer_size(&self, size: u32) -> io::Result<()> {
        self.socket.set_send_buffer_size(size as usize)
    }

    /// The size of the send buffer in bytes, as the system counts them.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn send_buffer_size(&self) -> io::Result<u32> {
        self.socket.send_buffer_size().map(|size| size as u32)
    }

    /// Asks for a receive buffer of `size` bytes; the system may choose another.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn set_recv_buffer_size(&self, size: u32) -> io::Result<()> {
        self.socket.set_recv_buffer_size(size as usize)
    }

    /// The size of the receive buffer in bytes, as the system counts them.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn recv_buffer_size(&self) -> io::Result<u32> {
        self.socket.recv_buffer_size().map(|size| size as u32)
    }

    /// Says how long closing may wait for unsent data: a wait that blocks the thread.
    ///
    /// # Errors
    ///
    /// What the system says.
    #[deprecated = "`SO_LINGER` causes the socket to block the thread on drop"]
    pub fn set_linger(&self, dur: Option<Duration>) -> io::Result<()> {
        self.socket.set_linger(dur)
    }

    /// Lets closing reset the connection and discard unsent data, without waiting.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn set_zero_linger(&self) -> io::Result<()> {
        self.socket.set_linger(Some(Duration::ZERO))
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
        let socket = Socket::connect(self.socket, &addr.into()).await?;
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
        let backlog = i32::try_from(backlog).unwrap_or(i32::MAX);
        self.socket.listen(backlog)?;
        let socket = Socket::new(self.socket)?;
        Ok(TcpListener { socket })
    }
}

/// The address of an IP socket.
pub(super) fn ip_address(address: &SockAddr) -> io::Result<SocketAddr> {
    address
        .as_socket()
        .ok_or_else(|| invalid_input("invalid address family (not IPv4 or IPv6)"))
}

impl fmt::Debug for TcpSocket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.socket.fmt(f)
    }
}

impl AsRawFd for TcpSocket {
    fn as_raw_fd(&self) -> RawFd {
        self.socket.as_raw_fd()
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
        let socket = unsafe { socket2::Socket::from_raw_fd(fd) };
        TcpSocket { socket }
    }
}

impl IntoRawFd for TcpSocket {
    fn into_raw_fd(self) -> RawFd {
        self.socket.into_raw_fd()
    }
}
