//! What only Unix has: symbolic links of one kind, permission bits, inodes, descriptors.

use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};
use std::os::unix::fs::{DirEntryExt, OpenOptionsExt};
use std::path::Path;

use super::blocking::run;
use super::{DirBuilder, DirEntry, File, OpenOptions, operation};

/// Makes a symbolic link to `original` at `link`.
///
/// # Errors
///
/// See [`std::os::unix::fs::symlink`] for when the operation itself fails;
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
/// # #[vitte::main]
/// # async fn main() -> std::io::Result<()> {
/// # let name = format!("vitte-doc-symlink-{}", std::process::id());
/// # let folder = std::env::temp_dir().join(name);
/// # std::fs::create_dir_all(&folder)?;
/// let link = folder.join("link");
/// vitte::fs::symlink("target", &link).await?;
/// assert_eq!(vitte::fs::read_link(&link).await?.to_str(), Some("target"));
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok(())
/// # }
/// ```
pub async fn symlink(original: impl AsRef<Path>, link: impl AsRef<Path>) -> io::Result<()> {
    let original = original.as_ref().to_owned();
    let link = link.as_ref().to_owned();
    run(move || operation::symlink(&original, &link)).await
}

impl DirBuilder {
    /// Sets the permission bits of the new directories; the default is `0o777`, less the umask.
    pub fn mode(&mut self, mode: u32) -> &mut Self {
        self.how.mode = Some(mode);
        self
    }
}

impl DirEntry {
    /// The number of the inode that the entry leads to.
    pub fn ino(&self) -> u64 {
        self.entry.ino()
    }
}

impl OpenOptions {
    /// Sets the permission bits of a new file; the default is `0o666`, less the umask.
    pub fn mode(&mut self, mode: u32) -> &mut OpenOptions {
        self.options.mode(mode);
        self
    }

    /// Adds flags to those of the `open` system call. The access mode among them is ignored.
    pub fn custom_flags(&mut self, flags: i32) -> &mut OpenOptions {
        self.options.custom_flags(flags);
        self
    }
}

impl From<OwnedFd> for File {
    fn from(fd: OwnedFd) -> Self {
        File::from_std(fd.into())
    }
}

impl AsRawFd for File {
    fn as_raw_fd(&self) -> RawFd {
        self.std().as_raw_fd()
    }
}

impl AsFd for File {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.std().as_fd()
    }
}

impl FromRawFd for File {
    unsafe fn from_raw_fd(fd: RawFd) -> Self {
        // SAFETY: the caller's promise, which is the same as std's.
        File::from_std(unsafe { std::fs::File::from_raw_fd(fd) })
    }
}
