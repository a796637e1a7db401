//! [`AsyncFd`]: readiness of a descriptor that other code operates on.

mod error;
mod guard;
mod operate;
mod poll;
mod wait;

use std::fmt;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, RawFd};

use crate::io::Interest;
use crate::reactor::Registration;

#[allow(deprecated)] // It is passed on for those who still use it.
pub use self::error::AsyncFdTryNewError;
pub use self::error::{AsyncFdRegisterError, TryIoError};
pub use self::guard::{AsyncFdReadyGuard, AsyncFdReadyMutGuard};

/// A value with a file descriptor, registered with the reactor.
///
/// Waiting gives a guard, through which the caller says whether the operation that it then tried
/// would have blocked: see [`try_io`](AsyncFdReadyGuard::try_io), which does so by itself. The
/// descriptor must be in non-blocking mode, and the value must go on returning the same one.
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
/// let mut buf = [0; 64];
/// let count = loop {
///     let mut guard = stream.readable().await?;
///     match guard.try_io(|stream| stream.get_ref().read(&mut buf)) {
///         Ok(result) => break result?,
///         Err(_would_block) => continue,
///     }
/// };
/// assert_eq!(&buf[..count], b"vitte");
/// # Ok(())
/// # }
/// ```
pub struct AsyncFd<T: AsRawFd> {
    registration: Registration,
    /// `None` only once the value was taken out, right before the drop.
    value: Option<T>,
}

const READ_WRITE: Interest = Interest::READABLE.add(Interest::WRITABLE);

impl<T: AsRawFd> AsyncFd<T> {
    /// Registers a value for reading and writing.
    ///
    /// # Safety
    ///
    /// The descriptor that `inner` returns must stay open, and the same, until the value is
    /// returned or dropped.
    ///
    /// # Errors
    ///
    /// When the system cannot watch the descriptor (a regular file, for example) or the runtime is
    /// shutting down. The error carries the value.
    ///
    /// # Panics
    ///
    /// When it is called outside a runtime with io enabled.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// use std::os::unix::net::UnixStream;
    /// use vitte::io::unix::AsyncFd;
    ///
    /// let (stream, _other) = UnixStream::pair()?;
    /// stream.set_nonblocking(true)?;
    /// // SAFETY: the stream owns its descriptor, and keeps it as long as it lives.
    /// let stream = unsafe { AsyncFd::register(stream)? };
    /// assert!(stream.writable().await?.ready().is_writable());
    /// # Ok(())
    /// # }
    /// ```
    #[inline]
    #[track_caller]
    pub unsafe fn register(inner: T) -> Result<Self, AsyncFdRegisterError<T>> {
        AsyncFd::add(inner, READ_WRITE)
    }

    /// Registers a value for `interest`; nothing else will ever be ready.
    ///
    /// # Safety
    ///
    /// As [`register`](Self::register).
    ///
    /// # Errors
    ///
    /// When the system cannot watch the descriptor (a regular file, for example) or the runtime is
    /// shutting down. The error carries the value.
    ///
    /// # Panics
    ///
    /// When it is called outside a runtime with io enabled.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// use std::io::Write;
    /// use std::os::unix::net::UnixStream;
    /// use vitte::io::Interest;
    /// use vitte::io::unix::AsyncFd;
    ///
    /// let (stream, mut other) = UnixStream::pair()?;
    /// stream.set_nonblocking(true)?;
    /// // SAFETY: the stream owns its descriptor, and keeps it as long as it lives.
    /// let stream = unsafe { AsyncFd::register_with_interest(stream, Interest::READABLE)? };
    /// other.write_all(b"!")?;
    /// assert!(stream.readable().await?.ready().is_readable());
    /// # Ok(())
    /// # }
    /// ```
    #[inline]
    #[track_caller]
    pub unsafe fn register_with_interest(
        inner: T,
        interest: Interest,
    ) -> Result<Self, AsyncFdRegisterError<T>> {
        AsyncFd::add(inner, interest)
    }

