//! [`AsyncReadExt`].

use bytes::BufMut;

use super::chain::Chain;
use super::number::*;
use super::read::{Read, ReadBuf, ReadExact};
use super::read_to_end::ReadToEnd;
use super::read_to_string::ReadToString;
use super::take::Take;
use crate::io::AsyncRead;

macro_rules! read_numbers {
    ($($order:literal: $($name:ident -> $future:ident, $number:ty;)*)*) => {$($(
        #[doc = concat!("Reads one `", stringify!($number), "`", $order, ".")]
        ///
        #[doc = concat!(
            "`async fn ", stringify!($name), "(&mut self) -> io::Result<", stringify!($number), ">`"
        )]
        ///
        /// # Errors
        ///
        /// As [`read_exact`](Self::read_exact).
        ///
        /// # Cancel safety
        ///
        /// Not cancel safe when the number has several bytes: those already read are lost.
        fn $name(&mut self) -> $future<&mut Self>
        where
            Self: Unpin,
        {
            $future::new(self)
        }
    )*)*};
}

/// What can be done with every [`AsyncRead`].
///
/// # Examples
///
/// ```
/// use vitte::io::AsyncReadExt;
///
/// # #[vitte::main]
/// # async fn main() -> std::io::Result<()> {
/// let mut packet = &b"\x00\x05hello, world"[..];
/// let len = packet.read_u16().await?;
/// let mut text = String::new();
/// packet.take(len.into()).read_to_string(&mut text).await?;
/// assert_eq!(text, "hello");
/// # Ok(())
/// # }
/// ```
pub trait AsyncReadExt: AsyncRead {
    /// A reader that reads this stream to its end, and then `next`.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// use vitte::io::AsyncReadExt;
    ///
    /// let mut text = String::new();
    /// (&b"vit"[..]).chain(&b"te"[..]).read_to_string(&mut text).await?;
    /// assert_eq!(text, "vitte");
    /// # Ok(())
    /// # }
    /// ```
    fn chain<R>(self, next: R) -> Chain<Self, R>
    where
        Self: Sized,
        R: AsyncRead,
    {
        Chain::new(self, next)
    }

    /// Reads some bytes into `buf`, once there are any, and returns how many.
    ///
    /// `async fn read(&mut self, buf: &mut [u8]) -> io::Result<usize>`
    ///
    /// Zero stands for the end of the stream, unless `buf` is empty.
    ///
    /// # Errors
    ///
    /// The reader's; then nothing was read.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: dropped before it is ready, it has read nothing.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// use vitte::io::AsyncReadExt;
    ///
    /// let mut buf = [0; 16];
    /// let count = (&b"vitte"[..]).read(&mut buf).await?;
    /// assert_eq!(&buf[..count], b"vitte");
    /// # Ok(())
    /// # }
    /// ```
    fn read<'a>(&'a mut self, buf: &'a mut [u8]) -> Read<'a, Self>
    where
        Self: Unpin,
    {
        Read::new(self, buf)
    }

    /// Reads some bytes, once there are any, appends them to `buf`, and returns how many.
    ///
    /// `async fn read_buf<B: BufMut>(&mut self, buf: &mut B) -> io::Result<usize>`
    ///
    /// Zero stands for the end of the stream, unless `buf` has no room. A `buf` that grows by
    /// itself, such as `BytesMut`, always has.
    ///
    /// # Errors
    ///
    /// The reader's; then nothing was read.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: dropped before it is ready, it has read nothing.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::io::AsyncReadExt;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// let mut buf = Vec::with_capacity(16);
    /// assert_eq!((&b"vitte"[..]).read_buf(&mut buf).await?, 5);
    /// assert_eq!(buf, b"vitte");
    /// # Ok(())
    /// # }
    /// ```
    fn read_buf<'a, B>(&'a mut self, buf: &'a mut B) -> ReadBuf<'a, Self, B>
    where
        Self: Unpin,
        B: BufMut + ?Sized,
    {
        ReadBuf::new(self, buf)
    }

