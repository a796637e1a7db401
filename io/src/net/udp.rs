//! [`UdpSocket`].

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::task::{Context, Poll, ready};

use socket2::SockAddr;

use super::addr::{first_that_works, invalid_input, ip_address, resolve};
use super::datagram::datagram_methods;
use super::fill_buf::{as_uninit, fill_buf, poll_into};
use super::options::socket_options;
use super::socket::Socket;
use super::stream::{descriptor_traits, readiness_methods, std_conversions};
use crate::addr::ToSocketAddrs;
use crate::io::{Interest, ReadBuf, Ready};
use crate::reactor::Direction;

/// A UDP socket.
///
/// It may be shared between tasks: all operations take `&self`. With
/// [`connect`](Self::connect) it talks to one address through [`send`](Self::send) and
/// [`recv`](Self::recv); without, to any through [`send_to`](Self::send_to) and
/// [`recv_from`](Self::recv_from).
///
/// # Examples
///
/// ```no_run
/// # async fn example() -> std::io::Result<()> {
/// use vitte_io::net::UdpSocket;
///
/// let socket = UdpSocket::bind("0.0.0.0:8080").await?;
/// let mut buf = [0; 1500];
/// loop {
///     let (count, peer) = socket.recv_from(&mut buf).await?;
///     socket.send_to(&buf[..count], peer).await?;
/// }
/// # }
/// ```
pub struct UdpSocket {
    socket: Socket,
}

/// What wakes a receiver: data, or an error such as that a port is unreachable.
const RECEIVABLE: Interest = Interest::READABLE.add(Interest::ERROR);

fn sender(address: SockAddr) -> io::Result<SocketAddr> {
    address
        .as_socket()
        .ok_or_else(|| io::Error::other("sender not available"))
}

descriptor_traits!(UdpSocket);
std_conversions!(UdpSocket, std::net::UdpSocket);
readiness_methods!(UdpSocket);
datagram_methods!(UdpSocket, SocketAddr, sender, receives when RECEIVABLE);

impl UdpSocket {
    /// Makes a socket at the first address of `addr` that is free; port 0 takes any free port.
    ///
    /// # Errors
    ///
    /// What the last attempt said, or that `addr` names no address.
    pub async fn bind<A: ToSocketAddrs>(addr: A) -> io::Result<UdpSocket> {
        let bind = |address| std::future::ready(Socket::bind_udp(address));
        let socket = first_that_works(addr, bind).await?;
        Ok(UdpSocket { socket })
    }

    /// Sets the address that [`send`](Self::send) sends to, and the only one that is received
    /// from.
    ///
    /// # Errors
    ///
    /// What the last attempt said, or that `addr` names no address.
    pub async fn connect<A: ToSocketAddrs>(&self, addr: A) -> io::Result<()> {
        first_that_works(addr, |address| {
            std::future::ready(self.socket.connect_datagrams(&address.into()))
        })
        .await
    }

