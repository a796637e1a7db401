//! Pipes: anonymous ones, and FIFO files.

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
/// What the system says.
///
/// # Panics
///
/// Outside of a runtime with io.
///
/// # Examples
///
/// ```no_run
/// # #[cfg(feature = "io-util")]
/// # async fn example() -> std::io::Result<()> {
/// use vitte_io::io::{AsyncReadExt, AsyncWriteExt};
/// use vitte_io::net::unix::pipe;
///
/// let (mut sender, mut receiver) = pipe::pipe()?;
/// sender.write_all(b"hello").await?;
/// drop(sender);
/// let mut text = String::new();
/// receiver.read_to_string(&mut text).await?;
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
/// Opening the reading end never waits; opening the writing end fails (`ENXIO`) while nobody
/// reads, unless [`read_write`](Self::read_write) is set.
#[derive(Clone, Debug)]
pub struct OpenOptions {
    read_write: bool,
    unchecked: bool,
}

impl OpenOptions {
    /// Opens one end only, of what must be a FIFO.
    pub fn new() -> OpenOptions {
        OpenOptions {
            read_write: false,
            unchecked: false,
        }
    }

    /// Says whether the file is opened for both reading and writing, so that the other end is
    /// never missing. A reader then never sees the end of the file.
    pub fn read_write(&mut self, value: bool) -> &mut Self {
        self.read_write = value;
        self
    }

    /// Says whether to skip the check that the file is a FIFO.
    pub fn unchecked(&mut self, value: bool) -> &mut Self {
        self.unchecked = value;
        self
    }

    /// Opens the reading end.
    ///
    /// # Errors
    ///
    /// What the system says, or that the file is not a pipe.
    ///
    /// # Panics
    ///
    /// Outside of a runtime with io.
    pub fn open_receiver<P: AsRef<Path>>(&self, path: P) -> io::Result<Receiver> {
        let file = self.open(path.as_ref(), true, self.read_write)?;
        Receiver::from_file_unchecked(file)
    }

    /// Opens the writing end.
    ///
    /// # Errors
    ///
    /// What the system says, or that the file is not a pipe.
    ///
    /// # Panics
    ///
    /// Outside of a runtime with io.
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
