//! The traits of asynchronous streams, and what is built on them alone.
//!
//! Code that uses streams imports the extension traits `AsyncReadExt`, `AsyncWriteExt`,
//! `AsyncBufReadExt` and `AsyncSeekExt`, which have the methods to await. Code that implements
//! a stream implements [`AsyncRead`], [`AsyncWrite`], [`AsyncBufRead`] and [`AsyncSeek`].
//!
//! - Many small reads need a `BufReader`, many small writes a `BufWriter` (flush it: dropping it
//!   loses what is buffered), and both on one stream a `BufStream`.
//! - `copy` moves bytes one way, `copy_bidirectional` both ways, as a proxy does.
//! - `split` makes two halves of a stream for two tasks, `join` one stream of two.
//! - `duplex` is a pair of connected streams in memory, for tests.
//! - `unix::AsyncFd` waits for a descriptor that has no type of its own here.
//!
//! The traits and [`ReadBuf`] are always there and depend on nothing. The utilities (feature
//! `io-util`) are state machines over the traits: they run inside the task that polls them, on its
//! thread, and know of the runtime only the cooperative budget. The standard streams (feature
//! `io-std`) hand their work to the blocking pool.

mod async_buf_read;
#[cfg(feature = "net")]
mod async_fd;
mod async_read;
mod async_seek;
mod async_write;
mod interest;
mod read_buf;
#[cfg_attr(not(feature = "reactor"), allow(dead_code))]
mod ready;

pub use async_buf_read::AsyncBufRead;
pub use async_read::AsyncRead;
pub use async_seek::AsyncSeek;
pub use async_write::AsyncWrite;
pub use interest::Interest;
pub use read_buf::ReadBuf;
pub use ready::Ready;

#[doc(no_inline)]
pub use std::io::{Error, ErrorKind, Result, SeekFrom};

#[cfg(any(feature = "fs", feature = "io-std"))]
#[cfg_attr(not(feature = "fs"), allow(dead_code))]
pub(crate) mod chunk;

#[cfg(feature = "io-std")]
mod stdio;
#[cfg(feature = "io-std")]
pub use stdio::{Stderr, Stdin, Stdout, stderr, stdin, stdout};

#[cfg(feature = "io-util")]
mod util;
#[cfg(feature = "io-util")]
pub use util::{
    AsyncBufReadExt, AsyncReadExt, AsyncSeekExt, AsyncWriteExt, BufReader, BufStream, BufWriter,
    Chain, DuplexStream, Empty, Join, Lines, ReadHalf, Repeat, SimplexStream, Sink, Split, Take,
    WriteHalf, copy, copy_bidirectional, copy_bidirectional_with_sizes, copy_buf, duplex, empty,
    join, repeat, simplex, sink, split,
};

/// Readiness of file descriptors that other code operates on.
#[cfg(feature = "net")]
pub mod unix {
    #[allow(deprecated)]
    pub use super::async_fd::AsyncFdTryNewError;
    pub use super::async_fd::{
        AsyncFd, AsyncFdReadyGuard, AsyncFdReadyMutGuard, AsyncFdRegisterError, TryIoError,
    };
}
