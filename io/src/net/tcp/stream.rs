//! [`TcpStream`] and its halves.

use std::future::poll_fn;
use std::io;
use std::net::{Shutdown, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use crate::addr::ToSocketAddrs;
use crate::io::{AsyncRead, AsyncWrite, Interest, ReadBuf, Ready};
use crate::net::addr::first_that_works;
use crate::net::fill_buf::fill_buf;
use crate::net::stream::halves::{
    half_methods, read_half_methods, stream_halves, write_half_methods,
};
use crate::net::stream::{
    descriptor_traits, readiness_methods, std_conversions, stream_methods, write_through,
};
use crate::reactor::Direction;
use crate::reactor::descriptor::advance;
use crate::reactor::socket::{Socket, as_uninit};

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
        self.socket.view::<std::net::TcpStream>().local_addr()
    }

    /// The address of the other end.
    ///
    /// # Errors
    ///
    /// When the stream is not connected any more.
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.socket.view::<std::net::TcpStream>().peer_addr()
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
        // SAFETY: nothing de-initializes a byte: `peek` only writes.
        let unfilled = unsafe { buf.unfilled_mut() };
        let registration = self.socket.registration();
        let count =
            ready!(registration.poll_io(cx, Direction::Read, || { self.socket.peek(unfilled) }))?;
        advance(buf, count);
        Poll::Ready(Ok(count))
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

    /// Whether small segments are sent at once (`TCP_NODELAY`).
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn nodelay(&self) -> io::Result<bool> {
        self.socket.options().tcp_nodelay()
    }

    /// Says whether small segments are sent at once, instead of waiting for more data.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn set_nodelay(&self, nodelay: bool) -> io::Result<()> {
        self.socket.options().set_tcp_nodelay(nodelay)
    }

    /// Whether acknowledgements are sent at once (`TCP_QUICKACK`).
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn quickack(&self) -> io::Result<bool> {
        self.socket.options().tcp_quickack()
    }

    /// Says whether acknowledgements are sent at once. The system may change it again.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn set_quickack(&self, quickack: bool) -> io::Result<()> {
        self.socket.options().set_tcp_quickack(quickack)
    }

    /// How long closing may wait for unsent data (`SO_LINGER`).
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn linger(&self) -> io::Result<Option<Duration>> {
        self.socket.options().linger()
    }

    /// Says how long closing may wait for unsent data: a wait that blocks the thread.
    ///
    /// # Errors
    ///
    /// What the system says.
    #[deprecated = "`SO_LINGER` causes the socket to block the thread on drop"]
    pub fn set_linger(&self, dur: Option<Duration>) -> io::Result<()> {
        self.socket.options().set_linger(dur)
    }

    /// Lets closing reset the connection and discard unsent data, without waiting.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn set_zero_linger(&self) -> io::Result<()> {
        self.socket.options().set_linger(Some(Duration::ZERO))
    }

    /// The time to live of outgoing packets.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn ttl(&self) -> io::Result<u32> {
        self.socket.view::<std::net::TcpStream>().ttl()
    }

    /// Sets the time to live of outgoing packets.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn set_ttl(&self, ttl: u32) -> io::Result<()> {
        self.socket.view::<std::net::TcpStream>().set_ttl(ttl)
    }
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
