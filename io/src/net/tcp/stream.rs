//! [`TcpStream`], and the types of its halves.
//!
//! Most of it comes from the macros that unix streams use too; here is what only TCP has: its
//! addresses, its options, and looking ahead. The halves pass operations on to the stream.

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
use crate::net::conversions::{descriptor_traits, std_conversions};
use crate::net::fill_buf::{as_uninit, fill_buf, poll_into};
use crate::net::options::socket_options;
use crate::net::readiness::readiness_methods;
use crate::net::socket::{Socket, options};
use crate::net::stream::halves::methods::{half_methods, read_half_methods, write_half_methods};
use crate::net::stream::halves::stream_halves;
use crate::net::stream::{stream_methods, write_to_socket};
use crate::reactor::Direction;

/// A TCP connection.
///
/// Reading and writing go through [`AsyncRead`] and [`AsyncWrite`], whose methods are in
/// `AsyncReadExt` and `AsyncWriteExt`. Dropping the stream closes it in both directions;
/// `AsyncWriteExt::shutdown` closes the writing side alone.
///
/// # Examples
///
/// ```
/// use vitte::io::{AsyncReadExt, AsyncWriteExt};
/// use vitte::net::{TcpListener, TcpStream};
///
/// # #[vitte::main]
/// # async fn main() -> std::io::Result<()> {
/// let listener = TcpListener::bind("127.0.0.1:0").await?;
/// let mut client = TcpStream::connect(listener.local_addr()?).await?;
/// let (mut server, _) = listener.accept().await?;
///
/// client.write_all(b"hello").await?;
/// client.shutdown().await?;
///
/// let mut text = String::new();
/// server.read_to_string(&mut text).await?;
/// assert_eq!(text, "hello");
/// # Ok(())
/// # }
/// ```
pub struct TcpStream {
    pub(super) socket: Socket,
}

descriptor_traits!(TcpStream);
/// The lines of an example that make two connected streams, one of which has sent something.
macro_rules! example_streams {
    () => {
        r#"# let listener = vitte::net::TcpListener::bind("127.0.0.1:0").await?;
# let mut stream = vitte::net::TcpStream::connect(listener.local_addr()?).await?;
# let (mut peer, _) = listener.accept().await?;
# peer.writable().await?;
# peer.try_write(b"hello")?;"#
    };
}

std_conversions!(
    TcpStream,
    std::net::TcpStream,
    r#"# let server = std::net::TcpListener::bind("127.0.0.1:0")?;
# let _client = vitte::net::TcpStream::connect(server.local_addr()?).await?;
let (socket, _) = server.accept()?;"#
);
readiness_methods!(TcpStream, stream.try_read.try_write, example_streams!());
stream_methods!(TcpStream, example_streams!());
stream_halves!(TcpStream, SocketAddr, example_streams!());

