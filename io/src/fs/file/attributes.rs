//! What a [`File`] has beside its contents: length, permissions and times; and that all of it is on
//! the disk.

use std::fs::{Metadata, Permissions};
use std::future::poll_fn;
use std::io;
use std::time::SystemTime;

use vitte_executor::blocking::spawn_blocking;

use super::File;
use super::jobs::{Outcome, State, go_back};
use crate::fs::{FileTimes, operation};

impl File {
    /// Waits until the file's contents and metadata are on the disk.
    ///
    /// # Errors
    ///
    /// See [`std::fs::File::sync_all`] for when the operation itself fails;
    /// `Other` when the runtime shuts down before the operation has begun.
    /// An error of an earlier write is not reported here but by the next write or flush.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future does not stop a synchronisation that has begun; its result is lost.
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
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let name = format!("vitte-doc-file-sync-data-{}", std::process::id());
    /// # let folder = std::env::temp_dir().join(name);
    /// # std::fs::create_dir_all(&folder)?;
    /// use vitte::io::AsyncWriteExt;
    ///
    /// let mut file = vitte::fs::File::create(folder.join("journal")).await?;
    /// file.write_all(b"entry").await?;
    /// file.flush().await?;
    /// file.sync_data().await?;
    /// # std::fs::remove_dir_all(&folder)?;
    /// # Ok(())
    /// # }
    /// ```
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

    /// Sets the file's permissions.
    ///
    /// # Errors
    ///
    /// See [`std::fs::File::set_permissions`] for when the operation itself fails; `Other` when the
    /// runtime shuts down before it has begun.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let name = format!("vitte-doc-file-permissions-{}", std::process::id());
    /// # let folder = std::env::temp_dir().join(name);
    /// # std::fs::create_dir_all(&folder)?;
    /// let file = vitte::fs::File::create(folder.join("entry")).await?;
    /// let mut permissions = file.metadata().await?.permissions();
    /// permissions.set_readonly(true);
    /// file.set_permissions(permissions).await?;
    /// assert!(file.metadata().await?.permissions().readonly());
    /// # std::fs::remove_dir_all(&folder)?;
    /// # Ok(())
    /// # }
    /// ```
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
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let name = format!("vitte-doc-file-times-{}", std::process::id());
    /// # let folder = std::env::temp_dir().join(name);
    /// # std::fs::create_dir_all(&folder)?;
    /// use std::time::SystemTime;
    /// use vitte::fs::FileTimes;
    ///
    /// let file = vitte::fs::File::create(folder.join("entry")).await?;
    /// file.set_times(FileTimes::new().set_modified(SystemTime::UNIX_EPOCH)).await?;
    /// assert_eq!(file.metadata().await?.modified()?, SystemTime::UNIX_EPOCH);
    /// # std::fs::remove_dir_all(&folder)?;
    /// # Ok(())
    /// # }
    /// ```
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
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let name = format!("vitte-doc-file-modified-{}", std::process::id());
    /// # let folder = std::env::temp_dir().join(name);
    /// # std::fs::create_dir_all(&folder)?;
    /// use std::time::SystemTime;
    ///
    /// let file = vitte::fs::File::create(folder.join("entry")).await?;
    /// file.set_modified(SystemTime::UNIX_EPOCH).await?;
    /// assert_eq!(file.metadata().await?.modified()?, SystemTime::UNIX_EPOCH);
    /// # std::fs::remove_dir_all(&folder)?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn set_modified(&self, time: SystemTime) -> io::Result<()> {
        self.set_times(FileTimes::new().set_modified(time)).await
    }
}
