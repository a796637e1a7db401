//! The methods that UDP and unix datagram sockets have in common; `stream` says why they are
//! macros.
//!
//! `$sender` turns the address that the system reports into the type's own. `$example` are the
//! lines of an example that make two connected sockets, `socket` and `peer`; `peer` has sent
//! "hello".

/// Waiting, sending and receiving without addresses, and receiving with them.
macro_rules! datagram_methods {
    (
        $ty:ty, $address:ty, $sender:path, receives when $readable:expr, $example:expr
    ) => {
        impl $ty {
            /// Polls until a datagram can be sent. Only the task that called this last is woken.
            ///
            /// # Errors
            ///
            /// If the runtime shuts down.
            pub fn poll_send_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
                let source = self.socket.source();
                source.poll_ready(cx, Direction::Write).map_ok(drop)
            }

            /// Polls until a datagram can be received. Only the task that called this last is
            /// woken.
            ///
            /// # Errors
            ///
            /// If the runtime shuts down.
            pub fn poll_recv_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
                let source = self.socket.source();
                source.poll_ready(cx, Direction::Read).map_ok(drop)
            }

            /// Sends a datagram to the address that the socket is connected to, and waits until the
            /// system has taken it. Returns the length of `buf`: a datagram is sent as a whole.
            ///
            /// # Errors
            ///
            /// Of the system's `send`: `NotConnected` or `EDESTADDRREQ` if the socket is not
            /// connected, a message that is too long for a datagram (`EMSGSIZE`),
            /// `ConnectionRefused` if nothing receives there. Also fails if the runtime shuts down.
            ///
            /// # Cancel safety
            ///
            /// This method is cancel safe. If the future is dropped before it is ready, nothing was
            /// sent.
            ///
            /// # Examples
            ///
            /// ```
            /// # #[vitte::main]
            /// # async fn main() -> std::io::Result<()> {
            #[doc = $example]
            /// socket.send(b"world").await?;
            ///
            /// let mut buf = [0; 16];
            /// let count = peer.recv(&mut buf).await?;
            /// assert_eq!(&buf[..count], b"world");
            /// # Ok(())
            /// # }
            /// ```
            pub async fn send(&self, buf: &[u8]) -> io::Result<usize> {
                self.async_io(Interest::WRITABLE, || self.socket.send(buf))
                    .await
            }

            /// Polls to send a datagram to the address that the socket is connected to. Only the
            /// task that called this last is woken.
            ///
            /// # Errors
            ///
            /// See [`send`](Self::send).
            pub fn poll_send(&self, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
                let source = self.socket.source();
                source.poll_io(cx, Direction::Write, || self.socket.send(buf))
            }

            /// Sends a datagram to the address that the socket is connected to, without waiting.
            ///
            /// # Errors
            ///
            /// `WouldBlock` if the send buffer is full; otherwise see [`send`](Self::send).
            ///
            /// # Examples
            ///
            /// ```
            /// # #[vitte::main]
            /// # async fn main() -> std::io::Result<()> {
            #[doc = $example]
            /// socket.writable().await?;
            /// assert_eq!(socket.try_send(b"world")?, 5);
            /// # Ok(())
            /// # }
            /// ```
            pub fn try_send(&self, buf: &[u8]) -> io::Result<usize> {
                self.try_io(Interest::WRITABLE, || self.socket.send(buf))
            }

            /// Waits for a datagram, and returns how many bytes of it were received. What does not
            /// fit into the buffer is lost.
            ///
            /// # Errors
            ///
            /// An error that is pending on the socket, such as `ConnectionRefused` for an earlier
            /// datagram that nothing received. Also fails if the runtime shuts down.
            ///
            /// # Cancel safety
            ///
            /// This method is cancel safe. If the future is dropped before it is ready, nothing was
            /// received.
            ///
            /// # Examples
            ///
            /// ```
            /// # #[vitte::main]
            /// # async fn main() -> std::io::Result<()> {
            #[doc = $example]
            /// let mut buf = [0; 16];
            /// let count = socket.recv(&mut buf).await?;
            /// assert_eq!(&buf[..count], b"hello");
            /// # Ok(())
            /// # }
            /// ```
            pub async fn recv(&self, buf: &mut [u8]) -> io::Result<usize> {
                self.async_io($readable, || self.socket.recv(as_uninit(buf)))
                    .await
            }

            /// Polls for a datagram. Only the task that called this last is woken. What does not
            /// fit into the buffer is lost.
            ///
            /// # Errors
            ///
            /// See [`recv`](Self::recv).
            pub fn poll_recv(
                &self,
                cx: &mut Context<'_>,
                buf: &mut ReadBuf<'_>,
            ) -> Poll<io::Result<()>> {
                poll_into(self.socket.source(), cx, buf, |unfilled| {
                    self.socket.recv(unfilled)
                })
                .map_ok(drop)
            }

            /// Receives a datagram without waiting. What does not fit into the buffer is lost.
            ///
            /// # Errors
            ///
            /// `WouldBlock` if there is none; otherwise see [`recv`](Self::recv).
            ///
            /// # Examples
            ///
            /// ```
            /// # #[vitte::main]
            /// # async fn main() -> std::io::Result<()> {
            #[doc = $example]
            /// socket.readable().await?;
            /// let mut buf = [0; 16];
            /// assert_eq!(socket.try_recv(&mut buf)?, 5);
            /// # Ok(())
            /// # }
            /// ```
            pub fn try_recv(&self, buf: &mut [u8]) -> io::Result<usize> {
                self.try_io(Interest::READABLE, || self.socket.recv(as_uninit(buf)))
            }

            /// Like [`try_recv`](Self::try_recv), into the spare capacity of `buf`, which is
            /// advanced.
            ///
            /// # Errors
            ///
            /// `WouldBlock` if there is none; otherwise see [`recv`](Self::recv).
            ///
            /// # Examples
            ///
            /// ```
            /// # #[vitte::main]
            /// # async fn main() -> std::io::Result<()> {
            #[doc = $example]
            /// socket.readable().await?;
            /// let mut buf = Vec::with_capacity(16);
            /// socket.try_recv_buf(&mut buf)?;
            /// assert_eq!(buf, b"hello");
            /// # Ok(())
            /// # }
            /// ```
            pub fn try_recv_buf<B: bytes::BufMut>(&self, buf: &mut B) -> io::Result<usize> {
                self.try_io(Interest::READABLE, || {
                    fill_buf(buf, |spare| self.socket.recv(spare))
                })
            }

            /// Like [`recv`](Self::recv), into the spare capacity of `buf`, which is advanced.
            ///
            /// # Errors
            ///
            /// See [`recv`](Self::recv).
            ///
            /// # Cancel safety
            ///
            /// This method is cancel safe. If the future is dropped before it is ready, nothing was
            /// received.
            ///
            /// # Examples
            ///
            /// ```
            /// # #[vitte::main]
            /// # async fn main() -> std::io::Result<()> {
            #[doc = $example]
            /// let mut buf = Vec::with_capacity(16);
            /// socket.recv_buf(&mut buf).await?;
            /// assert_eq!(buf, b"hello");
            /// # Ok(())
            /// # }
            /// ```
            pub async fn recv_buf<B: bytes::BufMut>(&self, buf: &mut B) -> io::Result<usize> {
                self.async_io($readable, || fill_buf(buf, |spare| self.socket.recv(spare)))
                    .await
            }

            /// Waits for a datagram, and returns how many bytes of it were received and who sent
            /// it. What does not fit into the buffer is lost.
            ///
            /// # Errors
            ///
            /// See [`recv`](Self::recv).
            ///
            /// # Cancel safety
            ///
            /// This method is cancel safe. If the future is dropped before it is ready, nothing was
            /// received.
            ///
            /// # Examples
            ///
            /// ```
            /// # #[vitte::main]
            /// # async fn main() -> std::io::Result<()> {
            #[doc = $example]
            /// let mut buf = [0; 16];
            /// let (count, sender) = socket.recv_from(&mut buf).await?;
            /// println!("{count} bytes from {sender:?}");
            /// # Ok(())
            /// # }
            /// ```
            pub async fn recv_from(&self, buf: &mut [u8]) -> io::Result<(usize, $address)> {
                let (count, sender) = self
                    .async_io($readable, || self.socket.recv_from(as_uninit(buf)))
                    .await?;
                Ok((count, $sender(sender)?))
            }

            /// Polls for a datagram, and returns who sent it. Only the task that called this last
            /// is woken. What does not fit into the buffer is lost.
            ///
            /// # Errors
            ///
            /// See [`recv`](Self::recv).
            pub fn poll_recv_from(
                &self,
                cx: &mut Context<'_>,
                buf: &mut ReadBuf<'_>,
            ) -> Poll<io::Result<$address>> {
                let received = poll_into(self.socket.source(), cx, buf, |unfilled| {
                    self.socket.recv_from(unfilled)
                });
                let (_, sender) = ready!(received)?;
                Poll::Ready($sender(sender))
            }

            /// Receives a datagram without waiting, and returns also who sent it. What does not fit
            /// into the buffer is lost.
            ///
            /// # Errors
            ///
            /// `WouldBlock` if there is none; otherwise see [`recv`](Self::recv).
            ///
            /// # Examples
            ///
            /// ```
            /// # #[vitte::main]
            /// # async fn main() -> std::io::Result<()> {
            #[doc = $example]
            /// socket.readable().await?;
            /// let mut buf = [0; 16];
            /// let (count, sender) = socket.try_recv_from(&mut buf)?;
            /// println!("{count} bytes from {sender:?}");
            /// # Ok(())
            /// # }
            /// ```
            pub fn try_recv_from(&self, buf: &mut [u8]) -> io::Result<(usize, $address)> {
                let (count, sender) =
                    self.try_io(Interest::READABLE, || self.socket.recv_from(as_uninit(buf)))?;
                Ok((count, $sender(sender)?))
            }

            /// Like [`try_recv_from`](Self::try_recv_from), into the spare capacity of `buf`, which
            /// is advanced.
            ///
            /// # Errors
            ///
            /// `WouldBlock` if there is none; otherwise see [`recv`](Self::recv).
            ///
            /// # Examples
            ///
            /// ```
            /// # #[vitte::main]
            /// # async fn main() -> std::io::Result<()> {
            #[doc = $example]
            /// socket.readable().await?;
            /// let mut buf = Vec::with_capacity(16);
            /// let (count, sender) = socket.try_recv_buf_from(&mut buf)?;
            /// println!("{count} bytes from {sender:?}");
            /// # Ok(())
            /// # }
            /// ```
            pub fn try_recv_buf_from<B: bytes::BufMut>(
                &self,
                buf: &mut B,
            ) -> io::Result<(usize, $address)> {
                let (count, sender) = self.try_io(Interest::READABLE, || {
                    fill_buf(buf, |spare| self.socket.recv_from(spare))
                })?;
                Ok((count, $sender(sender)?))
            }

            /// Like [`recv_from`](Self::recv_from), into the spare capacity of `buf`, which is
            /// advanced.
            ///
            /// # Errors
            ///
            /// See [`recv`](Self::recv).
            ///
            /// # Cancel safety
            ///
            /// This method is cancel safe. If the future is dropped before it is ready, nothing was
            /// received.
            ///
            /// # Examples
            ///
            /// ```
            /// # #[vitte::main]
            /// # async fn main() -> std::io::Result<()> {
            #[doc = $example]
            /// let mut buf = Vec::with_capacity(16);
            /// let (count, sender) = socket.recv_buf_from(&mut buf).await?;
            /// println!("{count} bytes from {sender:?}");
            /// # Ok(())
            /// # }
            /// ```
            pub async fn recv_buf_from<B: bytes::BufMut>(
                &self,
                buf: &mut B,
            ) -> io::Result<(usize, $address)> {
                let (count, sender) = self
                    .async_io($readable, || {
                        fill_buf(buf, |spare| self.socket.recv_from(spare))
                    })
                    .await?;
                Ok((count, $sender(sender)?))
            }
        }
    };
}
pub(crate) use datagram_methods;
