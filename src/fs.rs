//! Files and directories.
//!
//! The functions of this module mirror those of [`std::fs`]; [`File`] is read and written through
//! the traits of [`io`](crate::io). For whole files, [`read`], [`read_to_string`] and
//! [`write`](write()) are the simplest; for options when opening, there is [`OpenOptions`].
//!
//! An operating system cannot say when a file is ready, so every operation runs on the blocking
//! pool, and costs a switch of threads. Many small operations are better put into one closure for
//! `spawn_blocking`, or behind a buffer (`BufReader`, `BufWriter`). An operation that has begun
//! goes on if its future is dropped.
//!
//! A [`File`] buffers what is written to it: call `flush` (or `sync_all`) before you drop it or
//! rely on the contents, else errors of the last write are lost.
//!
//! ```
//! use vitte::fs;
//!
//! # #[vitte::main]
//! # async fn main() -> std::io::Result<()> {
//! let path = std::env::temp_dir().join(format!("vitte-fs-{}", std::process::id()));
//! fs::write(&path, "hello").await?;
//! assert_eq!(fs::read_to_string(&path).await?, "hello");
//! fs::remove_file(&path).await?;
//! # Ok(())
//! # }
//! ```

pub use vitte_io::fs::*;
