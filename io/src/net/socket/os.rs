//! The operating system's sockets: every socket operation of vitte that is a system call.
//!
//! See [`Socket`](super::Socket) for what each operation means to its caller. What differs between
//! systems is in `sys`.

use std::fmt;
use std::io;
use std::mem::{ManuallyDrop, MaybeUninit};
use std::net::{Ipv4Addr, Ipv6Addr, Shutdown, SocketAddr};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd};

use rustix::net::{RecvFlags, SendFlags};
use socket2::{Domain, Protocol, SockAddr, SockRef, Type};

use super::options::SocketOption;
use crate::io::{Interest, Ready};
use crate::reactor::descriptor::Descriptor;
use crate::reactor::{Direction, Source};
use crate::sys;

/// Both directions.
const READ_WRITE: Interest = Interest::READABLE.add(Interest::WRITABLE);

/// Up to how many bytes [`OsSocket::send_vectored`] copies together.
const GATHER_MAX: usize = 1024;

/// A registered socket of the operating system.
#[derive(Debug)]
pub(crate) struct OsSocket {
    descriptor: Descriptor,
}

impl OsSocket {
    /// Registers a socket that does not block.
    ///
    /// # Panics
    ///
    /// Outside of a runtime with I/O enabled.
    #[track_caller]
    pub(super) fn new(fd: impl Into<OwnedFd>) -> io::Result<Self> {
        let descriptor = Descriptor::new(fd.into(), READ_WRITE)?;
        Ok(OsSocket { descriptor })
    }

    /// Registers a socket that came from outside.
    ///
    /// # Panics
    ///
    /// With debug assertions, when the socket blocks: it would block the whole worker.
    #[track_caller]
    pub(super) fn from_std(fd: OwnedFd) -> io::Result<Self> {
        if cfg!(debug_assertions) && !cfg!(tokio_allow_from_blocking_fd) {
            assert!(
                SockRef::from(&fd).nonblocking()?,
                "Registering a blocking socket with the tokio runtime is unsupported. \
                If you wish to do anyways, please add `--cfg tokio_allow_from_blocking_fd` to \
                your RUSTFLAGS. See github.com/tokio-rs/tokio/issues/7172 for details."
            );
        }
        OsSocket::new(fd)
    }

    /// Registers a connection that was just accepted: it is writable, and often readable, so
    /// that its first operation need not wait for a turn of the reactor.
    fn accepted(fd: OwnedFd) -> io::Result<Self> {
        let socket = OsSocket::new(fd)?;
        let ready = Ready::READABLE | Ready::WRITABLE;
        socket.source().assume_ready(ready);
        Ok(socket)
    }

    /// Two connected unix sockets, which are writable.
    pub(super) fn unix_pair(ty: Type) -> io::Result<(Self, Self)> {
        let (a, b) = sys::open::unix_pair(ty)?;
        let pair = (OsSocket::new(a)?, OsSocket::new(b)?);
        pair.0.source().assume_ready(Ready::WRITABLE);
        pair.1.source().assume_ready(Ready::WRITABLE);
        Ok(pair)
    }

    /// A socket that waits for TCP connections.
    pub(super) fn listen_tcp(address: SocketAddr) -> io::Result<Self> {
        let ty = Type::STREAM;
        let socket = sys::open::socket(Domain::for_address(address), ty, Some(Protocol::TCP))?;
        // So that a restarted server gets its port back at once.
        socket.set_reuse_address(true)?;
        socket.bind(&address.into())?;
        socket.listen(sys::socket::BACKLOG)?;
        OsSocket::new(socket)
    }

    /// A socket that waits for connections at a unix address.
    #[track_caller]
    pub(super) fn listen_unix(address: &SockAddr) -> io::Result<Self> {
        let socket = sys::open::socket(Domain::UNIX, Type::STREAM, None)?;
        socket.bind(address)?;
        socket.listen(sys::socket::BACKLOG)?;
        OsSocket::new(socket)
    }

    /// A UDP socket with an address.
    pub(super) fn bind_udp(address: SocketAddr) -> io::Result<Self> {
        let ty = Type::DGRAM;
        let socket = sys::open::socket(Domain::for_address(address), ty, Some(Protocol::UDP))?;
        socket.bind(&address.into())?;
        OsSocket::new(socket)
    }

