//! Operations on the value of an [`AsyncFd`] that are tried when its descriptor is ready.

use std::io;
use std::os::fd::AsRawFd;

use super::{AsyncFd, TAKEN};
use crate::io::Interest;

impl<T: AsRawFd> AsyncFd<T> {
    /// Calls `f` until it returns something else than `WouldBlock`, waiting in between until the
    /// descriptor is ready for `interest`.
    ///
    /// # Errors
    ///
    /// What `f` returns, except `WouldBlock`; or `Other` when the runtime shuts down.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe if one call of `f` is: the future is only dropped between two calls.
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
    /// What `f` returns, except `WouldBlock`; or `Other` when the runtime shuts down.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe if one call of `f` is: the future is only dropped between two calls.
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
}
