//! Looking at the next datagram of a [`UdpSocket`] without taking it from the queue.

use std::io;
use std::net::SocketAddr;
use std::task::{Context, Poll, ready};

use super::{RECEIVABLE, UdpSocket, sender};
use crate::io::{Interest, ReadBuf};
use crate::net::fill_buf::{as_uninit, poll_into};
use crate::reactor::Direction;

impl UdpSocket {
    /// Waits for a datagram, and copies it without taking it from the queue. Returns how many bytes
    /// were copied; what does not fit into `buf` is not copied.
    ///
    /// # Errors
    ///
    /// See [`recv`](Self::recv).
    ///
    /// # Cancel safety
    ///
    /// This method is cancel safe: it takes nothing from the queue.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::net::UdpSocket;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let a = UdpSocket::bind("127.0.0.1:0").await?;
    /// # let socket = UdpSocket::bind("127.0.0.1:0").await?;
    /// # a.send_to(b"hello", socket.local_addr()?).await?;
    /// let mut kind = [0];
    /// socket.peek(&mut kind).await?;
    ///
    /// // The datagram is still there.
    /// let mut buf = [0; 16];
    /// assert_eq!(socket.recv(&mut buf).await?, 5);
    /// assert_eq!(buf[0], kind[0]);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn peek(&self, buf: &mut [u8]) -> io::Result<usize> {
        self.async_io(RECEIVABLE, || self.socket.peek(as_uninit(buf)))
            .await
    }

    /// Polls for a datagram, and copies it without taking it from the queue. Only the task that
    /// called this last is woken.
    ///
    /// # Errors
    ///
    /// See [`recv`](Self::recv).
    ///
    /// # Examples
    ///
    /// ```
    /// use std::future::poll_fn;
    /// use vitte::io::ReadBuf;
    /// use vitte::net::UdpSocket;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let a = UdpSocket::bind("127.0.0.1:0").await?;
    /// # let socket = UdpSocket::bind("127.0.0.1:0").await?;
    /// # a.send_to(b"hello", socket.local_addr()?).await?;
    /// let mut bytes = [0; 16];
    /// let mut buf = ReadBuf::new(&mut bytes);
    /// poll_fn(|cx| socket.poll_peek(cx, &mut buf)).await?;
    /// assert_eq!(buf.filled(), b"hello");
    /// # Ok(())
    /// # }
    /// ```
    pub fn poll_peek(&self, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let source = self.socket.source();
        poll_into(source, cx, buf, |unfilled| self.socket.peek(unfilled)).map_ok(drop)
    }

    /// Copies the next datagram without taking it from the queue, and without waiting.
    ///
    /// # Errors
    ///
    /// `WouldBlock` if there is none; otherwise see [`recv`](Self::recv).
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::net::UdpSocket;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let a = UdpSocket::bind("127.0.0.1:0").await?;
    /// # let socket = UdpSocket::bind("127.0.0.1:0").await?;
    /// # a.send_to(b"hello", socket.local_addr()?).await?;
    /// let mut buf = [0; 16];
    /// socket.readable().await?;
    /// assert_eq!(socket.try_peek(&mut buf)?, 5);
    /// # Ok(())
    /// # }
    /// ```
    pub fn try_peek(&self, buf: &mut [u8]) -> io::Result<usize> {
        self.try_io(Interest::READABLE, || self.socket.peek(as_uninit(buf)))
    }

    /// Waits for a datagram, and copies it without taking it from the queue; also returns its
    /// sender.
    ///
    /// # Errors
    ///
    /// See [`recv`](Self::recv).
    ///
    /// # Cancel safety
    ///
    /// This method is cancel safe: it takes nothing from the queue.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::net::UdpSocket;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let a = UdpSocket::bind("127.0.0.1:0").await?;
    /// # let socket = UdpSocket::bind("127.0.0.1:0").await?;
    /// # a.send_to(b"hello", socket.local_addr()?).await?;
    /// let mut buf = [0; 16];
    /// let (count, sender) = socket.peek_from(&mut buf).await?;
    /// assert_eq!(&buf[..count], b"hello");
    ///
    /// // The datagram is still there.
    /// assert_eq!(socket.recv_from(&mut buf).await?, (count, sender));
    /// # Ok(())
    /// # }
    /// ```
    pub async fn peek_from(&self, buf: &mut [u8]) -> io::Result<(usize, SocketAddr)> {
        let (count, address) = self
            .async_io(RECEIVABLE, || self.socket.peek_from(as_uninit(buf)))
            .await?;
        Ok((count, sender(address)?))
    }

    /// Polls for a datagram, and copies it without taking it from the queue; also returns its
    /// sender. Only the task that called this last is woken.
    ///
    /// # Errors
    ///
    /// See [`recv`](Self::recv).
    ///
    /// # Examples
    ///
    /// ```
    /// use std::future::poll_fn;
    /// use vitte::io::ReadBuf;
    /// use vitte::net::UdpSocket;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let a = UdpSocket::bind("127.0.0.1:0").await?;
    /// # let socket = UdpSocket::bind("127.0.0.1:0").await?;
    /// # a.send_to(b"hello", socket.local_addr()?).await?;
    /// let mut bytes = [0; 16];
    /// let mut buf = ReadBuf::new(&mut bytes);
    /// let sender = poll_fn(|cx| socket.poll_peek_from(cx, &mut buf)).await?;
    /// assert_eq!(buf.filled(), b"hello");
    /// assert_eq!(sender, a.local_addr()?);
    /// # Ok(())
    /// # }
    /// ```
    pub fn poll_peek_from(
        &self,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<SocketAddr>> {
        let received = poll_into(self.socket.source(), cx, buf, |unfilled| {
            self.socket.peek_from(unfilled)
        });
        let (_, address) = ready!(received)?;
        Poll::Ready(sender(address))
    }

    /// Copies the next datagram without taking it from the queue, and without waiting; also returns
    /// its sender.
    ///
    /// # Errors
    ///
    /// `WouldBlock` if there is none; otherwise see [`recv`](Self::recv).
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::net::UdpSocket;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let a = UdpSocket::bind("127.0.0.1:0").await?;
    /// # let socket = UdpSocket::bind("127.0.0.1:0").await?;
    /// # a.send_to(b"hello", socket.local_addr()?).await?;
    /// let mut buf = [0; 16];
    /// socket.readable().await?;
    /// assert_eq!(socket.try_peek_from(&mut buf)?, (5, a.local_addr()?));
    /// # Ok(())
    /// # }
    /// ```
    pub fn try_peek_from(&self, buf: &mut [u8]) -> io::Result<(usize, SocketAddr)> {
        let (count, address) =
            self.try_io(Interest::READABLE, || self.socket.peek_from(as_uninit(buf)))?;
        Ok((count, sender(address)?))
    }

    /// Waits for a datagram, and returns its sender without taking it from the queue.
    ///
    /// Anyone can send a datagram with a forged sender's address. Before a socket answers, that
    /// address proves nothing.
    ///
    /// # Errors
    ///
    /// See [`recv`](Self::recv).
    ///
    /// # Cancel safety
    ///
    /// This method is cancel safe: it takes nothing from the queue.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::net::UdpSocket;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let a = UdpSocket::bind("127.0.0.1:0").await?;
    /// # let socket = UdpSocket::bind("127.0.0.1:0").await?;
    /// # a.send_to(b"hello", socket.local_addr()?).await?;
    /// let sender = socket.peek_sender().await?;
    /// assert_eq!(sender, a.local_addr()?);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn peek_sender(&self) -> io::Result<SocketAddr> {
        self.async_io(RECEIVABLE, || self.next_sender()).await
    }

    /// Polls for a datagram, and returns its sender without taking it from the queue. Only the task
    /// that called this last is woken.
    ///
    /// # Errors
    ///
    /// See [`recv`](Self::recv).
    ///
    /// # Examples
    ///
    /// ```
    /// use std::future::poll_fn;
    /// use vitte::net::UdpSocket;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let a = UdpSocket::bind("127.0.0.1:0").await?;
    /// # let socket = UdpSocket::bind("127.0.0.1:0").await?;
    /// # a.send_to(b"hello", socket.local_addr()?).await?;
    /// let sender = poll_fn(|cx| socket.poll_peek_sender(cx)).await?;
    /// assert_eq!(sender, a.local_addr()?);
    /// # Ok(())
    /// # }
    /// ```
    pub fn poll_peek_sender(&self, cx: &mut Context<'_>) -> Poll<io::Result<SocketAddr>> {
        let source = self.socket.source();
        source.poll_io(cx, Direction::Read, || self.next_sender())
    }

    /// Returns the sender of the next datagram without taking it from the queue, and without
    /// waiting.
    ///
    /// # Errors
    ///
    /// `WouldBlock` if there is none; otherwise see [`recv`](Self::recv).
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::net::UdpSocket;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let a = UdpSocket::bind("127.0.0.1:0").await?;
    /// # let socket = UdpSocket::bind("127.0.0.1:0").await?;
    /// # a.send_to(b"hello", socket.local_addr()?).await?;
    /// socket.readable().await?;
    /// assert_eq!(socket.try_peek_sender()?, a.local_addr()?);
    /// # Ok(())
    /// # }
    /// ```
    pub fn try_peek_sender(&self) -> io::Result<SocketAddr> {
        self.try_io(Interest::READABLE, || self.next_sender())
    }

    fn next_sender(&self) -> io::Result<SocketAddr> {
        sender(self.socket.peek_sender()?)
    }
}
