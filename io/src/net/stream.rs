//! What TCP and unix streams have in common, written once: the methods that wait and try, the
//! stream traits, and the four halves.
//!
//! The two types cannot share one generic type, because tokio's are two plain ones; so these are
//! macros. `$stream` is a struct with a field `socket`.

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
                self.socket.options().take_error()
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
                std::fmt::Debug::fmt(&*self.socket.view::<$std>(), f)
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
                let event = self.socket.registration().ready(interest).await?;
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
                self.socket.registration().try_io(interest, f)
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
                self.socket.registration().async_io(interest, f).await
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
                let registration = self.socket.registration();
                registration.poll_ready(cx, Direction::Read).map_ok(drop)
            }

            /// Waits until the stream can be written. Only the last task that called it is woken.
            ///
            /// # Errors
            ///
            /// When the runtime shuts down.
            pub fn poll_write_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
                let registration = self.socket.registration();
                registration.poll_ready(cx, Direction::Write).map_ok(drop)
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

        write_through!(impl AsyncWrite for $stream, this => &this.socket);
    };
}
pub(crate) use stream_methods;

/// `AsyncWrite` for what writes to a socket and closes it at once.
macro_rules! write_through {
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
                Poll::Ready(($socket).shutdown(Shutdown::Write))
            }
        }
    };
}
pub(crate) use write_through;

