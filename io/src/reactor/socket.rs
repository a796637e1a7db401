//! Sockets: every socket operation of vitte.
//!
//! The types in `net` hold a [`Socket`] each and make no system call themselves. Functions that
//! are named like a system call try it once; `poll_*` functions and the loops of the
//! [registration](Socket::registration) wait. The enum has a variant per world: a simulated
//! network will be a second one, chosen when the socket is made.

use std::fmt;
use std::io;
use std::mem::{ManuallyDrop, MaybeUninit};
use std::net::{Shutdown, SocketAddr};
use std::ops::Deref;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use std::task::{Context, Poll};

use rustix::net::{RecvFlags, SendFlags};
use socket2::{Domain, Protocol, SockAddr, SockRef, Type};

use super::descriptor::{Descriptor, poll_fill};
use super::{Direction, Registration};
use crate::io::{Interest, ReadBuf, Ready};
use crate::sys;

/// Both directions.
const READ_WRITE: Interest = Interest::READABLE.add(Interest::WRITABLE);

/// Up to how many bytes [`Socket::send_vectored`] copies together.
const GATHER_MAX: usize = 1024;

/// A registered socket.
pub(crate) enum Socket {
    /// One of the operating system's.
    Os(Descriptor),
}

impl Socket {
    /// Registers a socket that does not block.
    ///
    /// # Panics
    ///
    /// Outside of a runtime with io.
    #[track_caller]
    pub(crate) fn new(fd: impl Into<OwnedFd>) -> io::Result<Self> {
        Ok(Socket::Os(Descriptor::new(fd.into(), READ_WRITE)?))
    }

    /// Registers a socket that came from outside.
    ///
    /// # Panics
    ///
    /// With debug assertions, when the socket blocks: it would block the whole worker.
    #[track_caller]
    pub(crate) fn from_std(fd: impl Into<OwnedFd>) -> io::Result<Self> {
        let fd = fd.into();
        if cfg!(debug_assertions) && !cfg!(tokio_allow_from_blocking_fd) {
            assert!(
                SockRef::from(&fd).nonblocking()?,
                "Registering a blocking socket with the tokio runtime is unsupported. \
                If you wish to do anyways, please add `--cfg tokio_allow_from_blocking_fd` to \
                your RUSTFLAGS. See github.com/tokio-rs/tokio/issues/7172 for details."
            );
        }
        Socket::new(fd)
    }

    /// Registers a connection that was just accepted: it is writable, and often readable, so
    /// that its first operation need not wait for a turn of the reactor.
    pub(crate) fn accepted(fd: OwnedFd) -> io::Result<Self> {
        let socket = Socket::new(fd)?;
        let ready = Ready::READABLE | Ready::WRITABLE;
        socket.registration().assume_ready(ready);
        Ok(socket)
    }

    /// Two connected unix sockets, which are writable.
    pub(crate) fn unix_pair(ty: Type) -> io::Result<(Self, Self)> {
        let (a, b) = sys::open::unix_pair(ty)?;
        let pair = (Socket::new(a)?, Socket::new(b)?);
        pair.0.registration().assume_ready(Ready::WRITABLE);
        pair.1.registration().assume_ready(Ready::WRITABLE);
        Ok(pair)
    }

    /// A socket that waits for TCP connections.
    pub(crate) fn listen_tcp(address: SocketAddr) -> io::Result<Self> {
        let ty = Type::STREAM;
        let socket = sys::open::socket(Domain::for_address(address), ty, Some(Protocol::TCP))?;
        // So that a restarted server gets its port back at once.
        socket.set_reuse_address(true)?;
        socket.bind(&address.into())?;
        socket.listen(sys::socket::BACKLOG)?;
        Socket::new(socket)
    }

    /// A socket that waits for connections at a unix address.
    #[track_caller]
    pub(crate) fn listen_unix(address: &SockAddr) -> io::Result<Self> {
        let socket = sys::open::socket(Domain::UNIX, Type::STREAM, None)?;
        socket.bind(address)?;
        socket.listen(sys::socket::BACKLOG)?;
        Socket::new(socket)
    }

    /// A UDP socket with an address.
    pub(crate) fn bind_udp(address: SocketAddr) -> io::Result<Self> {
        let ty = Type::DGRAM;
        let socket = sys::open::socket(Domain::for_address(address), ty, Some(Protocol::UDP))?;
        socket.bind(&address.into())?;
        Socket::new(socket)
    }

