//! Errors of [`AsyncFd`](super::AsyncFd).

use std::error::Error;
use std::fmt;
use std::io;

/// The operation would have blocked, and the readiness is cleared; returned by the guards'
/// `try_io`.
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
/// // SAFETY: the stream owns its descriptor, and keeps it as long as it lives.
/// let stream = unsafe { AsyncFd::register(stream)? };
/// let mut guard = stream.writable().await?;
/// let would_block = std::io::Error::from(std::io::ErrorKind::WouldBlock);
/// let result = guard.try_io(|_| std::io::Result::<()>::Err(would_block));
/// assert!(result.is_err());
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct TryIoError(pub(super) ());

/// A value could not be registered; here it is, and why.
///
/// # Examples
///
/// ```
/// # #[vitte::main]
/// # async fn main() -> std::io::Result<()> {
/// use std::fs::File;
/// use vitte::io::unix::AsyncFd;
///
/// // A regular file cannot be watched.
/// let file = File::open(std::env::current_exe()?)?;
/// // SAFETY: the file owns its descriptor, and keeps it as long as it lives.
/// let error = unsafe { AsyncFd::register(file) }.unwrap_err();
/// let (file, cause) = error.into_parts();
/// println!("{cause}: {file:?}");
/// # Ok(())
/// # }
/// ```
pub struct AsyncFdRegisterError<T> {
    pub(super) inner: T,
    pub(super) cause: io::Error,
}

#[doc(hidden)]
#[deprecated(note = "use `AsyncFdRegisterError` instead")]
pub type AsyncFdTryNewError<T> = AsyncFdRegisterError<T>;

impl<T> AsyncFdRegisterError<T> {
    /// The value and the cause.
    pub fn into_parts(self) -> (T, io::Error) {
        (self.inner, self.cause)
    }
}

impl<T> fmt::Display for AsyncFdRegisterError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.cause, f)
    }
}

impl<T> fmt::Debug for AsyncFdRegisterError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.cause, f)
    }
}

impl<T> Error for AsyncFdRegisterError<T> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.cause)
    }
}

impl<T> From<AsyncFdRegisterError<T>> for io::Error {
    fn from(error: AsyncFdRegisterError<T>) -> Self {
        error.cause
    }
}
