//! [`AsyncWriteExt`].

use std::io::IoSlice;

use bytes::Buf;

use super::number::*;
use super::write::{Flush, Shutdown, Write, WriteAll, WriteVectored};
use super::write_buf::{WriteAllBuf, WriteBuf};
use crate::io::AsyncWrite;

macro_rules! write_numbers {
    ($($order:literal: $($name:ident -> $future:ident, $number:ty;)*)*) => {$($(
        #[doc = concat!("Writes one `", stringify!($number), "`", $order, ".")]
        ///
        #[doc = concat!(
            "`async fn ", stringify!($name), "(&mut self, n: ", stringify!($number),
            ") -> io::Result<()>`"
        )]
        ///
        /// # Errors
        ///
        /// As [`write_all`](Self::write_all).
        ///
        /// # Cancel safety
        ///
        /// Not cancel safe when the number has several bytes: some may be written already.
        fn $name(&mut self, n: $number) -> $future<&mut Self>
        where
            Self: Unpin,
        {
            $future::new(self, n)
        }
    )*)*};
}

/// What can be done with every [`AsyncWrite`].
///
/// # Examples
///
/// ```
/// use vitte::io::AsyncWriteExt;
///
/// # #[vitte::main]
/// # async fn main() -> std::io::Result<()> {
/// let mut packet = Vec::new();
/// packet.write_u16(5).await?;
/// packet.write_all(b"hello").await?;
/// packet.shutdown().await?;
/// assert_eq!(packet, b"\x00\x05hello");
/// # Ok(())
/// # }
/// ```
pub trait AsyncWriteExt: AsyncWrite {
    /// Writes some of `src`, once there is room, and returns how many bytes it was.
    ///
    /// `async fn write(&mut self, src: &[u8]) -> io::Result<usize>`
    ///
    /// Zero says that the stream takes no more, or that `src` is empty.
    ///
    /// # Errors
    ///
    /// The writer's; then nothing was written.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: dropped before it is ready, it has written nothing.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// use vitte::io::AsyncWriteExt;
    ///
    /// let mut out = Vec::new();
    /// let count = out.write(b"vitte").await?;
    /// assert_eq!(&out, &b"vitte"[..count]);
    /// # Ok(())
    /// # }
    /// ```
    fn write<'a>(&'a mut self, src: &'a [u8]) -> Write<'a, Self>
    where
        Self: Unpin,
    {
        Write::new(self, src)
    }

