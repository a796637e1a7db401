//! [`AsyncSeekExt`].

use std::io::SeekFrom;

use super::seek::Seek;
use crate::io::AsyncSeek;

/// What can be done with every [`AsyncSeek`].
///
/// # Examples
///
/// ```
/// use std::io::{Cursor, SeekFrom};
/// use vitte::io::{AsyncReadExt, AsyncSeekExt};
///
/// # #[vitte::main]
/// # async fn main() -> std::io::Result<()> {
/// let mut cursor = Cursor::new(b"abcdef");
/// assert_eq!(cursor.seek(SeekFrom::End(-2)).await?, 4);
/// assert_eq!(cursor.read_u8().await?, b'e');
/// assert_eq!(cursor.stream_position().await?, 5);
/// cursor.rewind().await?;
/// # Ok(())
/// # }
/// ```
pub trait AsyncSeekExt: AsyncSeek {
    /// Moves the position to `pos`, and returns it, counted from the stream's start.
    ///
    /// `async fn seek(&mut self, pos: SeekFrom) -> io::Result<u64>`
    ///
    /// # Errors
    ///
    /// The stream's; a seek to a negative position is one for all streams.
    ///
    /// # Cancel safety
    ///
    /// A seek whose future is dropped may or may not happen. The next one waits for it.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// use std::io::{Cursor, SeekFrom};
    /// use vitte::io::AsyncSeekExt;
    ///
    /// let mut cursor = Cursor::new(b"vitte");
    /// assert_eq!(cursor.seek(SeekFrom::End(-2)).await?, 3);
    /// # Ok(())
    /// # }
    /// ```
    fn seek(&mut self, pos: SeekFrom) -> Seek<'_, Self>
    where
        Self: Unpin,
    {
        Seek::new(self, Some(pos))
    }

    /// Moves the position to the stream's start.
    ///
    /// # Errors
    ///
    /// As [`seek`](Self::seek).
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// use std::io::Cursor;
    /// use vitte::io::{AsyncReadExt, AsyncSeekExt};
    ///
    /// let mut cursor = Cursor::new(b"vitte");
    /// cursor.read_u8().await?;
    /// cursor.rewind().await?;
    /// assert_eq!(cursor.read_u8().await?, b'v');
    /// # Ok(())
    /// # }
    /// ```
    fn rewind(&mut self) -> Seek<'_, Self>
    where
        Self: Unpin,
    {
        self.seek(SeekFrom::Start(0))
    }

    /// The current position, counted from the stream's start.
    ///
    /// # Errors
    ///
    /// As [`seek`](Self::seek).
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// use std::io::Cursor;
    /// use vitte::io::{AsyncReadExt, AsyncSeekExt};
    ///
    /// let mut cursor = Cursor::new(b"vitte");
    /// cursor.read_u16().await?;
    /// assert_eq!(cursor.stream_position().await?, 2);
    /// # Ok(())
    /// # }
    /// ```
    fn stream_position(&mut self) -> Seek<'_, Self>
    where
        Self: Unpin,
    {
        self.seek(SeekFrom::Current(0))
    }
}

impl<S: AsyncSeek + ?Sized> AsyncSeekExt for S {}
