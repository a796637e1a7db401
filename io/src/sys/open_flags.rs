//! Making sockets on systems whose system calls take their flags.

use std::io;
use std::os::fd::{BorrowedFd, OwnedFd};

use socket2::{Domain, Protocol, SockAddr, Socket, Type};

/// A socket that does not block and is closed on exec.
pub(crate) fn socket(domain: Domain, ty: Type, protocol: Option<Protocol>) -> io::Result<Socket> {
    Socket::new(domain, ty.nonblocking(), protocol)
}

/// Two connected unix sockets that do not block and are closed on exec.
pub(crate) fn unix_pair(ty: Type) -> io::Result<(OwnedFd, OwnedFd)> {
    let (a, b) = Socket::pair(Domain::UNIX, ty.nonblocking(), None)?;
    Ok((a.into(), b.into()))
}

/// Accepts a connection, in one system call: it does not block and is closed on exec.
pub(crate) fn accept(listener: BorrowedFd<'_>) -> io::Result<(OwnedFd, SockAddr)> {
    use std::os::fd::{AsRawFd, FromRawFd};

    let flags = libc::SOCK_CLOEXEC | libc::SOCK_NONBLOCK;
    let call = |storage: *mut socket2::SockAddrStorage, length: *mut libc::socklen_t| {
        // SAFETY: `try_init` passes a buffer and its length, which the call updates.
        let fd = unsafe { libc::accept4(listener.as_raw_fd(), storage.cast(), length, flags) };
        if fd < 0 {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: the descriptor is new, so that nothing else owns it.
        Ok(unsafe { OwnedFd::from_raw_fd(fd) })
    };
    // SAFETY: the call writes a valid address of the length that it reports.
    unsafe { SockAddr::try_init(call) }
}
