//! [`TcpListener`].

use std::io;
use std::net::SocketAddr;
use std::task::{Context, Poll, ready};

use socket2::SockAddr;

use super::TcpStream;
use crate::addr::ToSocketAddrs;
use crate::io::Interest;
use crate::net::addr::{first_that_works, ip_address};
use crate::net::options::socket_options;
use crate::net::socket::Socket;
use crate::net::stream::{descriptor_traits, std_conversions};
use crate::reactor::Direction;

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
    pub fn poll_accept(&self, cx: &mut Context<'_>) -> Poll<io::Result<(TcpStream, SocketAddr)>> {
        let source = self.socket.source();
        let accepted = ready!(source.poll_io(cx, Direction::Read, || self.socket.accept()))?;
        Poll::Ready(connection(accepted))
    }

    /// The address at which it listens: with the port that was chosen.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        ip_address(&self.socket.local_addr()?)
    }
}

socket_options! {
    impl TcpListener;
    /// The time to live of outgoing packets (`IP_TTL`).
    ttl -> set_ttl: u32 = TTL_V4;
}

fn connection((socket, peer): (Socket, SockAddr)) -> io::Result<(TcpStream, SocketAddr)> {
    Ok((TcpStream { socket }, ip_address(&peer)?))
}
