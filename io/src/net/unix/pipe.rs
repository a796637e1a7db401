//! Pipes: anonymous ones ([`pipe`]), and FIFO files ([`OpenOptions`]).
//!
//! A pipe carries bytes in one direction, usually to or from another process. Within one process,
//! `io::duplex` and `io::simplex` do the same without the system, and a channel carries values.

mod receiver;
mod sender;

use std::fs::File;
use std::io;
use std::os::fd::AsFd;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

pub use self::receiver::Receiver;
pub use self::sender::Sender;
use crate::sys;

/// Makes an anonymous pipe: a writing and a reading end.
///
/// # Errors
///
/// What the system's `pipe2` reports: usually that the process or the system has too many open
/// files (`EMFILE`, `ENFILE`).
///
/// # Panics
///
/// Outside of a runtime with I/O enabled.
///
/// # Examples
///
/// ```
/// use vitte::io::{AsyncReadExt, AsyncWriteExt};
/// use vitte::net::unix::pipe;
///
/// # #[vitte::main]
/// # async fn main() -> std::io::Result<()> {
/// let (mut sender, mut receiver) = pipe::pipe()?;
/// sender.write_all(b"hello").await?;
/// drop(sender);
///
/// let mut text = String::new();
/// receiver.read_to_string(&mut text).await?;
/// assert_eq!(text, "hello");
/// # Ok(())
/// # }
/// ```
pub fn pipe() -> io::Result<(Sender, Receiver)> {
    let (reader, writer) = sys::pipe::pipe()?;
    let sender = Sender::from_owned_fd_unchecked(writer)?;
    let receiver = Receiver::from_owned_fd_unchecked(reader)?;
    Ok((sender, receiver))
}

/// How a FIFO file is opened.
///
/// Opening the reading end never waits. Opening the writing end fails (`ENXIO`) while no process
/// has the reading end open, unless [`read_write`](Self::read_write) is set.
///
/// # Examples
///
/// ```
/// use vitte::net::unix::pipe;
///
/// # #[vitte::main]
/// # async fn main() -> std::io::Result<()> {
/// # let path = std::env::temp_dir().join(format!("vitte-doc-{}", std::process::id()));
/// # assert!(std::process::Command::new("mkfifo").arg(&path).status()?.success());
/// let mut receiver = pipe::OpenOptions::new().open_receiver(&path)?;
/// let mut sender = pipe::OpenOptions::new().open_sender(&path)?;
/// # use vitte::io::{AsyncReadExt, AsyncWriteExt};
/// sender.write_u8(7).await?;
/// assert_eq!(receiver.read_u8().await?, 7);
/// # std::fs::remove_file(&path)?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct OpenOptions {
    read_write: bool,
    unchecked: bool,
}

impl OpenOptions {
    /// Options that open one end only, of a file that must be a FIFO.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::net::unix::pipe;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let path = std::env::temp_dir().join(format!("vitte-doc-{}", std::process::id()));
    /// # assert!(std::process::Command::new("mkfifo").arg(&path).status()?.success());
    /// let receiver = pipe::OpenOptions::new().open_receiver(&path)?;
    /// # std::fs::remove_file(&path)?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn new() -> OpenOptions {
        OpenOptions {
            read_write: false,
            unchecked: false,
        }
    }

    /// Sets whether the file is opened for both reading and writing, so that the other end is never
    /// missing: a sender can be opened before there is a receiver, and a receiver never reaches the
    /// end of the file. POSIX does not define this; Linux supports it.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::net::unix::pipe;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let path = std::env::temp_dir().join(format!("vitte-doc-{}", std::process::id()));
    /// # assert!(std::process::Command::new("mkfifo").arg(&path).status()?.success());
    /// # if cfg!(target_os = "linux") {
    /// // No process reads yet.
    /// let sender = pipe::OpenOptions::new().read_write(true).open_sender(&path)?;
    /// # }
    /// # std::fs::remove_file(&path)?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn read_write(&mut self, value: bool) -> &mut Self {
        self.read_write = value;
        self
    }

    /// Sets whether to skip the check that the file is a FIFO.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::net::unix::pipe;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let path = std::env::temp_dir().join(format!("vitte-doc-{}", std::process::id()));
    /// # assert!(std::process::Command::new("mkfifo").arg(&path).status()?.success());
    /// let receiver = pipe::OpenOptions::new().unchecked(true).open_receiver(&path)?;
    /// # std::fs::remove_file(&path)?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn unchecked(&mut self, value: bool) -> &mut Self {
        self.unchecked = value;
        self
    }

    /// Opens the reading end.
    ///
    /// # Errors
    ///
    /// `NotFound` or `PermissionDenied` if the file cannot be opened, `InvalidInput` if it is not a
    /// FIFO. Also fails if the reactor cannot register it.
    ///
    /// # Panics
    ///
    /// Outside of a runtime with I/O enabled.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::net::unix::pipe;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let path = std::env::temp_dir().join(format!("vitte-doc-{}", std::process::id()));
    /// # assert!(std::process::Command::new("mkfifo").arg(&path).status()?.success());
    /// let receiver = pipe::OpenOptions::new().open_receiver(&path)?;
    /// # std::fs::remove_file(&path)?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn open_receiver<P: AsRef<Path>>(&self, path: P) -> io::Result<Receiver> {
        let file = self.open(path.as_ref(), true, self.read_write)?;
        Receiver::from_file_unchecked(file)
    }

    /// Opens the writing end.
    ///
    /// # Errors
    ///
    /// `ENXIO` if no process has the reading end open, `NotFound` or `PermissionDenied` if the file
    /// cannot be opened, `InvalidInput` if it is not a FIFO. Also fails if the reactor cannot
    /// register it.
    ///
    /// # Panics
    ///
    /// Outside of a runtime with I/O enabled.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::net::unix::pipe;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let path = std::env::temp_dir().join(format!("vitte-doc-{}", std::process::id()));
    /// # assert!(std::process::Command::new("mkfifo").arg(&path).status()?.success());
    /// let options = pipe::OpenOptions::new();
    /// assert!(options.open_sender(&path).is_err());
    ///
    /// let receiver = options.open_receiver(&path)?;
    /// let sender = options.open_sender(&path)?;
    /// # std::fs::remove_file(&path)?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn open_sender<P: AsRef<Path>>(&self, path: P) -> io::Result<Sender> {
        let file = self.open(path.as_ref(), self.read_write, true)?;
        Sender::from_file_unchecked(file)
    }

    fn open(&self, path: &Path, read: bool, write: bool) -> io::Result<File> {
        let file = File::options()
            .read(read)
            .write(write)
            .custom_flags(libc::O_NONBLOCK)
            .open(path)?;
        if !self.unchecked {
            sys::pipe::must_be_pipe(file.as_fd())?;
        }
        Ok(file)
    }
}

impl Default for OpenOptions {
    fn default() -> OpenOptions {
        OpenOptions::new()
    }
}
