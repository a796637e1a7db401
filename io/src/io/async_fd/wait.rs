//! Waiting for an [`AsyncFd`], and operations that are tried when it is ready.
//!
//! The `poll_` methods keep one waker per direction; the asynchronous ones keep one per future.

use std::io;
use std::os::fd::AsRawFd;
use std::task::{Context, Poll, ready};

use super::{AsyncFd, AsyncFdReadyGuard, AsyncFdReadyMutGuard, TAKEN};
use crate::io::Interest;
use crate::reactor::{Direction, ReadyEvent};

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

    /// Waits until the descriptor is ready for any of `interest`.
    ///
    /// # Errors
    ///
    /// When the runtime shuts down.
    ///
    /// # Cancel safety
    ///
    /// Cancelling it loses nothing.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// use std::os::unix::net::UnixStream;
    /// use vitte::io::Interest;
    /// use vitte::io::unix::AsyncFd;
    ///
    /// let (stream, _other) = UnixStream::pair()?;
    /// stream.set_nonblocking(true)?;
    /// // SAFETY: the stream owns its descriptor, and keeps it as long as it lives.
    /// let stream = unsafe { AsyncFd::register(stream)? };
    /// let guard = stream.ready(Interest::READABLE | Interest::WRITABLE).await?;
    /// assert!(guard.ready().is_writable());
    /// # Ok(())
    /// # }
    /// ```
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
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// use std::os::unix::net::UnixStream;
    /// use vitte::io::Interest;
    /// use vitte::io::unix::AsyncFd;
    ///
    /// let (stream, _other) = UnixStream::pair()?;
    /// stream.set_nonblocking(true)?;
    /// // SAFETY: the stream owns its descriptor, and keeps it as long as it lives.
    /// let mut stream = unsafe { AsyncFd::register(stream)? };
    /// let guard = stream.ready_mut(Interest::WRITABLE).await?;
    /// assert!(guard.ready().is_writable());
    /// # Ok(())
    /// # }
    /// ```
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
    /// stream.set_nonblocking(true)?;
    /// // SAFETY: the stream owns its descriptor, and keeps it as long as it lives.
    /// let stream = unsafe { AsyncFd::register(stream)? };
    /// loop {
    ///     let mut guard = stream.writable().await?;
    ///     if let Ok(result) = guard.try_io(|stream| stream.get_ref().write(b"vitte")) {
    ///         assert_eq!(result?, 5);
    ///         break;
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
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
    /// assert!(stream.writable_mut().await?.ready().is_writable());
    /// # Ok(())
    /// # }
    /// ```
    pub async fn writable_mut(&mut self) -> io::Result<AsyncFdReadyMutGuard<'_, T>> {
        self.ready_mut(Interest::WRITABLE).await
    }

    /// Calls `f` until it returns something else than `WouldBlock`, waiting in between until the
    /// descriptor is ready for `interest`.
    ///
    /// # Errors
    ///
    /// What `f` returns, or that the runtime shuts down.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// use std::io::{Read, Write};
    /// use std::os::unix::net::UnixStream;
    /// use vitte::io::Interest;
    /// use vitte::io::unix::AsyncFd;
    ///
    /// let (stream, mut other) = UnixStream::pair()?;
    /// stream.set_nonblocking(true)?;
    /// // SAFETY: the stream owns its descriptor, and keeps it as long as it lives.
    /// let stream = unsafe { AsyncFd::register(stream)? };
    /// other.write_all(b"vitte")?;
    /// let mut buf = [0; 16];
    /// let count = stream.async_io(Interest::READABLE, |mut stream| stream.read(&mut buf)).await?;
    /// assert_eq!(&buf[..count], b"vitte");
    /// # Ok(())
    /// # }
    /// ```
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
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// use std::io::{Read, Write};
    /// use std::os::unix::net::UnixStream;
    /// use vitte::io::Interest;
    /// use vitte::io::unix::AsyncFd;
    ///
    /// let (stream, mut other) = UnixStream::pair()?;
    /// stream.set_nonblocking(true)?;
    /// // SAFETY: the stream owns its descriptor, and keeps it as long as it lives.
    /// let mut stream = unsafe { AsyncFd::register(stream)? };
    /// other.write_all(b"vitte")?;
    /// let mut buf = [0; 16];
    /// let read = |stream: &mut UnixStream| stream.read(&mut buf);
    /// let count = stream.async_io_mut(Interest::READABLE, read).await?;
    /// assert_eq!(&buf[..count], b"vitte");
    /// # Ok(())
    /// # }
    /// ```
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
    /// let (stream, _other) = UnixStream::pair()?;
    /// stream.set_nonblocking(true)?;
    /// // SAFETY: the stream owns its descriptor, and keeps it as long as it lives.
    /// let stream = unsafe { AsyncFd::register(stream)? };
    /// let _guard = stream.writable().await?;
    /// let count = stream.try_io(Interest::WRITABLE, |mut stream| stream.write(b"vitte"))?;
    /// assert_eq!(count, 5);
    /// # Ok(())
    /// # }
    /// ```
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
    /// let (stream, _other) = UnixStream::pair()?;
    /// stream.set_nonblocking(true)?;
    /// // SAFETY: the stream owns its descriptor, and keeps it as long as it lives.
    /// let mut stream = unsafe { AsyncFd::register(stream)? };
    /// stream.writable_mut().await?.retain_ready();
    /// let count = stream.try_io_mut(Interest::WRITABLE, |stream| stream.write(b"vitte"))?;
    /// assert_eq!(count, 5);
    /// # Ok(())
    /// # }
    /// ```
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
