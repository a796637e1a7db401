//! [`copy_bidirectional`](fn@copy_bidirectional): two streams connected to each other.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use super::DEFAULT_BUF_SIZE;
use super::copy::CopyBuffer;
use crate::io::{AsyncRead, AsyncWrite};

/// One of the two directions: it copies, then shuts the receiving stream down, then is done.
enum Direction {
    Copying(CopyBuffer),
    ShuttingDown(u64),
    Done(u64),
}

impl Direction {
    fn new(buf_size: usize) -> Self {
        Direction::Copying(CopyBuffer::new(buf_size))
    }

    fn poll<A, B>(
        &mut self,
        cx: &mut Context<'_>,
        from: &mut A,
        to: &mut B,
    ) -> Poll<io::Result<u64>>
    where
        A: AsyncRead + Unpin + ?Sized,
        B: AsyncWrite + Unpin + ?Sized,
    {
        loop {
            *self = match self {
                Direction::Copying(buffer) => {
                    let (from, to) = (Pin::new(&mut *from), Pin::new(&mut *to));
                    Direction::ShuttingDown(ready!(buffer.poll_copy(cx, from, to))?)
                }
                Direction::ShuttingDown(count) => {
                    ready!(Pin::new(&mut *to).poll_shutdown(cx))?;
                    Direction::Done(*count)
                }
                Direction::Done(count) => return Poll::Ready(Ok(*count)),
            };
        }
    }
}

/// Copies from `a` to `b` and from `b` to `a` at once, until both have ended.
///
/// When one stream ends, the other one is flushed and shut down for writing; copying goes on in the
/// other direction. Returns how many bytes went from `a` to `b`, and from `b` to `a`. Each
/// direction has a buffer of 8 KiB.
///
/// # Errors
///
/// The first error of either stream ends both directions at once, without a shutdown.
///
/// # Cancel safety
///
/// Not cancel safe: bytes that were read and not yet written are lost.
///
/// # Examples
///
/// ```
/// use vitte::io;
///
/// # #[vitte::main]
/// # async fn main() -> std::io::Result<()> {
/// let mut client = io::join(&b"request"[..], Vec::new());
/// let mut server = io::join(&b"answer"[..], Vec::new());
/// assert_eq!(io::copy_bidirectional(&mut client, &mut server).await?, (7, 6));
/// assert_eq!(client.writer(), b"answer");
/// # Ok(())
/// # }
/// ```
pub async fn copy_bidirectional<A, B>(a: &mut A, b: &mut B) -> io::Result<(u64, u64)>
where
    A: AsyncRead + AsyncWrite + Unpin + ?Sized,
    B: AsyncRead + AsyncWrite + Unpin + ?Sized,
{
    copy_bidirectional_with_sizes(a, b, DEFAULT_BUF_SIZE, DEFAULT_BUF_SIZE).await
}

/// [`copy_bidirectional`] with buffers of these sizes.
///
/// # Errors
///
/// As [`copy_bidirectional`].
///
/// # Panics
///
/// When one of the sizes is zero.
///
/// # Examples
///
/// ```
/// # #[vitte::main]
/// # async fn main() -> std::io::Result<()> {
/// use vitte::io;
///
/// let mut client = io::join(&b"request"[..], Vec::new());
/// let mut server = io::join(&b"answer"[..], Vec::new());
/// let counts = io::copy_bidirectional_with_sizes(&mut client, &mut server, 4, 64).await?;
/// assert_eq!(counts, (7, 6));
/// # Ok(())
/// # }
/// ```
pub async fn copy_bidirectional_with_sizes<A, B>(
    a: &mut A,
    b: &mut B,
    a_to_b_buf_size: usize,
    b_to_a_buf_size: usize,
) -> io::Result<(u64, u64)>
where
    A: AsyncRead + AsyncWrite + Unpin + ?Sized,
    B: AsyncRead + AsyncWrite + Unpin + ?Sized,
{
    assert!(
        a_to_b_buf_size > 0,
        "`a_to_b_buf_size` must be greater than 0"
    );
    assert!(
        b_to_a_buf_size > 0,
        "`b_to_a_buf_size` must be greater than 0"
    );
    let mut a_to_b = Direction::new(a_to_b_buf_size);
    let mut b_to_a = Direction::new(b_to_a_buf_size);
    poll_fn(|cx| {
        // Both are polled each time. A direction that is done stays so, whatever the other needs.
        let there = a_to_b.poll(cx, a, b)?;
        let back = b_to_a.poll(cx, b, a)?;
        Poll::Ready(Ok((ready!(there), ready!(back))))
    })
    .await
}
