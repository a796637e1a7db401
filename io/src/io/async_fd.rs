//! [`AsyncFd`]: readiness of a descriptor that somebody else operates on.

mod error;
mod guard;

use std::fmt;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, RawFd};
use std::task::{Context, Poll, ready};

use crate::io::Interest;
use crate::reactor::{Direction, ReadyEvent, Registration};

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
    /// When the reactor cannot register it; the error carries the value.
    ///
    /// # Panics
    ///
    /// Outside of a runtime with io.
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
    /// When the reactor cannot register it; the error carries the value.
    ///
    /// # Panics
    ///
    /// Outside of a runtime with io.
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
    /// When the reactor cannot register it.
    ///
    /// # Panics
    ///
    /// Outside of a runtime with io.
    #[inline]
    #[track_caller]
    #[deprecated(
        note = "unsound due to lack of I/O safety; use `AsyncFd::register` instead (see https://github.com/tokio-rs/tokio/pull/8587)"
    )]
    pub fn new(inner: T) -> io::Result<Self> {
        Ok(AsyncFd::add(inner, READ_WRITE)?)
    }

    /// Registers a value for `interest`.
    ///
    /// # Errors
    ///
    /// When the reactor cannot register it.
    ///
    /// # Panics
    ///
    /// Outside of a runtime with io.
    #[inline]
    #[track_caller]
    #[deprecated(
        note = "unsound due to lack of I/O safety; use `AsyncFd::register_with_interest` instead (see https://github.com/tokio-rs/tokio/pull/8587)"
    )]
    pub fn with_interest(inner: T, interest: Interest) -> io::Result<Self> {
        Ok(AsyncFd::add(inner, interest)?)
    }

    /// Registers a value for reading and writing.
    ///
    /// # Errors
    ///
    /// When the reactor cannot register it; the error carries the value.
    ///
    /// # Panics
    ///
    /// Outside of a runtime with io.
    #[inline]
    #[track_caller]
    #[deprecated(
        note = "unsound due to lack of I/O safety; use `AsyncFd::register` instead (see https://github.com/tokio-rs/tokio/pull/8587)"
    )]
    pub fn try_new(inner: T) -> Result<Self, AsyncFdRegisterError<T>> {
        AsyncFd::add(inner, READ_WRITE)
    }

    /// Registers a value for `interest`.
    ///
    /// # Errors
    ///
    /// When the reactor cannot register it; the error carries the value.
    ///
    /// # Panics
    ///
    /// Outside of a runtime with io.
    #[inline]
    #[track_caller]
    #[deprecated(
        note = "unsound due to lack of I/O safety; use `AsyncFd::register_with_interest` instead (see https://github.com/tokio-rs/tokio/pull/8587)"
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
    pub fn into_inner(mut self) -> T {
        // An error means that the descriptor is closed: there is nothing to deregister.
        let _ = self.registration.deregister();
        self.value.take().expect(TAKEN)
    }

    /// Waits until the descriptor can be read. Only the last task that called it is woken.
    ///
    /// # Errors
    ///
    /// When the runtime shuts down.
    pub fn poll_read_ready<'a>(
        &'a self,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<AsyncFdReadyGuard<'a, T>>> {
        let event = ready!(self.registration.source().poll_ready(cx, Direction::Read))?;
        Poll::Ready(Ok(self.guard(event)))
    }

    /// [`poll_read_ready`](Self::poll_read_ready) with a guard that borrows mutably.
    ///
    /// # Errors
    ///
    /// When the runtime shuts down.
    pub fn poll_read_ready_mut<'a>(
        &'a mut self,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<AsyncFdReadyMutGuard<'a, T>>> {
        let event = ready!(self.registration.source().poll_ready(cx, Direction::Read))?;
        Poll::Ready(Ok(self.guard_mut(event)))
    }

    /// Waits until the descriptor can be written. Only the last task that called it is woken.
    ///
    /// # Errors
    ///
    /// When the runtime shuts down.
    pub fn poll_write_ready<'a>(
        &'a self,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<AsyncFdReadyGuard<'a, T>>> {
        let event = ready!(self.registration.source().poll_ready(cx, Direction::Write))?;
        Poll::Ready(Ok(self.guard(event)))
    }

    /// [`poll_write_ready`](Self::poll_write_ready) with a guard that borrows mutably.
    ///
    /// # Errors
    ///
    /// When the runtime shuts down.
    pub fn poll_write_ready_mut<'a>(
        &'a mut self,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<AsyncFdReadyMutGuard<'a, T>>> {
        let event = ready!(self.registration.source().poll_ready(cx, Direction::Write))?;
        Poll::Ready(Ok(self.guard_mut(event)))
    }

    /// Waits until the descriptor is ready for any of `interest`.
    ///
    /// # Errors
    ///
    /// When the runtime shuts down.
    ///
    /// # Cancel safety
    ///
    /// Cancelling it loses nothing.
    pub async fn ready(&self, interest: Interest) -> io::Result<AsyncFdReadyGuard<'_, T>> {
        let event = self.registration.source().ready(interest).await?;
        Ok(self.guard(event))
    }

    /// [`ready`](Self::ready) with a guard that borrows mutably.
    ///
    /// # Errors
    ///
    /// When the runtime shuts down.
    ///
    /// # Cancel safety
    ///
    /// Cancelling it loses nothing.
    pub async fn ready_mut(
        &mut self,
        interest: Interest,
    ) -> io::Result<AsyncFdReadyMutGuard<'_, T>> {
        let event = self.registration.source().ready(interest).await?;
        Ok(self.guard_mut(event))
    }

    /// Waits until the descriptor can be read.
    ///
    /// # Errors
    ///
    /// When the runtime shuts down.
    ///
    /// # Cancel safety
    ///
    /// Cancelling it loses nothing.
    pub async fn readable(&self) -> io::Result<AsyncFdReadyGuard<'_, T>> {
        self.ready(Interest::READABLE).await
    }

    /// [`readable`](Self::readable) with a guard that borrows mutably.
    ///
    /// # Errors
    ///
    /// When the runtime shuts down.
    ///
    /// # Cancel safety
    ///
    /// Cancelling it loses nothing.
    pub async fn readable_mut(&mut self) -> io::Result<AsyncFdReadyMutGuard<'_, T>> {
        self.ready_mut(Interest::READABLE).await
    }

    /// Waits until the descriptor can be written.
    ///
    /// # Errors
    ///
    /// When the runtime shuts down.
    ///
    /// # Cancel safety
    ///
    /// Cancelling it loses nothing.
    pub async fn writable(&self) -> io::Result<AsyncFdReadyGuard<'_, T>> {
        self.ready(Interest::WRITABLE).await
    }

    /// [`writable`](Self::writable) with a guard that borrows mutably.
    ///
    /// # Errors
    ///
    /// When the runtime shuts down.
    ///
    /// # Cancel safety
    ///
    /// Cancelling it loses nothing.
    pub async fn writable_mut(&mut self) -> io::Result<AsyncFdReadyMutGuard<'_, T>> {
        self.ready_mut(Interest::WRITABLE).await
    }

    /// Calls `f` until it returns something else than `WouldBlock`, waiting in between until the
    /// descriptor is ready for `interest`.
    ///
    /// # Errors
    ///
    /// What `f` returns, or that the runtime shuts down.
    pub async fn async_io<R>(
        &self,
        interest: Interest,
        mut f: impl FnMut(&T) -> io::Result<R>,
    ) -> io::Result<R> {
        self.registration
            .source()
            .async_io(interest, || f(self.get_ref()))
            .await
    }

    /// [`async_io`](Self::async_io) that borrows the value mutably.
    ///
    /// # Errors
    ///
    /// What `f` returns, or that the runtime shuts down.
    pub async fn async_io_mut<R>(
        &mut self,
        interest: Interest,
        mut f: impl FnMut(&mut T) -> io::Result<R>,
    ) -> io::Result<R> {
        let value = self.value.as_mut().expect(TAKEN);
        self.registration
            .source()
            .async_io(interest, || f(value))
            .await
    }

    /// Calls `f` once, if the descriptor is ready for `interest`.
    ///
    /// # Errors
    ///
    /// `WouldBlock` if it is not ready; otherwise what `f` returns.
    pub fn try_io<R>(
        &self,
        interest: Interest,
        f: impl FnOnce(&T) -> io::Result<R>,
    ) -> io::Result<R> {
        self.registration
            .source()
            .try_io(interest, || f(self.get_ref()))
    }

    /// [`try_io`](Self::try_io) that borrows the value mutably.
    ///
    /// # Errors
    ///
    /// `WouldBlock` if it is not ready; otherwise what `f` returns.
    pub fn try_io_mut<R>(
        &mut self,
        interest: Interest,
        f: impl FnOnce(&mut T) -> io::Result<R>,
    ) -> io::Result<R> {
        let value = self.value.as_mut().expect(TAKEN);
        self.registration.source().try_io(interest, || f(value))
    }

    fn guard(&self, event: ReadyEvent) -> AsyncFdReadyGuard<'_, T> {
        AsyncFdReadyGuard {
            async_fd: self,
            event: Some(event),
        }
    }

    fn guard_mut(&mut self, event: ReadyEvent) -> AsyncFdReadyMutGuard<'_, T> {
        AsyncFdReadyMutGuard {
            async_fd: self,
            event: Some(event),
        }
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