    /// Reads as many bytes as `buf` is long, and returns how many that is.
    ///
    /// `async fn read_exact(&mut self, buf: &mut [u8]) -> io::Result<usize>`
    ///
    /// # Errors
    ///
    /// The reader's, but for `Interrupted`, which is tried again; and one of kind `UnexpectedEof`
    /// when the stream ends before. What `buf` holds then is unspecified.
    ///
    /// # Cancel safety
    ///
    /// Not cancel safe: the bytes already read are in `buf`, and nobody knows how many.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// use vitte::io::AsyncReadExt;
    ///
    /// let mut header = [0; 3];
    /// (&b"vitte"[..]).read_exact(&mut header).await?;
    /// assert_eq!(&header, b"vit");
    /// # Ok(())
    /// # }
    /// ```
    fn read_exact<'a>(&'a mut self, buf: &'a mut [u8]) -> ReadExact<'a, Self>
    where
        Self: Unpin,
    {
        ReadExact::new(self, crate::io::ReadBuf::new(buf))
    }

    read_numbers! {
        "":
        read_u8 -> ReadU8, u8;
        read_i8 -> ReadI8, i8;

        ", most significant byte first":
        read_u16 -> ReadU16, u16;
        read_i16 -> ReadI16, i16;
        read_u32 -> ReadU32, u32;
        read_i32 -> ReadI32, i32;
        read_u64 -> ReadU64, u64;
        read_i64 -> ReadI64, i64;
        read_u128 -> ReadU128, u128;
        read_i128 -> ReadI128, i128;
        read_f32 -> ReadF32, f32;
        read_f64 -> ReadF64, f64;

        ", least significant byte first":
        read_u16_le -> ReadU16Le, u16;
        read_i16_le -> ReadI16Le, i16;
        read_u32_le -> ReadU32Le, u32;
        read_i32_le -> ReadI32Le, i32;
        read_u64_le -> ReadU64Le, u64;
        read_i64_le -> ReadI64Le, i64;
        read_u128_le -> ReadU128Le, u128;
        read_i128_le -> ReadI128Le, i128;
        read_f32_le -> ReadF32Le, f32;
        read_f64_le -> ReadF64Le, f64;
    }

    /// Reads to the end of the stream, appends everything to `buf`, and returns how much it was.
    ///
    /// `async fn read_to_end(&mut self, buf: &mut Vec<u8>) -> io::Result<usize>`
    ///
    /// # Errors
    ///
    /// The reader's, but for `Interrupted`, which is tried again. What was read before an error is
    /// in `buf`.
    ///
    /// # Cancel safety
    ///
    /// What was read before the future is dropped is in `buf`.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// use vitte::io::AsyncReadExt;
    ///
    /// let mut all = Vec::new();
    /// (&b"vitte"[..]).read_to_end(&mut all).await?;
    /// assert_eq!(all, b"vitte");
    /// # Ok(())
    /// # }
    /// ```
    fn read_to_end<'a>(&'a mut self, buf: &'a mut Vec<u8>) -> ReadToEnd<'a, Self>
    where
        Self: Unpin,
    {
        ReadToEnd::new(self, buf)
    }

    /// Reads to the end of the stream, appends everything to `dst`, and returns how many bytes
    /// it was.
    ///
    /// `async fn read_to_string(&mut self, dst: &mut String) -> io::Result<usize>`
    ///
    /// # Errors
    ///
    /// The reader's, but for `Interrupted`; and one of kind `InvalidData` when the bytes are not
    /// UTF-8. `dst` is then what it was before.
    ///
    /// # Cancel safety
    ///
    /// Not cancel safe: what was read is lost, and so is what was in `dst`.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// use vitte::io::AsyncReadExt;
    ///
    /// let mut text = String::new();
    /// (&b"vitte"[..]).read_to_string(&mut text).await?;
    /// assert_eq!(text, "vitte");
    /// # Ok(())
    /// # }
    /// ```
    fn read_to_string<'a>(&'a mut self, dst: &'a mut String) -> ReadToString<'a, Self>
    where
        Self: Unpin,
    {
        ReadToString::new(self, dst)
    }

    /// A reader of this stream that ends after `limit` bytes at the latest.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// use vitte::io::AsyncReadExt;
    ///
    /// let mut text = String::new();
    /// (&b"vitte"[..]).take(3).read_to_string(&mut text).await?;
    /// assert_eq!(text, "vit");
    /// # Ok(())
    /// # }
    /// ```
    fn take(self, limit: u64) -> Take<Self>
    where
        Self: Sized,
    {
        Take::new(self, limit)
    }
}

impl<R: AsyncRead + ?Sized> AsyncReadExt for R {}
