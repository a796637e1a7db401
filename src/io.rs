//! Reading and writing streams of bytes: the traits, and the utilities on top of them.
//!
//! [`AsyncRead`] and [`AsyncWrite`] are what sockets, pipes, files and child processes have in
//! common, [`AsyncBufRead`] is for readers with a buffer, and [`AsyncSeek`] for those with a
//! position. They say how a stream is polled; code calls the methods of the extension traits
//! (feature `io-util`): [`AsyncReadExt::read`], [`AsyncWriteExt::write_all`],
//! [`AsyncBufReadExt::lines`].
//!
//! | To | use (feature `io-util`) |
//! |---|---|
//! | make small reads and writes cheap | [`BufReader`], [`BufWriter`], [`BufStream`] |
//! | pass on what a stream has to another | [`copy`][copy]; both ways: [`copy_bidirectional`] |
//! | read and write at the same time | [`split`][split], and [`join`][join] for the way back |
//! | connect two tasks with a stream in memory | [`duplex`], [`simplex`] |
//!
//! A `BufWriter` must be flushed: what is in its buffer when it is dropped is lost.
//!
//! [`stdin`], [`stdout`] and [`stderr`] (feature `io-std`) do their work on the blocking pool. They
//! suit programs that print a little; for an interactive program, a thread of its own is better.
//!
//! [`AsyncFd`][unix] (feature `net`) waits for any descriptor that the system can poll.
//!
//! ```
//! use vitte::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
//!
//! # #[vitte::main(flavor = "current_thread")]
//! # async fn main() -> std::io::Result<()> {
//! let (mut here, there) = vitte::io::duplex(64);
//! vitte::spawn(async move { here.write_all(b"one\ntwo\n").await });
//!
//! let mut lines = BufReader::new(there).lines();
//! assert_eq!(lines.next_line().await?.as_deref(), Some("one"));
//! assert_eq!(lines.next_line().await?.as_deref(), Some("two"));
//! assert_eq!(lines.next_line().await?, None);
//! # Ok(())
//! # }
//! ```
//!
#![cfg_attr(
    feature = "io-util",
    doc = "[copy]: copy()\n[split]: split()\n[join]: join()"
)]
#![cfg_attr(
    not(feature = "io-util"),
    doc = "[`BufReader`]: crate#features\n[`BufWriter`]: crate#features\n\
           [`BufStream`]: crate#features\n[copy]: crate#features\n\
           [`copy_bidirectional`]: crate#features\n[split]: crate#features\n\
           [join]: crate#features\n[`duplex`]: crate#features\n[`simplex`]: crate#features\n\
           [`AsyncReadExt::read`]: crate#features\n\
           [`AsyncWriteExt::write_all`]: crate#features\n\
           [`AsyncBufReadExt::lines`]: crate#features"
)]
#![cfg_attr(
    not(feature = "io-std"),
    doc = "[`stdin`]: crate#features\n[`stdout`]: crate#features\n[`stderr`]: crate#features"
)]
#![cfg_attr(not(feature = "net"), doc = "[unix]: crate#features")]

#[doc(no_inline)]
pub use std::io::{Error, ErrorKind, Result, SeekFrom};
pub use vitte_io::io::*;
