//! From and to descriptors and the standard library's types, for every type with a field `socket`.
//!
//! Macros, because tokio's types are plain ones; see [`stream`](super::stream).

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
    ($ty:ident, $std:ty, $example:expr) => {
        impl $ty {
            /// Takes over a socket of the standard library, which must be in non-blocking mode.
            ///
            /// # Errors
            ///
            /// If the reactor cannot register the socket.
            ///
            /// # Panics
            ///
            /// Outside of a runtime with I/O enabled; and, with debug assertions, if the socket is
            /// in blocking mode.
            ///
            /// # Examples
            ///
            /// ```
            #[doc = concat!("use vitte::net::", stringify!($ty), ";")]
            ///
            /// # #[vitte::main]
            /// # async fn main() -> std::io::Result<()> {
            #[doc = $example]
            /// socket.set_nonblocking(true)?;
            #[doc = concat!("let socket = ", stringify!($ty), "::from_std(socket)?;")]
            /// # Ok(())
            /// # }
            /// ```
            #[track_caller]
            pub fn from_std(socket: $std) -> io::Result<Self> {
                let socket = Socket::from_std(socket)?;
                Ok(Self { socket })
            }

            /// Deregisters the socket and returns it as one of the standard library. It stays in
            /// non-blocking mode.
            ///
            /// # Errors
            ///
            /// If the reactor cannot deregister the socket.
            ///
            /// # Examples
            ///
            /// ```
            #[doc = concat!("use vitte::net::", stringify!($ty), ";")]
            ///
            /// # #[vitte::main]
            /// # async fn main() -> std::io::Result<()> {
            #[doc = $example]
            /// # socket.set_nonblocking(true)?;
            #[doc = concat!("let socket = ", stringify!($ty), "::from_std(socket)?;")]
            /// let socket = socket.into_std()?;
            /// socket.set_nonblocking(false)?;
            /// # Ok(())
            /// # }
            /// ```
            pub fn into_std(self) -> io::Result<$std> {
                self.socket.into_std()
            }

            /// Takes the error that is pending on the socket (`SO_ERROR`), if there is one.
            ///
            /// # Errors
            ///
            /// What the system's `getsockopt` reports; it does not fail for an open socket.
            ///
            /// # Examples
            ///
            /// ```
            #[doc = concat!("# use vitte::net::", stringify!($ty), ";")]
            ///
            /// # #[vitte::main]
            /// # async fn main() -> std::io::Result<()> {
            #[doc = $example]
            /// # socket.set_nonblocking(true)?;
            #[doc = concat!("# let socket = ", stringify!($ty), "::from_std(socket)?;")]
            /// if let Some(error) = socket.take_error()? {
            ///     eprintln!("an earlier operation failed: {error}");
            /// }
            /// # Ok(())
            /// # }
            /// ```
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