    /// Registers a value for reading and writing.
    ///
    /// # Errors
    ///
    /// When the system cannot watch the descriptor (a regular file, for example) or the runtime is
    /// shutting down.
    ///
    /// # Panics
    ///
    /// When it is called outside a runtime with io enabled.
    #[inline]
    #[track_caller]
    #[deprecated(
        note = "unsound due to lack of I/O safety; use `AsyncFd::register` instead \
                (see https://github.com/tokio-rs/tokio/pull/8587)"
    )]
    pub fn new(inner: T) -> io::Result<Self> {
        Ok(AsyncFd::add(inner, READ_WRITE)?)
    }

    /// Registers a value for `interest`.
    ///
    /// # Errors
    ///
    /// When the system cannot watch the descriptor (a regular file, for example) or the runtime is
    /// shutting down.
    ///
    /// # Panics
    ///
    /// When it is called outside a runtime with io enabled.
    #[inline]
    #[track_caller]
    #[deprecated(
        note = "unsound due to lack of I/O safety; use `AsyncFd::register_with_interest` instead \
                (see https://github.com/tokio-rs/tokio/pull/8587)"
    )]
    pub fn with_interest(inner: T, interest: Interest) -> io::Result<Self> {
        Ok(AsyncFd::add(inner, interest)?)
    }

    /// Registers a value for reading and writing.
    ///
    /// # Errors
    ///
    /// When the system cannot watch the descriptor (a regular file, for example) or the runtime is
    /// shutting down. The error carries the value.
    ///
    /// # Panics
    ///
    /// When it is called outside a runtime with io enabled.
    #[inline]
    #[track_caller]
    #[deprecated(
        note = "unsound due to lack of I/O safety; use `AsyncFd::register` instead \
                (see https://github.com/tokio-rs/tokio/pull/8587)"
    )]
    pub fn try_new(inner: T) -> Result<Self, AsyncFdRegisterError<T>> {
        AsyncFd::add(inner, READ_WRITE)
    }

    /// Registers a value for `interest`.
    ///
    /// # Errors
    ///
    /// When the system cannot watch the descriptor (a regular file, for example) or the runtime is
    /// shutting down. The error carries the value.
    ///
    /// # Panics
    ///
    /// When it is called outside a runtime with io enabled.
    #[inline]
    #[track_caller]
    #[deprecated(
        note = "unsound due to lack of I/O safety; use `AsyncFd::register_with_interest` instead \
                (see https://github.com/tokio-rs/tokio/pull/8587)"
    )]
    pub fn try_with_interest(
        inner: T,
        interest: Interest,
    ) -> Result<Self, AsyncFdRegisterError<T>> {
        AsyncFd::add(inner, interest)
    }

    #[track_caller]
    fn add(value: T, interest: Interest) -> Result<Self, AsyncFdRegisterError<T>> {
        match Registration::new(value.as_raw_fd(), interest) {
            Ok(registration) => Ok(AsyncFd {
                registration,
                value: Some(value),
            }),
            Err(cause) => Err(AsyncFdRegisterError {
                inner: value,
                cause,
            }),
        }
    }

    /// The registered value.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// use std::os::unix::net::UnixStream;
    /// use vitte::io::unix::AsyncFd;
    ///
    /// let (stream, _other) = UnixStream::pair()?;
    /// stream.set_nonblocking(true)?;
    /// // SAFETY: the stream owns its descriptor, and keeps it as long as it lives.
    /// let stream = unsafe { AsyncFd::register(stream)? };
    /// assert!(stream.get_ref().peer_addr()?.is_unnamed());
    /// # Ok(())
    /// # }
    /// ```
    #[inline]
    pub fn get_ref(&self) -> &T {
        self.value.as_ref().expect(TAKEN)
    }

    /// The registered value. It must keep its descriptor.
    #[inline]
    pub fn get_mut(&mut self) -> &mut T {
        self.value.as_mut().expect(TAKEN)
    }

    /// Deregisters the value and returns it.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// use std::os::unix::net::UnixStream;
    /// use vitte::io::unix::AsyncFd;
    ///
    /// let (stream, _other) = UnixStream::pair()?;
    /// stream.set_nonblocking(true)?;
    /// // SAFETY: the stream owns its descriptor, and keeps it as long as it lives.
    /// let stream = unsafe { AsyncFd::register(stream)? };
    /// let stream: UnixStream = stream.into_inner();
    /// # drop(stream);
    /// # Ok(())
    /// # }
    /// ```
    pub fn into_inner(mut self) -> T {
        // An error means that the descriptor is closed: there is nothing to deregister.
        let _ = self.registration.deregister();
        self.value.take().expect(TAKEN)
    }
}

/// For the `expect` of what cannot happen.
const TAKEN: &str = "the value was taken out already";

impl<T: AsRawFd> AsRawFd for AsyncFd<T> {
    fn as_raw_fd(&self) -> RawFd {
        self.get_ref().as_raw_fd()
    }
}

impl<T: AsRawFd> AsFd for AsyncFd<T> {
    fn as_fd(&self) -> BorrowedFd<'_> {
        // SAFETY: whoever registered the value promised that its descriptor stays open.
        unsafe { BorrowedFd::borrow_raw(self.as_raw_fd()) }
    }
}

impl<T: fmt::Debug + AsRawFd> fmt::Debug for AsyncFd<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsyncFd")
            .field("inner", &self.value)
            .finish()
    }
}

impl<T: AsRawFd> Drop for AsyncFd<T> {
    fn drop(&mut self) {
        // Before the value is dropped and closes its descriptor.
        let _ = self.registration.deregister();
    }
}
