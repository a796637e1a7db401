//! The four halves of a TCP or unix stream: borrowed and owned, for reading and for writing.
//!
//! Macros as in the module above, and for the same reason. All halves pass on what they are asked
//! to the stream; only the owned writing half does something of its own, when it is dropped.

/// The methods that every half passes on.
macro_rules! half_methods {
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
pub(crate) use half_methods;

/// What a reading half passes on besides.
macro_rules! read_half_methods {
    ($half:ty, $this:ident => $stream:expr) => {
        impl $half {
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

/// What a writing half passes on besides.
macro_rules! write_half_methods {
    ($half:ty, $this:ident => $stream:expr) => {
        impl $half {
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

        half_methods!(ReadHalf<'_>, this => this.0, $address);
        half_methods!(OwnedReadHalf, this => this.stream, $address);
        half_methods!(WriteHalf<'_>, this => this.0, $address);
        half_methods!(OwnedWriteHalf, this => this.stream, $address);
        read_half_methods!(ReadHalf<'_>, this => this.0);
        read_half_methods!(OwnedReadHalf, this => this.stream);
        write_half_methods!(WriteHalf<'_>, this => this.0);
        write_half_methods!(OwnedWriteHalf, this => this.stream);
        write_to_socket!(impl AsyncWrite for WriteHalf<'_>, this => &this.0.socket);

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
                    let _ = self.stream.socket.finish();
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
                let result = self.stream.socket.finish();
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
