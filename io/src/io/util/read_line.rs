//! [`ReadLine`].

use std::future::Future;
use std::io;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use super::future::borrowing_future;
use super::read_until::poll_read_until;
use super::string::{OnError, restore};
use crate::io::AsyncBufRead;

borrowing_future! {
    /// The future of [`AsyncBufReadExt::read_line`](super::AsyncBufReadExt::read_line).
    pub struct ReadLine<'a, R: ?Sized> {
        reader: &'a mut R,
        output: &'a mut String,
        = bytes: Vec<u8> = mem::take(output).into_bytes(),
        = read: usize = 0,
    }
}

impl<R> Future for ReadLine<'_, R>
where
    R: AsyncBufRead + Unpin + ?Sized,
{
    type Output = io::Result<usize>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let this = self.project();
        let reader = Pin::new(&mut **this.reader);
        let result = ready!(poll_read_until(reader, cx, b'\n', this.bytes, this.read));
        let bytes = mem::take(this.bytes);
        let read = mem::take(this.read);
        Poll::Ready(restore(this.output, bytes, result, read, OnError::Keep))
    }
}