/// The methods that a reading half passes on.
macro_rules! read_half_methods {
    ($half:ty, $this:ident => $stream:expr, $address:ty) => {
        impl $half {
            /// Waits until the stream is ready for any of `interest`, and says for what.
            ///
            /// # Errors
            ///
            /// When the runtime shuts down.
            ///
            /// # Cancel safety
            ///
            /// Cancelling it loses nothing.
            pub async fn ready(&self, interest: Interest) -> io::Result<Ready> {
                let $this = self;
                ($stream).ready(interest).await
            }

            /// Waits until the stream can be read.
            ///
            /// # Errors
            ///
            /// When the runtime shuts down.
            ///
            /// # Cancel safety
            ///
            /// Cancelling it loses nothing.
            pub async fn readable(&self) -> io::Result<()> {
                let $this = self;
                ($stream).readable().await
            }

            /// Reads what there is, without waiting.
            ///
            /// # Errors
            ///
            /// `WouldBlock` when there is nothing to read.
            pub fn try_read(&self, buf: &mut [u8]) -> io::Result<usize> {
                let $this = self;
                ($stream).try_read(buf)
            }

            /// Reads what there is into several buffers, without waiting.
            ///
            /// # Errors
            ///
            /// `WouldBlock` when there is nothing to read.
            pub fn try_read_vectored(&self, bufs: &mut [io::IoSliceMut<'_>]) -> io::Result<usize> {
                let $this = self;
                ($stream).try_read_vectored(bufs)
            }

            /// Reads what there is into the spare capacity of `buf`, without waiting.
            ///
            /// # Errors
            ///
            /// `WouldBlock` when there is nothing to read.
            pub fn try_read_buf<B: bytes::BufMut>(&self, buf: &mut B) -> io::Result<usize> {
                let $this = self;
                ($stream).try_read_buf(buf)
            }

            /// The address of the other end.
            ///
            /// # Errors
            ///
            /// When the stream is not connected any more.
            pub fn peer_addr(&self) -> io::Result<$address> {
                let $this = self;
                ($stream).peer_addr()
            }

            /// The address of this end.
            ///
            /// # Errors
            ///
            /// What the system says.
            pub fn local_addr(&self) -> io::Result<$address> {
                let $this = self;
                ($stream).local_addr()
            }
        }

        impl AsyncRead for $half {
            #[inline]
            fn poll_read(
                self: Pin<&mut Self>,
                cx: &mut Context<'_>,
                buf: &mut ReadBuf<'_>,
            ) -> Poll<io::Result<()>> {
                let $this = self;
                ($stream).socket.poll_recv(cx, buf)
            }
        }
    };
}
pub(crate) use read_half_methods;

/// The methods that a writing half passes on.
macro_rules! write_half_methods {
    ($half:ty, $this:ident => $stream:expr, $address:ty) => {
        impl $half {
            /// Waits until the stream is ready for any of `interest`, and says for what.
            ///
            /// # Errors
            ///
            /// When the runtime shuts down.
            ///
            /// # Cancel safety
            ///
            /// Cancelling it loses nothing.
            pub async fn ready(&self, interest: Interest) -> io::Result<Ready> {
                let $this = self;
                ($stream).ready(interest).await
            }

            /// Waits until the stream can be written.
            ///
            /// # Errors
            ///
            /// When the runtime shuts down.
            ///
            /// # Cancel safety
            ///
            /// Cancelling it loses nothing.
            pub async fn writable(&self) -> io::Result<()> {
                let $this = self;
                ($stream).writable().await
            }

            /// Writes as much as is possible without waiting.
            ///
            /// # Errors
            ///
            /// `WouldBlock` when nothing can be written.
            pub fn try_write(&self, buf: &[u8]) -> io::Result<usize> {
                let $this = self;
                ($stream).try_write(buf)
            }

            /// Writes as much of several buffers as is possible without waiting.
            ///
            /// # Errors
            ///
            /// `WouldBlock` when nothing can be written.
            pub fn try_write_vectored(&self, bufs: &[io::IoSlice<'_>]) -> io::Result<usize> {
                let $this = self;
                ($stream).try_write_vectored(bufs)
            }

            /// The address of the other end.
            ///
            /// # Errors
            ///
            /// When the stream is not connected any more.
            pub fn peer_addr(&self) -> io::Result<$address> {
                let $this = self;
                ($stream).peer_addr()
            }

            /// The address of this end.
            ///
            /// # Errors
            ///
            /// What the system says.
            pub fn local_addr(&self) -> io::Result<$address> {
                let $this = self;
                ($stream).local_addr()
            }
        }
    };
}
pub(crate) use write_half_methods;

/// The four halves of a stream and what happens when they meet again.
macro_rules! stream_halves {
    ($stream:ident, $address:ty) => {
        /// The reading half of a stream that it borrows; made by `split`.
        #[derive(Debug)]
        pub struct ReadHalf<'a>(&'a $stream);

        /// The writing half of a stream that it borrows; made by `split`.
        ///
        /// Dropping it closes nothing.
        #[derive(Debug)]
        pub struct WriteHalf<'a>(&'a $stream);

        /// The reading half of a stream, on its own; made by `into_split`.
        #[derive(Debug)]
        pub struct OwnedReadHalf {
            stream: Arc<$stream>,
        }

        /// The writing half of a stream, on its own; made by `into_split`.
        ///
        /// Dropping it closes the writing side of the stream.
        #[derive(Debug)]
        pub struct OwnedWriteHalf {
            stream: Arc<$stream>,
            shutdown_on_drop: bool,
        }

        /// Two halves were to be reunited that do not belong together; here they are.
        #[derive(Debug)]
        pub struct ReuniteError(pub OwnedReadHalf, pub OwnedWriteHalf);

        read_half_methods!(ReadHalf<'_>, this => this.0, $address);
        read_half_methods!(OwnedReadHalf, this => this.stream, $address);
        write_half_methods!(WriteHalf<'_>, this => this.0, $address);
        write_half_methods!(OwnedWriteHalf, this => this.stream, $address);
        write_through!(impl AsyncWrite for WriteHalf<'_>, this => &this.0.socket);

        impl OwnedReadHalf {
            /// Puts the two halves together again.
            ///
            /// # Errors
            ///
            /// When they are halves of different streams.
            pub fn reunite(self, other: OwnedWriteHalf) -> Result<$stream, ReuniteError> {
                if !Arc::ptr_eq(&self.stream, &other.stream) {
                    return Err(ReuniteError(self, other));
                }
                other.forget();
                let stream = Arc::try_unwrap(self.stream);
                // There are two references, and the other one was just dropped.
                Ok(stream.expect("a third reference to the stream"))
            }
        }

        impl OwnedWriteHalf {
            /// Puts the two halves together again.
            ///
            /// # Errors
            ///
            /// When they are halves of different streams.
            pub fn reunite(self, other: OwnedReadHalf) -> Result<$stream, ReuniteError> {
                other.reunite(self)
            }

            /// Drops the half without closing the writing side.
            pub fn forget(mut self) {
                self.shutdown_on_drop = false;
            }
        }

        impl Drop for OwnedWriteHalf {
            fn drop(&mut self) {
                if self.shutdown_on_drop {
                    let _ = self.stream.socket.shutdown(Shutdown::Write);
                }
            }
        }

        impl AsyncWrite for OwnedWriteHalf {
            #[inline]
            fn poll_write(
                self: Pin<&mut Self>,
                cx: &mut Context<'_>,
                buf: &[u8],
            ) -> Poll<io::Result<usize>> {
                self.stream.socket.poll_send(cx, buf)
            }

            fn poll_write_vectored(
                self: Pin<&mut Self>,
                cx: &mut Context<'_>,
                bufs: &[io::IoSlice<'_>],
            ) -> Poll<io::Result<usize>> {
                self.stream.socket.poll_send_vectored(cx, bufs)
            }

            fn is_write_vectored(&self) -> bool {
                true
            }

            #[inline]
            fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
                Poll::Ready(Ok(()))
            }

            fn poll_shutdown(
                mut self: Pin<&mut Self>,
                _: &mut Context<'_>,
            ) -> Poll<io::Result<()>> {
                let result = self.stream.socket.shutdown(Shutdown::Write);
                if result.is_ok() {
                    self.shutdown_on_drop = false;
                }
                Poll::Ready(result)
            }
        }

        impl AsRef<$stream> for ReadHalf<'_> {
            fn as_ref(&self) -> &$stream {
                self.0
            }
        }

        impl AsRef<$stream> for WriteHalf<'_> {
            fn as_ref(&self) -> &$stream {
                self.0
            }
        }

        impl AsRef<$stream> for OwnedReadHalf {
            fn as_ref(&self) -> &$stream {
                &self.stream
            }
        }

        impl AsRef<$stream> for OwnedWriteHalf {
            fn as_ref(&self) -> &$stream {
                &self.stream
            }
        }

        impl std::fmt::Display for ReuniteError {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("tried to reunite halves that are not from the same socket")
            }
        }

        impl std::error::Error for ReuniteError {}
    };
}
pub(crate) use stream_halves;

/// Receives into the spare capacity of `buf` and advances it.
pub(crate) fn fill_buf<B: bytes::BufMut, R: Received>(
    buf: &mut B,
    receive: impl FnOnce(&mut [std::mem::MaybeUninit<u8>]) -> std::io::Result<R>,
) -> std::io::Result<R> {
    let spare = buf.chunk_mut();
    // SAFETY: `receive` only writes initialized bytes.
    let spare = unsafe { spare.as_uninit_slice_mut() };
    let received = receive(spare)?;
    // SAFETY: a system call has written that many bytes at the start of the chunk.
    unsafe { buf.advance_mut(received.count()) };
    Ok(received)
}

/// What receiving returns: a count of bytes, maybe with the sender.
pub(crate) trait Received {
    /// The count.
    fn count(&self) -> usize;
}

impl Received for usize {
    fn count(&self) -> usize {
        *self
    }
}

impl<A> Received for (usize, A) {
    fn count(&self) -> usize {
        self.0
    }
}
