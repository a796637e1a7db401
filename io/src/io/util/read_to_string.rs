//! [`ReadToString`].

use std::future::Future;
use std::io;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use super::future::borrowing_future;
use super::read_to_end::Progress;
use super::string::{OnError, restore};
use crate::io::AsyncRead;

borrowing_future! {
    /// The future of [`AsyncReadExt::read_to_string`](super::AsyncReadExt::read_to_string).
    pub struct ReadToString<'a, R: ?Sized> {
        reader: &'a mut R,
        output: &'a mut String,
        = bytes: Vec<u8> = mem::take(output).into_bytes(),
        = progress: Progress = Progress::new(&bytes),
    }
}

impl<R> Future for ReadToString<'_, R>
where
    R: AsyncRead + Unpin + ?Sized,
{
    type Output = io::Result<usize>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let this = self.project();
        let reader = Pin::new(&mut **this.reader);
        // SAFETY: `progress` belongs to `bytes`, which only this future touches: both were made in
        // `new`, and are renewed together below.
        let result = ready!(unsafe { this.progress.poll(this.bytes, reader, cx) });
        let read = this.progress.read(this.bytes);
        let bytes = mem::take(this.bytes);
        *this.progress = Progress::new(this.bytes);
        Poll::Ready(restore(this.output, bytes, result, read, OnError::Discard))
    }
}
