//! [`Lines`]: a stream cut at its line ends.

use std::future::poll_fn;
use std::io;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use pin_project_lite::pin_project;

use super::read_until::poll_read_until;
use crate::io::AsyncBufRead;

pin_project! {
    /// The lines of a reader; made by [`AsyncBufReadExt::lines`](super::AsyncBufReadExt::lines).
    ///
    /// A line ends with `\n` or `\r\n`, which is not part of what is returned.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// use vitte::io::{AsyncBufReadExt, BufReader};
    ///
    /// let mut lines = BufReader::new(&b"one\ntwo\n"[..]).lines();
    /// let mut count = 0;
    /// while let Some(line) = lines.next_line().await? {
    ///     assert_eq!(line.len(), 3);
    ///     count += 1;
    /// }
    /// assert_eq!(count, 2);
    /// # Ok(())
    /// # }
    /// ```
    #[derive(Debug)]
    #[must_use = "streams do nothing unless polled"]
    pub struct Lines<R> {
        #[pin]
        reader: R,
        buf: Vec<u8>,
    }
}

impl<R: AsyncBufRead> Lines<R> {
    pub(super) fn new(reader: R) -> Self {
        let buf = Vec::new();
        Lines { reader, buf }
    }
}

impl<R> Lines<R>
where
    R: AsyncBufRead + Unpin,
{
    /// The next line, or `None` at the end of the stream.
    ///
    /// # Errors
    ///
    /// The reader's, and one of kind [`InvalidData`](io::ErrorKind::InvalidData) for a line that is
    /// not UTF-8; that line is lost, and the next call continues behind it.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: what was read of a line is kept for the next call.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::io::AsyncBufReadExt;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// let mut lines = b"one\r\ntwo".lines();
    /// assert_eq!(lines.next_line().await?.as_deref(), Some("one"));
    /// assert_eq!(lines.next_line().await?.as_deref(), Some("two"));
    /// assert_eq!(lines.next_line().await?, None);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn next_line(&mut self) -> io::Result<Option<String>> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next_line(cx)).await
    }

    /// The reader.
    pub fn get_mut(&mut self) -> &mut R {
        &mut self.reader
    }

    /// The reader.
    pub fn get_ref(&mut self) -> &R {
        &self.reader
    }

    /// Gives the reader back. A line of which only a part was read is lost.
    pub fn into_inner(self) -> R {
        self.reader
    }
}

impl<R: AsyncBufRead> Lines<R> {
    /// Polls for the next line; `None` stands for the end of the stream.
    ///
    /// # Errors
    ///
    /// As [`next_line`](Self::next_line).
    pub fn poll_next_line(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<Option<String>>> {
        let this = self.project();
        // Nobody needs the length: that `buf` stayed empty says that the stream is at its end.
        let mut read = 0;
        ready!(poll_read_until(this.reader, cx, b'\n', this.buf, &mut read))?;
        if this.buf.is_empty() {
            return Poll::Ready(Ok(None));
        }
        let mut line = mem::take(this.buf);
        if line.last() == Some(&b'\n') {
            line.pop();
            if line.last() == Some(&b'\r') {
                line.pop();
            }
        }
        match String::from_utf8(line) {
            Ok(line) => Poll::Ready(Ok(Some(line))),
            Err(error) => Poll::Ready(Err(io::Error::new(io::ErrorKind::InvalidData, error))),
        }
    }
}
