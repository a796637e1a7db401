//! [`stderr`].

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::pooled::Pooled;
use super::{output_stream, standard_descriptor, utf8};
use crate::io::AsyncWrite;

/// The standard error output; made by [`stderr`].
///
/// # Examples
///
/// ```
/// # #[vitte::main]
/// # async fn main() -> std::io::Result<()> {
/// use vitte::io::{self, AsyncWriteExt};
///
/// let mut stderr = io::stderr();
/// stderr.write_all(b"hello\n").await?;
/// stderr.flush().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Stderr {
    stream: Pooled<io::Stderr>,
}

/// The standard error output.
///
/// Writes through different handles may be mixed up, at least where one is longer than what one job
/// writes. What was written before a runtime shuts down appears, but flush it to see errors.
///
/// # Examples
///
/// ```
/// # #[vitte::main]
/// # async fn main() -> std::io::Result<()> {
/// use vitte::io::{self, AsyncWriteExt};
///
/// let mut stderr = io::stderr();
/// stderr.write_all(b"hello\n").await?;
/// stderr.flush().await?;
/// # Ok(())
/// # }
/// ```
pub fn stderr() -> Stderr {
    Stderr {
        stream: Pooled::new_mandatory(io::stderr()),
    }
}

output_stream!(Stderr, io::stderr);
