//! [`TcpStream`] and its halves.

use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use crate::addr::ToSocketAddrs;
use crate::io::{AsyncRead, AsyncWrite, Interest, ReadBuf, Ready};
use crate::net::addr::{first_that_works, ip_address};
use crate::net::fill_buf::{as_uninit, fill_buf, poll_into};
use crate::net::options::socket_options;
use crate::net::socket::{Socket, options};
use crate::net::stream::halves::{
    half_methods, read_half_methods, stream_halves, write_half_methods,
};
use crate::net::stream::{
    descriptor_traits, readiness_methods, std_conversions, stream_methods, write_to_socket,
};
use crate::reactor::Direction;

/// A TCP connection.
///
/// Reading and writing go through [`AsyncRead`] and [`AsyncWrite`]. Dropping it closes it.
///
/// # Examples
///
/// ```no_run
/// # #[cfg(feature = "io-util")]
/// # async fn example() -> std::io::Result<()> {
/// use vitte_io::io::AsyncWriteExt;
/// use vitte_io::net::TcpStream;
///
/// let mut stream = TcpStream::connect("127.0.0.1:8080").await?;
/// stream.write_all(b"hello").await?;
/// # Ok(())
/// # }
/// ```
pub struct TcpStream {
    pub(super) socket: Socket,
}

descriptor_traits!(TcpStream);
std_conversions!(TcpStream, std::net::TcpStream);
readiness_methods!(TcpStream);
stream_methods!(TcpStream);
stream_halves!(TcpStream, SocketAddr);

impl TcpStream {
    /// Connects to the first address of `addr` that accepts.
    ///
    /// # Errors
    ///
    /// What the last attempt said, or that `addr` names no address.
    pub async fn connect<A: ToSocketAddrs>(addr: A) -> io::Result<TcpStream> {
        let socket = first_that_works(addr, Socket::connect_tcp).await?;
        Ok(TcpStream { socket })
    }

    /// The address of this end.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        ip_address(&self.socket.local_addr()?)
    }

    /// The address of the other end.
    ///
    /// # Errors
    ///
    /// When the stream is not connected any more.
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        ip_address(&self.socket.peer_addr()?)
    }

    /// Looks at what there is to read, and leaves it there; waits until there is something. Only
    /// the last task that called it is woken.
    ///
    /// # Errors
    ///
    /// What the system says, or that the runtime shuts down.
    pub fn poll_peek(
        &self,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<usize>> {
        let source = self.socket.source();
        poll_into(source, cx, buf, |unfilled| self.socket.peek(unfilled))
    }

    /// Looks at what there is to read, and leaves it there; waits until there is something.
    ///
    /// # Errors
    ///
    /// What the system says, or that the runtime shuts down.
    ///
    /// # Cancel safety
    ///
    /// Cancelling it loses nothing.
    pub async fn peek(&self, buf: &mut [u8]) -> io::Result<usize> {
        self.async_io(Interest::READABLE, || self.socket.peek(as_uninit(buf)))
            .await
    }

    /// Says how long closing may wait for unsent data: a wait that blocks the thread.
    ///
    /// # Errors
    ///
    /// What the system says.
    #[deprecated = "`SO_LINGER` causes the socket to block the thread on drop"]
    pub fn set_linger(&self, dur: Option<Duration>) -> io::Result<()> {
        self.socket.set_option(&options::LINGER, dur)
    }

    /// Lets closing reset the connection and discard unsent data, without waiting.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn set_zero_linger(&self) -> io::Result<()> {
        self.socket
            .set_option(&options::LINGER, Some(Duration::ZERO))
    }
}

socket_options! {
    impl TcpStream;
    /// Whether small segments are sent at once, instead of waiting for more data (`TCP_NODELAY`).
    nodelay -> set_nodelay: bool = NODELAY;
    /// Whether acknowledgements are sent at once (`TCP_QUICKACK`). The system may change it again.
    quickack -> set_quickack: bool = QUICKACK;
    /// How long closing may wait for unsent data (`SO_LINGER`).
    linger: Option<Duration> = LINGER;
    /// The time to live of outgoing packets (`IP_TTL`).
    ttl -> set_ttl: u32 = TTL_V4;
}

/// Looking ahead, on a reading half.
macro_rules! half_peek {
    ($half:ty, $this:ident => $stream:expr) => {
        impl $half {
            /// Looks at what there is to read, and leaves it there; waits until there is
            /// something. Only the last task that called it is woken.
            ///
            /// # Errors
            ///
            /// What the system says, or that the runtime shuts down.
            pub fn poll_peek(
                &mut self,
                cx: &mut Context<'_>,
                buf: &mut ReadBuf<'_>,
            ) -> Poll<io::Result<usize>> {
                let $this = self;
                ($stream).poll_peek(cx, buf)
            }

            /// Looks at what there is to read, and leaves it there; waits until there is
            /// something.
            ///
            /// # Errors
            ///
            /// What the system says, or that the runtime shuts down.
            ///
            /// # Cancel safety
            ///
            /// Cancelling it loses nothing.
            pub async fn peek(&mut self, buf: &mut [u8]) -> io::Result<usize> {
                let mut buf = ReadBuf::new(buf);
                poll_fn(|cx| self.poll_peek(cx, &mut buf)).await
            }
        }
    };
}

half_peek!(ReadHalf<'_>, this => this.0);
half_peek!(OwnedReadHalf, this => this.stream);
