//! Waiting for an [`AsyncFd`] in a `poll` function: one waker is kept for each direction, so that
//! only the last task that polled is woken.

use std::io;
use std::os::fd::AsRawFd;
use std::task::{Context, Poll, ready};

use super::{AsyncFd, AsyncFdReadyGuard, AsyncFdReadyMutGuard};
use crate::reactor::Direction;

impl<T: AsRawFd> AsyncFd<T> {
    /// Waits until the descriptor can be read. Only the last task that called it is woken.
    ///
    /// # Errors
    ///
    /// When the runtime shuts down.
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
    /// let (stream, mut other) = UnixStream::pair()?;
    /// stream.set_nonblocking(true)?;
    /// // SAFETY: the stream owns its descriptor, and keeps it as long as it lives.
    /// let stream = unsafe { AsyncFd::register(stream)? };
    /// other.write_all(b"!")?;
    /// let guard = std::future::poll_fn(|cx| stream.poll_read_ready(cx)).await?;
    /// assert!(guard.ready().is_readable());
    /// # Ok(())
    /// # }
    /// ```
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
    /// let (stream, mut other) = UnixStream::pair()?;
    /// stream.set_nonblocking(true)?;
    /// // SAFETY: the stream owns its descriptor, and keeps it as long as it lives.
    /// let mut stream = unsafe { AsyncFd::register(stream)? };
    /// other.write_all(b"!")?;
    /// std::future::poll_fn(|cx| stream.poll_read_ready_mut(cx).map_ok(|_guard| ())).await?;
    /// # Ok(())
    /// # }
    /// ```
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
    /// let guard = std::future::poll_fn(|cx| stream.poll_write_ready(cx)).await?;
    /// assert!(guard.ready().is_writable());
    /// # Ok(())
    /// # }
    /// ```
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
    /// let mut stream = unsafe { AsyncFd::register(stream)? };
    /// std::future::poll_fn(|cx| stream.poll_write_ready_mut(cx).map_ok(|_guard| ())).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn poll_write_ready_mut<'a>(
        &'a mut self,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<AsyncFdReadyMutGuard<'a, T>>> {
        let event = ready!(self.registration.source().poll_ready(cx, Direction::Write))?;
        Poll::Ready(Ok(self.guard_mut(event)))
    }
}