impl TcpStream {
    /// Connects to the first address of `addr` that accepts; a name is looked up first.
    ///
    /// To set options before, or to connect from a certain address, start from a
    /// [`TcpSocket`](crate::net::TcpSocket).
    ///
    /// # Errors
    ///
    /// If no address works, the error of the last attempt: `ConnectionRefused` if nothing listens
    /// there, `TimedOut`, `HostUnreachable` or `NetworkUnreachable` if it cannot be reached. If
    /// `addr` is a name, the resolver's error; `InvalidInput` if it has no addresses.
    ///
    /// The system's limit for a peer that does not answer is minutes: use `time::timeout` for a
    /// shorter one.
    ///
    /// # Panics
    ///
    /// Outside of a runtime with I/O enabled.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped before it is ready, the attempt is given up: the socket is closed.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use vitte::net::{TcpListener, TcpStream};
    /// use vitte::time::timeout;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let listener = TcpListener::bind("127.0.0.1:0").await?;
    /// # let address = listener.local_addr()?;
    /// let stream = timeout(Duration::from_secs(5), TcpStream::connect(address)).await??;
    /// assert_eq!(stream.peer_addr()?, address);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn connect<A: ToSocketAddrs>(addr: A) -> io::Result<TcpStream> {
        let socket = first_that_works(addr, Socket::connect_tcp).await?;
        Ok(TcpStream { socket })
    }

    /// The address of this end.
    ///
    /// # Errors
    ///
    /// What the system's `getsockname` reports; it does not fail for an open socket.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::net::{TcpListener, TcpStream};
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// let listener = TcpListener::bind("127.0.0.1:0").await?;
    /// let stream = TcpStream::connect(listener.local_addr()?).await?;
    /// let (_, peer) = listener.accept().await?;
    /// assert_eq!(stream.local_addr()?, peer);
    /// # Ok(())
    /// # }
    /// ```
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        ip_address(&self.socket.local_addr()?)
    }

    /// The address of the other end.
    ///
    /// # Errors
    ///
    /// `NotConnected` once the connection is closed or was reset.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::net::{TcpListener, TcpStream};
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// let listener = TcpListener::bind("127.0.0.1:0").await?;
    /// let stream = TcpStream::connect(listener.local_addr()?).await?;
    /// assert_eq!(stream.peer_addr()?, listener.local_addr()?);
    /// # Ok(())
    /// # }
    /// ```
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        ip_address(&self.socket.peer_addr()?)
    }

    /// Polls for data, and copies what there is without taking it from the stream. Only the task
    /// that called this last is woken.
    ///
    /// # Errors
    ///
    /// See [`peek`](Self::peek).
    ///
    /// # Examples
    ///
    /// ```
    /// use std::future::poll_fn;
    /// use vitte::io::ReadBuf;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    #[doc = example_streams!()]
    /// let mut bytes = [0; 16];
    /// let mut buf = ReadBuf::new(&mut bytes);
    /// let count = poll_fn(|cx| stream.poll_peek(cx, &mut buf)).await?;
    /// assert_eq!(count, 5);
    /// # Ok(())
    /// # }
    /// ```
    pub fn poll_peek(
        &self,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<usize>> {
        let source = self.socket.source();
        poll_into(source, cx, buf, |unfilled| self.socket.peek(unfilled))
    }

    /// Waits for data, and copies what there is without taking it from the stream: the next read
    /// returns the same bytes. Returns how many bytes were copied; zero at the end of the stream,
    /// or if `buf` is empty.
    ///
    /// # Errors
    ///
    /// `ConnectionReset` if the peer reset the connection, or another error that is pending on the
    /// socket. Also fails once the runtime shuts down.
    ///
    /// # Cancel safety
    ///
    /// This method is cancel safe: it takes nothing from the stream.
    ///
    /// # Examples
    ///
    /// Choosing a protocol by the first byte:
    ///
    /// ```
    /// use vitte::io::{AsyncReadExt, AsyncWriteExt};
    /// use vitte::net::{TcpListener, TcpStream};
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let listener = TcpListener::bind("127.0.0.1:0").await?;
    /// # let mut client = TcpStream::connect(listener.local_addr()?).await?;
    /// # client.write_all(b"GET").await?;
    /// let (mut stream, _) = listener.accept().await?;
    /// let mut first = [0];
    /// stream.peek(&mut first).await?;
    /// let is_tls = first[0] == 0x16;
    ///
    /// // The byte is still there.
    /// assert_eq!(stream.read_u8().await?, b'G');
    /// # assert!(!is_tls);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn peek(&self, buf: &mut [u8]) -> io::Result<usize> {
        self.async_io(Interest::READABLE, || self.socket.peek(as_uninit(buf)))
            .await
    }

    /// Sets how long closing may wait for unsent data. The wait blocks the thread that drops the
    /// stream.
    ///
    /// # Errors
    ///
    /// What the system's `setsockopt` reports; it does not fail for an open socket.
    ///
    /// # Examples
    ///
    /// ```
    /// #![allow(deprecated)]
    /// use std::time::Duration;
    /// use vitte::net::{TcpListener, TcpStream};
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let listener = TcpListener::bind("127.0.0.1:0").await?;
    /// let stream = TcpStream::connect(listener.local_addr()?).await?;
    /// stream.set_linger(Some(Duration::from_secs(1)))?;
    /// assert_eq!(stream.linger()?, Some(Duration::from_secs(1)));
    /// # Ok(())
    /// # }
    /// ```
    #[deprecated = "`SO_LINGER` causes the socket to block the thread on drop"]
    pub fn set_linger(&self, dur: Option<Duration>) -> io::Result<()> {
        self.socket.set_option(&options::LINGER, dur)
    }

    /// Makes closing reset the connection at once and discard what is not sent yet.
    ///
    /// # Errors
    ///
    /// What the system's `setsockopt` reports; it does not fail for an open socket.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::io::AsyncReadExt;
    /// use vitte::net::{TcpListener, TcpStream};
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let listener = TcpListener::bind("127.0.0.1:0").await?;
    /// # let mut client = TcpStream::connect(listener.local_addr()?).await?;
    /// let (stream, _) = listener.accept().await?;
    /// stream.set_zero_linger()?;
    /// drop(stream);
    ///
    /// let error = client.read_u8().await.unwrap_err();
    /// assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
    /// # Ok(())
    /// # }
    /// ```
    pub fn set_zero_linger(&self) -> io::Result<()> {
        self.socket
            .set_option(&options::LINGER, Some(Duration::ZERO))
    }
}

