//! [`stdin`].

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::pooled::Pooled;
use super::standard_descriptor;
use crate::io::{AsyncRead, ReadBuf};

/// The standard input; made by [`stdin`].
///
/// # Examples
///
/// ```no_run
/// # #[vitte::main]
/// # async fn main() -> std::io::Result<()> {
/// use vitte::io::{self, AsyncBufReadExt, BufReader};
///
/// let mut lines = BufReader::new(io::stdin()).lines();
/// while let Some(line) = lines.next_line().await? {
///     println!("{line}");
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Stdin {
    stream: Pooled<io::Stdin>,
}

/// The standard input.
///
/// A read blocks a thread of the pool until there is input, and cannot be cancelled: a runtime that
/// shuts down waits for it, unless it is shut down in the background. For interactive use give the
/// standard input a thread of its own.
///
/// # Examples
///
/// ```no_run
/// # #[vitte::main]
/// # async fn main() -> std::io::Result<()> {
/// use vitte::io::{self, AsyncBufReadExt, BufReader};
///
/// let mut lines = BufReader::new(io::stdin()).lines();
/// while let Some(line) = lines.next_line().await? {
///     println!("{line}");
/// }
/// # Ok(())
/// # }
/// ```
pub fn stdin() -> Stdin {
    Stdin {
        stream: Pooled::new(io::stdin()),
    }
}

impl AsyncRead for Stdin {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

standard_descriptor!(Stdin, io::stdin);
