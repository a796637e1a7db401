//! The four halves of a TCP or unix stream: borrowed and owned, for reading and for writing.
//!
//! Macros, for the reason that the module above gives. All halves pass operations on to the stream;
//! only the owned writing half does something itself when it is dropped.

pub(in crate::net) mod methods;

/// The four halves of a stream and what happens when they meet again.
macro_rules! stream_halves {
    ($stream:ident, $address:ty, $example:expr) => {
        /// The reading half of a stream that it borrows; made by `split`.
        ///
        /// # Examples
        ///
        /// ```
        /// use vitte::io::AsyncReadExt;
        ///
        /// # #[vitte::main]
        /// # async fn main() -> std::io::Result<()> {
        #[doc = $example]
        /// let (mut reader, _writer) = stream.split();
        /// let mut buf = [0; 5];
        /// reader.read_exact(&mut buf).await?;
        /// assert_eq!(&buf, b"hello");
        /// # Ok(())
        /// # }
        /// ```
        #[derive(Debug)]
        pub struct ReadHalf<'a>(&'a $stream);

        /// The writing half of a stream that it borrows; made by `split`.
        ///
        /// Dropping it closes nothing.
        ///
        /// # Examples
        ///
        /// ```
        /// use vitte::io::AsyncWriteExt;
        ///
        /// # #[vitte::main]
        /// # async fn main() -> std::io::Result<()> {
        #[doc = $example]
        /// let (_reader, mut writer) = stream.split();
        /// writer.write_all(b"world").await?;
        /// # Ok(())
        /// # }
        /// ```
        #[derive(Debug)]
        pub struct WriteHalf<'a>(&'a $stream);

        /// The reading half of a stream, on its own; made by `into_split`.
        ///
        /// # Examples
        ///
        /// ```
        /// use vitte::io::AsyncReadExt;
        ///
        /// # #[vitte::main]
        /// # async fn main() -> std::io::Result<()> {
        #[doc = $example]
        /// let (mut reader, _writer) = stream.into_split();
        /// let mut buf = [0; 5];
        /// reader.read_exact(&mut buf).await?;
        /// assert_eq!(&buf, b"hello");
        /// # Ok(())
        /// # }
        /// ```
        #[derive(Debug)]
        pub struct OwnedReadHalf {
            stream: Arc<$stream>,
        }

        /// The writing half of a stream, on its own; made by `into_split`.
        ///
        /// Dropping it closes the writing side of the stream.
        ///
        /// # Examples
        ///
        /// ```
        /// use vitte::io::{AsyncReadExt, AsyncWriteExt};
        ///
        /// # #[vitte::main]
        /// # async fn main() -> std::io::Result<()> {
        #[doc = $example]
        /// let (reader, mut writer) = stream.into_split();
        /// writer.write_all(b"world").await?;
        /// drop(writer);
        ///
        /// let mut text = String::new();
        /// peer.read_to_string(&mut text).await?;
        /// assert_eq!(text, "world");
        /// # Ok(())
        /// # }
        /// ```
        #[derive(Debug)]
        pub struct OwnedWriteHalf {
            stream: Arc<$stream>,
            shutdown_on_drop: bool,
        }

        /// Two halves that were to be reunited belong to different streams. Holds the halves.
        ///
        /// # Examples
        ///
        /// ```
        /// # #[vitte::main]
        /// # async fn main() -> std::io::Result<()> {
        #[doc = $example]
        /// let (reader, _writer) = stream.into_split();
        /// let (_other_reader, other_writer) = peer.into_split();
        /// let error = reader.reunite(other_writer).unwrap_err();
        /// println!("{error}");
        /// # Ok(())
        /// # }
        /// ```
        #[derive(Debug)]
        pub struct ReuniteError(pub OwnedReadHalf, pub OwnedWriteHalf);

        half_methods!(ReadHalf<'_>, this => this.0, $address, reader, split, $example);
        half_methods!(OwnedReadHalf, this => this.stream, $address, reader, into_split, $example);
        half_methods!(WriteHalf<'_>, this => this.0, $address, writer, split, $example);
        half_methods!(OwnedWriteHalf, this => this.stream, $address, writer, into_split, $example);
        read_half_methods!(ReadHalf<'_>, this => this.0, split, $example);
        read_half_methods!(OwnedReadHalf, this => this.stream, into_split, $example);
        write_half_methods!(WriteHalf<'_>, this => this.0, split, $example);
        write_half_methods!(OwnedWriteHalf, this => this.stream, into_split, $example);
        write_to_socket!(impl AsyncWrite for WriteHalf<'_>, this => &this.0.socket);

        impl OwnedReadHalf {
            /// Puts the two halves together again.
            ///
            /// # Errors
            ///
            /// Returns both halves in a [`ReuniteError`] if they belong to different streams.
            ///
            /// # Examples
            ///
            /// ```
            /// # #[vitte::main]
            /// # async fn main() -> std::io::Result<()> {
            #[doc = $example]
            /// let (reader, writer) = stream.into_split();
            /// let stream = reader.reunite(writer).unwrap();
            /// # Ok(())
            /// # }
            /// ```
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
            /// Returns both halves in a [`ReuniteError`] if they belong to different streams.
            ///
            /// # Examples
            ///
            /// ```
            /// # #[vitte::main]
            /// # async fn main() -> std::io::Result<()> {
            #[doc = $example]
            /// let (reader, writer) = stream.into_split();
            /// let stream = writer.reunite(reader).unwrap();
            /// # Ok(())
            /// # }
            /// ```
            pub fn reunite(self, other: OwnedReadHalf) -> Result<$stream, ReuniteError> {
                other.reunite(self)
            }

            /// Drops the half without closing the writing side. It stays open until the reading
            /// half is dropped.
            ///
            /// # Examples
            ///
            /// ```
            /// # #[vitte::main]
            /// # async fn main() -> std::io::Result<()> {
            #[doc = $example]
            /// let (reader, writer) = stream.into_split();
            /// writer.forget();
            /// # drop(reader);
            /// # Ok(())
            /// # }
            /// ```
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
