//! [`split`](fn@split): one stream as two halves that can go separate ways.
//!
//! The halves share the stream behind a mutex, held for the length of one poll. A task that reads
//! and one that writes may therefore wait a moment for each other; types that can do without, such
//! as TCP streams, have a `split` of their own. What the stream does in a poll, waking another task
//! for one, happens under the mutex; a waker that polls the other half at once would deadlock, as
//! it would with tokio.

use std::fmt;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use vitte_context::primitive::plain::Mutex;

use crate::io::{AsyncRead, AsyncWrite, ReadBuf};

/// The half of a [`split`] stream that reads.
///
/// # Examples
///
/// ```
/// # #[vitte::main]
/// # async fn main() -> std::io::Result<()> {
/// use vitte::io::{self, AsyncReadExt, AsyncWriteExt};
///
/// let (here, mut there) = io::duplex(16);
/// let (mut read, _write) = io::split(here);
/// there.write_all(b"ping").await?;
/// let mut buf = [0; 4];
/// read.read_exact(&mut buf).await?;
/// assert_eq!(&buf, b"ping");
/// # Ok(())
/// # }
/// ```
pub struct ReadHalf<T> {
    stream: Arc<SplitStream<T>>,
}

/// The half of a [`split`] stream that writes.
///
/// Dropping it does not shut the stream down; call
/// [`shutdown`](super::AsyncWriteExt::shutdown) for that.
///
/// # Examples
///
/// ```
/// # #[vitte::main]
/// # async fn main() -> std::io::Result<()> {
/// use vitte::io::{self, AsyncReadExt, AsyncWriteExt};
///
/// let (here, mut there) = io::duplex(16);
/// let (_read, mut write) = io::split(here);
/// write.write_all(b"bye").await?;
/// write.shutdown().await?;
/// let mut text = String::new();
/// there.read_to_string(&mut text).await?;
/// assert_eq!(text, "bye");
/// # Ok(())
/// # }
/// ```
pub struct WriteHalf<T> {
    stream: Arc<SplitStream<T>>,
}

/// Splits a stream into a half that reads and one that writes.
///
/// [`ReadHalf::unsplit`] puts them together again. The opposite is [`join`](fn@super::join).
///
/// # Examples
///
/// ```
/// use vitte::io::{self, AsyncReadExt, AsyncWriteExt};
///
/// # #[vitte::main]
/// # async fn main() -> std::io::Result<()> {
/// let (here, mut there) = io::duplex(16);
/// let (mut read, mut write) = io::split(here);
/// write.write_all(b"ping").await?;
/// let mut buf = [0; 4];
/// there.read_exact(&mut buf).await?;
/// there.write_all(&buf).await?;
/// read.read_exact(&mut buf).await?;
/// let _whole = read.unsplit(write);
/// # Ok(())
/// # }
/// ```
pub fn split<T>(stream: T) -> (ReadHalf<T>, WriteHalf<T>)
where
    T: AsyncRead + AsyncWrite,
{
    let is_write_vectored = stream.is_write_vectored();
    let stream = Arc::new(SplitStream {
        stream: Mutex::new(stream),
        is_write_vectored,
    });
    let read = ReadHalf {
        stream: stream.clone(),
    };
    (read, WriteHalf { stream })
}

struct SplitStream<T> {
    stream: Mutex<T>,
    is_write_vectored: bool,
}

impl<T> SplitStream<T> {
    /// Polls the stream while nobody else does.
    ///
    /// # Panics
    ///
    /// When an earlier poll has panicked: the stream may be in any state.
    fn poll<R>(&self, poll: impl FnOnce(Pin<&mut T>) -> R) -> R {
        let mut stream = self.stream.lock().expect("the stream panicked");
        // SAFETY: the stream stays where it is, inside the `Arc`, until it is dropped there;
        // `unsplit`, the only one to move it out, wants it to be `Unpin`.
        poll(unsafe { Pin::new_unchecked(&mut *stream) })
    }
}

impl<T> ReadHalf<T> {
    /// Whether the two are halves of one stream.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// use vitte::io;
    ///
    /// let (a, b) = io::duplex(16);
    /// let ((read, write), (_, other)) = (io::split(a), io::split(b));
    /// assert!(read.is_pair_of(&write) && !read.is_pair_of(&other));
    /// # Ok(())
    /// # }
    /// ```
    pub fn is_pair_of(&self, other: &WriteHalf<T>) -> bool {
        other.is_pair_of(self)
    }

    /// Puts the two halves of a stream together again.
    ///
    /// # Panics
    ///
    /// When they are not halves of one stream; see [`is_pair_of`](Self::is_pair_of).
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// use vitte::io;
    ///
    /// let (stream, _other) = io::duplex(16);
    /// let (read, write) = io::split(stream);
    /// assert!(read.is_pair_of(&write));
    /// let _stream = read.unsplit(write);
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    pub fn unsplit(self, wr: WriteHalf<T>) -> T
    where
        T: Unpin,
    {
        if !self.is_pair_of(&wr) {
            panic!("Unrelated `split::Write` passed to `split::Read::unsplit`.");
        }
        drop(wr);
        let stream = Arc::into_inner(self.stream).expect("a stream has two halves");
        stream.stream.into_inner().expect("the stream panicked")
    }
}

impl<T> WriteHalf<T> {
    /// Whether the two are halves of one stream.
    pub fn is_pair_of(&self, other: &ReadHalf<T>) -> bool {
        Arc::ptr_eq(&self.stream, &other.stream)
    }
}

impl<T: AsyncRead> AsyncRead for ReadHalf<T> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.stream.poll(|stream| stream.poll_read(cx, buf))
    }
}

impl<T: AsyncWrite> AsyncWrite for WriteHalf<T> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.stream.poll(|stream| stream.poll_write(cx, buf))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream.poll(|stream| stream.poll_flush(cx))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream.poll(|stream| stream.poll_shutdown(cx))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.stream
            .poll(|stream| stream.poll_write_vectored(cx, bufs))
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored
    }
}

// SAFETY: the halves reach the stream through the mutex only, one at a time; so that on whichever
// threads they are, the stream is merely sent there.
unsafe impl<T: Send> Send for ReadHalf<T> {}
// SAFETY: as for `ReadHalf`.
unsafe impl<T: Send> Send for WriteHalf<T> {}
// SAFETY: through a shared reference a half only compares addresses and reads a flag.
unsafe impl<T: Sync> Sync for ReadHalf<T> {}
// SAFETY: as for `ReadHalf`.
unsafe impl<T: Sync> Sync for WriteHalf<T> {}

impl<T: fmt::Debug> fmt::Debug for ReadHalf<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("split::ReadHalf").finish()
    }
}

impl<T: fmt::Debug> fmt::Debug for WriteHalf<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("split::WriteHalf").finish()
    }
}
