//! [`repeat`](fn@repeat).

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::BufMut;

use super::poll_unit_of_budget;
use crate::io::{AsyncRead, ReadBuf};

/// A reader of one byte, again and again; made by [`repeat`].
///
/// # Examples
///
/// ```
/// # #[vitte::main]
/// # async fn main() -> std::io::Result<()> {
/// use vitte::io::{self, AsyncReadExt};
///
/// let mut dashes = [0; 3];
/// io::repeat(b'-').read_exact(&mut dashes).await?;
/// assert_eq!(&dashes, b"---");
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Repeat {
    byte: u8,
}

/// A reader that returns one byte, again and again, and never ends.
///
/// # Examples
///
/// ```
/// use vitte::io::{self, AsyncReadExt};
///
/// # #[vitte::main]
/// # async fn main() -> std::io::Result<()> {
/// let mut dashes = [0; 3];
/// io::repeat(b'-').read_exact(&mut dashes).await?;
/// assert_eq!(&dashes, b"---");
/// # Ok(())
/// # }
/// ```
pub fn repeat(byte: u8) -> Repeat {
    Repeat { byte }
}

impl AsyncRead for Repeat {
    #[inline]
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        ready!(poll_unit_of_budget(cx));
        buf.put_bytes(self.byte, buf.remaining());
        Poll::Ready(Ok(()))
    }
}
