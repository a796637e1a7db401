//! The guards that waiting for an [`AsyncFd`] returns. They hold the readiness that was reported;
//! the caller says through them whether its operation would have blocked all the same.

use std::fmt;
use std::io;
use std::os::fd::AsRawFd;

use super::{AsyncFd, TryIoError};
use crate::io::Ready;
use crate::reactor::ReadyEvent;

/// Readiness of an [`AsyncFd`], to be used and maybe cleared.
///
/// # Examples
///
/// ```
/// # #[vitte::main]
/// # async fn main() -> std::io::Result<()> {
/// use std::io::{Read, Write};
/// use std::os::unix::net::UnixStream;
/// use vitte::io::unix::AsyncFd;
///
/// let (stream, mut other) = UnixStream::pair()?;
/// stream.set_nonblocking(true)?;
/// // SAFETY: the stream owns its descriptor, and keeps it as long as it lives.
/// let stream = unsafe { AsyncFd::register(stream)? };
/// other.write_all(b"vitte")?;
/// let mut buf = [0; 16];
/// let count = loop {
///     let mut guard = stream.readable().await?;
///     if let Ok(result) = guard.try_io(|stream| stream.get_ref().read(&mut buf)) {
///         break result?;
///     }
/// };
/// assert_eq!(&buf[..count], b"vitte");
/// # Ok(())
/// # }
/// ```
#[must_use = "You must explicitly choose whether to clear the readiness state by calling a \
              method on ReadyGuard"]
pub struct AsyncFdReadyGuard<'a, T: AsRawFd> {
    pub(super) async_fd: &'a AsyncFd<T>,
    pub(super) event: Option<ReadyEvent>,
}

/// Readiness of an [`AsyncFd`] that is borrowed mutably.
///
/// # Examples
///
/// ```
/// # #[vitte::main]
/// # async fn main() -> std::io::Result<()> {
/// use std::io::{Read, Write};
/// use std::os::unix::net::UnixStream;
/// use vitte::io::unix::AsyncFd;
///
/// let (stream, mut other) = UnixStream::pair()?;
/// stream.set_nonblocking(true)?;
/// // SAFETY: the stream owns its descriptor, and keeps it as long as it lives.
/// let mut stream = unsafe { AsyncFd::register(stream)? };
/// other.write_all(b"vitte")?;
/// let mut buf = [0; 16];
/// let count = loop {
///     let mut guard = stream.readable_mut().await?;
///     if let Ok(result) = guard.try_io(|stream| stream.get_mut().read(&mut buf)) {
///         break result?;
///     }
/// };
/// assert_eq!(&buf[..count], b"vitte");
/// # Ok(())
/// # }
/// ```
#[must_use = "You must explicitly choose whether to clear the readiness state by calling a \
              method on ReadyGuard"]
pub struct AsyncFdReadyMutGuard<'a, T: AsRawFd> {
    pub(super) async_fd: &'a mut AsyncFd<T>,
    pub(super) event: Option<ReadyEvent>,
}

/// What both guards do in the same way.
macro_rules! guard_methods {
    ($guard:ident, $name:literal) => {
        impl<'a, Inner: AsRawFd> $guard<'a, Inner> {
            /// Says that the operation would have blocked: the next wait waits for a new event.
            ///
            /// Call it only then. Of what was reported since this guard was made nothing is lost.
            pub fn clear_ready(&mut self) {
                if let Some(event) = self.event.take() {
                    self.async_fd.registration.source().clear(event);
                }
            }

            /// [`clear_ready`](Self::clear_ready) for some of the states only.
            pub fn clear_ready_matching(&mut self, ready: Ready) {
                if let Some(event) = self.event.take() {
                    self.async_fd
                        .registration
                        .source()
                        .clear(event.with_ready(ready));
                    let rest = event.with_ready(event.ready - ready);
                    if !rest.ready.is_empty() {
                        self.event = Some(rest);
                    }
                }
            }

            /// Keeps the readiness: the next wait returns at once. So does dropping the guard.
            pub fn retain_ready(&mut self) {}

            /// What the descriptor is ready for, of what was waited for.
            pub fn ready(&self) -> Ready {
                match &self.event {
                    Some(event) => event.ready,
                    None => Ready::EMPTY,
                }
            }
        }

        impl<'a, T: fmt::Debug + AsRawFd> fmt::Debug for $guard<'a, T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct($name)
                    .field("async_fd", &self.async_fd)
                    .finish()
            }
        }
    };
}