    /// A unix datagram socket, with an address if one is given.
    pub(super) fn bind_unix_datagram(address: Option<&SockAddr>) -> io::Result<Self> {
        let socket = sys::open::socket(Domain::UNIX, Type::DGRAM, None)?;
        if let Some(address) = address {
            socket.bind(address)?;
        }
        OsSocket::new(socket)
    }

    /// A TCP connection.
    pub(super) async fn connect_tcp(address: SocketAddr) -> io::Result<Self> {
        let ty = Type::STREAM;
        let socket = sys::open::socket(Domain::for_address(address), ty, Some(Protocol::TCP))?;
        OsSocket::connect(socket, &address.into()).await
    }

    /// A connection to a unix address.
    pub(super) async fn connect_unix(address: &SockAddr) -> io::Result<Self> {
        let socket = sys::open::socket(Domain::UNIX, Type::STREAM, None)?;
        OsSocket::connect(socket, address).await
    }

    /// Connects a socket that does not block, and waits for the outcome.
    pub(super) async fn connect(socket: socket2::Socket, address: &SockAddr) -> io::Result<Self> {
        match socket.connect(address) {
            Err(error) if error.raw_os_error() != Some(libc::EINPROGRESS) => return Err(error),
            _ => {}
        }
        let socket = OsSocket::new(socket)?;
        std::future::poll_fn(|cx| socket.source().poll_ready(cx, Direction::Write)).await?;
        match socket.take_error()? {
            Some(error) => Err(error),
            None => Ok(socket),
        }
    }

    #[inline]
    pub(super) fn source(&self) -> &Source {
        self.descriptor.source()
    }

    /// Deregisters and gives the descriptor back.
    pub(super) fn into_fd(self) -> io::Result<OwnedFd> {
        self.descriptor.into_fd()
    }