    /// A unix datagram socket, with an address if one is given.
    pub(crate) fn bind_unix_datagram(address: Option<&SockAddr>) -> io::Result<Self> {
        let socket = sys::open::socket(Domain::UNIX, Type::DGRAM, None)?;
        if let Some(address) = address {
            socket.bind(address)?;
        }
        Socket::new(socket)
    }

    /// A TCP connection.
    pub(crate) async fn connect_tcp(address: SocketAddr) -> io::Result<Self> {
        let ty = Type::STREAM;
        let socket = sys::open::socket(Domain::for_address(address), ty, Some(Protocol::TCP))?;
        Socket::connect(socket, &address.into()).await
    }

    /// A connection to a unix address.
    pub(crate) async fn connect_unix(address: &SockAddr) -> io::Result<Self> {
        let socket = sys::open::socket(Domain::UNIX, Type::STREAM, None)?;
        Socket::connect(socket, address).await
    }

    /// Connects a socket that does not block, and waits for the outcome.
    pub(crate) async fn connect(socket: socket2::Socket, address: &SockAddr) -> io::Result<Self> {
        match socket.connect(address) {
            Err(error) if error.raw_os_error() != Some(libc::EINPROGRESS) => return Err(error),
            _ => {}
        }
        let socket = Socket::new(socket)?;
        std::future::poll_fn(|cx| socket.registration().poll_ready(cx, Direction::Write)).await?;
        match socket.options().take_error()? {
            Some(error) => Err(error),
            None => Ok(socket),
        }
    }

    /// The loops that wait for this socket.
    #[inline]
    pub(crate) fn registration(&self) -> &Registration {
        let Socket::Os(descriptor) = self;
        descriptor.registration()
    }

    /// Deregisters, and gives the socket to whoever wants one.
    pub(crate) fn into_std<T: From<OwnedFd>>(self) -> io::Result<T> {
        let Socket::Os(descriptor) = self;
        Ok(descriptor.into_fd()?.into())
    }

