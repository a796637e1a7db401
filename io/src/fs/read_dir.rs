//! [`read_dir`].

use std::collections::VecDeque;
use std::ffi::OsString;
use std::fs::{FileType, Metadata};
use std::future::{Future, poll_fn};
use std::io;
use std::mem;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use vitte_executor::blocking::spawn_blocking;
use vitte_executor::task::JoinHandle;

use super::blocking::run;
use super::operation;

/// How many entries one job reads: a trip to the pool for each would cost far more than the entry.
const ENTRIES_PER_JOB: usize = 32;

/// The entries of a directory, in no particular order.
///
/// # Errors
///
/// See [`std::fs::read_dir`] for when the operation itself fails;
/// `Other` when the runtime shuts down before the operation has begun.
///
/// # Cancel safety
///
/// Dropping the future does not stop an operation that has begun: it goes on, on the blocking
/// pool, and its result is lost.
///
/// # Examples
///
/// ```
/// use vitte::fs;
///
/// # #[vitte::main]
/// # async fn main() -> std::io::Result<()> {
/// let mut entries = fs::read_dir(".").await?;
/// while let Some(entry) = entries.next_entry().await? {
///     println!("{}", entry.path().display());
/// }
/// # Ok(())
/// # }
/// ```
pub async fn read_dir(path: impl AsRef<Path>) -> io::Result<ReadDir> {
    let path = path.as_ref().to_owned();
    run(move || {
        let mut listing = Listing {
            entries: VecDeque::with_capacity(ENTRIES_PER_JOB),
            directory: operation::read_dir(&path)?,
            has_more: true,
        };
        listing.read_some();
        Ok(ReadDir(State::Idle(listing)))
    })
    .await
}

/// The entries of a directory; made by [`read_dir`].
///
/// `.` and `..` are not among them.
///
/// # Examples
///
/// ```
/// # #[vitte::main]
/// # async fn main() -> std::io::Result<()> {
/// # let name = format!("vitte-doc-rd-{}", std::process::id());
/// # let folder = std::env::temp_dir().join(name);
/// # std::fs::create_dir_all(&folder)?;
/// std::fs::write(folder.join("greeting"), "hello")?;
/// let mut entries = vitte::fs::read_dir(&folder).await?;
/// let mut names = Vec::new();
/// while let Some(entry) = entries.next_entry().await? {
///     names.push(entry.file_name());
/// }
/// assert_eq!(names, ["greeting"]);
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use = "streams do nothing unless polled"]
pub struct ReadDir(State);

#[derive(Debug)]
enum State {
    Idle(Listing),
    Busy(JoinHandle<Listing>),
    /// The runtime took the directory with it.
    Gone,
}

/// A directory and what has been read of it.
#[derive(Debug)]
struct Listing {
    entries: VecDeque<io::Result<DirEntry>>,
    directory: std::fs::ReadDir,
    has_more: bool,
}

impl Listing {
    /// Reads a job's worth of entries, up to an error.
    fn read_some(&mut self) {
        for _ in 0..ENTRIES_PER_JOB {
            let Some(entry) = operation::next_entry(&mut self.directory) else {
                self.has_more = false;
                return;
            };
            let is_error = entry.is_err();
            self.entries.push_back(entry.map(DirEntry::new));
            if is_error {
                return;
            }
        }
    }
}

impl ReadDir {
    /// The next entry, or `None` when there are no more.
    ///
    /// # Errors
    ///
    /// When the rest of the directory cannot be read; the next call tries again. `Other` once the
    /// runtime that was reading it has shut down.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: no entry is lost.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let name = format!("vitte-doc-rd-next-{}", std::process::id());
    /// # let folder = std::env::temp_dir().join(name);
    /// # std::fs::create_dir_all(&folder)?;
    /// std::fs::write(folder.join("greeting"), "hello")?;
    /// let mut entries = vitte::fs::read_dir(&folder).await?;
    /// assert!(entries.next_entry().await?.is_some());
    /// assert!(entries.next_entry().await?.is_none());
    /// # std::fs::remove_dir_all(&folder)?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn next_entry(&mut self) -> io::Result<Option<DirEntry>> {
        poll_fn(|cx| self.poll_next_entry(cx)).await
    }

    /// Polls for the next entry; `None` says that there are no more.
    ///
    /// # Errors
    ///
    /// As [`next_entry`](Self::next_entry).
    pub fn poll_next_entry(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Option<DirEntry>>> {
        loop {
            match &mut self.0 {
                State::Idle(listing) => {
                    if let Some(entry) = listing.entries.pop_front() {
                        return Poll::Ready(entry.map(Some));
                    }
                    if !listing.has_more {
                        return Poll::Ready(Ok(None));
                    }
                }
                State::Busy(job) => {
                    let joined = ready!(Pin::new(job).poll(cx));
                    self.0 = State::Gone;
                    self.0 = State::Idle(joined?);
                    continue;
                }
                State::Gone => return Poll::Ready(Err(super::blocking::job_failed())),
            }
            if let State::Idle(mut listing) = mem::replace(&mut self.0, State::Gone) {
                self.0 = State::Busy(spawn_blocking(move || {
                    listing.read_some();
                    listing
                }));
            }
        }
    }
}

