//! [`AsyncSeek`], and what it is implemented for outside of vitte.

use std::io::{self, Seek, SeekFrom};
use std::ops::DerefMut;
use std::pin::Pin;
use std::task::{Context, Poll};

/// Moves the position at which a stream is read or written.
///
/// The asynchronous form of [`std::io::Seek`], in two steps: one starts a seek, the other waits
/// for its end. Most code calls the methods of `AsyncSeekExt`.
///
/// # Examples
///
/// ```
/// # #[vitte::main]
/// # async fn main() -> std::io::Result<()> {
/// use std::io::{Cursor, SeekFrom};
/// use std::pin::Pin;
/// use vitte::io::AsyncSeek;
///
/// let mut cursor = Cursor::new(b"vitte");
/// let mut pinned = Pin::new(&mut cursor);
/// pinned.as_mut().start_seek(SeekFrom::End(-2))?;
/// let position = std::future::poll_fn(|cx| pinned.as_mut().poll_complete(cx)).await?;
/// assert_eq!(position, 3);
/// # Ok(())
/// # }
/// ```
pub trait AsyncSeek {
    /// Starts a seek to `position`, an offset in bytes.
    ///
    /// A position behind the end is allowed; what it means is up to the stream. Finish a seek with
    /// [`poll_complete`](Self::poll_complete) before starting another one.
    ///
    /// # Errors
    ///
    /// When the stream refuses the position, or when another seek or another operation is under
    /// way and the stream cannot queue this one.
    fn start_seek(self: Pin<&mut Self>, position: SeekFrom) -> io::Result<()>;

    /// Waits for the seek in progress, and returns the new position from the stream's start.
    ///
    /// When no seek is in progress, the position returned is up to the stream.
    ///
    /// # Errors
    ///
    /// When the seek failed, as one to a negative position does.
    fn poll_complete(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<u64>>;
}

macro_rules! forward_seek {
    ($this:ident => $pointee:expr) => {
        fn start_seek(self: Pin<&mut Self>, position: SeekFrom) -> io::Result<()> {
            let $this = self;
            $pointee.start_seek(position)
        }

        fn poll_complete(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<u64>> {
            let $this = self;
            $pointee.poll_complete(cx)
        }
    };
}

impl<T: ?Sized + AsyncSeek + Unpin> AsyncSeek for Box<T> {
    forward_seek!(this => Pin::new(&mut **this.get_mut()));
}

impl<T: ?Sized + AsyncSeek + Unpin> AsyncSeek for &mut T {
    forward_seek!(this => Pin::new(&mut **this.get_mut()));
}

impl<P> AsyncSeek for Pin<P>
where
    P: DerefMut,
    P::Target: AsyncSeek,
{
    forward_seek!(this => this.as_deref_mut());
}

impl<T: AsRef<[u8]> + Unpin> AsyncSeek for io::Cursor<T> {
    #[inline]
    fn start_seek(self: Pin<&mut Self>, position: SeekFrom) -> io::Result<()> {
        self.get_mut().seek(position).map(drop)
    }

    #[inline]
    fn poll_complete(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<u64>> {
        Poll::Ready(Ok(self.position()))
    }
}
