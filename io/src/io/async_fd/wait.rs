//! Waiting for an [`AsyncFd`] in asynchronous code. Any number of tasks can wait at once.

use std::io;
use std::os::fd::AsRawFd;

use super::{AsyncFd, AsyncFdReadyGuard, AsyncFdReadyMutGuard};
use crate::io::Interest;

impl<T: AsRawFd> AsyncFd<T> {
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
}
