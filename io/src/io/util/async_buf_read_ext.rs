//! [`AsyncBufReadExt`].

use std::pin::Pin;

use super::lines::Lines;
use super::read_line::ReadLine;
use super::read_until::{FillBuf, ReadUntil};
use super::split::Split;
use crate::io::AsyncBufRead;

/// What can be done with every [`AsyncBufRead`].
///
/// # Examples
///
/// ```
/// # #[vitte::main]
/// # async fn main() -> std::io::Result<()> {
/// use vitte::io::{AsyncBufReadExt, BufReader};
///
/// let mut lines = BufReader::new(&b"one\ntwo\n"[..]).lines();
/// assert_eq!(lines.next_line().await?.as_deref(), Some("one"));
/// # Ok(())
/// # }
/// ```
pub trait AsyncBufReadExt: AsyncBufRead {
    /// Reads up to and including `byte`, or to the end of the stream, and appends it to `buf`.
    ///
    /// `async fn read_until(&mut self, byte: u8, buf: &mut Vec<u8>) -> io::Result<usize>`
    ///
    /// Returns how many bytes were appended; zero stands for the end of the stream.
    ///
    /// # Errors
    ///
    /// The reader's, but for `Interrupted`, which is tried again. What was read before an error is
    /// in `buf`.
    ///
    /// # Cancel safety
    ///
    /// Not cancel safe in the strict sense: part of the data may be in `buf` already. Nothing is
    /// lost, though, if the next call uses the same `buf`.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::io::AsyncBufReadExt;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// let mut reader = &b"key=value"[..];
    /// let mut key = Vec::new();
    /// assert_eq!(reader.read_until(b'=', &mut key).await?, 4);
    /// assert_eq!(key, b"key=");
    /// # Ok(())
    /// # }
    /// ```
    fn read_until<'a>(&'a mut self, byte: u8, buf: &'a mut Vec<u8>) -> ReadUntil<'a, Self>
    where
        Self: Unpin,
    {
        ReadUntil::new(self, byte, buf)
    }

    /// Reads up to and including the next `\n`, or to the end of the stream, and appends it to
    /// `buf`.
    ///
    /// `async fn read_line(&mut self, buf: &mut String) -> io::Result<usize>`
    ///
    /// Returns how many bytes were appended; zero stands for the end of the stream.
    ///
    /// # Errors
    ///
    /// The reader's, but for `Interrupted`; and one of kind `InvalidData` when the line is not
    /// UTF-8. Such a line is lost. What was read before an error of the reader is kept if it is
    /// UTF-8.
    ///
    /// # Cancel safety
    ///
    /// Not cancel safe: what has been read of the line is lost, and so is what was in `buf`.
    /// [`lines`](Self::lines) is.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::io::AsyncBufReadExt;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// let mut reader = &b"one\ntwo"[..];
    /// let mut line = String::new();
    /// reader.read_line(&mut line).await?;
    /// assert_eq!(line, "one\n");
    /// # Ok(())
    /// # }
    /// ```
    fn read_line<'a>(&'a mut self, buf: &'a mut String) -> ReadLine<'a, Self>
    where
        Self: Unpin,
    {
        ReadLine::new(self, buf)
    }

    /// Cuts the stream at each `byte`; see [`Split::next_segment`].
    ///
    /// The asynchronous form of [`BufRead::split`](std::io::BufRead::split).
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// use vitte::io::AsyncBufReadExt;
    ///
    /// let mut fields = std::io::Cursor::new("a,b").split(b',');
    /// assert_eq!(fields.next_segment().await?, Some(b"a".to_vec()));
    /// # Ok(())
    /// # }
    /// ```
    fn split(self, byte: u8) -> Split<Self>
    where
        Self: Sized + Unpin,
    {
        Split::new(self, byte)
    }

    /// Returns the buffered bytes, after refilling the buffer if it was empty.
    ///
    /// `async fn fill_buf(&mut self) -> io::Result<&[u8]>`
    ///
    /// An empty slice stands for the end of the stream. Bytes that have been used must be
    /// [consumed](Self::consume), or they are returned again.
    ///
    /// # Errors
    ///
    /// The reader's.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: what was read stays in the buffer.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::io::AsyncBufReadExt;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// let mut reader = &b"vitte"[..];
    /// assert_eq!(reader.fill_buf().await?, b"vitte");
    /// reader.consume(2);
    /// assert_eq!(reader.fill_buf().await?, b"tte");
    /// # Ok(())
    /// # }
    /// ```
    fn fill_buf(&mut self) -> FillBuf<'_, Self>
    where
        Self: Unpin,
    {
        FillBuf::new(Some(self))
    }

    /// Says that `amt` bytes of the buffer have been used.
    ///
    /// See [`AsyncBufRead::consume`].
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// use vitte::io::AsyncBufReadExt;
    ///
    /// let mut reader = &b"vitte"[..];
    /// reader.consume(3);
    /// assert_eq!(reader.fill_buf().await?, b"te");
    /// # Ok(())
    /// # }
    /// ```
    fn consume(&mut self, amt: usize)
    where
        Self: Unpin,
    {
        Pin::new(self).consume(amt);
    }

    /// Cuts the stream at its line ends; see [`Lines::next_line`].
    ///
    /// The asynchronous form of [`BufRead::lines`](std::io::BufRead::lines).
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// use vitte::io::AsyncBufReadExt;
    ///
    /// let mut lines = (&b"one\ntwo\n"[..]).lines();
    /// assert_eq!(lines.next_line().await?.as_deref(), Some("one"));
    /// assert_eq!(lines.next_line().await?.as_deref(), Some("two"));
    /// # Ok(())
    /// # }
    /// ```
    fn lines(self) -> Lines<Self>
    where
        Self: Sized,
    {
        Lines::new(self)
    }
}

impl<R: AsyncBufRead + ?Sized> AsyncBufReadExt for R {}
