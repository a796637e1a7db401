//! The operating system: the only place with `cfg(target_os)`.
//!
//! The reactor waits in the `selector`. There are two with the same interface: epoll, used
//! directly, because the portable API costs five system calls a turn there and cannot see a
//! half-closed connection; and the portable one, for every other system (and for Linux under `--cfg
//! vitte_portable_reactor`, so that CI can test it).

#[cfg(all(
    any(target_os = "linux", target_os = "android"),
    not(vitte_portable_reactor)
))]
#[path = "sys/epoll.rs"]
mod selector;

#[cfg(not(all(
    any(target_os = "linux", target_os = "android"),
    not(vitte_portable_reactor)
)))]
#[path = "sys/portable.rs"]
mod selector;

#[cfg(feature = "net")]
#[cfg_attr(
    any(
        target_os = "linux",
        target_os = "android",
        target_os = "freebsd",
        target_os = "netbsd",
        target_os = "openbsd",
        target_os = "dragonfly",
        target_os = "illumos"
    ),
    path = "sys/open_flags.rs"
)]
#[cfg_attr(
    not(any(
        target_os = "linux",
        target_os = "android",
        target_os = "freebsd",
        target_os = "netbsd",
        target_os = "openbsd",
        target_os = "dragonfly",
        target_os = "illumos"
    )),
    path = "sys/open_fcntl.rs"
)]
pub(crate) mod open;
#[cfg(feature = "process")]
pub(crate) mod pidfd;
#[cfg(any(feature = "net", feature = "signal"))]
#[cfg_attr(not(feature = "net"), allow(dead_code))]
pub(crate) mod pipe;
#[cfg(feature = "signal")]
pub(crate) mod signal;
#[cfg(feature = "net")]
pub(crate) mod socket;

/// The number of the processor that runs this thread, as far as the system reports it.
///
/// The C library knows it without a system call. rustix looks for the kernel's function itself, and
/// aborts a process that runs under valgrind, where it does not find it.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub fn processor() -> usize {
    // SAFETY: it takes nothing, and returns a number, -1 if the system does not know.
    let number = unsafe { libc::sched_getcpu() };
    usize::try_from(number).unwrap_or(0)
}

/// The number of the processor that runs this thread, as far as the system reports it.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub fn processor() -> usize {
    0
}

pub(crate) use selector::{Arming, Events, SHORT_MEANS_DRAINED, Selector};

/// The key that the selector reports for its own waker. No source has this address.
pub(crate) const WAKE_KEY: usize = 0;

/// The key that the selector reports for the descriptor that signals arrive at. No source has this
/// address.
pub(crate) const SIGNAL_KEY: usize = 1;