guard_methods!(AsyncFdReadyGuard, "ReadyGuard");
guard_methods!(AsyncFdReadyMutGuard, "MutReadyGuard");

impl<'a, Inner: AsRawFd> AsyncFdReadyGuard<'a, Inner> {
    /// Calls `f`, and clears the readiness if it returns `WouldBlock`.
    ///
    /// # Errors
    ///
    /// [`TryIoError`] when `f` would block; the inner result is `f`'s otherwise.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// use std::io::Write;
    /// use std::os::unix::net::UnixStream;
    /// use vitte::io::unix::AsyncFd;
    ///
    /// let (stream, _other) = UnixStream::pair()?;
    /// // SAFETY: the stream owns its descriptor, and keeps it as long as it lives.
    /// let stream = unsafe { AsyncFd::register(stream)? };
    /// let mut guard = stream.writable().await?;
    /// let result = guard.try_io(|stream| stream.get_ref().write(b"vitte"));
    /// assert_eq!(result.expect("there is room")?, 5);
    /// # Ok(())
    /// # }
    /// ```
    pub fn try_io<R>(
        &mut self,
        f: impl FnOnce(&'a AsyncFd<Inner>) -> io::Result<R>,
    ) -> Result<io::Result<R>, TryIoError> {
        match f(self.async_fd) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                self.clear_ready();
                Err(TryIoError(()))
            }
            result => Ok(result),
        }
    }

    /// What the guard was made of.
    pub fn get_ref(&self) -> &'a AsyncFd<Inner> {
        self.async_fd
    }

    /// The registered value.
    pub fn get_inner(&self) -> &'a Inner {
        self.get_ref().get_ref()
    }
}

impl<'a, Inner: AsRawFd> AsyncFdReadyMutGuard<'a, Inner> {
    /// Calls `f`, and clears the readiness if it returns `WouldBlock`.
    ///
    /// # Errors
    ///
    /// [`TryIoError`] when `f` would block; the inner result is `f`'s otherwise.
    pub fn try_io<R>(
        &mut self,
        f: impl FnOnce(&mut AsyncFd<Inner>) -> io::Result<R>,
    ) -> Result<io::Result<R>, TryIoError> {
        match f(self.async_fd) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                self.clear_ready();
                Err(TryIoError(()))
            }
            result => Ok(result),
        }
    }

    /// What the guard was made of.
    pub fn get_ref(&self) -> &AsyncFd<Inner> {
        self.async_fd
    }

    /// What the guard was made of.
    pub fn get_mut(&mut self) -> &mut AsyncFd<Inner> {
        self.async_fd
    }

    /// The registered value.
    pub fn get_inner(&self) -> &Inner {
        self.get_ref().get_ref()
    }

    /// The registered value.
    pub fn get_inner_mut(&mut self) -> &mut Inner {
        self.get_mut().get_mut()
    }
}

impl<T: AsRawFd> AsyncFd<T> {
    pub(super) fn guard(&self, event: ReadyEvent) -> AsyncFdReadyGuard<'_, T> {
        AsyncFdReadyGuard {
            async_fd: self,
            event: Some(event),
        }
    }

    pub(super) fn guard_mut(&mut self, event: ReadyEvent) -> AsyncFdReadyMutGuard<'_, T> {
        AsyncFdReadyMutGuard {
            async_fd: self,
            event: Some(event),
        }
    }
}
