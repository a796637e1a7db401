//! Descriptors of processes: readable once the process has ended.

use std::os::fd::OwnedFd;

/// A descriptor of a child; `None` if the kernel does not support it.
#[cfg(target_os = "linux")]
pub(crate) fn open(pid: u32) -> Option<OwnedFd> {
    use rustix::process::{Pid, PidfdFlags, pidfd_open};

    let pid = Pid::from_raw(i32::try_from(pid).ok()?)?;
    pidfd_open(pid, PidfdFlags::NONBLOCK).ok()
}

/// `None`: no other system has them.
#[cfg(not(target_os = "linux"))]
pub(crate) fn open(_pid: u32) -> Option<OwnedFd> {
    None
}
