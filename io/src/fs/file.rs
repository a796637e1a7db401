//! [`File`]: opening it, and what it keeps.
//!
//! A file has a chunk of bytes and at most one job under way, which has the chunk with it:
//!
//! ```text
//!            ┌── 1 start ──▶
//! Idle(chunk)               Busy(job)
//!            ◀── 2 finish ──┘
//! ```
//!
//! 1. A read starts a job and waits for it. A write copies into the chunk, starts a job and returns
//!    at once. A seek is started by `start_seek`.
//! 2. Every operation first finishes the job that it finds. What the job was decides what becomes
//!    of its result: bytes that were read stay in the chunk, an error of a write is kept for the
//!    next write or flush, if the operation at hand is neither.
//!
//! A chunk that is not empty holds bytes that the file has read ahead of its user: a write, a seek
//! and `set_len` first take the file's position back by so much. When a job is lost with its
//! runtime, the chunk is, too; an empty one takes its place, and the file stays usable.

mod attributes;
mod jobs;
mod stream;

use std::fmt;
use std::fs::File as StdFile;
use std::io;
use std::path::Path;
use std::sync::Arc;

use vitte_sync::Mutex;

use self::jobs::{Jobs, State};
use super::blocking::run;
use super::{OpenOptions, operation};
use crate::io::chunk::{CHUNK_LEN_MAX, Chunk};
#[cfg(doc)]
use crate::io::{AsyncRead, AsyncSeek, AsyncWrite};

/// An open file.
///
/// It is read, written and moved about in through [`AsyncRead`], [`AsyncWrite`] and [`AsyncSeek`].
/// Each operation is a job on the blocking pool, so that few large ones are much faster than many
/// small ones; put a `BufReader` or `BufWriter` around it, or use [`read`](super::read) and
/// [`write`](super::write) for whole files.
///
/// A write returns before it has happened: flush the file to be sure, and to see its error. A file
/// that is dropped is closed once its last operation is done, at some later time.
///
/// # Cancel safety
///
/// Dropping the future of a read, a seek or a flush loses nothing of the file: a read that has
/// begun goes on, and the next operation finds what it read. A single write that was dropped before
/// it was ready has written nothing. `read_exact` and `write_all` are several operations, and are
/// not cancel safe. Dropping a future of [`sync_all`](Self::sync_all), [`set_len`](Self::set_len)
/// or another method of `File` does not stop an operation that has begun.
///
/// # Examples
///
/// ```
/// use vitte::fs::File;
/// use vitte::io::AsyncWriteExt;
///
/// # #[vitte::main]
/// # async fn main() -> std::io::Result<()> {
/// # let path = std::env::temp_dir().join(format!("vitte-doc-file-{}", std::process::id()));
/// let mut file = File::create(&path).await?;
/// file.write_all(b"hello").await?;
/// file.flush().await?;
/// # std::fs::remove_file(&path)?;
/// # Ok(())
/// # }
/// ```
pub struct File {
    std: Arc<StdFile>,
    jobs: Mutex<Jobs>,
    max_buf_size: usize,
}

