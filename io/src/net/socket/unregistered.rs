//! [`Unregistered`]: a socket that is neither connected nor listening yet.

use std::fmt;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, FromRawFd, IntoRawFd, OwnedFd, RawFd};

use socket2::{Domain, Protocol, SockAddr, Type};

use super::Socket;
use super::options::SocketOption;
use super::os::OsSocket;
use crate::sys;

/// A socket in non-blocking mode that is not connected or listening yet, so that options can be
/// set. It needs no runtime until then.
pub(crate) enum Unregistered {
    /// The operating system's.
    Os(socket2::Socket),
}

impl Unregistered {
    /// A TCP socket for IPv4 or IPv6.
    pub(crate) fn tcp(domain: Domain) -> io::Result<Self> {
        sys::open::socket(domain, Type::STREAM, Some(Protocol::TCP)).map(Unregistered::Os)
    }

    /// A unix socket for streams or datagrams.
    pub(crate) fn unix(ty: Type) -> io::Result<Self> {
        sys::open::socket(Domain::UNIX, ty, None).map(Unregistered::Os)
    }

    /// Takes over a socket that does not block.
    pub(crate) fn from_fd(fd: OwnedFd) -> Self {
        Unregistered::Os(fd.into())
    }

    /// Whether it is for streams or datagrams.
    pub(crate) fn ty(&self) -> io::Result<Type> {
        let Unregistered::Os(socket) = self;
        socket.r#type()
    }

    /// The address of the socket.
    pub(crate) fn local_addr(&self) -> io::Result<SockAddr> {
        let Unregistered::Os(socket) = self;
        socket.local_addr()
    }

    /// Gives the socket an address.
    pub(crate) fn bind(&self, address: &SockAddr) -> io::Result<()> {
        let Unregistered::Os(socket) = self;
        socket.bind(address)
    }

    /// Takes the error that is pending on the socket, if there is one.
    pub(crate) fn take_error(&self) -> io::Result<Option<io::Error>> {
        let Unregistered::Os(socket) = self;
        socket.take_error()
    }

    /// The value of an option.
    pub(crate) fn option<T>(&self, option: &SocketOption<T>) -> io::Result<T> {
        let Unregistered::Os(socket) = self;
        (option.get)(socket)
    }

    /// Sets an option.
    pub(crate) fn set_option<T>(&self, option: &SocketOption<T>, value: T) -> io::Result<()> {
        let Unregistered::Os(socket) = self;
        (option.set)(socket, value)
    }

    /// Binds the socket to a network interface, or to none.
    pub(crate) fn bind_device(&self, interface: Option<&[u8]>) -> io::Result<()> {
        let Unregistered::Os(socket) = self;
        socket.bind_device(interface)
    }

    /// Makes it wait for connections, of which up to `backlog` are queued.
    #[track_caller]
    pub(crate) fn listen(self, backlog: u32) -> io::Result<Socket> {
        let Unregistered::Os(socket) = &self;
        socket.listen(i32::try_from(backlog).unwrap_or(i32::MAX))?;
        self.register()
    }

    /// Connects the socket, and waits for the outcome.
    pub(crate) async fn connect(self, address: &SockAddr) -> io::Result<Socket> {
        let Unregistered::Os(socket) = self;
        OsSocket::connect(socket, address).await.map(Socket::Os)
    }

    /// Registers the socket as it is.
    #[track_caller]
    pub(crate) fn register(self) -> io::Result<Socket> {
        let Unregistered::Os(socket) = self;
        OsSocket::new(socket).map(Socket::Os)
    }
}

impl fmt::Debug for Unregistered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Unregistered::Os(socket) = self;
        socket.fmt(f)
    }
}

impl AsFd for Unregistered {
    fn as_fd(&self) -> BorrowedFd<'_> {
        let Unregistered::Os(socket) = self;
        socket.as_fd()
    }
}

impl FromRawFd for Unregistered {
    /// # Safety
    ///
    /// The caller owns the descriptor and gives it away.
    unsafe fn from_raw_fd(fd: RawFd) -> Self {
        // SAFETY: the caller's promise.
        Unregistered::Os(unsafe { socket2::Socket::from_raw_fd(fd) })
    }
}

impl IntoRawFd for Unregistered {
    fn into_raw_fd(self) -> RawFd {
        let Unregistered::Os(socket) = self;
        socket.into_raw_fd()
    }
}
