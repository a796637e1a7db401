//! Reading and writing streams of bytes: the traits, and the utilities on top of them.
//!
//! [`AsyncRead`] and [`AsyncWrite`] are what sockets, pipes, files and child processes have in
//! common, [`AsyncBufRead`] is for readers with a buffer, and [`AsyncSeek`] for those with a
//! position. They say how a stream is polled; code calls the methods of the extension traits
//! (feature `io-util`): `AsyncReadExt::read`, `AsyncWriteExt::write_all`, `AsyncBufReadExt::lines`.
//!
//! | To | use (feature `io-util`) |
//! |---|---|
//! | make small reads and writes cheap | `BufReader`, `BufWriter`, `BufStream` |
//! | pass on all that one stream has to another | `copy`; both ways: `copy_bidirectional` |
//! | read and write at the same time | `split`, and `join` for the way back |
//! | connect two tasks with a stream in memory | `duplex`, `simplex` |
//!
//! A `BufWriter` must be flushed: what is in its buffer when it is dropped is lost.
//!
//! `stdin`, `stdout` and `stderr` (feature `io-std`) do their work on the blocking pool. They suit
//! programs that print a little; for an interactive program, a thread of its own is better.
//!
//! [`AsyncFd`][unix] (feature `net`) waits for any descriptor that the system can poll.
//!
#![cfg_attr(not(feature = "net"), doc = "[unix]: crate#features")]

pub use vitte_io::io::*;
