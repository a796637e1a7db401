//! What TCP and unix streams have in common, written once: the methods that wait and try, and
//! the stream traits. Their halves are in [`halves`].
//!
//! The two types cannot share one generic type, because tokio's are two plain ones; so these are
//! macros. `$stream` is a struct with a field `socket`.

pub(super) mod halves;

/// The descriptor of a type with a field `socket`.
macro_rules! descriptor_traits {
    ($ty:ty) => {
        impl std::os::fd::AsRawFd for $ty {
            fn as_raw_fd(&self) -> std::os::fd::RawFd {
                std::os::fd::AsRawFd::as_raw_fd(&std::os::fd::AsFd::as_fd(&self.socket))
            }
        }

        impl std::os::fd::AsFd for $ty {
            fn as_fd(&self) -> std::os::fd::BorrowedFd<'_> {
                std::os::fd::AsFd::as_fd(&self.socket)
            }
        }
    };
}
pub(crate) use descriptor_traits;

/// The conversions from and to the standard library's type, and its `Debug`.
macro_rules! std_conversions {
    ($ty:ty, $std:ty) => {
        impl $ty {
            /// Takes over a socket of the standard library's, which must not block.
            ///
            /// # Errors
            ///
            /// When the reactor cannot register it.
            ///
            /// # Panics
            ///
            /// Outside of a runtime with io; and, with debug assertions, when the socket blocks.
            #[track_caller]
            pub fn from_std(socket: $std) -> io::Result<Self> {
                let socket = Socket::from_std(socket)?;
                Ok(Self { socket })
            }

            /// Deregisters the socket and returns it as one of the standard library's. It still
            /// does not block.
            ///
            /// # Errors
            ///
            /// When the reactor cannot deregister it.
            pub fn into_std(self) -> io::Result<$std> {
                self.socket.into_std()
            }

            /// Takes the error that is pending on the socket (`SO_ERROR`), if there is one.
            ///
            /// # Errors
            ///
            /// When the option cannot be read.
            pub fn take_error(&self) -> io::Result<Option<io::Error>> {
                self.socket.take_error()
            }
        }

        impl TryFrom<$std> for $ty {
            type Error = io::Error;

            /// Calls `from_std`.
            fn try_from(socket: $std) -> io::Result<Self> {
                Self::from_std(socket)
            }
        }

        impl std::fmt::Debug for $ty {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.socket.fmt_as::<$std>(f)
            }
        }
    };
}
pub(crate) use std_conversions;

/// Waiting for readiness and trying operations of one's own, for every socket type.
macro_rules! readiness_methods {
    ($ty:ty) => {
        impl $ty {
            /// Waits until the socket is ready for any of `interest`, and says for what.
            ///
            /// Readiness is a hint: the operation that follows may still return `WouldBlock`.
            ///
            /// # Errors
            ///
            /// When the runtime shuts down.
            ///
            /// # Cancel safety
            ///
            /// Cancelling it loses nothing: once ready, a socket stays so until an operation on
            /// it would block.
            pub async fn ready(&self, interest: Interest) -> io::Result<Ready> {
                let event = self.socket.source().ready(interest).await?;
                Ok(event.ready)
            }

            /// Waits until the socket can be read.
            ///
            /// # Errors
            ///
            /// When the runtime shuts down.
            ///
            /// # Cancel safety
            ///
            /// Cancelling it loses nothing.
            pub async fn readable(&self) -> io::Result<()> {
                self.ready(Interest::READABLE).await?;
                Ok(())
            }

            /// Waits until the socket can be written.
            ///
            /// # Errors
            ///
            /// When the runtime shuts down.
            ///
            /// # Cancel safety
            ///
            /// Cancelling it loses nothing.
            pub async fn writable(&self) -> io::Result<()> {
                self.ready(Interest::WRITABLE).await?;
                Ok(())
            }

            /// Calls `f` once, if the socket is ready for `interest`; it may use the socket's
            /// descriptor directly.
            ///
            /// `f` must return `WouldBlock` when, and only when, the operation would block: that
            /// clears the readiness.
            ///
            /// # Errors
            ///
            /// `WouldBlock` if the socket is not ready; otherwise what `f` returns.
            pub fn try_io<R>(
                &self,
                interest: Interest,
                f: impl FnOnce() -> io::Result<R>,
            ) -> io::Result<R> {
                self.socket.source().try_io(interest, f)
            }

            /// Calls `f` until it returns something else than `WouldBlock`, waiting in between
            /// until the socket is ready for `interest`.
            ///
            /// # Errors
            ///
            /// What `f` returns, or that the runtime shuts down.
            pub async fn async_io<R>(
                &self,
                interest: Interest,
                f: impl FnMut() -> io::Result<R>,
            ) -> io::Result<R> {
                self.socket.source().async_io(interest, f).await
            }
        }
    };
}
pub(crate) use readiness_methods;

