//! [`copy_buf`](fn@copy_buf).

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use vitte_context::coop;

use crate::io::{AsyncBufRead, AsyncWrite};

/// Copies everything from a buffered reader to a writer, and returns how many bytes it was.
///
/// It writes from the reader's own buffer. Otherwise it is as [`copy`](fn@super::copy).
///
/// # Errors
///
/// The first one of the reader or the writer, but for `Interrupted`, which is tried again; and one
/// of kind `WriteZero` when the writer takes no more.
///
/// # Cancel safety
///
/// Nothing is lost: what was not written is still in the reader's buffer.
///
/// # Examples
///
/// ```
/// use vitte::io;
///
/// # #[vitte::main]
/// # async fn main() -> std::io::Result<()> {
/// let mut out = Vec::new();
/// let mut reader = io::BufReader::new(&b"vitte"[..]);
/// assert_eq!(io::copy_buf(&mut reader, &mut out).await?, 5);
/// # Ok(())
/// # }
/// ```
pub async fn copy_buf<'a, R, W>(reader: &'a mut R, writer: &'a mut W) -> io::Result<u64>
where
    R: AsyncBufRead + Unpin + ?Sized,
    W: AsyncWrite + Unpin + ?Sized,
{
    let mut progress = Progress {
        total: 0,
        need_flush: false,
    };
    poll_fn(|cx| progress.poll(cx, Pin::new(&mut *reader), Pin::new(&mut *writer))).await
}

struct Progress {
    /// How many bytes have been written.
    total: u64,
    /// Something was written since the last flush.
    need_flush: bool,
}

impl Progress {
    fn poll<R, W>(
        &mut self,
        cx: &mut Context<'_>,
        mut reader: Pin<&mut R>,
        mut writer: Pin<&mut W>,
    ) -> Poll<io::Result<u64>>
    where
        R: AsyncBufRead + ?Sized,
        W: AsyncWrite + ?Sized,
    {
        let budget = ready!(coop::poll_proceed(cx));
        loop {
            let Poll::Ready(filled) = reader.as_mut().poll_fill_buf(cx) else {
                // The reader may wait for an answer to what the writer still buffers.
                if self.need_flush {
                    ready!(writer.as_mut().poll_flush(cx))?;
                    self.need_flush = false;
                }
                return Poll::Pending;
            };
            let buffer = match filled {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                filled => {
                    budget.made_progress();
                    filled?
                }
            };
            if buffer.is_empty() {
                ready!(writer.as_mut().poll_flush(cx))?;
                return Poll::Ready(Ok(self.total));
            }
            match ready!(writer.as_mut().poll_write(cx, buffer)) {
                Ok(0) => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                Ok(count) => {
                    self.total += count as u64;
                    self.need_flush = true;
                    reader.as_mut().consume(count);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
    }
}
