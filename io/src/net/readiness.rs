//! Waiting for readiness and trying operations of one's own, for every type with a field `socket`.
//!
//! Macros, because tokio's types are plain ones; see [`stream`](super::stream).

/// Waiting for readiness and trying operations of one's own, for every socket type.
macro_rules! readiness_methods {
    ($ty:ty, $name:ident . $read:ident . $write:ident, $example:expr) => {
        impl $ty {
            /// Waits until the socket is ready for any of `interest`, and returns for what.
            ///
            /// Readiness is a hint: the operation that follows may still return `WouldBlock`.
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
            /// let interest = Interest::READABLE | Interest::WRITABLE;
            #[doc = concat!("let ready = ", stringify!($name), ".ready(interest).await?;")]
            /// if ready.is_readable() {
            ///     println!("there is something to read");
            /// }
            /// if ready.is_writable() {
            ///     println!("there is room to write");
            /// }
            /// # Ok(())
            /// # }
            /// ```
            pub async fn ready(&self, interest: Interest) -> io::Result<Ready> {
                let event = self.socket.source().ready(interest).await?;
                Ok(event.ready)
            }

            /// Waits until the socket can be read.
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
            /// use std::io;
            ///
            /// # #[vitte::main]
            /// # async fn main() -> std::io::Result<()> {
            #[doc = $example]
            /// let mut buf = [0; 16];
            /// let count = loop {
            #[doc = concat!("    ", stringify!($name), ".readable().await?;")]
            #[doc = concat!(
                        "    match ", stringify!($name), ".", stringify!($read), "(&mut buf) {"
                    )]
            ///         Err(error) if error.kind() == io::ErrorKind::WouldBlock => continue,
            ///         result => break result?,
            ///     }
            /// };
            /// assert_eq!(&buf[..count], b"hello");
            /// # Ok(())
            /// # }
            /// ```
            pub async fn readable(&self) -> io::Result<()> {
                self.ready(Interest::READABLE).await?;
                Ok(())
            }

            /// Waits until the socket can be written.
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
            /// use std::io;
            ///
            /// # #[vitte::main]
            /// # async fn main() -> std::io::Result<()> {
            #[doc = $example]
            /// let count = loop {
            #[doc = concat!("    ", stringify!($name), ".writable().await?;")]
            #[doc = concat!(
                        "    match ", stringify!($name), ".", stringify!($write), "(b\"world\") {"
                    )]
            ///         Err(error) if error.kind() == io::ErrorKind::WouldBlock => continue,
            ///         result => break result?,
            ///     }
            /// };
            /// assert_eq!(count, 5);
            /// # Ok(())
            /// # }
            /// ```
            pub async fn writable(&self) -> io::Result<()> {
                self.ready(Interest::WRITABLE).await?;
                Ok(())
            }

            /// Calls `f` once if the socket is ready for `interest`; `f` may use the socket's
            /// descriptor directly.
            ///
            /// `f` must return `WouldBlock` if, and only if, the operation would block: that clears
            /// the readiness.
            ///
            /// # Errors
            ///
            /// `WouldBlock` if the socket is not ready; otherwise what `f` returns.
            ///
            /// # Examples
            ///
            /// ```
            /// use std::io::Read;
            /// use std::os::fd::AsFd;
            /// use vitte::io::Interest;
            ///
            /// # #[vitte::main]
            /// # async fn main() -> std::io::Result<()> {
            #[doc = $example]
            /// // The same socket, as a type whose operations the standard library has.
            #[doc = concat!("let fd = ", stringify!($name), ".as_fd().try_clone_to_owned()?;")]
            /// let mut file = std::fs::File::from(fd);
            /// let mut buf = [0; 16];
            #[doc = concat!(stringify!($name), ".readable().await?;")]
            #[doc = concat!(
                        "let read = ", stringify!($name),
                        ".try_io(Interest::READABLE, || file.read(&mut buf));"
                    )]
            /// assert_eq!(read?, 5);
            /// # Ok(())
            /// # }
            /// ```
            pub fn try_io<R>(
                &self,
                interest: Interest,
                f: impl FnOnce() -> io::Result<R>,
            ) -> io::Result<R> {
                self.socket.source().try_io(interest, f)
            }

            /// Calls `f` until it returns something other than `WouldBlock`, waiting in between
            /// until the socket is ready for `interest`.
            ///
            /// # Errors
            ///
            /// What `f` returns. Also fails if the runtime shuts down.
            ///
            /// # Cancel safety
            ///
            /// If the future is dropped before it is ready, the last call of `f`, if there was one,
            /// returned `WouldBlock`. Readiness is not lost.
            ///
            /// # Examples
            ///
            /// ```
            /// use std::io::Read;
            /// use std::os::fd::AsFd;
            /// use vitte::io::Interest;
            ///
            /// # #[vitte::main]
            /// # async fn main() -> std::io::Result<()> {
            #[doc = $example]
            /// // The same socket, as a type whose operations the standard library has.
            #[doc = concat!("let fd = ", stringify!($name), ".as_fd().try_clone_to_owned()?;")]
            /// let mut file = std::fs::File::from(fd);
            /// let mut buf = [0; 16];
            #[doc = concat!(
                        "let read = ", stringify!($name),
                        ".async_io(Interest::READABLE, || file.read(&mut buf));"
                    )]
            /// assert_eq!(read.await?, 5);
            /// # Ok(())
            /// # }
            /// ```
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
