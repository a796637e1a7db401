//! What UDP and unix datagram sockets have in common, written once; see `stream` for why these
//! are macros. `$sender` turns the address that the system reports into the type's own.

/// Waiting, sending and receiving without addresses, and receiving with them.
macro_rules! datagram_methods {
    ($ty:ty, $address:ty, $sender:path, receives when $readable:expr) => {
        impl $ty {
            /// Waits until a datagram can be sent. Only the last task that called it is woken.
            ///
            /// # Errors
            ///
            /// When the runtime shuts down.
            pub fn poll_send_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
                let source = self.socket.source();
                source.poll_ready(cx, Direction::Write).map_ok(drop)
            }

            /// Waits until a datagram can be received. Only the last task that called it is woken.
            ///
            /// # Errors
            ///
            /// When the runtime shuts down.
            pub fn poll_recv_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
                let source = self.socket.source();
                source.poll_ready(cx, Direction::Read).map_ok(drop)
            }

            /// Sends a datagram to the address that the socket is connected to.
            ///
            /// # Errors
            ///
            /// What the system says, or that the runtime shuts down.
            ///
            /// # Cancel safety
            ///
            /// Cancelled, it has sent nothing.
            pub async fn send(&self, buf: &[u8]) -> io::Result<usize> {
                self.async_io(Interest::WRITABLE, || self.socket.send(buf))
                    .await
            }

            /// Sends a datagram to the address that the socket is connected to, or waits until
            /// that is possible. Only the last task that called it is woken.
            ///
            /// # Errors
            ///
            /// As [`send`](Self::send).
            pub fn poll_send(&self, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
                let source = self.socket.source();
                source.poll_io(cx, Direction::Write, || self.socket.send(buf))
            }

            /// Sends a datagram to the address that the socket is connected to, without waiting.
            ///
            /// # Errors
            ///
            /// `WouldBlock` when it would have to wait.
            pub fn try_send(&self, buf: &[u8]) -> io::Result<usize> {
                self.try_io(Interest::WRITABLE, || self.socket.send(buf))
            }

            /// Receives a datagram from the address that the socket is connected to. What does
            /// not fit into the buffer is lost.
            ///
            /// # Errors
            ///
            /// What the system says, or that the runtime shuts down.
            ///
            /// # Cancel safety
            ///
            /// Cancelled, it has received nothing.
            pub async fn recv(&self, buf: &mut [u8]) -> io::Result<usize> {
                self.async_io($readable, || self.socket.recv(as_uninit(buf)))
                    .await
            }

            /// Receives a datagram, or waits for one. Only the last task that called it is woken.
            ///
            /// # Errors
            ///
            /// As [`recv`](Self::recv).
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

            /// Receives a datagram, without waiting.
            ///
            /// # Errors
            ///
            /// `WouldBlock` when there is none.
            pub fn try_recv(&self, buf: &mut [u8]) -> io::Result<usize> {
                self.try_io(Interest::READABLE, || self.socket.recv(as_uninit(buf)))
            }

            /// Receives a datagram into the spare capacity of `buf`, without waiting.
            ///
            /// # Errors
            ///
            /// `WouldBlock` when there is none.
            pub fn try_recv_buf<B: bytes::BufMut>(&self, buf: &mut B) -> io::Result<usize> {
                self.try_io(Interest::READABLE, || {
                    fill_buf(buf, |spare| self.socket.recv(spare))
                })
            }

            /// Receives a datagram into the spare capacity of `buf`.
            ///
            /// # Errors
            ///
            /// As [`recv`](Self::recv).
            ///
            /// # Cancel safety
            ///
            /// Cancelled, it has received nothing.
            pub async fn recv_buf<B: bytes::BufMut>(&self, buf: &mut B) -> io::Result<usize> {
                self.async_io($readable, || fill_buf(buf, |spare| self.socket.recv(spare)))
                    .await
            }

            /// Receives a datagram and says who sent it. What does not fit into the buffer is
            /// lost.
            ///
            /// # Errors
            ///
            /// As [`recv`](Self::recv).
            ///
            /// # Cancel safety
            ///
            /// Cancelled, it has received nothing.
            pub async fn recv_from(&self, buf: &mut [u8]) -> io::Result<(usize, $address)> {
                let (count, sender) = self
                    .async_io($readable, || self.socket.recv_from(as_uninit(buf)))
                    .await?;
                Ok((count, $sender(sender)?))
            }

            /// Receives a datagram and says who sent it, or waits for one. Only the last task
            /// that called it is woken.
            ///
            /// # Errors
            ///
            /// As [`recv`](Self::recv).
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

            /// Receives a datagram and says who sent it, without waiting.
            ///
            /// # Errors
            ///
            /// `WouldBlock` when there is none.
            pub fn try_recv_from(&self, buf: &mut [u8]) -> io::Result<(usize, $address)> {
                let (count, sender) =
                    self.try_io(Interest::READABLE, || self.socket.recv_from(as_uninit(buf)))?;
                Ok((count, $sender(sender)?))
            }

            /// Receives a datagram into the spare capacity of `buf` and says who sent it, without
            /// waiting.
            ///
            /// # Errors
            ///
            /// `WouldBlock` when there is none.
            pub fn try_recv_buf_from<B: bytes::BufMut>(
                &self,
                buf: &mut B,
            ) -> io::Result<(usize, $address)> {
                let (count, sender) = self.try_io(Interest::READABLE, || {
                    fill_buf(buf, |spare| self.socket.recv_from(spare))
                })?;
                Ok((count, $sender(sender)?))
            }

            /// Receives a datagram into the spare capacity of `buf` and says who sent it.
            ///
            /// # Errors
            ///
            /// As [`recv`](Self::recv).
            ///
            /// # Cancel safety
            ///
            /// Cancelled, it has received nothing.
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
