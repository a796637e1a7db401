//! [`Seek`].

use std::future::Future;
use std::io::{self, SeekFrom};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use super::future::borrowing_future;
use crate::io::AsyncSeek;

borrowing_future! {
    /// The future of [`AsyncSeekExt::seek`](super::AsyncSeekExt::seek).
    pub struct Seek<'a, S: ?Sized> {
        stream: &'a mut S,
        // Taken once the seek is started.
        position: Option<SeekFrom>,
    }
}

impl<S> Future for Seek<'_, S>
where
    S: AsyncSeek + Unpin + ?Sized,
{
    type Output = io::Result<u64>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<u64>> {
        let this = self.project();
        let mut stream = Pin::new(&mut **this.stream);
        if let Some(position) = *this.position {
            // A seek whose future was dropped may still be under way.
            ready!(stream.as_mut().poll_complete(cx))?;
            stream.as_mut().start_seek(position)?;
            *this.position = None;
        }
        stream.poll_complete(cx)
    }
}
