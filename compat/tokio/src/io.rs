//! Reading and writing streams of bytes: the traits, and the utilities on top of them.
//!
//! [`vitte::io`] says which of them is for what.

pub use vitte::io::{
    AsyncBufRead, AsyncRead, AsyncSeek, AsyncWrite, Error, ErrorKind, ReadBuf, Result, SeekFrom,
};

#[cfg(feature = "net")]
pub use vitte::io::{Interest, Ready, unix};

#[cfg(feature = "io-std")]
pub use vitte::io::{Stderr, Stdin, Stdout, stderr, stdin, stdout};

#[cfg(feature = "io-util")]
pub use vitte::io::{
    AsyncBufReadExt, AsyncReadExt, AsyncSeekExt, AsyncWriteExt, BufReader, BufStream, BufWriter,
    Chain, DuplexStream, Empty, Join, Lines, ReadHalf, Repeat, SimplexStream, Sink, Split, Take,
    WriteHalf, copy, copy_bidirectional, copy_bidirectional_with_sizes, copy_buf, duplex, empty,
    join, repeat, simplex, sink, split,
};
