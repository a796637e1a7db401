//! [`UnixDatagram`].

use std::io;
use std::net::Shutdown;
use std::os::unix::net;
use std::path::Path;
use std::task::{Context, Poll, ready};

use socket2::{SockAddr, Type};

use crate::io::{Interest, ReadBuf, Ready};
use crate::net::datagram::datagram_methods;
use crate::net::fill_buf::{as_uninit, fill_buf, poll_into};
use crate::net::socket::Socket;
use crate::net::stream::{descriptor_traits, readiness_methods, std_conversions};
use crate::net::unix::SocketAddr;
use crate::reactor::Direction;

/// A unix datagram socket.
///
/// # Examples
///
/// ```no_run
/// # async fn example() -> std::io::Result<()> {
/// use vitte_io::net::UnixDatagram;
///
/// let (a, b) = UnixDatagram::pair()?;
/// a.send(b"hello").await?;
/// let mut buf = [0; 16];
/// assert_eq!(b.recv(&mut buf).await?, 5);
/// # Ok(())
/// # }
/// ```
pub struct UnixDatagram {
    socket: Socket,
}

descriptor_traits!(UnixDatagram);
std_conversions!(UnixDatagram, net::UnixDatagram);
readiness_methods!(UnixDatagram);
datagram_methods!(
    UnixDatagram,
    SocketAddr,
    SocketAddr::reported,
    receives when Interest::READABLE
);

impl UnixDatagram {
    /// A socket at a path.
    ///
    /// # Errors
    ///
    /// What the system says.
    ///
    /// # Panics
    ///
    /// Outside of a runtime with io.
    pub fn bind<P>(path: P) -> io::Result<UnixDatagram>
    where
        P: AsRef<Path>,
    {
        let address = SockAddr::unix(path)?;
        let socket = Socket::bind_unix_datagram(Some(&address))?;
        Ok(UnixDatagram { socket })
    }

    /// Two sockets that are connected to each other.
    ///
    /// # Errors
    ///
    /// What the system says.
    ///
    /// # Panics
    ///
    /// Outside of a runtime with io.
    pub fn pair() -> io::Result<(UnixDatagram, UnixDatagram)> {
        let (a, b) = Socket::unix_pair(Type::DGRAM)?;
        Ok((UnixDatagram { socket: a }, UnixDatagram { socket: b }))
    }

    /// A socket without an address.
    ///
    /// # Errors
    ///
    /// What the system says.
    ///
    /// # Panics
    ///
    /// Outside of a runtime with io.
    pub fn unbound() -> io::Result<UnixDatagram> {
        let socket = Socket::bind_unix_datagram(None)?;
        Ok(UnixDatagram { socket })
    }

    pub(in crate::net::unix) fn from_socket(socket: Socket) -> Self {
        UnixDatagram { socket }
    }

    /// Sets the address that [`send`](Self::send) sends to.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn connect<P: AsRef<Path>>(&self, path: P) -> io::Result<()> {
        self.socket.connect_datagrams(&SockAddr::unix(path)?)
    }

    /// Sends a datagram to the socket at a path.
    ///
    /// # Errors
    ///
    /// What the system says, or that the runtime shuts down.
    ///
    /// # Cancel safety
    ///
    /// Cancelled, it has sent nothing.
    pub async fn send_to<P>(&self, buf: &[u8], target: P) -> io::Result<usize>
    where
        P: AsRef<Path>,
    {
        let target = SockAddr::unix(target)?;
        self.async_io(Interest::WRITABLE, || self.socket.send_to(buf, &target))
            .await
    }

    /// Sends a datagram to the socket at a path, or waits until that is possible. Only the last
    /// task that called it is woken.
    ///
    /// # Errors
    ///
    /// As [`send_to`](Self::send_to).
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

    /// Sends a datagram to the socket at a path, without waiting.
    ///
    /// # Errors
    ///
    /// `WouldBlock` when it would have to wait.
    pub fn try_send_to<P>(&self, buf: &[u8], target: P) -> io::Result<usize>
    where
        P: AsRef<Path>,
    {
        let target = SockAddr::unix(target)?;
        self.try_io(Interest::WRITABLE, || self.socket.send_to(buf, &target))
    }

    /// The address of this socket.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        SocketAddr::reported(self.socket.local_addr()?)
    }

    /// The address that the socket is connected to.
    ///
    /// # Errors
    ///
    /// When it is not connected.
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        SocketAddr::reported(self.socket.peer_addr()?)
    }

    /// Closes one direction or both.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        self.socket.shutdown(how)
    }
}
