//! [`UdpSocket`]: making, connecting and sending; receiving comes from the macros that unix
//! datagram sockets use too.
//!
//! All methods take `&self` and may be called from any thread. Options and peeks are in files of
//! their own.

mod options;
mod peek;

use std::io;
use std::net::SocketAddr;
use std::task::{Context, Poll, ready};

use socket2::SockAddr;

use super::addr::{first_that_works, invalid_input, ip_address, resolve};
use super::conversions::{descriptor_traits, std_conversions};
use super::datagram::datagram_methods;
use super::fill_buf::{as_uninit, fill_buf, poll_into};
use super::readiness::readiness_methods;
use super::socket::Socket;
use crate::addr::ToSocketAddrs;
use crate::io::{Interest, ReadBuf, Ready};
use crate::reactor::Direction;

/// A UDP socket.
///
/// Every method takes `&self`, so that an `Arc` of the socket can be shared between a task that
/// receives and others that send. [`send_to`](Self::send_to) and [`recv_from`](Self::recv_from)
/// talk to any address; after [`connect`](Self::connect), [`send`](Self::send) and
/// [`recv`](Self::recv) talk to one.
///
/// # Examples
///
/// A server that returns each datagram to its sender:
///
/// ```no_run
/// use vitte::net::UdpSocket;
///
/// # #[vitte::main]
/// # async fn main() -> std::io::Result<()> {
/// let socket = UdpSocket::bind("0.0.0.0:8080").await?;
/// let mut buf = [0; 1500];
/// loop {
///     let (count, peer) = socket.recv_from(&mut buf).await?;
///     socket.send_to(&buf[..count], peer).await?;
/// }
/// # }
/// ```
///
/// A client that talks to one address:
///
/// ```
/// use vitte::net::UdpSocket;
///
/// # #[vitte::main]
/// # async fn main() -> std::io::Result<()> {
/// # let server = UdpSocket::bind("127.0.0.1:0").await?;
/// # let address = server.local_addr()?;
/// let client = UdpSocket::bind("127.0.0.1:0").await?;
/// client.connect(address).await?;
/// client.send(b"ping").await?;
/// # server.send_to(b"pong", client.local_addr()?).await?;
///
/// let mut buf = [0; 1500];
/// let count = client.recv(&mut buf).await?;
/// assert_eq!(&buf[..count], b"pong");
/// # Ok(())
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
/// The lines of an example that make two connected sockets, one of which has sent something.
macro_rules! example_sockets {
    () => {
        r#"# let socket = vitte::net::UdpSocket::bind("127.0.0.1:0").await?;
# let peer = vitte::net::UdpSocket::bind("127.0.0.1:0").await?;
# socket.connect(peer.local_addr()?).await?;
# peer.connect(socket.local_addr()?).await?;
# peer.send(b"hello").await?;"#
    };
}

std_conversions!(
    UdpSocket,
    std::net::UdpSocket,
    r#"let socket = std::net::UdpSocket::bind("127.0.0.1:0")?;"#
);
readiness_methods!(UdpSocket, socket.try_recv.try_send, example_sockets!());
datagram_methods!(
    UdpSocket,
    SocketAddr,
    sender,
    receives when RECEIVABLE,
    example_sockets!()
);

