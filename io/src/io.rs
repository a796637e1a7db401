//! `tokio::io`, but for what needs the reactor: the traits of asynchronous streams, and what is
//! built on them alone.
//!
//! The traits and [`ReadBuf`] are always there and depend on nothing. The utilities (feature
//! `io-util`) are pure state machines over the traits: they run inside whichever task polls
//! them, on its thread, and know of the runtime only the cooperative budget. The standard
//! streams (feature `io-std`) hand their work to the blocking pool.

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

/// Readiness of file descriptors that somebody else operates on.
#[cfg(feature = "net")]
pub mod unix {
    #[allow(deprecated)]
    pub use super::async_fd::AsyncFdTryNewError;
    pub use super::async_fd::{
        AsyncFd, AsyncFdReadyGuard, AsyncFdReadyMutGuard, AsyncFdRegisterError, TryIoError,
    };
}