/// An entry of a directory.
///
/// # Examples
///
/// ```
/// # #[vitte::main]
/// # async fn main() -> std::io::Result<()> {
/// # let name = format!("vitte-doc-de-{}", std::process::id());
/// # let folder = std::env::temp_dir().join(name);
/// # std::fs::create_dir_all(&folder)?;
/// std::fs::write(folder.join("greeting"), "hello")?;
/// let mut entries = vitte::fs::read_dir(&folder).await?;
/// let entry = entries.next_entry().await?.expect("there is one file");
/// assert_eq!(entry.path(), folder.join("greeting"));
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct DirEntry {
    pub(super) entry: Arc<std::fs::DirEntry>,
    /// Most systems tell the type with the name.
    file_type: Option<FileType>,
}

impl DirEntry {
    fn new(entry: std::fs::DirEntry) -> Self {
        DirEntry {
            file_type: operation::entry_file_type(&entry).ok(),
            entry: Arc::new(entry),
        }
    }

    /// The directory's path, as given to [`read_dir`], with the entry's name.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let name = format!("vitte-doc-de-path-{}", std::process::id());
    /// # let folder = std::env::temp_dir().join(name);
    /// # std::fs::create_dir_all(&folder)?;
    /// std::fs::write(folder.join("greeting"), "hello")?;
    /// let mut entries = vitte::fs::read_dir(&folder).await?;
    /// let entry = entries.next_entry().await?.expect("there is one file");
    /// assert_eq!(entry.path(), folder.join("greeting"));
    /// # std::fs::remove_dir_all(&folder)?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn path(&self) -> PathBuf {
        self.entry.path()
    }

    /// The entry's name.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let name = format!("vitte-doc-de-name-{}", std::process::id());
    /// # let folder = std::env::temp_dir().join(name);
    /// # std::fs::create_dir_all(&folder)?;
    /// std::fs::write(folder.join("greeting"), "hello")?;
    /// let mut entries = vitte::fs::read_dir(&folder).await?;
    /// let entry = entries.next_entry().await?.expect("there is one file");
    /// assert_eq!(entry.file_name(), "greeting");
    /// # std::fs::remove_dir_all(&folder)?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn file_name(&self) -> OsString {
        self.entry.file_name()
    }

    /// What is known about the entry; a symbolic link is not followed.
    ///
    /// # Errors
    ///
    /// See [`std::fs::DirEntry::metadata`] for when the operation itself fails;
    /// `Other` when the runtime shuts down before the operation has begun.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let name = format!("vitte-doc-de-metadata-{}", std::process::id());
    /// # let folder = std::env::temp_dir().join(name);
    /// # std::fs::create_dir_all(&folder)?;
    /// std::fs::write(folder.join("greeting"), "hello")?;
    /// let mut entries = vitte::fs::read_dir(&folder).await?;
    /// let entry = entries.next_entry().await?.expect("there is one file");
    /// assert_eq!(entry.metadata().await?.len(), 5);
    /// # std::fs::remove_dir_all(&folder)?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn metadata(&self) -> io::Result<Metadata> {
        let entry = self.entry.clone();
        run(move || operation::entry_metadata(&entry)).await
    }

    /// What kind of entry it is; a symbolic link is not followed.
    ///
    /// # Errors
    ///
    /// See [`std::fs::DirEntry::file_type`] for when the operation itself fails;
    /// `Other` when the runtime shuts down before the operation has begun.
    /// Most systems return the type with the name; then it cannot fail.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let name = format!("vitte-doc-de-type-{}", std::process::id());
    /// # let folder = std::env::temp_dir().join(name);
    /// # std::fs::create_dir_all(&folder)?;
    /// std::fs::write(folder.join("greeting"), "hello")?;
    /// let mut entries = vitte::fs::read_dir(&folder).await?;
    /// let entry = entries.next_entry().await?.expect("there is one file");
    /// assert!(entry.file_type().await?.is_file());
    /// # std::fs::remove_dir_all(&folder)?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn file_type(&self) -> io::Result<FileType> {
        if let Some(file_type) = self.file_type {
            return Ok(file_type);
        }
        let entry = self.entry.clone();
        run(move || operation::entry_file_type(&entry)).await
    }
}
