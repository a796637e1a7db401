//! [`UnixListener`].

use std::io;
use std::os::unix::net;
use std::path::Path;
use std::task::{Context, Poll, ready};

use socket2::SockAddr;

use super::{SocketAddr, UnixStream};
use crate::io::Interest;
use crate::net::socket::Socket;
use crate::net::stream::{descriptor_traits, std_conversions};
use crate::reactor::Direction;

/// A socket that waits for connections at a path.
///
/// Dropping it leaves the file behind.
///
/// # Examples
///
/// ```no_run
/// # async fn example() -> std::io::Result<()> {
/// use vitte_io::net::UnixListener;
///
/// let listener = UnixListener::bind("/run/example.socket")?;
/// let (stream, _) = listener.accept().await?;
/// println!("connected by {:?}", stream.peer_cred()?);
/// # Ok(())
/// # }
/// ```
pub struct UnixListener {
    socket: Socket,
}

descriptor_traits!(UnixListener);
std_conversions!(UnixListener, net::UnixListener);

impl UnixListener {
    /// Listens at a path; on Linux, a path that begins with a NUL is an abstract name.
    ///
    /// # Errors
    ///
    /// What the system says: that the file exists, as a rule.
    ///
    /// # Panics
    ///
    /// Outside of a runtime with io.
    #[track_caller]
    pub fn bind<P>(path: P) -> io::Result<UnixListener>
    where
        P: AsRef<Path>,
    {
        let address = SocketAddr::at_path(path.as_ref())?;
        UnixListener::bind_addr(&address)
    }

    /// Listens at an address.
    ///
    /// # Errors
    ///
    /// What the system says.
    ///
    /// # Panics
    ///
    /// Outside of a runtime with io.
    #[track_caller]
    pub fn bind_addr(socket_addr: &SocketAddr) -> io::Result<UnixListener> {
        let socket = Socket::listen_unix(&socket_addr.to_system()?)?;
        Ok(UnixListener { socket })
    }

    pub(super) fn from_socket(socket: Socket) -> Self {
        UnixListener { socket }
    }

    /// The address at which it listens.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        SocketAddr::reported(self.socket.local_addr()?)
    }

    /// Waits for a connection.
    ///
    /// # Errors
    ///
    /// What the system says (too many open files, as a rule), or that the runtime shuts down.
    ///
    /// # Cancel safety
    ///
    /// Cancelling it loses no connection.
    pub async fn accept(&self) -> io::Result<(UnixStream, SocketAddr)> {
        let source = self.socket.source();
        let accepted = source
            .async_io(Interest::READABLE, || self.socket.accept())
            .await?;
        connection(accepted)
    }

    /// Waits for a connection. Only the last task that called it is woken.
    ///
    /// # Errors
    ///
    /// As [`accept`](Self::accept).
    pub fn poll_accept(&self, cx: &mut Context<'_>) -> Poll<io::Result<(UnixStream, SocketAddr)>> {
        let source = self.socket.source();
        let accepted = ready!(source.poll_io(cx, Direction::Read, || self.socket.accept()))?;
        Poll::Ready(connection(accepted))
    }
}

fn connection((socket, peer): (Socket, SockAddr)) -> io::Result<(UnixStream, SocketAddr)> {
    Ok((UnixStream { socket }, SocketAddr::reported(peer)?))
}