    /// The socket as one of `socket2`, for its options and addresses.
    fn borrowed(&self) -> SockRef<'_> {
        SockRef::from(&self.descriptor)
    }

    /// Formats the socket as one of the standard library's types does.
    pub(super) fn fmt_as<T>(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result
    where
        T: FromRawFd + fmt::Debug,
    {
        // SAFETY: `self` keeps the descriptor open for longer than the value lives, and the value
        // never closes it.
        let view = ManuallyDrop::new(unsafe { T::from_raw_fd(self.as_fd().as_raw_fd()) });
        view.fmt(f)
    }

    pub(super) fn local_addr(&self) -> io::Result<SockAddr> {
        self.borrowed().local_addr()
    }

    pub(super) fn peer_addr(&self) -> io::Result<SockAddr> {
        self.borrowed().peer_addr()
    }

    pub(super) fn peer_credentials(&self) -> io::Result<(Option<i32>, u32, u32)> {
        sys::socket::peer_credentials(self.as_fd())
    }

    pub(super) fn take_error(&self) -> io::Result<Option<io::Error>> {
        self.borrowed().take_error()
    }

    pub(super) fn option<T>(&self, option: &SocketOption<T>) -> io::Result<T> {
        (option.get)(&self.borrowed())
    }

    pub(super) fn set_option<T>(&self, option: &SocketOption<T>, value: T) -> io::Result<()> {
        (option.set)(&self.borrowed(), value)
    }

    pub(super) fn bind_device(&self, interface: Option<&[u8]>) -> io::Result<()> {
        self.borrowed().bind_device(interface)
    }

    pub(super) fn join_multicast_v4(&self, group: Ipv4Addr, interface: Ipv4Addr) -> io::Result<()> {
        self.borrowed().join_multicast_v4(&group, &interface)
    }

    pub(super) fn leave_multicast_v4(
        &self,
        group: Ipv4Addr,
        interface: Ipv4Addr,
    ) -> io::Result<()> {
        self.borrowed().leave_multicast_v4(&group, &interface)
    }

    pub(super) fn join_multicast_v6(&self, group: &Ipv6Addr, interface: u32) -> io::Result<()> {
        self.borrowed().join_multicast_v6(group, interface)
    }

    pub(super) fn leave_multicast_v6(&self, group: &Ipv6Addr, interface: u32) -> io::Result<()> {
        self.borrowed().leave_multicast_v6(group, interface)
    }

    /// Receives, or looks at, what there is, once.
    #[inline]
    pub(super) fn recv(&self, buf: &mut [MaybeUninit<u8>]) -> io::Result<usize> {
        self.recv_with(buf, RecvFlags::empty())
    }

    /// Like [`recv`](Self::recv), and leaves it there.
    pub(super) fn peek(&self, buf: &mut [MaybeUninit<u8>]) -> io::Result<usize> {
        self.recv_with(buf, RecvFlags::PEEK)
    }

    #[inline]
    fn recv_with(&self, buf: &mut [MaybeUninit<u8>], flags: RecvFlags) -> io::Result<usize> {
        let descriptor = &self.descriptor;
        let ((filled, _), _) = rustix::net::recv(descriptor, buf, flags)?;
        Ok(filled.len())
    }

    /// Receives into several buffers, once.
    pub(super) fn recv_vectored(&self, bufs: &mut [io::IoSliceMut<'_>]) -> io::Result<usize> {
        let descriptor = &self.descriptor;
        descriptor.read_vectored(bufs)
    }

    /// Sends, once. Never raises a signal.
    #[inline]
    pub(super) fn send(&self, buf: &[u8]) -> io::Result<usize> {
        let descriptor = &self.descriptor;
        Ok(rustix::net::send(descriptor, buf, SendFlags::NOSIGNAL)?)
    }

    /// Sends from several buffers, once. Only for streams, which do not keep the bounds of buffers.
    pub(super) fn send_vectored(&self, bufs: &[io::IoSlice<'_>]) -> io::Result<usize> {
        if let [buf] = bufs {
            return self.send(buf);
        }
        let total = bufs
            .iter()
            .fold(0, |total: usize, buf| total.saturating_add(buf.len()));
        if total <= GATHER_MAX {
            // Such as a head and a small body: one buffer costs the kernel less than a list.
            let mut space = [MaybeUninit::uninit(); GATHER_MAX];
            return self.send(gather(bufs, &mut space));
        }
        let descriptor = &self.descriptor;
        descriptor.write_vectored(bufs)
    }

    /// Receives one datagram and its sender's address, once.
    pub(super) fn recv_from(&self, buf: &mut [MaybeUninit<u8>]) -> io::Result<(usize, SockAddr)> {
        self.borrowed().recv_from(buf)
    }

    /// Like [`recv_from`](Self::recv_from), and leaves the datagram there.
    pub(super) fn peek_from(&self, buf: &mut [MaybeUninit<u8>]) -> io::Result<(usize, SockAddr)> {
        self.borrowed().peek_from(buf)
    }

    /// Sends one datagram to an address, once.
    pub(super) fn send_to(&self, buf: &[u8], target: &SockAddr) -> io::Result<usize> {
        self.borrowed().send_to(buf, target)
    }

    pub(super) fn peek_sender(&self) -> io::Result<SockAddr> {
        self.borrowed().peek_sender()
    }

    pub(super) fn connect_datagrams(&self, target: &SockAddr) -> io::Result<()> {
        self.borrowed().connect(target)
    }

    pub(super) fn accept(&self) -> io::Result<(Self, SockAddr)> {
        let (fd, peer) = sys::open::accept(self.as_fd())?;
        Ok((OsSocket::accepted(fd)?, peer))
    }

    pub(super) fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        self.borrowed().shutdown(how)
    }
}

impl AsFd for OsSocket {
    #[inline]
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.descriptor.as_fd()
    }
}

/// All of `bufs`, which fit into `space`, copied there one after the other.
fn gather<'a>(bufs: &[io::IoSlice<'_>], space: &'a mut [MaybeUninit<u8>]) -> &'a [u8] {
    let mut filled = 0;
    for buf in bufs {
        let end = filled + buf.len();
        space[filled..end].copy_from_slice(uninit_of(buf));
        filled = end;
    }
    // SAFETY: the loop has written every byte up to `filled`, each buffer after the one before.
    unsafe { &*(std::ptr::from_ref(&space[..filled]) as *const [u8]) }
}

/// Bytes as something that can be copied into space for bytes.
fn uninit_of(buf: &[u8]) -> &[MaybeUninit<u8>] {
    // SAFETY: `MaybeUninit<u8>` is laid out as `u8`, and is shared for reading only.
    unsafe { &*(std::ptr::from_ref(buf) as *const [MaybeUninit<u8>]) }
}
