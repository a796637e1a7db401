//! Sockets, at the height of operations: what the types of `net` are made of.
//!
//! A [`Socket`] has a variant per world; the operating system's is in [`os`]. The types of `net`
//! see operations, addresses and readiness, and no descriptor except where their public API hands
//! one out ([`AsFd`], [`into_std`](Socket::into_std)). A socket that is not connected, listening or
//! registered yet is an [`Unregistered`]. Options are a list of names, in [`options`].
//!
//! Functions that are named after a system call try it once; `poll_*` functions and the loops of
//! the [source](Socket::source) wait. All may be called from any thread.
//!
//! A new world, such as a simulated network, is one more variant here and in `unregistered`, a file
//! beside `os` with the same operations and a [`Source`] into which it publishes, and the choice
//! between the worlds in the functions that make a socket.

pub(crate) mod options;
mod os;
mod unregistered;

use std::fmt;
use std::io;
use std::mem::MaybeUninit;
use std::net::{Ipv4Addr, Ipv6Addr, Shutdown, SocketAddr};
use std::os::fd::{AsFd, BorrowedFd, FromRawFd, OwnedFd};
use std::task::{Context, Poll};

use socket2::{SockAddr, Type};

use self::options::SocketOption;
use self::os::OsSocket;
pub(crate) use self::unregistered::Unregistered;
use crate::io::ReadBuf;
use crate::reactor::{Direction, Source};

/// A socket of one of the worlds, which can wait for readiness.
pub(crate) enum Socket {
    /// The operating system's, registered with a reactor.
    Os(OsSocket),
}

/// Passes an operation on to the world that the socket belongs to.
macro_rules! in_its_world {
    ($this:expr, $socket:ident => $operation:expr) => {
        match $this {
            Socket::Os($socket) => $operation,
        }
    };
}

/// Making sockets. Each function panics outside of a runtime with I/O enabled.
impl Socket {
    /// Takes over a descriptor that came from outside.
    ///
    /// # Panics
    ///
    /// With debug assertions, when the socket blocks: it would block the whole worker.
    #[track_caller]
    pub(crate) fn from_std(fd: impl Into<OwnedFd>) -> io::Result<Self> {
        OsSocket::from_std(fd.into()).map(Socket::Os)
    }

    /// Two connected unix sockets, which are writable.
    pub(crate) fn unix_pair(ty: Type) -> io::Result<(Self, Self)> {
        let (a, b) = OsSocket::unix_pair(ty)?;
        Ok((Socket::Os(a), Socket::Os(b)))
    }

    /// A socket that waits for TCP connections.
    pub(crate) fn listen_tcp(address: SocketAddr) -> io::Result<Self> {
        OsSocket::listen_tcp(address).map(Socket::Os)
    }

    /// A socket that waits for connections at a unix address.
    #[track_caller]
    pub(crate) fn listen_unix(address: &SockAddr) -> io::Result<Self> {
        OsSocket::listen_unix(address).map(Socket::Os)
    }

    /// A UDP socket with an address.
    pub(crate) fn bind_udp(address: SocketAddr) -> io::Result<Self> {
        OsSocket::bind_udp(address).map(Socket::Os)
    }

    /// A unix datagram socket, with an address if one is given.
    pub(crate) fn bind_unix_datagram(address: Option<&SockAddr>) -> io::Result<Self> {
        OsSocket::bind_unix_datagram(address).map(Socket::Os)
    }

    /// A TCP connection.
    pub(crate) async fn connect_tcp(address: SocketAddr) -> io::Result<Self> {
        OsSocket::connect_tcp(address).await.map(Socket::Os)
    }

    /// A connection to a unix address.
    pub(crate) async fn connect_unix(address: &SockAddr) -> io::Result<Self> {
        OsSocket::connect_unix(address).await.map(Socket::Os)
    }
}

/// Properties of a socket.
impl Socket {
    /// What is known of the socket's readiness, and the loops that wait for it.
    #[inline]
    pub(crate) fn source(&self) -> &Source {
        in_its_world!(self, socket => socket.source())
    }

    /// The address of this end.
    pub(crate) fn local_addr(&self) -> io::Result<SockAddr> {
        in_its_world!(self, socket => socket.local_addr())
    }

    /// The address of the other end.
    pub(crate) fn peer_addr(&self) -> io::Result<SockAddr> {
        in_its_world!(self, socket => socket.peer_addr())
    }

    /// Process (where the system knows it), user and group of the other end.
    pub(crate) fn peer_credentials(&self) -> io::Result<(Option<i32>, u32, u32)> {
        in_its_world!(self, socket => socket.peer_credentials())
    }

    /// Takes the error that is pending on the socket, if there is one.
    pub(crate) fn take_error(&self) -> io::Result<Option<io::Error>> {
        in_its_world!(self, socket => socket.take_error())
    }

    /// The value of an option.
    pub(crate) fn option<T>(&self, option: &SocketOption<T>) -> io::Result<T> {
        in_its_world!(self, socket => socket.option(option))
    }

    /// Sets an option.
    pub(crate) fn set_option<T>(&self, option: &SocketOption<T>, value: T) -> io::Result<()> {
        in_its_world!(self, socket => socket.set_option(option, value))
    }

    /// Binds the socket to a network interface, or to none.
    pub(crate) fn bind_device(&self, interface: Option<&[u8]>) -> io::Result<()> {
        in_its_world!(self, socket => socket.bind_device(interface))
    }

    /// Joins a multicast group on the interface with that address.
    pub(crate) fn join_multicast_v4(&self, group: Ipv4Addr, interface: Ipv4Addr) -> io::Result<()> {
        in_its_world!(self, socket => socket.join_multicast_v4(group, interface))
    }

