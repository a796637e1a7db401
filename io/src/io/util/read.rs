//! The futures of one read: [`Read`], [`ReadBuf`] and [`ReadExact`].

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::BufMut;

use super::future::borrowing_future;
use crate::io::AsyncRead;
use crate::io::ReadBuf as Buffer;

borrowing_future! {
    /// The future of [`AsyncReadExt::read`](super::AsyncReadExt::read).
    pub struct Read<'a, R: ?Sized> {
        reader: &'a mut R,
        buf: &'a mut [u8],
    }
}

impl<R> Future for Read<'_, R>
where
    R: AsyncRead + Unpin + ?Sized,
{
    type Output = io::Result<usize>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let this = self.project();
        let mut buf = Buffer::new(this.buf);
        ready!(Pin::new(&mut **this.reader).poll_read(cx, &mut buf))?;
        Poll::Ready(Ok(buf.filled().len()))
    }
}

borrowing_future! {
    /// The future of [`AsyncReadExt::read_buf`](super::AsyncReadExt::read_buf).
    pub struct ReadBuf<'a, R: ?Sized, B: ?Sized> {
        reader: &'a mut R,
        buf: &'a mut B,
    }
}

impl<R, B> Future for ReadBuf<'_, R, B>
where
    R: AsyncRead + Unpin + ?Sized,
    B: BufMut + ?Sized,
{
    type Output = io::Result<usize>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let this = self.project();
        if !this.buf.has_remaining_mut() {
            return Poll::Ready(Ok(0));
        }
        let chunk = this.buf.chunk_mut();
        // SAFETY: the slice goes into a `ReadBuf` only, which never makes a byte uninitialised.
        let mut buf = Buffer::uninit(unsafe { chunk.as_uninit_slice_mut() });
        let start = buf.filled().as_ptr();
        ready!(Pin::new(&mut **this.reader).poll_read(cx, &mut buf))?;
        // A reader in safe code may have put another `ReadBuf` in the place of ours.
        assert_eq!(start, buf.filled().as_ptr());
        let count = buf.filled().len();
        // SAFETY: `buf` is still the chunk, and its first `count` bytes are filled, hence
        // initialised.
        unsafe { this.buf.advance_mut(count) };
        Poll::Ready(Ok(count))
    }
}

borrowing_future! {
    /// The future of [`AsyncReadExt::read_exact`](super::AsyncReadExt::read_exact).
    pub struct ReadExact<'a, R: ?Sized> {
        reader: &'a mut R,
        buf: Buffer<'a>,
    }
}

impl<R> Future for ReadExact<'_, R>
where
    R: AsyncRead + Unpin + ?Sized,
{
    type Output = io::Result<usize>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let this = self.project();
        while this.buf.remaining() > 0 {
            let before = this.buf.remaining();
            match ready!(Pin::new(&mut **this.reader).poll_read(cx, this.buf)) {
                Ok(()) if this.buf.remaining() == before => {
                    let error = io::Error::new(io::ErrorKind::UnexpectedEof, "early eof");
                    return Poll::Ready(Err(error));
                }
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
        Poll::Ready(Ok(this.buf.capacity()))
    }
}