socket_options! {
    impl TcpStream, made by r#"# let listener = vitte::net::TcpListener::bind("127.0.0.1:0").await?;
# let server = listener.local_addr()?;
let socket = TcpStream::connect(server).await?;"#;
    /// Whether small segments are sent at once, instead of waiting for more data (`TCP_NODELAY`).
    nodelay -> set_nodelay(true): bool = NODELAY;
    /// Whether acknowledgements are sent at once (`TCP_QUICKACK`). The system may change it back.
    quickack -> set_quickack(true): bool = QUICKACK;
    /// How long closing may wait for unsent data; `None` if it does not wait and the system goes on
    /// sending (`SO_LINGER`).
    linger: Option<Duration> = LINGER;
    /// The time to live of outgoing packets: how many routers they may pass (`IP_TTL`).
    ttl -> set_ttl(32): u32 = TTL_V4;
}

/// Looking ahead, on a reading half.
macro_rules! half_peek {
    ($half:ty, $this:ident => $stream:expr, $split:ident) => {
        impl $half {
            /// Polls for data, and copies what there is without taking it from the stream. Only the
            /// task that called this last is woken.
            ///
            /// # Errors
            ///
            /// See [`peek`](Self::peek).
            ///
            /// # Examples
            ///
            /// ```
            /// use std::future::poll_fn;
            /// use vitte::io::ReadBuf;
            ///
            /// # #[vitte::main]
            /// # async fn main() -> std::io::Result<()> {
            #[doc = example_streams!()]
            #[doc = concat!("# let (mut reader, mut writer) = stream.", stringify!($split), "();")]
            /// let mut bytes = [0; 16];
            /// let mut buf = ReadBuf::new(&mut bytes);
            /// let count = poll_fn(|cx| reader.poll_peek(cx, &mut buf)).await?;
            /// assert_eq!(count, 5);
            /// # Ok(())
            /// # }
            /// ```
            pub fn poll_peek(
                &mut self,
                cx: &mut Context<'_>,
                buf: &mut ReadBuf<'_>,
            ) -> Poll<io::Result<usize>> {
                let $this = self;
                ($stream).poll_peek(cx, buf)
            }

            /// Waits for data, and copies what there is without taking it from the stream; see
            /// [`TcpStream::peek`](crate::net::TcpStream::peek).
            ///
            /// # Errors
            ///
            /// `ConnectionReset` if the peer reset the connection, or another error that is pending
            /// on the socket. Also fails once the runtime shuts down.
            ///
            /// # Cancel safety
            ///
            /// This method is cancel safe: it takes nothing from the stream.
            ///
            /// # Examples
            ///
            /// ```
            /// # #[vitte::main]
            /// # async fn main() -> std::io::Result<()> {
            #[doc = example_streams!()]
            #[doc = concat!("# let (mut reader, mut writer) = stream.", stringify!($split), "();")]
            /// let mut buf = [0; 16];
            /// let count = reader.peek(&mut buf).await?;
            /// assert_eq!(&buf[..count], b"hello");
            /// # Ok(())
            /// # }
            /// ```
            pub async fn peek(&mut self, buf: &mut [u8]) -> io::Result<usize> {
                let mut buf = ReadBuf::new(buf);
                poll_fn(|cx| self.poll_peek(cx, &mut buf)).await
            }
        }
    };
}

half_peek!(ReadHalf<'_>, this => this.0, split);
half_peek!(OwnedReadHalf, this => this.stream, into_split);
