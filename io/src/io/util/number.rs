//! Reading and writing numbers: [`ReadNumber`] and [`WriteNumber`], once for all types and both
//! byte orders.
//!
//! The names of tokio's futures, one per type and order, are aliases.

use std::future::Future;
use std::io;
use std::marker::{PhantomData, PhantomPinned};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use pin_project_lite::pin_project;

use crate::io::{AsyncRead, AsyncWrite, ReadBuf};

/// How a number looks on the wire.
pub trait Encoding {
    /// The number.
    type Number;
    /// An array of its bytes.
    type Bytes: AsRef<[u8]> + AsMut<[u8]> + Default + Copy;
    /// The bytes of a number.
    fn encode(number: Self::Number) -> Self::Bytes;
    /// The number of some bytes.
    fn decode(bytes: Self::Bytes) -> Self::Number;
}

/// Most significant byte first.
#[derive(Debug)]
pub struct BigEndian<N>(PhantomData<N>);

/// Least significant byte first.
#[derive(Debug)]
pub struct LittleEndian<N>(PhantomData<N>);

macro_rules! encoding {
    ($order:ident $number:ty, $encode:ident, $decode:ident) => {
        impl Encoding for $order<$number> {
            type Number = $number;
            type Bytes = [u8; size_of::<$number>()];

            #[inline]
            fn encode(number: $number) -> Self::Bytes {
                <$number>::$encode(number)
            }

            #[inline]
            fn decode(bytes: Self::Bytes) -> $number {
                <$number>::$decode(bytes)
            }
        }
    };
}

macro_rules! numbers {
    ($($number:ty => $read:ident $write:ident $read_le:ident $write_le:ident;)*) => {$(
        encoding!(BigEndian $number, to_be_bytes, from_be_bytes);
        encoding!(LittleEndian $number, to_le_bytes, from_le_bytes);
        pub(super) type $read<R> = ReadNumber<R, BigEndian<$number>>;
        pub(super) type $write<W> = WriteNumber<W, BigEndian<$number>>;
        pub(super) type $read_le<R> = ReadNumber<R, LittleEndian<$number>>;
        pub(super) type $write_le<W> = WriteNumber<W, LittleEndian<$number>>;
    )*};
}

numbers! {
    u16 => ReadU16 WriteU16 ReadU16Le WriteU16Le;
    u32 => ReadU32 WriteU32 ReadU32Le WriteU32Le;
    u64 => ReadU64 WriteU64 ReadU64Le WriteU64Le;
    u128 => ReadU128 WriteU128 ReadU128Le WriteU128Le;
    i16 => ReadI16 WriteI16 ReadI16Le WriteI16Le;
    i32 => ReadI32 WriteI32 ReadI32Le WriteI32Le;
    i64 => ReadI64 WriteI64 ReadI64Le WriteI64Le;
    i128 => ReadI128 WriteI128 ReadI128Le WriteI128Le;
    f32 => ReadF32 WriteF32 ReadF32Le WriteF32Le;
    f64 => ReadF64 WriteF64 ReadF64Le WriteF64Le;
}

encoding!(BigEndian u8, to_be_bytes, from_be_bytes);
encoding!(BigEndian i8, to_be_bytes, from_be_bytes);
pub(super) type ReadU8<R> = ReadNumber<R, BigEndian<u8>>;
pub(super) type ReadI8<R> = ReadNumber<R, BigEndian<i8>>;
pub(super) type WriteU8<W> = WriteNumber<W, BigEndian<u8>>;
pub(super) type WriteI8<W> = WriteNumber<W, BigEndian<i8>>;

pin_project! {
    /// The future of the number-reading methods of [`AsyncReadExt`](super::AsyncReadExt).
    #[doc(hidden)]
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    pub struct ReadNumber<R, E: Encoding> {
        #[pin]
        reader: R,
        bytes: E::Bytes,
        done: usize,
        // As for all futures of the extension traits.
        #[pin]
        _pin: PhantomPinned,
    }
}

impl<R, E: Encoding> ReadNumber<R, E> {
    pub(super) fn new(reader: R) -> Self {
        ReadNumber {
            reader,
            bytes: E::Bytes::default(),
            done: 0,
            _pin: PhantomPinned,
        }
    }
}

impl<R: AsyncRead, E: Encoding> Future for ReadNumber<R, E> {
    type Output = io::Result<E::Number>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        while *this.done < size_of::<E::Bytes>() {
            let mut buf = ReadBuf::new(&mut this.bytes.as_mut()[*this.done..]);
            match ready!(this.reader.as_mut().poll_read(cx, &mut buf)) {
                Ok(()) if buf.filled().is_empty() => {
                    return Poll::Ready(Err(io::ErrorKind::UnexpectedEof.into()));
                }
                Ok(()) => *this.done += buf.filled().len(),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
        Poll::Ready(Ok(E::decode(*this.bytes)))
    }
}

pin_project! {
    /// The future of the number-writing methods of [`AsyncWriteExt`](super::AsyncWriteExt).
    #[doc(hidden)]
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    pub struct WriteNumber<W, E: Encoding> {
        #[pin]
        writer: W,
        bytes: E::Bytes,
        done: usize,
        // As for all futures of the extension traits.
        #[pin]
        _pin: PhantomPinned,
    }
}

impl<W, E: Encoding> WriteNumber<W, E> {
    pub(super) fn new(writer: W, number: E::Number) -> Self {
        WriteNumber {
            writer,
            bytes: E::encode(number),
            done: 0,
            _pin: PhantomPinned,
        }
    }
}

impl<W: AsyncWrite, E: Encoding> Future for WriteNumber<W, E> {
    type Output = io::Result<()>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut this = self.project();
        while *this.done < size_of::<E::Bytes>() {
            let rest = &this.bytes.as_ref()[*this.done..];
            match ready!(this.writer.as_mut().poll_write(cx, rest)) {
                Ok(0) => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                Ok(count) => *this.done += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
        Poll::Ready(Ok(()))
    }
}