impl UdpSocket {
    /// Makes a socket at the first address of `addr` that can be bound; port 0 takes any free port,
    /// which [`local_addr`](Self::local_addr) reports.
    ///
    /// # Errors
    ///
    /// If no address works, the error of the last attempt: `AddrInUse` if another socket has the
    /// address, `PermissionDenied` for a port below 1024 without the right to it,
    /// `AddrNotAvailable` if the address is not one of this host. If `addr` is a name, the
    /// resolver's error; `InvalidInput` if it has no addresses.
    ///
    /// # Panics
    ///
    /// Outside of a runtime with I/O enabled.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::net::UdpSocket;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// let socket = UdpSocket::bind("127.0.0.1:0").await?;
    /// println!("receiving at {}", socket.local_addr()?);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn bind<A: ToSocketAddrs>(addr: A) -> io::Result<UdpSocket> {
        let bind = |address| std::future::ready(Socket::bind_udp(address));
        let socket = first_that_works(addr, bind).await?;
        Ok(UdpSocket { socket })
    }

    /// Sets the address that [`send`](Self::send) sends to. From then on, datagrams from other
    /// addresses are not received. Nothing is sent: it succeeds whether or not anything listens
    /// there.
    ///
    /// # Errors
    ///
    /// If no address of `addr` works, the error of the last attempt: usually `NetworkUnreachable`
    /// if there is no route. If `addr` is a name, the resolver's error; `InvalidInput` if it has no
    /// addresses.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::net::UdpSocket;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// let a = UdpSocket::bind("127.0.0.1:0").await?;
    /// let b = UdpSocket::bind("127.0.0.1:0").await?;
    /// a.connect(b.local_addr()?).await?;
    /// assert_eq!(a.peer_addr()?, b.local_addr()?);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn connect<A: ToSocketAddrs>(&self, addr: A) -> io::Result<()> {
        first_that_works(addr, |address| {
            std::future::ready(self.socket.connect_datagrams(&address.into()))
        })
        .await
    }

    /// The address of this socket, with the port that was chosen if it was bound to port 0.
    ///
    /// # Errors
    ///
    /// What the system's `getsockname` reports; it does not fail for an open socket.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::net::UdpSocket;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// let socket = UdpSocket::bind("127.0.0.1:0").await?;
    /// assert_ne!(socket.local_addr()?.port(), 0);
    /// # Ok(())
    /// # }
    /// ```
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        ip_address(&self.socket.local_addr()?)
    }

    /// The address that the socket is connected to.
    ///
    /// # Errors
    ///
    /// `NotConnected` if [`connect`](Self::connect) was not called.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::io::ErrorKind;
    /// use vitte::net::UdpSocket;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// let socket = UdpSocket::bind("127.0.0.1:0").await?;
    /// assert_eq!(socket.peer_addr().unwrap_err().kind(), ErrorKind::NotConnected);
    /// # Ok(())
    /// # }
    /// ```
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        ip_address(&self.socket.peer_addr()?)
    }

    /// Sends a datagram to the first address of `addr`, and waits until the system has taken it.
    /// Returns the length of `buf`: a datagram is sent as a whole.
    ///
    /// # Errors
    ///
    /// Of the system's `sendto`: a message that is too long for a datagram (`EMSGSIZE`),
    /// `NetworkUnreachable`, `PermissionDenied` for a broadcast address without
    /// [`set_broadcast`](Self::set_broadcast), or an error that is pending from an earlier
    /// datagram, such as `ConnectionRefused`. If `addr` is a name, the resolver's error;
    /// `InvalidInput` if it has no addresses. Also fails once the runtime shuts down.
    ///
    /// # Cancel safety
    ///
    /// This method is cancel safe. If the future is dropped before it is ready, nothing was sent.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::net::UdpSocket;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// let a = UdpSocket::bind("127.0.0.1:0").await?;
    /// let b = UdpSocket::bind("127.0.0.1:0").await?;
    /// a.send_to(b"hello", b.local_addr()?).await?;
    ///
    /// let mut buf = [0; 16];
    /// let (count, sender) = b.recv_from(&mut buf).await?;
    /// assert_eq!(&buf[..count], b"hello");
    /// assert_eq!(sender, a.local_addr()?);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn send_to<A: ToSocketAddrs>(&self, buf: &[u8], addr: A) -> io::Result<usize> {
        let target: SockAddr = match resolve(addr).await?.next() {
            Some(target) => target.into(),
            None => return Err(invalid_input("no addresses to send data to")),
        };
        self.async_io(Interest::WRITABLE, || self.socket.send_to(buf, &target))
            .await
    }

    /// Polls to send a datagram to `target`. Only the task that called this last is woken.
    ///
    /// # Errors
    ///
    /// See [`send_to`](Self::send_to).
    ///
    /// # Examples
    ///
    /// ```
    /// use std::future::poll_fn;
    /// use vitte::net::UdpSocket;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let peer = UdpSocket::bind("127.0.0.1:0").await?;
    /// # let target = peer.local_addr()?;
    /// let socket = UdpSocket::bind("127.0.0.1:0").await?;
    /// let count = poll_fn(|cx| socket.poll_send_to(cx, b"hello", target)).await?;
    /// assert_eq!(count, 5);
    /// # Ok(())
    /// # }
    /// ```
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

    /// Sends a datagram to `target` without waiting.
    ///
    /// # Errors
    ///
    /// `WouldBlock` if the send buffer is full; otherwise see [`send_to`](Self::send_to).
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::net::UdpSocket;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let peer = UdpSocket::bind("127.0.0.1:0").await?;
    /// # let target = peer.local_addr()?;
    /// let socket = UdpSocket::bind("127.0.0.1:0").await?;
    /// socket.writable().await?;
    /// assert_eq!(socket.try_send_to(b"hello", target)?, 5);
    /// # Ok(())
    /// # }
    /// ```
    pub fn try_send_to(&self, buf: &[u8], target: SocketAddr) -> io::Result<usize> {
        self.try_io(Interest::WRITABLE, || {
            self.socket.send_to(buf, &target.into())
        })
    }
}
