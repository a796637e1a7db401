//! [`File`].
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

use std::fmt;
use std::fs::{File as StdFile, Metadata, Permissions};
use std::future::{Future, poll_fn};
use std::io::{self, IoSlice, SeekFrom};
use std::mem;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::SystemTime;

use vitte_executor::blocking::{spawn_blocking, spawn_mandatory_blocking};
use vitte_executor::task::JoinHandle;
use vitte_sync::Mutex;

use super::blocking::{job_failed, run};
use super::{FileTimes, OpenOptions, operation};
use crate::io::chunk::{CHUNK_LEN_MAX, Chunk};
use crate::io::{AsyncRead, AsyncSeek, AsyncWrite, ReadBuf};

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

/// The file's job, and what is left of the ones before.
struct Jobs {
    state: State,
    /// The error of a write that nobody has been told yet.
    write_error: Option<io::ErrorKind>,
    /// Where the last seek led.
    position: u64,
}

enum State {
    Idle(Chunk),
    Busy(JoinHandle<(Outcome, Chunk)>),
}

/// What a job has done.
enum Outcome {
    Read(io::Result<usize>),
    Write(io::Result<()>),
    Seek(io::Result<u64>),
    SetLen(io::Result<()>),
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
    /// As [`std::fs::File::create_new`]; that the file exists is one.
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

    /// Waits until the file's contents and metadata are on the disk.
    ///
    /// # Errors
    ///
    /// As [`std::fs::File::sync_all`]. An error of an earlier write is kept for the next write or
    /// flush.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let name = format!("vitte-doc-file-sync-all-{}", std::process::id());
    /// # let folder = std::env::temp_dir().join(name);
    /// # std::fs::create_dir_all(&folder)?;
    /// use vitte::io::AsyncWriteExt;
    ///
    /// let mut file = vitte::fs::File::create(folder.join("journal")).await?;
    /// file.write_all(b"entry").await?;
    /// file.flush().await?;
    /// file.sync_all().await?;
    /// # std::fs::remove_dir_all(&folder)?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn sync_all(&self) -> io::Result<()> {
        let mut jobs = self.jobs.lock().await;
        jobs.finish().await;
        self.run(operation::sync_all).await
    }

    /// Waits until the file's contents are on the disk, and of its metadata what is needed to read
    /// them.
    ///
    /// # Errors
    ///
    /// As [`sync_all`](Self::sync_all).
    pub async fn sync_data(&self) -> io::Result<()> {
        let mut jobs = self.jobs.lock().await;
        jobs.finish().await;
        self.run(operation::sync_data).await
    }

    /// Cuts the file off, or fills it up with zeros, to a length of `size`.
    ///
    /// The position is not changed, even if it is behind the end then.
    ///
    /// # Errors
    ///
    /// See [`std::fs::File::set_len`] for when the operation itself fails; `Other` when the runtime
    /// shuts down before it has begun.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let name = format!("vitte-doc-file-set-len-{}", std::process::id());
    /// # let folder = std::env::temp_dir().join(name);
    /// # std::fs::create_dir_all(&folder)?;
    /// let file = vitte::fs::File::create(folder.join("zeros")).await?;
    /// file.set_len(1024).await?;
    /// assert_eq!(file.metadata().await?.len(), 1024);
    /// # std::fs::remove_dir_all(&folder)?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn set_len(&self, size: u64) -> io::Result<()> {
        let mut jobs = self.jobs.lock().await;
        jobs.finish().await;
        let mut chunk = jobs.take_chunk();
        let back = chunk.forget_unused();
        let std = self.std.clone();
        jobs.state = State::Busy(spawn_blocking(move || {
            let result = go_back(&std, back).and_then(|()| operation::set_len(&std, size));
            (Outcome::SetLen(result), chunk)
        }));
        match poll_fn(|cx| jobs.poll_outcome(cx)).await? {
            Some(Outcome::SetLen(result)) => result,
            _ => unreachable!("nobody else has started a job"),
        }
    }

    /// What is known about the file.
    ///
    /// # Errors
    ///
    /// See [`std::fs::File::metadata`] for when the operation itself fails; `Other` when the
    /// runtime shuts down before it has begun.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let name = format!("vitte-doc-file-metadata-{}", std::process::id());
    /// # let folder = std::env::temp_dir().join(name);
    /// # std::fs::create_dir_all(&folder)?;
    /// # std::fs::write(folder.join("greeting"), "hello")?;
    /// let file = vitte::fs::File::open(folder.join("greeting")).await?;
    /// assert_eq!(file.metadata().await?.len(), 5);
    /// # std::fs::remove_dir_all(&folder)?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn metadata(&self) -> io::Result<Metadata> {
        self.run(operation::file_metadata).await
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

    /// Sets the file's permissions.
    ///
    /// # Errors
    ///
    /// See [`std::fs::File::set_permissions`] for when the operation itself fails; `Other` when the
    /// runtime shuts down before it has begun.
    pub async fn set_permissions(&self, perm: Permissions) -> io::Result<()> {
        self.run(move |std| operation::set_file_permissions(std, perm))
            .await
    }

    /// Sets the file's times.
    ///
    /// It waits for the operation under way, which would change them again.
    ///
    /// # Errors
    ///
    /// See [`std::fs::File::set_times`] for when the operation itself fails; `Other` when the
    /// runtime shuts down before it has begun.
    pub async fn set_times(&self, times: FileTimes) -> io::Result<()> {
        self.jobs.lock().await.finish().await;
        let times = times.into_std();
        self.run(move |std| operation::set_times(std, times)).await
    }

    /// Sets the time of the last modification.
    ///
    /// # Errors
    ///
    /// As [`set_times`](Self::set_times).
    pub async fn set_modified(&self, time: SystemTime) -> io::Result<()> {
        self.set_times(FileTimes::new().set_modified(time)).await
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

    fn poll_write_slices<'a>(
        &mut self,
        cx: &mut Context<'_>,
        bufs: impl Iterator<Item = &'a [u8]>,
    ) -> Poll<io::Result<usize>> {
        let jobs = self.jobs.get_mut();
        ready!(jobs.poll_finish_write(cx))?;
        let mut chunk = jobs.take_chunk();
        let back = chunk.forget_unused();
        let count = chunk.copy_from(bufs, self.max_buf_size);
        let std = self.std.clone();
        let job = spawn_mandatory_blocking(move || {
            let result = match go_back(&std, back) {
                Ok(()) => operation::write_chunk(&std, &mut chunk),
                Err(error) => {
                    chunk.forget_unused();
                    Err(error)
                }
            };
            (Outcome::Write(result), chunk)
        });
        jobs.state = State::Busy(job.ok_or_else(job_failed)?);
        Poll::Ready(Ok(count))
    }
}

