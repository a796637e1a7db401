//! [`UnixSocket`]: a unix socket before it is connected or listens.
//!
//! It is not registered with a reactor, and needs no runtime until it connects, listens or becomes
//! a [`UnixDatagram`].

use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, IntoRawFd, RawFd};
use std::path::Path;

use socket2::{SockAddr, Type};

use super::{UnixDatagram, UnixListener, UnixStream};
use crate::net::socket::Unregistered;

/// A unix socket that is neither connected nor listening yet.
///
/// It serves to choose the length of a listener's queue, or to give the connecting end an address
/// too. Otherwise use [`UnixListener::bind`](crate::net::UnixListener::bind),
/// [`UnixStream::connect`](crate::net::UnixStream::connect) and
/// [`UnixDatagram::bind`](crate::net::UnixDatagram::bind).
///
/// # Examples
///
/// ```
/// use vitte::net::UnixSocket;
///
/// # #[vitte::main]
/// # async fn main() -> std::io::Result<()> {
/// # let path = std::env::temp_dir().join(format!("vitte-doc-{}", std::process::id()));
/// let socket = UnixSocket::new_stream()?;
/// socket.bind(&path)?;
/// let listener = socket.listen(1024)?;
/// # std::fs::remove_file(&path)?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct UnixSocket {
    socket: Unregistered,
}

impl UnixSocket {
    /// Makes a datagram socket.
    ///
    /// # Errors
    ///
    /// What the system's `socket` reports: usually that the process or the system has too many open
    /// files (`EMFILE`, `ENFILE`).
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::net::UnixSocket;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let path = std::env::temp_dir().join(format!("vitte-doc-{}", std::process::id()));
    /// let socket = UnixSocket::new_datagram()?;
    /// socket.bind(&path)?;
    /// let datagrams = socket.datagram()?;
    /// # std::fs::remove_file(&path)?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn new_datagram() -> io::Result<UnixSocket> {
        UnixSocket::new(Type::DGRAM)
    }

    /// Makes a stream socket.
    ///
    /// # Errors
    ///
    /// What the system's `socket` reports: usually that the process or the system has too many open
    /// files (`EMFILE`, `ENFILE`).
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::net::{UnixListener, UnixSocket};
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let path = std::env::temp_dir().join(format!("vitte-doc-{}", std::process::id()));
    /// # let listener = UnixListener::bind(&path)?;
    /// let socket = UnixSocket::new_stream()?;
    /// let stream = socket.connect(&path).await?;
    /// # std::fs::remove_file(&path)?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn new_stream() -> io::Result<UnixSocket> {
        UnixSocket::new(Type::STREAM)
    }

    fn new(ty: Type) -> io::Result<UnixSocket> {
        let socket = Unregistered::unix(ty)?;
        Ok(UnixSocket { socket })
    }

    /// Fails with `message` if the socket is of this type.
    fn must_not_be(&self, ty: Type, message: &'static str) -> io::Result<()> {
        if self.socket.ty()? == ty {
            return Err(io::Error::other(message));
        }
        Ok(())
    }

    /// Gives the socket an address.
    ///
    /// # Errors
    ///
    /// `AddrInUse` if something exists at the path already (a socket that is closed leaves its file
    /// behind), `NotFound` if there is no such directory, `PermissionDenied` if the process may not
    /// write there, `InvalidInput` if the path is too long (107 bytes on Linux).
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::net::UnixSocket;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let path = std::env::temp_dir().join(format!("vitte-doc-{}", std::process::id()));
    /// let socket = UnixSocket::new_stream()?;
    /// socket.bind(&path)?;
    /// # std::fs::remove_file(&path)?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn bind(&self, path: impl AsRef<Path>) -> io::Result<()> {
        self.socket.bind(&SockAddr::unix(path)?)
    }

    /// Makes the socket wait for connections. `backlog` is how many may be queued until they are
    /// accepted; the system may have a lower limit (`net.core.somaxconn` on Linux).
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the socket is not bound. An error of kind `Other` if it is a datagram
    /// socket. Also fails if the reactor cannot register the socket.
    ///
    /// # Panics
    ///
    /// Outside of a runtime with I/O enabled.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::net::UnixSocket;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let path = std::env::temp_dir().join(format!("vitte-doc-{}", std::process::id()));
    /// let socket = UnixSocket::new_stream()?;
    /// socket.bind(&path)?;
    /// let listener = socket.listen(1024)?;
    /// # std::fs::remove_file(&path)?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn listen(self, backlog: u32) -> io::Result<UnixListener> {
        self.must_not_be(Type::DGRAM, "listen cannot be called on a datagram socket")?;
        self.socket.listen(backlog).map(UnixListener::from_socket)
    }

    /// Connects the socket to the listener at a path.
    ///
    /// # Errors
    ///
    /// `NotFound` if there is nothing at the path, `ConnectionRefused` if nothing listens there any
    /// more, `PermissionDenied` if the process may not write to the file, `InvalidInput` if the
    /// path is too long (107 bytes on Linux). An error of kind `Other` if it is a datagram socket.
    ///
    /// # Panics
    ///
    /// Outside of a runtime with I/O enabled.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped before it is ready, the attempt is given up: the socket is closed.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::net::{UnixListener, UnixSocket};
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let path = std::env::temp_dir().join(format!("vitte-doc-{}", std::process::id()));
    /// # let listener = UnixListener::bind(&path)?;
    /// let stream = UnixSocket::new_stream()?.connect(&path).await?;
    /// # std::fs::remove_file(&path)?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn connect(self, path: impl AsRef<Path>) -> io::Result<UnixStream> {
        self.must_not_be(Type::DGRAM, "connect cannot be called on a datagram socket")?;
        let address = SockAddr::unix(path)?;
        let socket = self.socket.connect(&address).await?;
        Ok(UnixStream { socket })
    }

    /// Turns the socket into a [`UnixDatagram`].
    ///
    /// # Errors
    ///
    /// An error of kind `Other` if it is a stream socket. Also fails if the reactor cannot register
    /// the socket, or if an error is pending on it.
    ///
    /// # Panics
    ///
    /// Outside of a runtime with I/O enabled.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::net::UnixSocket;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// let datagrams = UnixSocket::new_datagram()?.datagram()?;
    /// assert!(datagrams.local_addr()?.is_unnamed());
    /// # Ok(())
    /// # }
    /// ```
    pub fn datagram(self) -> io::Result<UnixDatagram> {
        self.must_not_be(Type::STREAM, "datagram cannot be called on a stream socket")?;
        let socket = self.socket.register()?;
        match socket.take_error()? {
            Some(error) => Err(error),
            None => Ok(UnixDatagram::from_socket(socket)),
        }
    }
}

impl AsRawFd for UnixSocket {
    fn as_raw_fd(&self) -> RawFd {
        self.as_fd().as_raw_fd()
    }
}

impl AsFd for UnixSocket {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

impl FromRawFd for UnixSocket {
    /// Takes over a unix socket that does not block.
    ///
    /// # Safety
    ///
    /// The caller owns the descriptor and gives it away.
    unsafe fn from_raw_fd(fd: RawFd) -> UnixSocket {
        // SAFETY: the caller's promise.
        let socket = unsafe { Unregistered::from_raw_fd(fd) };
        UnixSocket { socket }
    }
}

impl IntoRawFd for UnixSocket {
    fn into_raw_fd(self) -> RawFd {
        self.socket.into_raw_fd()
    }
}
