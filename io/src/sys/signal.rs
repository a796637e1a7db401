//! Which signals the system has.

/// The highest signal number: real-time signals included, where they exist.
#[cfg(any(target_os = "linux", target_os = "illumos"))]
pub(crate) fn max() -> usize {
    usize::try_from(libc::SIGRTMAX()).unwrap_or(FIXED_MAX)
}

/// The highest signal number.
#[cfg(not(any(target_os = "linux", target_os = "illumos")))]
pub(crate) fn max() -> usize {
    FIXED_MAX
}

/// The highest number that every unix has.
const FIXED_MAX: usize = 33;
