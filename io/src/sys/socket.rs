//! Sockets: what differs between systems, except how they are made (`open`).

use std::io;
use std::os::fd::BorrowedFd;

/// How many connections may wait to be accepted: as many as the system allows.
#[cfg(any(
    target_os = "linux",
    target_os = "freebsd",
    target_os = "openbsd",
    target_vendor = "apple"
))]
pub(crate) const BACKLOG: i32 = -1;
#[cfg(not(any(
    target_os = "linux",
    target_os = "freebsd",
    target_os = "openbsd",
    target_vendor = "apple"
)))]
pub(crate) const BACKLOG: i32 = libc::SOMAXCONN;

/// The address of a unix socket at a path; on Linux, one that begins with a NUL is abstract.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(crate) fn unix_address(path: &std::path::Path) -> io::Result<std::os::unix::net::SocketAddr> {
    #[cfg(target_os = "android")]
    use std::os::android::net::SocketAddrExt;
    #[cfg(target_os = "linux")]
    use std::os::linux::net::SocketAddrExt;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::net::SocketAddr;

    match path.as_os_str().as_bytes() {
        [0, name @ ..] => SocketAddr::from_abstract_name(name),
        _ => SocketAddr::from_pathname(path),
    }
}

/// The address of a unix socket at a path.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(crate) fn unix_address(path: &std::path::Path) -> io::Result<std::os::unix::net::SocketAddr> {
    std::os::unix::net::SocketAddr::from_pathname(path)
}

/// A unix address that the system reported; one without a name is an empty path.
pub(crate) fn reported_unix_address(
    address: &socket2::SockAddr,
) -> io::Result<std::os::unix::net::SocketAddr> {
    use std::os::unix::net::SocketAddr;

    #[cfg(any(target_os = "linux", target_os = "android"))]
    if let Some(name) = address.as_abstract_namespace() {
        #[cfg(target_os = "android")]
        use std::os::android::net::SocketAddrExt;
        #[cfg(target_os = "linux")]
        use std::os::linux::net::SocketAddrExt;

        return SocketAddr::from_abstract_name(name);
    }
    match address.as_unix() {
        Some(address) => Ok(address),
        None => SocketAddr::from_pathname(""),
    }
}

/// The name in the abstract namespace, where there is one.
pub(crate) fn abstract_name(address: &std::os::unix::net::SocketAddr) -> Option<&[u8]> {
    #[cfg(target_os = "android")]
    use std::os::android::net::SocketAddrExt;
    #[cfg(target_os = "linux")]
    use std::os::linux::net::SocketAddrExt;

    #[cfg(any(target_os = "linux", target_os = "android"))]
    return address.as_abstract_name();
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    {
        let _ = address;
        None
    }
}

/// Process, user and group of the other end of a unix socket.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(crate) fn peer_credentials(socket: BorrowedFd<'_>) -> io::Result<(Option<i32>, u32, u32)> {
    // Not rustix's `socket_peercred`: its `Pid` cannot be zero, and a peer in another process
    // namespace has that number.
    use std::os::fd::AsRawFd;

    let mut credentials = libc::ucred {
        pid: 0,
        uid: 0,
        gid: 0,
    };
    let mut length = size_of::<libc::ucred>() as libc::socklen_t;
    // SAFETY: the option's value is a `ucred`, and the length says how much room there is.
    let result = unsafe {
        libc::getsockopt(
            socket.as_raw_fd(),
            libc::SOL_SOCKET,
            libc::SO_PEERCRED,
            (&raw mut credentials).cast(),
            &mut length,
        )
    };
    if result != 0 || length as usize != size_of::<libc::ucred>() {
        return Err(io::Error::last_os_error());
    }
    Ok((Some(credentials.pid), credentials.uid, credentials.gid))
}

/// User and group of the other end of a unix socket.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(crate) fn peer_credentials(socket: BorrowedFd<'_>) -> io::Result<(Option<i32>, u32, u32)> {
    use std::os::fd::AsRawFd;

    let (mut user, mut group) = (0, 0);
    // SAFETY: both pointers are to live variables of the right types.
    if unsafe { libc::getpeereid(socket.as_raw_fd(), &mut user, &mut group) } != 0 {
        return Err(io::Error::last_os_error());
    }
    Ok((None, user, group))
}
