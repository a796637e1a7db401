//! The standard streams of a child, as pipes.

use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd, RawFd};
use std::pin::Pin;
use std::process::Stdio;
use std::task::{Context, Poll};

use crate::io::Interest;
use crate::reactor::descriptor::Descriptor;
use crate::reactor::pipe_end::{pipe_descriptor, read_from_pipe, write_to_pipe};
use crate::sys::pipe::set_nonblocking;

/// The standard input of a child.
///
/// Dropping it closes the pipe: the child then reads the end of its input.
///
/// # Examples
///
/// ```
/// # #[vitte::main]
/// # async fn main() -> std::io::Result<()> {
/// use std::process::Stdio;
/// use vitte::io::AsyncWriteExt;
/// use vitte::process::Command;
///
/// let mut child = Command::new("cat").stdin(Stdio::piped()).stdout(Stdio::null()).spawn()?;
/// let mut stdin = child.stdin.take().expect("it is a pipe");
/// stdin.write_all(b"hello").await?;
/// drop(stdin);
/// assert!(child.wait().await?.success());
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct ChildStdin {
    pipe: Descriptor,
}

/// The standard output of a child.
///
/// # Examples
///
/// ```
/// # #[vitte::main]
/// # async fn main() -> std::io::Result<()> {
/// use std::process::Stdio;
/// use vitte::io::{AsyncBufReadExt, BufReader};
/// use vitte::process::Command;
///
/// let mut child = Command::new("echo").arg("hello").stdout(Stdio::piped()).spawn()?;
/// let mut lines = BufReader::new(child.stdout.take().expect("it is a pipe")).lines();
/// assert_eq!(lines.next_line().await?.as_deref(), Some("hello"));
/// child.wait().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct ChildStdout {
    pipe: Descriptor,
}

/// The standard error of a child.
///
/// # Examples
///
/// ```
/// # #[vitte::main]
/// # async fn main() -> std::io::Result<()> {
/// use std::process::Stdio;
/// use vitte::io::AsyncReadExt;
/// use vitte::process::Command;
///
/// let mut command = Command::new("sh");
/// let mut child = command.args(["-c", "echo oh >&2"]).stderr(Stdio::piped()).spawn()?;
/// let mut text = String::new();
/// child.stderr.take().expect("it is a pipe").read_to_string(&mut text).await?;
/// assert_eq!(text, "oh\n");
/// child.wait().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct ChildStderr {
    pipe: Descriptor,
}

/// What the three have in common.
macro_rules! standard_stream {
    ($ty:ident, $interest:expr) => {
        impl $ty {
            /// Takes over a stream of the standard library, and makes it non-blocking.
            ///
            /// # Errors
            ///
            /// When the pipe cannot be made non-blocking or registered with the reactor, as when
            /// the runtime shuts down. The stream is closed then.
            ///
            /// # Panics
            ///
            /// When it is called outside a runtime with io enabled.
            pub fn from_std(inner: std::process::$ty) -> io::Result<Self> {
                let fd = OwnedFd::from(inner);
                set_nonblocking(fd.as_fd(), true)?;
                let pipe = Descriptor::new(fd, $interest)?;
                Ok(Self { pipe })
            }

            /// Deregisters the pipe and makes it block.
            ///
            /// # Errors
            ///
            /// When the pipe cannot be deregistered or made to block. It is closed then.
            pub fn into_owned_fd(self) -> io::Result<OwnedFd> {
                let fd = self.pipe.into_fd()?;
                // Almost every program expects its standard streams to block.
                set_nonblocking(fd.as_fd(), false)?;
                Ok(fd)
            }
        }

        impl TryInto<Stdio> for $ty {
            type Error = io::Error;

            /// Makes a standard stream for another child of it.
            fn try_into(self) -> io::Result<Stdio> {
                self.into_owned_fd().map(Stdio::from)
            }
        }

        pipe_descriptor!($ty);
    };
}

standard_stream!(ChildStdin, Interest::WRITABLE);
standard_stream!(ChildStdout, Interest::READABLE);
standard_stream!(ChildStderr, Interest::READABLE);

write_to_pipe!(ChildStdin);

read_from_pipe!(ChildStdout);

read_from_pipe!(ChildStderr);