impl File {
    /// Opens a file for reading.
    ///
    /// # Errors
    ///
    /// See [`std::fs::File::open`] for when the operation itself fails; `Other` when the runtime
    /// shuts down before it has begun.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let name = format!("vitte-doc-file-open-{}", std::process::id());
    /// # let folder = std::env::temp_dir().join(name);
    /// # std::fs::create_dir_all(&folder)?;
    /// let path = folder.join("greeting");
    /// # std::fs::write(&path, "hello")?;
    /// use vitte::io::AsyncReadExt;
    ///
    /// let mut file = vitte::fs::File::open(&path).await?;
    /// let mut text = String::new();
    /// file.read_to_string(&mut text).await?;
    /// assert_eq!(text, "hello");
    /// # std::fs::remove_dir_all(&folder)?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn open(path: impl AsRef<Path>) -> io::Result<File> {
        Self::options().read(true).open(path).await
    }

    /// Opens a file for writing; it is made if it does not exist, and emptied if it does.
    ///
    /// # Errors
    ///
    /// See [`std::fs::File::create`] for when the operation itself fails; `Other` when the runtime
    /// shuts down before it has begun.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let name = format!("vitte-doc-file-create-{}", std::process::id());
    /// # let folder = std::env::temp_dir().join(name);
    /// # std::fs::create_dir_all(&folder)?;
    /// use vitte::io::AsyncWriteExt;
    ///
    /// let path = folder.join("greeting");
    /// let mut file = vitte::fs::File::create(&path).await?;
    /// file.write_all(b"hello").await?;
    /// file.flush().await?;
    /// assert_eq!(vitte::fs::read(&path).await?, b"hello");
    /// # std::fs::remove_dir_all(&folder)?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn create(path: impl AsRef<Path>) -> io::Result<File> {
        let mut options = Self::options();
        options.write(true).create(true).truncate(true);
        options.open(path).await
    }

    /// Makes a file, and opens it for reading and writing.
    ///
    /// # Errors
    ///
    /// `AlreadyExists` when there is something at the path, a dangling symbolic link included.
    /// See [`std::fs::File::create_new`] for when the operation itself fails;
    /// `Other` when the runtime shuts down before the operation has begun.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let name = format!("vitte-doc-file-create-new-{}", std::process::id());
    /// # let folder = std::env::temp_dir().join(name);
    /// # std::fs::create_dir_all(&folder)?;
    /// use std::io::ErrorKind;
    /// use vitte::fs::File;
    ///
    /// let path = folder.join("lock");
    /// let _lock = File::create_new(&path).await?;
    /// let again = File::create_new(&path).await;
    /// assert_eq!(again.unwrap_err().kind(), ErrorKind::AlreadyExists);
    /// # std::fs::remove_dir_all(&folder)?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn create_new<P: AsRef<Path>>(path: P) -> std::io::Result<File> {
        let mut options = Self::options();
        options.read(true).write(true).create_new(true);
        options.open(path).await
    }

    /// Options for opening a file in another way.
    #[must_use]
    pub fn options() -> OpenOptions {
        OpenOptions::new()
    }

    /// Makes a `File` of std's.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let name = format!("vitte-doc-file-from-std-{}", std::process::id());
    /// # let folder = std::env::temp_dir().join(name);
    /// # std::fs::create_dir_all(&folder)?;
    /// let path = folder.join("greeting");
    /// let std_file = std::fs::File::create(&path)?;
    /// let file = vitte::fs::File::from_std(std_file);
    /// file.set_len(5).await?;
    /// assert_eq!(vitte::fs::metadata(&path).await?.len(), 5);
    /// # std::fs::remove_dir_all(&folder)?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn from_std(std: StdFile) -> File {
        File {
            std: Arc::new(std),
            jobs: Mutex::new(Jobs {
                state: State::Idle(Chunk::default()),
                write_error: None,
                position: 0,
            }),
            max_buf_size: CHUNK_LEN_MAX,
        }
    }

    /// Another handle of the same open file, which has one position for all its handles.
    ///
    /// # Errors
    ///
    /// See [`std::fs::File::try_clone`] for when the operation itself fails; `Other` when the
    /// runtime shuts down before it has begun.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let name = format!("vitte-doc-file-try-clone-{}", std::process::id());
    /// # let folder = std::env::temp_dir().join(name);
    /// # std::fs::create_dir_all(&folder)?;
    /// let file = vitte::fs::File::create(folder.join("log")).await?;
    /// let second = file.try_clone().await?;
    /// second.set_len(8).await?;
    /// assert_eq!(file.metadata().await?.len(), 8);
    /// # std::fs::remove_dir_all(&folder)?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn try_clone(&self) -> io::Result<File> {
        self.jobs.lock().await.finish().await;
        let mut file = File::from_std(self.run(operation::try_clone).await?);
        file.set_max_buf_size(self.max_buf_size);
        Ok(file)
    }

    /// Waits for the operation under way, and gives std's file back.
    ///
    /// What was read ahead is lost; the position is behind it.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let name = format!("vitte-doc-file-into-std-{}", std::process::id());
    /// # let folder = std::env::temp_dir().join(name);
    /// # std::fs::create_dir_all(&folder)?;
    /// let file = vitte::fs::File::create(folder.join("log")).await?;
    /// let std_file: std::fs::File = file.into_std().await;
    /// # drop(std_file);
    /// # std::fs::remove_dir_all(&folder)?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn into_std(mut self) -> StdFile {
        self.jobs.get_mut().finish().await;
        Arc::try_unwrap(self.std).expect("Arc::try_unwrap failed")
    }

    /// Gives std's file back, if no operation is under way.
    ///
    /// # Errors
    ///
    /// The file itself, when an operation is under way.
    #[allow(clippy::result_large_err)]
    pub fn try_into_std(mut self) -> Result<StdFile, Self> {
        match Arc::try_unwrap(self.std) {
            Ok(std) => Ok(std),
            Err(std) => {
                self.std = std;
                Err(self)
            }
        }
    }

    /// Sets how many bytes one operation reads or writes at most; the default is 2 MiB.
    ///
    /// # Panics
    ///
    /// When it is zero.
    #[track_caller]
    pub fn set_max_buf_size(&mut self, max_buf_size: usize) {
        assert!(max_buf_size > 0, "`max_buf_size` must be greater than 0");
        self.max_buf_size = max_buf_size;
    }

    /// How many bytes one operation reads or writes at most.
    pub fn max_buf_size(&self) -> usize {
        self.max_buf_size
    }

    pub(super) fn std(&self) -> &StdFile {
        &self.std
    }

    /// Runs an operation that does not touch contents or position.
    async fn run<F, T>(&self, operation: F) -> io::Result<T>
    where
        F: FnOnce(&StdFile) -> io::Result<T> + Send + 'static,
        T: Send + 'static,
    {
        let std = self.std.clone();
        run(move || operation(&std)).await
    }
}

impl From<StdFile> for File {
    fn from(std: StdFile) -> Self {
        Self::from_std(std)
    }
}

impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("tokio::fs::File")
            .field("std", &self.std)
            .finish()
    }
}
