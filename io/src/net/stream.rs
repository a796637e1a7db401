//! What TCP and unix streams have in common: the methods that wait and try, and the stream traits.
//!
//! The two cannot be one generic type, because tokio's are two plain ones; so these are macros.
//! `$stream` is a struct with a field `socket`. `$example` are the lines of an example that make
//! two connected streams, `stream` and `peer`; `peer` has sent "hello". The halves are in
//! [`halves`].

pub(super) mod halves;

/// The methods and traits of a stream.
macro_rules! stream_methods {
    ($stream:ident, $example:expr) => {
        impl $stream {
            /// Polls until the stream can be read. Only the task that called this last is woken.
            ///
            /// # Errors
            ///
            /// If the runtime shuts down.
            ///
            /// # Examples
            ///
            /// ```
            /// use std::future::poll_fn;
            ///
            /// # #[vitte::main]
            /// # async fn main() -> std::io::Result<()> {
            #[doc = $example]
            /// poll_fn(|cx| stream.poll_read_ready(cx)).await?;
            /// let mut buf = [0; 16];
            /// assert_eq!(stream.try_read(&mut buf)?, 5);
            /// # Ok(())
            /// # }
            /// ```
            pub fn poll_read_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
                let source = self.socket.source();
                source.poll_ready(cx, Direction::Read).map_ok(drop)
            }

            /// Polls until the stream can be written. Only the task that called this last is woken.
            ///
            /// # Errors
            ///
            /// If the runtime shuts down.
            ///
            /// # Examples
            ///
            /// ```
            /// use std::future::poll_fn;
            ///
            /// # #[vitte::main]
            /// # async fn main() -> std::io::Result<()> {
            #[doc = $example]
            /// poll_fn(|cx| stream.poll_write_ready(cx)).await?;
            /// assert_eq!(stream.try_write(b"world")?, 5);
            /// # Ok(())
            /// # }
            /// ```
            pub fn poll_write_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
                let source = self.socket.source();
                source.poll_ready(cx, Direction::Write).map_ok(drop)
            }

            /// Reads what there is without waiting, and returns how many bytes; zero at the end of
            /// the stream, or if `buf` is empty. Usually called after [`readable`](Self::readable).
            ///
            /// # Errors
            ///
            /// `WouldBlock` if there is nothing to read, `ConnectionReset` if the peer reset the
            /// connection.
            ///
            /// # Examples
            ///
            /// ```
            /// # #[vitte::main]
            /// # async fn main() -> std::io::Result<()> {
            #[doc = $example]
            /// stream.readable().await?;
            /// let mut buf = [0; 16];
            /// let count = stream.try_read(&mut buf)?;
            /// assert_eq!(&buf[..count], b"hello");
            /// # Ok(())
            /// # }
            /// ```
            pub fn try_read(&self, buf: &mut [u8]) -> io::Result<usize> {
                self.try_io(Interest::READABLE, || self.socket.recv(as_uninit(buf)))
            }

            /// Like [`try_read`](Self::try_read), into several buffers, one after the other.
            ///
            /// # Errors
            ///
            /// See [`try_read`](Self::try_read).
            ///
            /// # Examples
            ///
            /// ```
            /// use std::io::IoSliceMut;
            ///
            /// # #[vitte::main]
            /// # async fn main() -> std::io::Result<()> {
            #[doc = $example]
            /// stream.readable().await?;
            /// let (mut head, mut rest) = ([0; 1], [0; 15]);
            /// let mut bufs = [IoSliceMut::new(&mut head), IoSliceMut::new(&mut rest)];
            /// assert_eq!(stream.try_read_vectored(&mut bufs)?, 5);
            /// assert_eq!(&head, b"h");
            /// # Ok(())
            /// # }
            /// ```
            pub fn try_read_vectored(
                &self,
                bufs: &mut [io::IoSliceMut<'_>],
            ) -> io::Result<usize> {
                self.try_io(Interest::READABLE, || self.socket.recv_vectored(bufs))
            }

            /// Like [`try_read`](Self::try_read), into the spare capacity of `buf`, which is
            /// advanced.
            ///
            /// # Errors
            ///
            /// See [`try_read`](Self::try_read).
            ///
            /// # Examples
            ///
            /// ```
            /// # #[vitte::main]
            /// # async fn main() -> std::io::Result<()> {
            #[doc = $example]
            /// stream.readable().await?;
            /// let mut buf = Vec::with_capacity(16);
            /// stream.try_read_buf(&mut buf)?;
            /// assert_eq!(buf, b"hello");
            /// # Ok(())
            /// # }
            /// ```
            pub fn try_read_buf<B: bytes::BufMut>(&self, buf: &mut B) -> io::Result<usize> {
                self.try_io(Interest::READABLE, || {
                    fill_buf(buf, |spare| self.socket.recv(spare))
                })
            }

            /// Writes as much as is possible without waiting, and returns how much. Usually called
            /// after [`writable`](Self::writable).
            ///
            /// # Errors
            ///
            /// `WouldBlock` if the send buffer is full, `BrokenPipe` or `ConnectionReset` if the
            /// peer has closed the connection.
            ///
            /// # Examples
            ///
            /// ```
            /// # #[vitte::main]
            /// # async fn main() -> std::io::Result<()> {
            #[doc = $example]
            /// stream.writable().await?;
            /// assert_eq!(stream.try_write(b"world")?, 5);
            /// # Ok(())
            /// # }
            /// ```
            pub fn try_write(&self, buf: &[u8]) -> io::Result<usize> {
                self.try_io(Interest::WRITABLE, || self.socket.send(buf))
            }

            /// Like [`try_write`](Self::try_write), from several buffers, one after the other.
            ///
            /// # Errors
            ///
            /// See [`try_write`](Self::try_write).
            ///
            /// # Examples
            ///
            /// ```
            /// use std::io::IoSlice;
            ///
            /// # #[vitte::main]
            /// # async fn main() -> std::io::Result<()> {
            #[doc = $example]
            /// stream.writable().await?;
            /// let parts = [IoSlice::new(b"head"), IoSlice::new(b"body")];
            /// assert_eq!(stream.try_write_vectored(&parts)?, 8);
            /// # Ok(())
            /// # }
            /// ```
            pub fn try_write_vectored(&self, bufs: &[io::IoSlice<'_>]) -> io::Result<usize> {
                self.try_io(Interest::WRITABLE, || self.socket.send_vectored(bufs))
            }

            /// Splits the stream into a reader and a writer that borrow it. It costs nothing, but
            /// both stay in one task; for two, see [`into_split`](Self::into_split).
            ///
            /// # Examples
            ///
            /// ```
            /// use vitte::io::{AsyncReadExt, AsyncWriteExt};
            ///
            /// # #[vitte::main]
            /// # async fn main() -> std::io::Result<()> {
            #[doc = $example]
            /// let (mut reader, mut writer) = stream.split();
            ///
            /// // Reading and writing at the same time.
            /// let mut buf = [0; 5];
            /// vitte::try_join!(reader.read_exact(&mut buf), writer.write_all(b"world"))?;
            /// assert_eq!(&buf, b"hello");
            /// # Ok(())
            /// # }
            /// ```
            pub fn split(&mut self) -> (ReadHalf<'_>, WriteHalf<'_>) {
                (ReadHalf(self), WriteHalf(self))
            }

            /// Splits the stream into a reader and a writer that may go to different tasks.
            /// Dropping the writer closes the writing side; the stream is closed when both are
            /// dropped.
            ///
            /// # Examples
            ///
            /// ```
            /// use vitte::io::{AsyncReadExt, AsyncWriteExt};
            ///
            /// # #[vitte::main]
            /// # async fn main() -> std::io::Result<()> {
            #[doc = $example]
            /// let (mut reader, mut writer) = stream.into_split();
            /// let writing = vitte::spawn(async move { writer.write_all(b"world").await });
            ///
            /// let mut buf = [0; 5];
            /// reader.read_exact(&mut buf).await?;
            /// assert_eq!(&buf, b"hello");
            /// writing.await.unwrap()?;
            /// # Ok(())
            /// # }
            /// ```
            pub fn into_split(self) -> (OwnedReadHalf, OwnedWriteHalf) {
                let stream = Arc::new(self);
                let read = OwnedReadHalf {
                    stream: stream.clone(),
                };
                let write = OwnedWriteHalf {
                    stream,
                    shutdown_on_drop: true,
                };
                (read, write)
            }
        }

        impl AsRef<Self> for $stream {
            fn as_ref(&self) -> &Self {
                self
            }
        }

        impl AsyncRead for $stream {
            #[inline]
            fn poll_read(
                self: Pin<&mut Self>,
                cx: &mut Context<'_>,
                buf: &mut ReadBuf<'_>,
            ) -> Poll<io::Result<()>> {
                self.socket.poll_recv(cx, buf)
            }
        }

        write_to_socket!(impl AsyncWrite for $stream, this => &this.socket);
    };
}
pub(crate) use stream_methods;

/// `AsyncWrite` for what writes to a socket and closes it at once.
macro_rules! write_to_socket {
    (impl AsyncWrite for $ty:ty, $this:ident => $socket:expr) => {
        impl AsyncWrite for $ty {
            #[inline]
            fn poll_write(
                self: Pin<&mut Self>,
                cx: &mut Context<'_>,
                buf: &[u8],
            ) -> Poll<io::Result<usize>> {
                let $this = self;
                ($socket).poll_send(cx, buf)
            }

            fn poll_write_vectored(
                self: Pin<&mut Self>,
                cx: &mut Context<'_>,
                bufs: &[io::IoSlice<'_>],
            ) -> Poll<io::Result<usize>> {
                let $this = self;
                ($socket).poll_send_vectored(cx, bufs)
            }

            fn is_write_vectored(&self) -> bool {
                true
            }

            #[inline]
            fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
                // The system has already taken what was written.
                Poll::Ready(Ok(()))
            }

            fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
                let $this = self;
                Poll::Ready(($socket).finish())
            }
        }
    };
}
pub(crate) use write_to_socket;