    /// Like [`write`](Self::write), from several buffers one after the other.
    ///
    /// `async fn write_vectored(&mut self, bufs: &[IoSlice<'_>]) -> io::Result<usize>`
    ///
    /// # Errors
    ///
    /// The writer's; then nothing was written.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: dropped before it is ready, it has written nothing.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// use std::io::IoSlice;
    /// use vitte::io::AsyncWriteExt;
    ///
    /// let mut out = Vec::new();
    /// out.write_vectored(&[IoSlice::new(b"vit"), IoSlice::new(b"te")]).await?;
    /// assert_eq!(out, b"vitte");
    /// # Ok(())
    /// # }
    /// ```
    fn write_vectored<'a, 'b>(&'a mut self, bufs: &'a [IoSlice<'b>]) -> WriteVectored<'a, 'b, Self>
    where
        Self: Unpin,
    {
        WriteVectored::new(self, bufs)
    }

    /// Writes some of a buffer, once there is room, advances the buffer by it, and returns how many
    /// bytes it was.
    ///
    /// `async fn write_buf<B: Buf>(&mut self, src: &mut B) -> io::Result<usize>`
    ///
    /// A buffer in several pieces goes into one vectored write, if the writer is good at it.
    ///
    /// # Errors
    ///
    /// The writer's; then nothing was written.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: dropped before it is ready, it has written nothing.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// use std::io::Cursor;
    /// use vitte::io::AsyncWriteExt;
    ///
    /// let mut out = Vec::new();
    /// let mut source = Cursor::new(b"vitte");
    /// let count = out.write_buf(&mut source).await?;
    /// assert_eq!(source.position(), count as u64);
    /// # Ok(())
    /// # }
    /// ```
    fn write_buf<'a, B>(&'a mut self, src: &'a mut B) -> WriteBuf<'a, Self, B>
    where
        Self: Sized + Unpin,
        B: Buf,
    {
        WriteBuf::new(self, src)
    }

    /// Writes all of a buffer, and advances the buffer to its end.
    ///
    /// `async fn write_all_buf(&mut self, src: &mut impl Buf) -> io::Result<()>`
    ///
    /// # Errors
    ///
    /// The writer's, but for `Interrupted`, which is tried again; and one of kind `WriteZero` when
    /// the writer takes no more. The buffer has been advanced by what was written.
    ///
    /// # Cancel safety
    ///
    /// Dropped before it is ready, it may have written a part, and has advanced the buffer by
    /// that. A later call with the same buffer continues there.
    ///
    /// # Examples
    ///
    /// ```
    /// use bytes::{Buf, Bytes};
    /// use vitte::io::AsyncWriteExt;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// let mut parts = Bytes::from("vit").chain(Bytes::from("te"));
    /// let mut out = Vec::new();
    /// out.write_all_buf(&mut parts).await?;
    /// assert_eq!((out.as_slice(), parts.remaining()), (&b"vitte"[..], 0));
    /// # Ok(())
    /// # }
    /// ```
    fn write_all_buf<'a, B>(&'a mut self, src: &'a mut B) -> WriteAllBuf<'a, Self, B>
    where
        Self: Sized + Unpin,
        B: Buf,
    {
        WriteAllBuf::new(self, src)
    }

    /// Writes all of `src`.
    ///
    /// `async fn write_all(&mut self, src: &[u8]) -> io::Result<()>`
    ///
    /// # Errors
    ///
    /// The writer's, but for `Interrupted`, which is tried again; and one of kind `WriteZero` when
    /// the writer takes no more. A part may have been written.
    ///
    /// # Cancel safety
    ///
    /// Not cancel safe: a part may be written already, and nobody knows how much.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// use vitte::io::AsyncWriteExt;
    ///
    /// let mut out = Vec::new();
    /// out.write_all(b"vitte").await?;
    /// assert_eq!(out, b"vitte");
    /// # Ok(())
    /// # }
    /// ```
    fn write_all<'a>(&'a mut self, src: &'a [u8]) -> WriteAll<'a, Self>
    where
        Self: Unpin,
    {
        WriteAll::new(self, src)
    }

    write_numbers! {
        "":
        write_u8 -> WriteU8, u8;
        write_i8 -> WriteI8, i8;

        ", most significant byte first":
        write_u16 -> WriteU16, u16;
        write_i16 -> WriteI16, i16;
        write_u32 -> WriteU32, u32;
        write_i32 -> WriteI32, i32;
        write_u64 -> WriteU64, u64;
        write_i64 -> WriteI64, i64;
        write_u128 -> WriteU128, u128;
        write_i128 -> WriteI128, i128;
        write_f32 -> WriteF32, f32;
        write_f64 -> WriteF64, f64;

        ", least significant byte first":
        write_u16_le -> WriteU16Le, u16;
        write_i16_le -> WriteI16Le, i16;
        write_u32_le -> WriteU32Le, u32;
        write_i32_le -> WriteI32Le, i32;
        write_u64_le -> WriteU64Le, u64;
        write_i64_le -> WriteI64Le, i64;
        write_u128_le -> WriteU128Le, u128;
        write_i128_le -> WriteI128Le, i128;
        write_f32_le -> WriteF32Le, f32;
        write_f64_le -> WriteF64Le, f64;
    }

    /// Waits until everything written so far has reached its destination.
    ///
    /// `async fn flush(&mut self) -> io::Result<()>`
    ///
    /// # Errors
    ///
    /// Those of writing what was buffered.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: what a dropped flush has not written is still buffered.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// use vitte::io::{AsyncWriteExt, BufWriter};
    ///
    /// let mut out = BufWriter::new(Vec::new());
    /// out.write_all(b"vitte").await?;
    /// out.flush().await?;
    /// assert_eq!(out.get_ref(), b"vitte");
    /// # Ok(())
    /// # }
    /// ```
    fn flush(&mut self) -> Flush<'_, Self>
    where
        Self: Unpin,
    {
        Flush::new(self)
    }

    /// Flushes the stream and closes it for writing, in an orderly way.
    ///
    /// `async fn shutdown(&mut self) -> io::Result<()>`
    ///
    /// A stream that was shut down must not be written to.
    ///
    /// # Errors
    ///
    /// The writer's.
    ///
    /// # Cancel safety
    ///
    /// A dropped shutdown may have begun; call it again to finish it.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// use vitte::io::{self, AsyncReadExt, AsyncWriteExt};
    ///
    /// let (mut here, mut there) = io::duplex(16);
    /// here.write_all(b"bye").await?;
    /// here.shutdown().await?;
    /// let mut text = String::new();
    /// there.read_to_string(&mut text).await?;
    /// assert_eq!(text, "bye");
    /// # Ok(())
    /// # }
    /// ```
    fn shutdown(&mut self) -> Shutdown<'_, Self>
    where
        Self: Unpin,
    {
        Shutdown::new(self)
    }
}

impl<W: AsyncWrite + ?Sized> AsyncWriteExt for W {}
