//! [`Split`]: a stream cut at a byte.

use std::future::poll_fn;
use std::io;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use pin_project_lite::pin_project;

use super::read_until::poll_read_until;
use crate::io::AsyncBufRead;

pin_project! {
    /// The segments of a reader; made by [`AsyncBufReadExt::split`](super::AsyncBufReadExt::split).
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// use vitte::io::{AsyncBufReadExt, BufReader};
    ///
    /// let mut fields = BufReader::new(&b"a,b"[..]).split(b',');
    /// assert_eq!(fields.next_segment().await?, Some(b"a".to_vec()));
    /// # Ok(())
    /// # }
    /// ```
    #[derive(Debug)]
    #[must_use = "streams do nothing unless polled"]
    pub struct Split<R> {
        #[pin]
        reader: R,
        buf: Vec<u8>,
        delimiter: u8,
        read: usize,
    }
}

impl<R: AsyncBufRead> Split<R> {
    pub(super) fn new(reader: R, delimiter: u8) -> Self {
        Split {
            reader,
            buf: Vec::new(),
            delimiter,
            read: 0,
        }
    }
}

impl<R> Split<R>
where
    R: AsyncBufRead + Unpin,
{
    /// The next segment without its delimiter, or `None` at the end of the stream.
    ///
    /// # Errors
    ///
    /// The reader's.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: what was read of a segment is kept for the next call.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::io::AsyncBufReadExt;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// let mut fields = std::io::Cursor::new("a,b").split(b',');
    /// assert_eq!(fields.next_segment().await?.as_deref(), Some(&b"a"[..]));
    /// assert_eq!(fields.next_segment().await?.as_deref(), Some(&b"b"[..]));
    /// assert_eq!(fields.next_segment().await?, None);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn next_segment(&mut self) -> io::Result<Option<Vec<u8>>> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next_segment(cx)).await
    }
}

impl<R: AsyncBufRead> Split<R> {
    /// Polls for the next segment; `None` stands for the end of the stream.
    ///
    /// # Errors
    ///
    /// As [`next_segment`](Self::next_segment).
    pub fn poll_next_segment(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<Option<Vec<u8>>>> {
        let this = self.project();
        let delimiter = *this.delimiter;
        ready!(poll_read_until(
            this.reader,
            cx,
            delimiter,
            this.buf,
            this.read
        ))?;
        if this.buf.is_empty() {
            return Poll::Ready(Ok(None));
        }
        let mut segment = mem::take(this.buf);
        if segment.last() == Some(&delimiter) {
            segment.pop();
        }
        Poll::Ready(Ok(Some(segment)))
    }
}
