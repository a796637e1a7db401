//! Reading up to a delimiter: [`ReadUntil`] and [`FillBuf`], and the loop that lines and segments
//! are made with too.

use std::future::Future;
use std::io::{self, BufRead};
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use super::future::borrowing_future;
use crate::io::AsyncBufRead;

/// Appends to `buf` up to and including the delimiter, or to the end of the stream.
///
/// `read` counts the bytes so far across calls, and is zero again after a success.
pub(super) fn poll_read_until<R: AsyncBufRead + ?Sized>(
    mut reader: Pin<&mut R>,
    cx: &mut Context<'_>,
    delimiter: u8,
    buf: &mut Vec<u8>,
    read: &mut usize,
) -> Poll<io::Result<usize>> {
    loop {
        let mut available = match ready!(reader.as_mut().poll_fill_buf(cx)) {
            Ok(available) => available,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Poll::Ready(Err(error)),
        };
        // std's own search, on a slice: it stops behind the delimiter or at the slice's end.
        let used = available.read_until(delimiter, buf)?;
        reader.as_mut().consume(used);
        *read += used;
        if used == 0 || buf.last() == Some(&delimiter) {
            return Poll::Ready(Ok(mem::take(read)));
        }
    }
}

borrowing_future! {
    /// The future of [`AsyncBufReadExt::read_until`](super::AsyncBufReadExt::read_until).
    pub struct ReadUntil<'a, R: ?Sized> {
        reader: &'a mut R,
        delimiter: u8,
        buf: &'a mut Vec<u8>,
        = read: usize = 0,
    }
}

impl<R> Future for ReadUntil<'_, R>
where
    R: AsyncBufRead + Unpin + ?Sized,
{
    type Output = io::Result<usize>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let this = self.project();
        let reader = Pin::new(&mut **this.reader);
        poll_read_until(reader, cx, *this.delimiter, this.buf, this.read)
    }
}

borrowing_future! {
    /// The future of [`AsyncBufReadExt::fill_buf`](super::AsyncBufReadExt::fill_buf).
    pub struct FillBuf<'a, R: ?Sized> {
        reader: Option<&'a mut R>,
    }
}

impl<'a, R> Future for FillBuf<'a, R>
where
    R: AsyncBufRead + Unpin + ?Sized,
{
    type Output = io::Result<&'a [u8]>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let reader = this.reader.take().expect("Polled after completion.");
        match Pin::new(&mut *reader).poll_fill_buf(cx) {
            Poll::Ready(Ok(slice)) => {
                let slice: *const [u8] = slice;
                // SAFETY: the slice borrows from `*reader`, which is borrowed for `'a`. The reader
                // was taken out of the future and is not put back, so that nobody can reach it
                // again before `'a` ends. (The borrow checker would tie the borrow to the other
                // branches too, and refuse.)
                Poll::Ready(Ok(unsafe { &*slice }))
            }
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending => {
                *this.reader = Some(reader);
                Poll::Pending
            }
        }
    }
}
