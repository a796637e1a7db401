//! The options of a [`TcpSocket`].

use std::io;
use std::time::Duration;

use super::TcpSocket;
use crate::net::options::socket_options;
use crate::net::socket::options;

socket_options! {
    impl TcpSocket, made by "let socket = TcpSocket::new_v4()?;";
    /// Whether the peer of an idle connection is probed, so that its disappearance is noticed
    /// (`SO_KEEPALIVE`).
    keepalive -> set_keepalive(true): bool = KEEPALIVE;
    /// Whether an address can be bound although connections of a listener that is closed still
    /// linger there (`SO_REUSEADDR`).
    reuseaddr -> set_reuseaddr(true): bool = REUSE_ADDRESS;
    /// Whether several sockets may listen at one address, if all of them set this
    /// (`SO_REUSEPORT`).
    reuseport -> set_reuseport(true): bool = REUSE_PORT;
    /// Whether small segments are sent at once, instead of waiting for more data (`TCP_NODELAY`).
    nodelay -> set_nodelay(true): bool = NODELAY;
    /// The traffic class of outgoing packets, for IPv6 (`IPV6_TCLASS`).
    tclass_v6 -> set_tclass_v6: u32 = TCLASS_V6;
    /// The type of service of outgoing packets, for IPv4 (`IP_TOS`).
    tos_v4 -> set_tos_v4(0x10): u32 = TOS_V4;
    /// How long closing may wait for unsent data; `None` if it does not wait and the system goes on
    /// sending (`SO_LINGER`).
    linger: Option<Duration> = LINGER;
    /// The network interface that the socket is bound to, by name (`SO_BINDTODEVICE`).
    device: Option<Vec<u8>> = DEVICE;
}

impl TcpSocket {
    /// Asks for a send buffer of `size` bytes. The system may choose another size: Linux doubles it
    /// and applies limits.
    ///
    /// # Errors
    ///
    /// What the system's `setsockopt` reports; it does not fail for an open socket.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::net::TcpSocket;
    ///
    /// # fn main() -> std::io::Result<()> {
    /// let socket = TcpSocket::new_v4()?;
    /// socket.set_send_buffer_size(64 * 1024)?;
    /// assert!(socket.send_buffer_size()? >= 64 * 1024);
    /// # Ok(())
    /// # }
    /// ```
    pub fn set_send_buffer_size(&self, size: u32) -> io::Result<()> {
        self.socket.set_option(&options::SEND_BUFFER_SIZE, size)
    }

    /// The size of the send buffer in bytes, as the system counts them: Linux reports twice what
    /// was asked for.
    ///
    /// # Errors
    ///
    /// What the system's `getsockopt` reports; it does not fail for an open socket.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::net::TcpSocket;
    ///
    /// # fn main() -> std::io::Result<()> {
    /// let socket = TcpSocket::new_v4()?;
    /// println!("up to {} bytes wait to be sent", socket.send_buffer_size()?);
    /// # Ok(())
    /// # }
    /// ```
    pub fn send_buffer_size(&self) -> io::Result<u32> {
        self.socket.option(&options::SEND_BUFFER_SIZE)
    }

    /// Asks for a receive buffer of `size` bytes. The system may choose another size: Linux doubles
    /// it and applies limits. To affect the window that is offered to the peer, set it before
    /// connecting or listening.
    ///
    /// # Errors
    ///
    /// What the system's `setsockopt` reports; it does not fail for an open socket.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::net::TcpSocket;
    ///
    /// # fn main() -> std::io::Result<()> {
    /// let socket = TcpSocket::new_v4()?;
    /// socket.set_recv_buffer_size(64 * 1024)?;
    /// assert!(socket.recv_buffer_size()? >= 64 * 1024);
    /// # Ok(())
    /// # }
    /// ```
    pub fn set_recv_buffer_size(&self, size: u32) -> io::Result<()> {
        self.socket.set_option(&options::RECV_BUFFER_SIZE, size)
    }

    /// The size of the receive buffer in bytes, as the system counts them: Linux reports twice what
    /// was asked for.
    ///
    /// # Errors
    ///
    /// What the system's `getsockopt` reports; it does not fail for an open socket.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::net::TcpSocket;
    ///
    /// # fn main() -> std::io::Result<()> {
    /// let socket = TcpSocket::new_v4()?;
    /// println!("up to {} bytes wait to be read", socket.recv_buffer_size()?);
    /// # Ok(())
    /// # }
    /// ```
    pub fn recv_buffer_size(&self) -> io::Result<u32> {
        self.socket.option(&options::RECV_BUFFER_SIZE)
    }

    /// Sets how long closing may wait for unsent data. The wait blocks the thread that drops the
    /// stream.
    ///
    /// # Errors
    ///
    /// What the system's `setsockopt` reports; it does not fail for an open socket.
    ///
    /// # Examples
    ///
    /// ```
    /// #![allow(deprecated)]
    /// use std::time::Duration;
    /// use vitte::net::TcpSocket;
    ///
    /// # fn main() -> std::io::Result<()> {
    /// let socket = TcpSocket::new_v4()?;
    /// socket.set_linger(Some(Duration::from_secs(1)))?;
    /// assert_eq!(socket.linger()?, Some(Duration::from_secs(1)));
    /// # Ok(())
    /// # }
    /// ```
    #[deprecated = "`SO_LINGER` causes the socket to block the thread on drop"]
    pub fn set_linger(&self, dur: Option<Duration>) -> io::Result<()> {
        self.socket.set_option(&options::LINGER, dur)
    }

    /// Makes closing reset the connection at once and discard what is not sent yet.
    ///
    /// # Errors
    ///
    /// What the system's `setsockopt` reports; it does not fail for an open socket.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use vitte::net::TcpSocket;
    ///
    /// # fn main() -> std::io::Result<()> {
    /// let socket = TcpSocket::new_v4()?;
    /// socket.set_zero_linger()?;
    /// assert_eq!(socket.linger()?, Some(Duration::ZERO));
    /// # Ok(())
    /// # }
    /// ```
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

    /// Binds the socket to a network interface, by name, so that it only sends and receives there;
    /// `None` undoes it (`SO_BINDTODEVICE`).
    ///
    /// # Errors
    ///
    /// `PermissionDenied` if the process lacks the right (on Linux, `CAP_NET_RAW`, to change the
    /// interface), `ENODEV` if there is no such interface.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use vitte::net::TcpSocket;
    ///
    /// # fn main() -> std::io::Result<()> {
    /// let socket = TcpSocket::new_v4()?;
    /// socket.bind_device(Some(b"eth0"))?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn bind_device(&self, interface: Option<&[u8]>) -> io::Result<()> {
        self.socket.bind_device(interface)
    }

    /// Takes the error that is pending on the socket (`SO_ERROR`), if there is one.
    ///
    /// # Errors
    ///
    /// What the system's `getsockopt` reports; it does not fail for an open socket.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::net::TcpSocket;
    ///
    /// # fn main() -> std::io::Result<()> {
    /// let socket = TcpSocket::new_v4()?;
    /// assert!(socket.take_error()?.is_none());
    /// # Ok(())
    /// # }
    /// ```
    pub fn take_error(&self) -> io::Result<Option<io::Error>> {
        self.socket.take_error()
    }
}