/// What a stream does itself.
macro_rules! stream_methods {
    ($stream:ident) => {
        impl $stream {
            /// Waits until the stream can be read. Only the last task that called it is woken.
            ///
            /// # Errors
            ///
            /// When the runtime shuts down.
            pub fn poll_read_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
                let source = self.socket.source();
                source.poll_ready(cx, Direction::Read).map_ok(drop)
            }

            /// Waits until the stream can be written. Only the last task that called it is woken.
            ///
            /// # Errors
            ///
            /// When the runtime shuts down.
            pub fn poll_write_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
                let source = self.socket.source();
                source.poll_ready(cx, Direction::Write).map_ok(drop)
            }

            /// Reads what there is, without waiting. Zero means that the stream has ended (or
            /// that the buffer is empty).
            ///
            /// # Errors
            ///
            /// `WouldBlock` when there is nothing to read.
            pub fn try_read(&self, buf: &mut [u8]) -> io::Result<usize> {
                self.try_io(Interest::READABLE, || self.socket.recv(as_uninit(buf)))
            }

            /// [`try_read`](Self::try_read) into several buffers, one after the other.
            ///
            /// # Errors
            ///
            /// `WouldBlock` when there is nothing to read.
            pub fn try_read_vectored(
                &self,
                bufs: &mut [io::IoSliceMut<'_>],
            ) -> io::Result<usize> {
                self.try_io(Interest::READABLE, || self.socket.recv_vectored(bufs))
            }

            /// [`try_read`](Self::try_read) into the spare capacity of `buf`, which is advanced.
            ///
            /// # Errors
            ///
            /// `WouldBlock` when there is nothing to read.
            pub fn try_read_buf<B: bytes::BufMut>(&self, buf: &mut B) -> io::Result<usize> {
                self.try_io(Interest::READABLE, || {
                    fill_buf(buf, |spare| self.socket.recv(spare))
                })
            }

            /// Writes as much as is possible without waiting.
            ///
            /// # Errors
            ///
            /// `WouldBlock` when nothing can be written.
            pub fn try_write(&self, buf: &[u8]) -> io::Result<usize> {
                self.try_io(Interest::WRITABLE, || self.socket.send(buf))
            }

            /// [`try_write`](Self::try_write) from several buffers, one after the other.
            ///
            /// # Errors
            ///
            /// `WouldBlock` when nothing can be written.
            pub fn try_write_vectored(&self, bufs: &[io::IoSlice<'_>]) -> io::Result<usize> {
                self.try_io(Interest::WRITABLE, || self.socket.send_vectored(bufs))
            }

            /// Splits the stream into a reader and a writer that borrow it: no cost, but both
            /// stay in one task.
            pub fn split(&mut self) -> (ReadHalf<'_>, WriteHalf<'_>) {
                (ReadHalf(self), WriteHalf(self))
            }

            /// Splits the stream into a reader and a writer that may go to different tasks.
            /// Dropping the writer closes the writing side.
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
                // What was written is with the system already.
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
