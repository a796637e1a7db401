//! [`stdout`].

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::pooled::Pooled;
use super::{output_stream, standard_descriptor, utf8};
use crate::io::AsyncWrite;

/// The standard output; made by [`stdout`].
///
/// # Examples
///
/// ```
/// # #[vitte::main]
/// # async fn main() -> std::io::Result<()> {
/// use vitte::io::{self, AsyncWriteExt};
///
/// let mut stdout = io::stdout();
/// stdout.write_all(b"hello\n").await?;
/// stdout.flush().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Stdout {
    stream: Pooled<io::Stdout>,
}

/// The standard output.
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
/// let mut stdout = io::stdout();
/// stdout.write_all(b"hello\n").await?;
/// stdout.flush().await?;
/// # Ok(())
/// # }
/// ```
pub fn stdout() -> Stdout {
    Stdout {
        stream: Pooled::new_mandatory(io::stdout()),
    }
}

output_stream!(Stdout, io::stdout);
