//! [`UnixSocket`].

use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, IntoRawFd, RawFd};
use std::path::Path;

use socket2::{SockAddr, Type};

use super::{UnixDatagram, UnixListener, UnixStream};
use crate::net::socket::Unregistered;

/// A unix socket that is neither connected nor listening yet, to bind it first.
///
/// # Examples
///
/// ```no_run
/// # async fn example() -> std::io::Result<()> {
/// use vitte_io::net::UnixSocket;
///
/// let socket = UnixSocket::new_stream()?;
/// socket.bind("/run/example.socket")?;
/// let listener = socket.listen(1024)?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct UnixSocket {
    socket: Unregistered,
}

impl UnixSocket {
    /// A datagram socket.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn new_datagram() -> io::Result<UnixSocket> {
        UnixSocket::new(Type::DGRAM)
    }

    /// A stream socket.
    ///
    /// # Errors
    ///
    /// What the system says.
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
    /// What the system says.
    pub fn bind(&self, path: impl AsRef<Path>) -> io::Result<()> {
        self.socket.bind(&SockAddr::unix(path)?)
    }

    /// Lets the socket wait for connections, of which `backlog` may queue up.
    ///
    /// # Errors
    ///
    /// What the system says, or that it is a datagram socket.
    ///
    /// # Panics
    ///
    /// Outside of a runtime with io.
    pub fn listen(self, backlog: u32) -> io::Result<UnixListener> {
        self.must_not_be(Type::DGRAM, "listen cannot be called on a datagram socket")?;
        self.socket.listen(backlog).map(UnixListener::from_socket)
    }

    /// Connects the socket to the listener at a path.
    ///
    /// # Errors
    ///
    /// What the system says, or that it is a datagram socket.
    ///
    /// # Panics
    ///
    /// Outside of a runtime with io.
    pub async fn connect(self, path: impl AsRef<Path>) -> io::Result<UnixStream> {
        self.must_not_be(Type::DGRAM, "connect cannot be called on a datagram socket")?;
        let address = SockAddr::unix(path)?;
        let socket = self.socket.connect(&address).await?;
        Ok(UnixStream { socket })
    }

    /// Makes a [`UnixDatagram`] of it.
    ///
    /// # Errors
    ///
    /// What the system says, or that it is a stream socket.
    ///
    /// # Panics
    ///
    /// Outside of a runtime with io.
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
