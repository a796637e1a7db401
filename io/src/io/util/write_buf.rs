//! Writing from a buffer of the `bytes` crate: [`WriteBuf`] and [`WriteAllBuf`].

use std::future::Future;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Buf;

use super::future::borrowing_future;
use crate::io::AsyncWrite;

/// How many pieces of a buffer go into one vectored write; the rest waits for the next one.
const SLICES_MAX: usize = 64;

/// One write of as much as the writer takes, by which the buffer is advanced.
fn poll_write_once<W, B>(
    writer: &mut W,
    buf: &mut B,
    cx: &mut Context<'_>,
) -> Poll<io::Result<usize>>
where
    W: AsyncWrite + Unpin,
    B: Buf,
{
    let polled = if writer.is_write_vectored() {
        let mut slices = [IoSlice::new(&[]); SLICES_MAX];
        let count = buf.chunks_vectored(&mut slices);
        Pin::new(writer).poll_write_vectored(cx, &slices[..count])
    } else {
        Pin::new(writer).poll_write(cx, buf.chunk())
    };
    let count = ready!(polled)?;
    buf.advance(count);
    Poll::Ready(Ok(count))
}

borrowing_future! {
    /// The future of [`AsyncWriteExt::write_buf`](super::AsyncWriteExt::write_buf).
    pub struct WriteBuf<'a, W, B> {
        writer: &'a mut W,
        buf: &'a mut B,
    }
}

impl<W, B> Future for WriteBuf<'_, W, B>
where
    W: AsyncWrite + Unpin,
    B: Buf,
{
    type Output = io::Result<usize>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let this = self.project();
        if !this.buf.has_remaining() {
            return Poll::Ready(Ok(0));
        }
        poll_write_once(*this.writer, *this.buf, cx)
    }
}

borrowing_future! {
    /// The future of [`AsyncWriteExt::write_all_buf`](super::AsyncWriteExt::write_all_buf).
    pub struct WriteAllBuf<'a, W, B> {
        writer: &'a mut W,
        buf: &'a mut B,
    }
}

impl<W, B> Future for WriteAllBuf<'_, W, B>
where
    W: AsyncWrite + Unpin,
    B: Buf,
{
    type Output = io::Result<()>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.project();
        while this.buf.has_remaining() {
            match ready!(poll_write_once(*this.writer, *this.buf, cx)) {
                Ok(0) => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
        Poll::Ready(Ok(()))
    }
}
