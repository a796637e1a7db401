//! The methods of the halves, each of which calls the stream's method of the same name.

/// The methods that every half passes on.
macro_rules! half_methods {
    (
        $half:ty, $this:ident => $stream:expr, $address:ty,
        $name:ident, $split:ident, $example:expr
    ) => {
        impl $half {
            /// Waits until the stream is ready for any of `interest`, and returns for what.
            ///
            /// # Errors
            ///
            /// If the runtime shuts down.
            ///
            /// # Cancel safety
            ///
            /// This method is cancel safe. If the future is dropped, no readiness is lost: the next
            /// call returns at once.
            ///
            /// # Examples
            ///
            /// ```
            /// use vitte::io::Interest;
            ///
            /// # #[vitte::main]
            /// # async fn main() -> std::io::Result<()> {
            #[doc = $example]
            #[doc = concat!("# let (mut reader, mut writer) = stream.", stringify!($split), "();")]
            /// let interest = Interest::READABLE | Interest::WRITABLE;
            #[doc = concat!("let ready = ", stringify!($name), ".ready(interest).await?;")]
            /// assert!(ready.is_readable() || ready.is_writable());
            /// # Ok(())
            /// # }
            /// ```
            pub async fn ready(&self, interest: Interest) -> io::Result<Ready> {
                let $this = self;
                ($stream).ready(interest).await
            }

            /// The address of the other end.
            ///
            /// # Errors
            ///
            /// `NotConnected` if the stream is not connected any more.
            ///
            /// # Examples
            ///
            /// ```
            /// # #[vitte::main]
            /// # async fn main() -> std::io::Result<()> {
            #[doc = $example]
            #[doc = concat!("# let (mut reader, mut writer) = stream.", stringify!($split), "();")]
            #[doc = concat!(
                        r#"println!("connected to {:?}", "#, stringify!($name), ".peer_addr()?);"
                    )]
            /// # Ok(())
            /// # }
            /// ```
            pub fn peer_addr(&self) -> io::Result<$address> {
                let $this = self;
                ($stream).peer_addr()
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
            /// # #[vitte::main]
            /// # async fn main() -> std::io::Result<()> {
            #[doc = $example]
            #[doc = concat!("# let (mut reader, mut writer) = stream.", stringify!($split), "();")]
            #[doc = concat!(
                        r#"println!("connected from {:?}", "#, stringify!($name), ".local_addr()?);"
                    )]
            /// # Ok(())
            /// # }
            /// ```
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
    ($half:ty, $this:ident => $stream:expr, $split:ident, $example:expr) => {
        impl $half {
            /// Waits until the stream can be read.
            ///
            /// # Errors
            ///
            /// If the runtime shuts down.
            ///
            /// # Cancel safety
            ///
            /// This method is cancel safe. If the future is dropped, no readiness is lost: the next
            /// call returns at once.
            ///
            /// # Examples
            ///
            /// ```
            /// # #[vitte::main]
            /// # async fn main() -> std::io::Result<()> {
            #[doc = $example]
            #[doc = concat!("# let (mut reader, mut writer) = stream.", stringify!($split), "();")]
            /// reader.readable().await?;
            /// let mut buf = [0; 16];
            /// assert_eq!(reader.try_read(&mut buf)?, 5);
            /// # Ok(())
            /// # }
            /// ```
            pub async fn readable(&self) -> io::Result<()> {
                let $this = self;
                ($stream).readable().await
            }

            /// Reads what there is without waiting, and returns how many bytes; zero at the end of
            /// the stream, or if `buf` is empty.
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
            #[doc = concat!("# let (mut reader, mut writer) = stream.", stringify!($split), "();")]
            /// reader.readable().await?;
            /// let mut buf = [0; 16];
            /// let count = reader.try_read(&mut buf)?;
            /// assert_eq!(&buf[..count], b"hello");
            /// # Ok(())
            /// # }
            /// ```
            pub fn try_read(&self, buf: &mut [u8]) -> io::Result<usize> {
                let $this = self;
                ($stream).try_read(buf)
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
            #[doc = concat!("# let (mut reader, mut writer) = stream.", stringify!($split), "();")]
            /// reader.readable().await?;
            /// let (mut head, mut rest) = ([0; 1], [0; 15]);
            /// let mut bufs = [IoSliceMut::new(&mut head), IoSliceMut::new(&mut rest)];
            /// assert_eq!(reader.try_read_vectored(&mut bufs)?, 5);
            /// # Ok(())
            /// # }
            /// ```
            pub fn try_read_vectored(&self, bufs: &mut [io::IoSliceMut<'_>]) -> io::Result<usize> {
                let $this = self;
                ($stream).try_read_vectored(bufs)
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
            #[doc = concat!("# let (mut reader, mut writer) = stream.", stringify!($split), "();")]
            /// reader.readable().await?;
            /// let mut buf = Vec::with_capacity(16);
            /// reader.try_read_buf(&mut buf)?;
            /// assert_eq!(buf, b"hello");
            /// # Ok(())
            /// # }
            /// ```
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
    ($half:ty, $this:ident => $stream:expr, $split:ident, $example:expr) => {
        impl $half {
            /// Waits until the stream can be written.
            ///
            /// # Errors
            ///
            /// If the runtime shuts down.
            ///
            /// # Cancel safety
            ///
            /// This method is cancel safe. If the future is dropped, no readiness is lost: the next
            /// call returns at once.
            ///
            /// # Examples
            ///
            /// ```
            /// # #[vitte::main]
            /// # async fn main() -> std::io::Result<()> {
            #[doc = $example]
            #[doc = concat!("# let (mut reader, mut writer) = stream.", stringify!($split), "();")]
            /// writer.writable().await?;
            /// assert_eq!(writer.try_write(b"world")?, 5);
            /// # Ok(())
            /// # }
            /// ```
            pub async fn writable(&self) -> io::Result<()> {
                let $this = self;
                ($stream).writable().await
            }

            /// Writes as much as is possible without waiting, and returns how much.
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
            #[doc = concat!("# let (mut reader, mut writer) = stream.", stringify!($split), "();")]
            /// writer.writable().await?;
            /// assert_eq!(writer.try_write(b"world")?, 5);
            /// # Ok(())
            /// # }
            /// ```
            pub fn try_write(&self, buf: &[u8]) -> io::Result<usize> {
                let $this = self;
                ($stream).try_write(buf)
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
            #[doc = concat!("# let (mut reader, mut writer) = stream.", stringify!($split), "();")]
            /// writer.writable().await?;
            /// let parts = [IoSlice::new(b"head"), IoSlice::new(b"body")];
            /// assert_eq!(writer.try_write_vectored(&parts)?, 8);
            /// # Ok(())
            /// # }
            /// ```
            pub fn try_write_vectored(&self, bufs: &[io::IoSlice<'_>]) -> io::Result<usize> {
                let $this = self;
                ($stream).try_write_vectored(bufs)
            }
        }
    };
}
pub(crate) use write_half_methods;