    /// Leaves a multicast group.
    pub(crate) fn leave_multicast_v4(
        &self,
        group: Ipv4Addr,
        interface: Ipv4Addr,
    ) -> io::Result<()> {
        in_its_world!(self, socket => socket.leave_multicast_v4(group, interface))
    }

    /// Joins a multicast group on the interface with that index.
    pub(crate) fn join_multicast_v6(&self, group: &Ipv6Addr, interface: u32) -> io::Result<()> {
        in_its_world!(self, socket => socket.join_multicast_v6(group, interface))
    }

    /// Leaves a multicast group.
    pub(crate) fn leave_multicast_v6(&self, group: &Ipv6Addr, interface: u32) -> io::Result<()> {
        in_its_world!(self, socket => socket.leave_multicast_v6(group, interface))
    }
}

/// Operations, each tried once.
impl Socket {
    /// Receives what there is.
    #[inline]
    pub(crate) fn recv(&self, buf: &mut [MaybeUninit<u8>]) -> io::Result<usize> {
        in_its_world!(self, socket => socket.recv(buf))
    }

    /// Like [`recv`](Self::recv), and leaves it there.
    pub(crate) fn peek(&self, buf: &mut [MaybeUninit<u8>]) -> io::Result<usize> {
        in_its_world!(self, socket => socket.peek(buf))
    }

    /// Receives into several buffers.
    pub(crate) fn recv_vectored(&self, bufs: &mut [io::IoSliceMut<'_>]) -> io::Result<usize> {
        in_its_world!(self, socket => socket.recv_vectored(bufs))
    }

    /// Sends. Never raises a signal.
    #[inline]
    pub(crate) fn send(&self, buf: &[u8]) -> io::Result<usize> {
        in_its_world!(self, socket => socket.send(buf))
    }

    /// Sends from several buffers. Only for streams, which do not keep the bounds of buffers.
    pub(crate) fn send_vectored(&self, bufs: &[io::IoSlice<'_>]) -> io::Result<usize> {
        in_its_world!(self, socket => socket.send_vectored(bufs))
    }

    /// Receives one datagram and its sender's address.
    pub(crate) fn recv_from(&self, buf: &mut [MaybeUninit<u8>]) -> io::Result<(usize, SockAddr)> {
        in_its_world!(self, socket => socket.recv_from(buf))
    }

    /// Like [`recv_from`](Self::recv_from), and leaves the datagram there.
    pub(crate) fn peek_from(&self, buf: &mut [MaybeUninit<u8>]) -> io::Result<(usize, SockAddr)> {
        in_its_world!(self, socket => socket.peek_from(buf))
    }

    /// The sender of the next datagram, which is left there.
    pub(crate) fn peek_sender(&self) -> io::Result<SockAddr> {
        in_its_world!(self, socket => socket.peek_sender())
    }

    /// Sends one datagram to an address.
    pub(crate) fn send_to(&self, buf: &[u8], target: &SockAddr) -> io::Result<usize> {
        in_its_world!(self, socket => socket.send_to(buf, target))
    }

    /// Sets where datagrams are sent to, and received from, without an address.
    pub(crate) fn connect_datagrams(&self, target: &SockAddr) -> io::Result<()> {
        in_its_world!(self, socket => socket.connect_datagrams(target))
    }

    /// Accepts a connection, which is writable and maybe readable.
    pub(crate) fn accept(&self) -> io::Result<(Socket, SockAddr)> {
        in_its_world!(self, socket => {
            let (accepted, peer) = socket.accept()?;
            Ok((Socket::Os(accepted), peer))
        })
    }

    /// Closes one direction or both.
    pub(crate) fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        in_its_world!(self, socket => socket.shutdown(how))
    }

    /// Closes the writing direction of a stream. It is not an error if the peer is gone already.
    pub(crate) fn finish(&self) -> io::Result<()> {
        match self.shutdown(Shutdown::Write) {
            Err(error) if error.kind() == io::ErrorKind::NotConnected => Ok(()),
            result => result,
        }
    }
}

/// Operations that wait.
impl Socket {
    /// Receives into `buf`, or waits until there is something.
    #[inline]
    pub(crate) fn poll_recv(
        &self,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.source()
            .poll_fill(cx, buf, |unfilled| self.recv(unfilled))
    }

    /// Sends some of `buf`, or waits until that is possible.
    #[inline]
    pub(crate) fn poll_send(&self, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.source()
            .poll_transfer(cx, Direction::Write, buf.len(), || self.send(buf))
    }

    /// Sends some of `bufs`, or waits until that is possible.
    pub(crate) fn poll_send_vectored(
        &self,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.source()
            .poll_io(cx, Direction::Write, || self.send_vectored(bufs))
    }
}

/// Where the public API hands out a descriptor.
impl Socket {
    /// Deregisters the socket and makes it one of the standard library's.
    pub(crate) fn into_std<T: From<OwnedFd>>(self) -> io::Result<T> {
        in_its_world!(self, socket => socket.into_fd().map(T::from))
    }

    /// Formats the socket as one of the standard library's types does.
    pub(crate) fn fmt_as<T>(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result
    where
        T: FromRawFd + fmt::Debug,
    {
        in_its_world!(self, socket => socket.fmt_as::<T>(f))
    }
}

impl AsFd for Socket {
    #[inline]
    fn as_fd(&self) -> BorrowedFd<'_> {
        in_its_world!(self, socket => socket.as_fd())
    }
}

impl fmt::Debug for Socket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        in_its_world!(self, socket => socket.fmt(f))
    }
}
