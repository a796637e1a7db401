//! [`TcpListener`].

use std::io;
use std::net::SocketAddr;
use std::task::{Context, Poll, ready};

use super::TcpStream;
use crate::addr::ToSocketAddrs;
use crate::io::Interest;
use crate::net::addr::first_that_works;
use crate::net::stream::{descriptor_traits, std_conversions};
use crate::reactor::Direction;
use crate::reactor::socket::Socket;

/// A socket that waits for TCP connections.
///
/// # Examples
///
/// ```no_run
/// # async fn example() -> std::io::Result<()> {
/// use vitte_io::net::TcpListener;
///
/// let listener = TcpListener::bind("127.0.0.1:8080").await?;
/// loop {
///     let (stream, peer) = listener.accept().await?;
///     println!("{peer} connected");
/// }
/// # }
/// ```
pub struct TcpListener {
    pub(super) socket: Socket,
}

descriptor_traits!(TcpListener);
std_conversions!(TcpListener, std::net::TcpListener);

impl TcpListener {
    /// Listens at the first address of `addr` that is free; port 0 takes any free port.
    ///
    /// The address can be used again as soon as the listener is closed (`SO_REUSEADDR`).
    ///
    /// # Errors
    ///
    /// What the last attempt said, or that `addr` names no address.
    pub async fn bind<A: ToSocketAddrs>(addr: A) -> io::Result<TcpListener> {
        let listen = |address| std::future::ready(Socket::listen_tcp(address));
        let socket = first_that_works(addr, listen).await?;
        Ok(TcpListener { socket })
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
    pub async fn accept(&self) -> io::Result<(TcpStream, SocketAddr)> {
        let registration = self.socket.registration();
        let accepted = registration
            .async_io(Interest::READABLE, || self.socket.accept())
            .await?;
        connection(accepted)
    }

    /// Waits for a connection. Only the last task that called it is woken.
    ///
    /// # Errors
    ///
    /// As [`accept`](Self::accept).
    pub fn poll_accept(&self, cx: &mut Context<'_>) -> Poll<io::Result<(TcpStream, SocketAddr)>> {
        let registration = self.socket.registration();
        let accepted = ready!(registration.poll_io(cx, Direction::Read, || self.socket.accept()))?;
        Poll::Ready(connection(accepted))
    }

    /// The address at which it listens: with the port that was chosen.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.socket.view::<std::net::TcpListener>().local_addr()
    }

    /// The time to live of outgoing packets.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn ttl(&self) -> io::Result<u32> {
        self.socket.view::<std::net::TcpListener>().ttl()
    }

    /// Sets the time to live of outgoing packets.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn set_ttl(&self, ttl: u32) -> io::Result<()> {
        self.socket.view::<std::net::TcpListener>().set_ttl(ttl)
    }
}

fn connection(
    (fd, peer): (std::os::fd::OwnedFd, socket2::SockAddr),
) -> io::Result<(TcpStream, SocketAddr)> {
    let socket = Socket::accepted(fd)?;
    Ok((TcpStream { socket }, super::socket::ip_address(&peer)?))
}