    /// The address of this socket.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        ip_address(&self.socket.local_addr()?)
    }

    /// The address that the socket is connected to.
    ///
    /// # Errors
    ///
    /// When it is not connected.
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        ip_address(&self.socket.peer_addr()?)
    }

    /// Sends a datagram to the first address of `addr`.
    ///
    /// # Errors
    ///
    /// What the system says, or that the runtime shuts down.
    ///
    /// # Cancel safety
    ///
    /// Cancelled, it has sent nothing.
    pub async fn send_to<A: ToSocketAddrs>(&self, buf: &[u8], addr: A) -> io::Result<usize> {
        let target: SockAddr = match resolve(addr).await?.next() {
            Some(target) => target.into(),
            None => return Err(invalid_input("no addresses to send data to")),
        };
        self.async_io(Interest::WRITABLE, || self.socket.send_to(buf, &target))
            .await
    }

    /// Sends a datagram to `target`, or waits until that is possible. Only the last task that
    /// called it is woken.
    ///
    /// # Errors
    ///
    /// As [`send_to`](Self::send_to).
    pub fn poll_send_to(
        &self,
        cx: &mut Context<'_>,
        buf: &[u8],
        target: SocketAddr,
    ) -> Poll<io::Result<usize>> {
        let target = target.into();
        let source = self.socket.source();
        source.poll_io(cx, Direction::Write, || self.socket.send_to(buf, &target))
    }

    /// Sends a datagram to `target`, without waiting.
    ///
    /// # Errors
    ///
    /// `WouldBlock` when it would have to wait.
    pub fn try_send_to(&self, buf: &[u8], target: SocketAddr) -> io::Result<usize> {
        self.try_io(Interest::WRITABLE, || {
            self.socket.send_to(buf, &target.into())
        })
    }

    /// Looks at the next datagram and leaves it there; waits until there is one.
    ///
    /// # Errors
    ///
    /// As [`recv`](Self::recv).
    ///
    /// # Cancel safety
    ///
    /// Cancelling it loses nothing.
    pub async fn peek(&self, buf: &mut [u8]) -> io::Result<usize> {
        self.async_io(RECEIVABLE, || self.socket.peek(as_uninit(buf)))
            .await
    }

    /// Looks at the next datagram, or waits for one. Only the last task that called it is woken.
    ///
    /// # Errors
    ///
    /// As [`recv`](Self::recv).
    pub fn poll_peek(&self, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let source = self.socket.source();
        poll_into(source, cx, buf, |unfilled| self.socket.peek(unfilled)).map_ok(drop)
    }

    /// Looks at the next datagram, without waiting.
    ///
    /// # Errors
    ///
    /// `WouldBlock` when there is none.
    pub fn try_peek(&self, buf: &mut [u8]) -> io::Result<usize> {
        self.try_io(Interest::READABLE, || self.socket.peek(as_uninit(buf)))
    }

    /// Looks at the next datagram and its sender and leaves it there; waits until there is one.
    ///
    /// # Errors
    ///
    /// As [`recv`](Self::recv).
    ///
    /// # Cancel safety
    ///
    /// Cancelling it loses nothing.
    pub async fn peek_from(&self, buf: &mut [u8]) -> io::Result<(usize, SocketAddr)> {
        let (count, address) = self
            .async_io(RECEIVABLE, || self.socket.peek_from(as_uninit(buf)))
            .await?;
        Ok((count, sender(address)?))
    }

    /// Looks at the next datagram and its sender, or waits for one. Only the last task that
    /// called it is woken.
    ///
    /// # Errors
    ///
    /// As [`recv`](Self::recv).
    pub fn poll_peek_from(
        &self,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<SocketAddr>> {
        let received = poll_into(self.socket.source(), cx, buf, |unfilled| {
            self.socket.peek_from(unfilled)
        });
        let (_, address) = ready!(received)?;
        Poll::Ready(sender(address))
    }

    /// Looks at the next datagram and its sender, without waiting.
    ///
    /// # Errors
    ///
    /// `WouldBlock` when there is none.
    pub fn try_peek_from(&self, buf: &mut [u8]) -> io::Result<(usize, SocketAddr)> {
        let (count, address) =
            self.try_io(Interest::READABLE, || self.socket.peek_from(as_uninit(buf)))?;
        Ok((count, sender(address)?))
    }

    /// Says who sent the next datagram, and leaves it there; waits until there is one.
    ///
    /// # Errors
    ///
    /// As [`recv`](Self::recv).
    ///
    /// # Cancel safety
    ///
    /// Cancelling it loses nothing.
    pub async fn peek_sender(&self) -> io::Result<SocketAddr> {
        self.async_io(RECEIVABLE, || self.next_sender()).await
    }

    /// Says who sent the next datagram, or waits for one. Only the last task that called it is
    /// woken.
    ///
    /// # Errors
    ///
    /// As [`recv`](Self::recv).
    pub fn poll_peek_sender(&self, cx: &mut Context<'_>) -> Poll<io::Result<SocketAddr>> {
        let source = self.socket.source();
        source.poll_io(cx, Direction::Read, || self.next_sender())
    }

    /// Says who sent the next datagram, without waiting.
    ///
    /// # Errors
    ///
    /// `WouldBlock` when there is none.
    pub fn try_peek_sender(&self) -> io::Result<SocketAddr> {
        self.try_io(Interest::READABLE, || self.next_sender())
    }

    fn next_sender(&self) -> io::Result<SocketAddr> {
        sender(self.socket.peek_sender()?)
    }
}

socket_options! {
    impl UdpSocket;
    /// Whether datagrams may be sent to broadcast addresses (`SO_BROADCAST`).
    broadcast -> set_broadcast: bool = BROADCAST;
    /// Whether multicast datagrams come back to this host, for IPv4.
    multicast_loop_v4 -> set_multicast_loop_v4: bool = MULTICAST_LOOP_V4;
    /// The time to live of multicast datagrams, for IPv4.
    multicast_ttl_v4 -> set_multicast_ttl_v4: u32 = MULTICAST_TTL_V4;
    /// Whether multicast datagrams come back to this host, for IPv6.
    multicast_loop_v6 -> set_multicast_loop_v6: bool = MULTICAST_LOOP_V6;
    /// The traffic class of outgoing datagrams, for IPv6 (`IPV6_TCLASS`).
    tclass_v6 -> set_tclass_v6: u32 = TCLASS_V6;
    /// The time to live of outgoing datagrams (`IP_TTL`).
    ttl -> set_ttl: u32 = TTL_V4;
    /// The type of service of outgoing datagrams, for IPv4 (`IP_TOS`).
    tos_v4 -> set_tos_v4: u32 = TOS_V4;
    /// The interface that the socket is bound to (`SO_BINDTODEVICE`).
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

    /// Binds the socket to an interface, or to none.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn bind_device(&self, interface: Option<&[u8]>) -> io::Result<()> {
        self.socket.bind_device(interface)
    }

    /// Joins a multicast group on the interface with the address `interface`.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn join_multicast_v4(&self, multiaddr: Ipv4Addr, interface: Ipv4Addr) -> io::Result<()> {
        self.socket.join_multicast_v4(multiaddr, interface)
    }

    /// Joins a multicast group on the interface with the index `interface`.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn join_multicast_v6(&self, multiaddr: &Ipv6Addr, interface: u32) -> io::Result<()> {
        self.socket.join_multicast_v6(multiaddr, interface)
    }

    /// Leaves a multicast group.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn leave_multicast_v4(&self, multiaddr: Ipv4Addr, interface: Ipv4Addr) -> io::Result<()> {
        self.socket.leave_multicast_v4(multiaddr, interface)
    }

    /// Leaves a multicast group.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn leave_multicast_v6(&self, multiaddr: &Ipv6Addr, interface: u32) -> io::Result<()> {
        self.socket.leave_multicast_v6(multiaddr, interface)
    }
}
