//! [`TcpListener`]: accepting TCP connections.
//!
//! Any number of tasks may accept from one listener at once, on any thread. Accepted sockets are
//! registered with the runtime of the task that accepts.

use std::io;
use std::net::SocketAddr;
use std::task::{Context, Poll, ready};

use socket2::SockAddr;

use super::TcpStream;
use crate::addr::ToSocketAddrs;
use crate::io::Interest;
use crate::net::addr::{first_that_works, ip_address};
use crate::net::conversions::{descriptor_traits, std_conversions};
use crate::net::options::socket_options;
use crate::net::socket::Socket;
use crate::reactor::Direction;

/// A socket that waits for TCP connections.
///
/// The listener can be shared between tasks: every method takes `&self`. Dropping it closes it, and
/// the connections that were not accepted yet are reset.
///
/// # Examples
///
/// A server that returns to each client what it sends, one task per connection:
///
/// ```no_run
/// use vitte::io;
/// use vitte::net::TcpListener;
///
/// # #[vitte::main]
/// # async fn main() -> io::Result<()> {
/// let listener = TcpListener::bind("127.0.0.1:8080").await?;
/// loop {
///     let (mut stream, peer) = listener.accept().await?;
///     vitte::spawn(async move {
///         let (mut reader, mut writer) = stream.split();
///         if let Err(error) = io::copy(&mut reader, &mut writer).await {
///             eprintln!("{peer}: {error}");
///         }
///     });
/// }
/// # }
/// ```
pub struct TcpListener {
    pub(super) socket: Socket,
}

descriptor_traits!(TcpListener);
std_conversions!(
    TcpListener,
    std::net::TcpListener,
    r#"let socket = std::net::TcpListener::bind("127.0.0.1:0")?;"#
);

impl TcpListener {
    /// Listens at the first address of `addr` that can be bound; port 0 takes any free port, which
    /// [`local_addr`](Self::local_addr) reports.
    ///
    /// The address can be bound again as soon as the listener is closed (`SO_REUSEADDR` is set). To
    /// set other options, or the length of the queue, start from a
    /// [`TcpSocket`](crate::net::TcpSocket).
    ///
    /// # Errors
    ///
    /// If no address works, the error of the last attempt: `AddrInUse` if another socket listens
    /// there, `PermissionDenied` for a port below 1024 without the right to it, `AddrNotAvailable`
    /// if the address is not one of this host. If `addr` is a name, the resolver's error;
    /// `InvalidInput` if it has no addresses.
    ///
    /// # Panics
    ///
    /// Outside of a runtime with I/O enabled.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::net::TcpListener;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// let listener = TcpListener::bind("127.0.0.1:0").await?;
    /// println!("listening at {}", listener.local_addr()?);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn bind<A: ToSocketAddrs>(addr: A) -> io::Result<TcpListener> {
        let listen = |address| std::future::ready(Socket::listen_tcp(address));
        let socket = first_that_works(addr, listen).await?;
        Ok(TcpListener { socket })
    }

    /// Waits for a connection and returns it with the address of its other end.
    ///
    /// # Errors
    ///
    /// What the system's `accept` reports: usually that the process or the system has too many open
    /// files (`EMFILE`, `ENFILE`), or `ConnectionAborted` if the peer is gone already. The listener
    /// can still be used after each of them. Also fails once the runtime shuts down.
    ///
    /// # Cancel safety
    ///
    /// This method is cancel safe. If the future is dropped before it is ready, no connection was
    /// accepted: the next one goes to another call.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::net::{TcpListener, TcpStream};
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// let listener = TcpListener::bind("127.0.0.1:0").await?;
    /// let client = TcpStream::connect(listener.local_addr()?).await?;
    ///
    /// let (stream, peer) = listener.accept().await?;
    /// assert_eq!(peer, client.local_addr()?);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn accept(&self) -> io::Result<(TcpStream, SocketAddr)> {
        let source = self.socket.source();
        let accepted = source
            .async_io(Interest::READABLE, || self.socket.accept())
            .await?;
        connection(accepted)
    }

    /// Polls for a connection. Only the task that called this last is woken.
    ///
    /// # Errors
    ///
    /// See [`accept`](Self::accept).
    ///
    /// # Examples
    ///
    /// ```
    /// use std::future::poll_fn;
    /// use vitte::net::{TcpListener, TcpStream};
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// let listener = TcpListener::bind("127.0.0.1:0").await?;
    /// let client = TcpStream::connect(listener.local_addr()?).await?;
    ///
    /// let (stream, peer) = poll_fn(|cx| listener.poll_accept(cx)).await?;
    /// assert_eq!(peer, client.local_addr()?);
    /// # Ok(())
    /// # }
    /// ```
    pub fn poll_accept(&self, cx: &mut Context<'_>) -> Poll<io::Result<(TcpStream, SocketAddr)>> {
        let source = self.socket.source();
        let accepted = ready!(source.poll_io(cx, Direction::Read, || self.socket.accept()))?;
        Poll::Ready(connection(accepted))
    }

    /// The address at which the socket listens, with the port that was chosen if it was bound to
    /// port 0.
    ///
    /// # Errors
    ///
    /// What the system's `getsockname` reports; it does not fail for an open listener.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::net::TcpListener;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// let listener = TcpListener::bind("127.0.0.1:0").await?;
    /// assert_ne!(listener.local_addr()?.port(), 0);
    /// # Ok(())
    /// # }
    /// ```
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        ip_address(&self.socket.local_addr()?)
    }
}

socket_options! {
    impl TcpListener, made by r#"let socket = TcpListener::bind("127.0.0.1:0").await?;"#;
    /// The time to live of outgoing packets: how many routers they may pass (`IP_TTL`). Accepted
    /// streams inherit it.
    ttl -> set_ttl(32): u32 = TTL_V4;
}

fn connection((socket, peer): (Socket, SockAddr)) -> io::Result<(TcpStream, SocketAddr)> {
    Ok((TcpStream { socket }, ip_address(&peer)?))
}