    /// The options and addresses of the socket.
    pub(crate) fn options(&self) -> SockRef<'_> {
        let Socket::Os(descriptor) = self;
        SockRef::from(descriptor)
    }

    /// The socket as one of the standard library's types, to use what these offer.
    pub(crate) fn view<T: FromRawFd>(&self) -> View<T> {
        let Socket::Os(descriptor) = self;
        // SAFETY: the view never closes the descriptor, and, as every value returned by
        // reference to `self`'s methods, is used while `self` keeps it open: `View` is only used
        // within single expressions in `net`.
        View(ManuallyDrop::new(unsafe {
            T::from_raw_fd(descriptor.as_fd().as_raw_fd())
        }))
    }

    /// Receives, or looks at, what there is, once.
    #[inline]
    pub(crate) fn recv(&self, buf: &mut [MaybeUninit<u8>]) -> io::Result<usize> {
        self.recv_with(buf, RecvFlags::empty())
    }

    /// Like [`recv`](Self::recv), and leaves it there.
    pub(crate) fn peek(&self, buf: &mut [MaybeUninit<u8>]) -> io::Result<usize> {
        self.recv_with(buf, RecvFlags::PEEK)
    }

    #[inline]
    fn recv_with(&self, buf: &mut [MaybeUninit<u8>], flags: RecvFlags) -> io::Result<usize> {
        let Socket::Os(descriptor) = self;
        let ((filled, _), _) = rustix::net::recv(descriptor, buf, flags)?;
        Ok(filled.len())
    }

    /// Receives into several buffers, once.
    pub(crate) fn recv_vectored(&self, bufs: &mut [io::IoSliceMut<'_>]) -> io::Result<usize> {
        let Socket::Os(descriptor) = self;
        descriptor.read_vectored(bufs)
    }

    /// Sends, once. Never raises a signal.
    #[inline]
    pub(crate) fn send(&self, buf: &[u8]) -> io::Result<usize> {
        let Socket::Os(descriptor) = self;
        Ok(rustix::net::send(descriptor, buf, SendFlags::NOSIGNAL)?)
    }

    /// Sends from several buffers, once. Only for streams, to which the bounds mean nothing.
    pub(crate) fn send_vectored(&self, bufs: &[io::IoSlice<'_>]) -> io::Result<usize> {
        if let [buf] = bufs {
            return self.send(buf);
        }
        let total = bufs
            .iter()
            .fold(0, |total: usize, buf| total.saturating_add(buf.len()));
        if total <= GATHER_MAX {
            // A head and a small body: together they cost the kernel less than as a list.
            let mut space = [MaybeUninit::uninit(); GATHER_MAX];
            return self.send(gather(bufs, &mut space));
        }
        let Socket::Os(descriptor) = self;
        descriptor.write_vectored(bufs)
    }

    /// Receives one datagram and its sender's address, once.
    pub(crate) fn recv_from(&self, buf: &mut [MaybeUninit<u8>]) -> io::Result<(usize, SockAddr)> {
        self.options().recv_from(buf)
    }

    /// Like [`recv_from`](Self::recv_from), and leaves the datagram there.
    pub(crate) fn peek_from(&self, buf: &mut [MaybeUninit<u8>]) -> io::Result<(usize, SockAddr)> {
        self.options().peek_from(buf)
    }

    /// Sends one datagram to an address, once.
    pub(crate) fn send_to(&self, buf: &[u8], target: &SockAddr) -> io::Result<usize> {
        self.options().send_to(buf, target)
    }

    /// Accepts a connection, once. The result is not registered yet.
    pub(crate) fn accept(&self) -> io::Result<(OwnedFd, SockAddr)> {
        let Socket::Os(descriptor) = self;
        sys::open::accept(descriptor.as_fd())
    }

    /// Closes one half or both. A peer that is gone already is as good.
    pub(crate) fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        match self.options().shutdown(how) {
            Err(error) if error.kind() == io::ErrorKind::NotConnected => Ok(()),
            result => result,
        }
    }

    /// Receives into `buf`, or waits until there is something.
    #[inline]
    pub(crate) fn poll_recv(
        &self,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        poll_fill(self.registration(), cx, buf, |unfilled| self.recv(unfilled))
    }

    /// Sends some of `buf`, or waits until that is possible.
    #[inline]
    pub(crate) fn poll_send(&self, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.registration()
            .poll_transfer(cx, Direction::Write, buf.len(), || self.send(buf))
    }

    /// Sends some of `bufs`, or waits until that is possible.
    pub(crate) fn poll_send_vectored(
        &self,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.registration()
            .poll_io(cx, Direction::Write, || self.send_vectored(bufs))
    }
}

impl AsFd for Socket {
    #[inline]
    fn as_fd(&self) -> BorrowedFd<'_> {
        let Socket::Os(descriptor) = self;
        descriptor.as_fd()
    }
}

impl fmt::Debug for Socket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_fd().fmt(f)
    }
}

/// A buffer whose bytes a system call may write, as the calls here want it.
#[inline]
pub(crate) fn as_uninit(buf: &mut [u8]) -> &mut [MaybeUninit<u8>] {
    // SAFETY: `MaybeUninit<u8>` is laid out as `u8`, and the calls here only ever write
    // initialized bytes through it.
    unsafe { &mut *(std::ptr::from_mut(buf) as *mut [MaybeUninit<u8>]) }
}

/// All of `bufs`, which fit into `space`, copied there one behind the other.
fn gather<'a>(bufs: &[io::IoSlice<'_>], space: &'a mut [MaybeUninit<u8>]) -> &'a [u8] {
    let mut filled = 0;
    for buf in bufs {
        let end = filled + buf.len();
        space[filled..end].copy_from_slice(uninit_of(buf));
        filled = end;
    }
    // SAFETY: the loop has written every byte up to `filled`, each buffer behind the one before.
    unsafe { &*(std::ptr::from_ref(&space[..filled]) as *const [u8]) }
}

/// Bytes as something that can be copied into space for bytes.
fn uninit_of(buf: &[u8]) -> &[MaybeUninit<u8>] {
    // SAFETY: `MaybeUninit<u8>` is laid out as `u8`, and is shared for reading only.
    unsafe { &*(std::ptr::from_ref(buf) as *const [MaybeUninit<u8>]) }
}

/// A borrowed socket in the clothes of one of the standard library's types.
pub(crate) struct View<T>(ManuallyDrop<T>);

impl<T> Deref for View<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}