/// Takes the position back by what was read ahead.
fn go_back(file: &StdFile, back: Option<i64>) -> io::Result<()> {
    match back {
        Some(back) => operation::seek(file, SeekFrom::Current(back)).map(drop),
        None => Ok(()),
    }
}

impl Jobs {
    /// Finishes the job under way. `None` says that there was none, else it is what the job did.
    fn poll_outcome(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Option<Outcome>>> {
        let State::Busy(job) = &mut self.state else {
            return Poll::Ready(Ok(None));
        };
        let joined = ready!(Pin::new(job).poll(cx));
        self.state = State::Idle(Chunk::default());
        let (outcome, chunk) = joined?;
        self.state = State::Idle(chunk);
        if let Outcome::Seek(Ok(position)) = outcome {
            self.position = position;
        }
        Poll::Ready(Ok(Some(outcome)))
    }

    /// Finishes the job under way for a write or a flush, which are told the error of a write.
    fn poll_finish_write(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if let Some(kind) = self.write_error.take() {
            return Poll::Ready(Err(kind.into()));
        }
        match ready!(self.poll_outcome(cx))? {
            Some(Outcome::Write(result)) => Poll::Ready(result),
            _ => Poll::Ready(Ok(())),
        }
    }

    /// Finishes the job under way, and keeps the error of a write.
    async fn finish(&mut self) {
        if let Err(error) = poll_fn(|cx| self.poll_finish_write(cx)).await {
            self.write_error = Some(error.kind());
        }
    }

    /// The chunk of an idle file, while the next job is made.
    fn take_chunk(&mut self) -> Chunk {
        match &mut self.state {
            State::Idle(chunk) => mem::take(chunk),
            State::Busy(_) => unreachable!("the job was finished"),
        }
    }
}

impl AsyncRead for File {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let jobs = this.jobs.get_mut();
        loop {
            let has_read = match ready!(jobs.poll_outcome(cx))? {
                Some(Outcome::Read(result)) => {
                    result?;
                    true
                }
                Some(Outcome::Write(Err(error))) => {
                    jobs.write_error = Some(error.kind());
                    false
                }
                _ => false,
            };
            let mut chunk = jobs.take_chunk();
            // After a read, nothing in the chunk is the end of the file.
            if has_read || !chunk.is_empty() || buf.remaining() == 0 {
                chunk.copy_to(buf);
                jobs.state = State::Idle(chunk);
                return Poll::Ready(Ok(()));
            }
            let max = buf.remaining().min(this.max_buf_size);
            let std = this.std.clone();
            jobs.state = State::Busy(spawn_blocking(move || {
                let result = operation::read_chunk(&std, &mut chunk, max);
                (Outcome::Read(result), chunk)
            }));
        }
    }
}

impl AsyncSeek for File {
    fn start_seek(self: Pin<&mut Self>, mut position: SeekFrom) -> io::Result<()> {
        let this = self.get_mut();
        let jobs = this.jobs.get_mut();
        if let State::Busy(_) = jobs.state {
            return Err(io::Error::other(
                "other file operation is pending, call poll_complete before start_seek",
            ));
        }
        let mut chunk = jobs.take_chunk();
        let ahead = chunk.forget_unused();
        // Only a relative seek has to allow for what was read ahead, and it can do so in one step
        // unless the sum of the two is too large.
        let mut back = None;
        if let (SeekFrom::Current(offset), Some(distance)) = (&mut position, ahead) {
            match offset.checked_add(distance) {
                Some(sum) => *offset = sum,
                None => back = ahead,
            }
        }
        let std = this.std.clone();
        jobs.state = State::Busy(spawn_blocking(move || {
            let result = go_back(&std, back).and_then(|()| operation::seek(&std, position));
            (Outcome::Seek(result), chunk)
        }));
        Ok(())
    }

    fn poll_complete(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<u64>> {
        let jobs = self.jobs.get_mut();
        match ready!(jobs.poll_outcome(cx))? {
            Some(Outcome::Seek(result)) => return Poll::Ready(result),
            Some(Outcome::Write(Err(error))) => jobs.write_error = Some(error.kind()),
            _ => {}
        }
        Poll::Ready(Ok(jobs.position))
    }
}

impl AsyncWrite for File {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.get_mut().poll_write_slices(cx, [buf].into_iter())
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.jobs.get_mut().poll_finish_write(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_flush(cx)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let bufs = bufs.iter().map(|buf| &**buf);
        self.get_mut().poll_write_slices(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        true
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
