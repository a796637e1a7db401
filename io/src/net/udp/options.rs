//! The options of a [`UdpSocket`], its multicast groups and its interface.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr};

use super::UdpSocket;
use crate::net::options::socket_options;

socket_options! {
    impl UdpSocket, made by r#"let socket = UdpSocket::bind("127.0.0.1:0").await?;"#;
    /// Whether datagrams may be sent to broadcast addresses (`SO_BROADCAST`).
    broadcast -> set_broadcast(true): bool = BROADCAST;
    /// Whether multicast datagrams that this socket sends are also received on this host, for IPv4
    /// (`IP_MULTICAST_LOOP`). Set by default.
    multicast_loop_v4 -> set_multicast_loop_v4(false): bool = MULTICAST_LOOP_V4;
    /// How many routers a multicast datagram may pass, for IPv4 (`IP_MULTICAST_TTL`). By default 1:
    /// it stays in the local network.
    multicast_ttl_v4 -> set_multicast_ttl_v4(4): u32 = MULTICAST_TTL_V4;
    /// Whether multicast datagrams that this socket sends are also received on this host, for IPv6
    /// (`IPV6_MULTICAST_LOOP`). Set by default.
    multicast_loop_v6 -> set_multicast_loop_v6: bool = MULTICAST_LOOP_V6;
    /// The traffic class of outgoing datagrams, for IPv6 (`IPV6_TCLASS`).
    tclass_v6 -> set_tclass_v6: u32 = TCLASS_V6;
    /// The time to live of outgoing datagrams: how many routers they may pass (`IP_TTL`).
    ttl -> set_ttl(32): u32 = TTL_V4;
    /// The type of service of outgoing datagrams, for IPv4 (`IP_TOS`).
    tos_v4 -> set_tos_v4(0x10): u32 = TOS_V4;
    /// The network interface that the socket is bound to, by name (`SO_BINDTODEVICE`).
    device: Option<Vec<u8>> = DEVICE;
}

impl UdpSocket {
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
    /// use vitte::net::UdpSocket;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// let socket = UdpSocket::bind("0.0.0.0:8080").await?;
    /// socket.bind_device(Some(b"eth0"))?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn bind_device(&self, interface: Option<&[u8]>) -> io::Result<()> {
        self.socket.bind_device(interface)
    }

    /// Joins a multicast group on the interface with the address `interface`; the unspecified
    /// address lets the system choose the interface.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if `multiaddr` is not a multicast address, `AddrInUse` if the socket is in
    /// the group already, `ENODEV` if there is no such interface.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use std::net::Ipv4Addr;
    /// use vitte::net::UdpSocket;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// let socket = UdpSocket::bind("0.0.0.0:5353").await?;
    /// socket.join_multicast_v4(Ipv4Addr::new(224, 0, 0, 251), Ipv4Addr::UNSPECIFIED)?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn join_multicast_v4(&self, multiaddr: Ipv4Addr, interface: Ipv4Addr) -> io::Result<()> {
        self.socket.join_multicast_v4(multiaddr, interface)
    }

    /// Joins a multicast group on the interface with the index `interface`; 0 lets the system
    /// choose the interface.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if `multiaddr` is not a multicast address, `AddrInUse` if the socket is in
    /// the group already, `ENODEV` if there is no such interface.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use std::net::Ipv6Addr;
    /// use vitte::net::UdpSocket;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// let socket = UdpSocket::bind("[::]:5353").await?;
    /// socket.join_multicast_v6(&Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 0xfb), 0)?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn join_multicast_v6(&self, multiaddr: &Ipv6Addr, interface: u32) -> io::Result<()> {
        self.socket.join_multicast_v6(multiaddr, interface)
    }

    /// Leaves a multicast group that was joined with [`join_multicast_v4`](Self::join_multicast_v4)
    /// and the same `interface`. Dropping the socket leaves all its groups.
    ///
    /// # Errors
    ///
    /// `AddrNotAvailable` if the socket is not in the group.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::io::ErrorKind;
    /// use std::net::Ipv4Addr;
    /// use vitte::net::UdpSocket;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// let socket = UdpSocket::bind("127.0.0.1:0").await?;
    /// let group = Ipv4Addr::new(224, 0, 0, 251);
    ///
    /// let never_joined = socket.leave_multicast_v4(group, Ipv4Addr::UNSPECIFIED);
    /// # if cfg!(target_os = "linux") {
    /// assert_eq!(never_joined.unwrap_err().kind(), ErrorKind::AddrNotAvailable);
    /// # }
    /// # Ok(())
    /// # }
    /// ```
    pub fn leave_multicast_v4(&self, multiaddr: Ipv4Addr, interface: Ipv4Addr) -> io::Result<()> {
        self.socket.leave_multicast_v4(multiaddr, interface)
    }

    /// Leaves a multicast group that was joined with [`join_multicast_v6`](Self::join_multicast_v6)
    /// and the same `interface`.
    ///
    /// # Errors
    ///
    /// `AddrNotAvailable` if the socket is not in the group.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use std::net::Ipv6Addr;
    /// use vitte::net::UdpSocket;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// let socket = UdpSocket::bind("[::]:5353").await?;
    /// let group = Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 0xfb);
    /// socket.join_multicast_v6(&group, 0)?;
    /// socket.leave_multicast_v6(&group, 0)?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn leave_multicast_v6(&self, multiaddr: &Ipv6Addr, interface: u32) -> io::Result<()> {
        self.socket.leave_multicast_v6(multiaddr, interface)
    }
}
