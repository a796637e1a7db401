//! The free functions: one operation on a path each.

use std::fs::{Metadata, Permissions};
use std::io;
use std::path::{Path, PathBuf};

use super::blocking::run;
use super::operation;

macro_rules! path_operations {
    ($($(#[$attribute:meta])* $name:ident($($path:ident),+) -> $result:ty;)*) => {$(
        $(#[$attribute])*
        ///
        /// # Errors
        ///
        #[doc = concat!(
            "See [`std::fs::", stringify!($name), "`] for when the operation itself fails;"
        )]
        /// `Other` when the runtime shuts down before the operation has begun.
        ///
        /// # Cancel safety
        ///
        /// Dropping the future does not stop an operation that has begun: it goes on, on the
        /// blocking pool, and its result is lost.
        pub async fn $name($($path: impl AsRef<Path>),+) -> io::Result<$result> {
            $(let $path = $path.as_ref().to_owned();)+
            run(move || operation::$name($(&$path),+)).await
        }
    )*};
}

path_operations! {
    /// The absolute form of a path, with all symbolic links resolved.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let name = format!("vitte-doc-canonicalize-{}", std::process::id());
    /// # let folder = std::env::temp_dir().join(name);
    /// # std::fs::create_dir_all(&folder)?;
    /// let path = folder.join(".");
    /// let absolute = vitte::fs::canonicalize(&path).await?;
    /// assert!(absolute.is_absolute());
    /// # std::fs::remove_dir_all(&folder)?;
    /// # Ok(())
    /// # }
    /// ```
    canonicalize(path) -> PathBuf;

    /// Copies a file with its permissions over another one, and returns how many bytes it was.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let name = format!("vitte-doc-copy-{}", std::process::id());
    /// # let folder = std::env::temp_dir().join(name);
    /// # std::fs::create_dir_all(&folder)?;
    /// let (from, to) = (folder.join("from"), folder.join("to"));
    /// vitte::fs::write(&from, "hello").await?;
    /// assert_eq!(vitte::fs::copy(&from, &to).await?, 5);
    /// # std::fs::remove_dir_all(&folder)?;
    /// # Ok(())
    /// # }
    /// ```
    copy(from, to) -> u64;

    /// Makes another name for a file.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let name = format!("vitte-doc-hard-link-{}", std::process::id());
    /// # let folder = std::env::temp_dir().join(name);
    /// # std::fs::create_dir_all(&folder)?;
    /// let (original, link) = (folder.join("original"), folder.join("link"));
    /// vitte::fs::write(&original, "hello").await?;
    /// vitte::fs::hard_link(&original, &link).await?;
    /// assert_eq!(vitte::fs::read(&link).await?, b"hello");
    /// # std::fs::remove_dir_all(&folder)?;
    /// # Ok(())
    /// # }
    /// ```
    hard_link(original, link) -> ();

    /// What is known about a file or directory; symbolic links are followed.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let name = format!("vitte-doc-metadata-{}", std::process::id());
    /// # let folder = std::env::temp_dir().join(name);
    /// # std::fs::create_dir_all(&folder)?;
    /// let path = folder.join("greeting");
    /// vitte::fs::write(&path, "hello").await?;
    /// assert_eq!(vitte::fs::metadata(&path).await?.len(), 5);
    /// # std::fs::remove_dir_all(&folder)?;
    /// # Ok(())
    /// # }
    /// ```
    metadata(path) -> Metadata;

    /// Reads a whole file.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let name = format!("vitte-doc-read-{}", std::process::id());
    /// # let folder = std::env::temp_dir().join(name);
    /// # std::fs::create_dir_all(&folder)?;
    /// let path = folder.join("greeting");
    /// vitte::fs::write(&path, "hello").await?;
    /// assert_eq!(vitte::fs::read(&path).await?, b"hello");
    /// # std::fs::remove_dir_all(&folder)?;
    /// # Ok(())
    /// # }
    /// ```
    read(path) -> Vec<u8>;

    /// Where a symbolic link leads.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let name = format!("vitte-doc-read-link-{}", std::process::id());
    /// # let folder = std::env::temp_dir().join(name);
    /// # std::fs::create_dir_all(&folder)?;
    /// let link = folder.join("link");
    /// # #[cfg(unix)] {
    /// vitte::fs::symlink("target", &link).await?;
    /// assert_eq!(vitte::fs::read_link(&link).await?.to_str(), Some("target"));
    /// # }
    /// # std::fs::remove_dir_all(&folder)?;
    /// # Ok(())
    /// # }
    /// ```
    read_link(path) -> PathBuf;

    /// Reads a whole file of UTF-8.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let name = format!("vitte-doc-read-to-string-{}", std::process::id());
    /// # let folder = std::env::temp_dir().join(name);
    /// # std::fs::create_dir_all(&folder)?;
    /// let path = folder.join("greeting");
    /// vitte::fs::write(&path, "hello").await?;
    /// assert_eq!(vitte::fs::read_to_string(&path).await?, "hello");
    /// # std::fs::remove_dir_all(&folder)?;
    /// # Ok(())
    /// # }
    /// ```
    read_to_string(path) -> String;

    /// Removes an empty directory.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let name = format!("vitte-doc-remove-dir-{}", std::process::id());
    /// # let folder = std::env::temp_dir().join(name);
    /// # std::fs::create_dir_all(&folder)?;
    /// let path = folder.join("empty");
    /// vitte::fs::create_dir(&path).await?;
    /// vitte::fs::remove_dir(&path).await?;
    /// assert!(!vitte::fs::try_exists(&path).await?);
    /// # std::fs::remove_dir_all(&folder)?;
    /// # Ok(())
    /// # }
    /// ```
    remove_dir(path) -> ();

    /// Removes a directory and everything in it. Symbolic links are removed, not followed.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let name = format!("vitte-doc-remove-dir-all-{}", std::process::id());
    /// # let folder = std::env::temp_dir().join(name);
    /// # std::fs::create_dir_all(&folder)?;
    /// let path = folder.join("cache");
    /// vitte::fs::create_dir_all(path.join("images")).await?;
    /// vitte::fs::remove_dir_all(&path).await?;
    /// assert!(!vitte::fs::try_exists(&path).await?);
    /// # std::fs::remove_dir_all(&folder)?;
    /// # Ok(())
    /// # }
    /// ```
    remove_dir_all(path) -> ();

    /// Removes a file, or one of its names.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let name = format!("vitte-doc-remove-file-{}", std::process::id());
    /// # let folder = std::env::temp_dir().join(name);
    /// # std::fs::create_dir_all(&folder)?;
    /// let path = folder.join("old");
    /// vitte::fs::write(&path, "hello").await?;
    /// vitte::fs::remove_file(&path).await?;
    /// assert!(!vitte::fs::try_exists(&path).await?);
    /// # std::fs::remove_dir_all(&folder)?;
    /// # Ok(())
    /// # }
    /// ```
    remove_file(path) -> ();

    /// Gives a file or directory a new name, on the same file system. A file there is replaced.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let name = format!("vitte-doc-rename-{}", std::process::id());
    /// # let folder = std::env::temp_dir().join(name);
    /// # std::fs::create_dir_all(&folder)?;
    /// let (from, to) = (folder.join("new.part"), folder.join("new"));
    /// vitte::fs::write(&from, "hello").await?;
    /// vitte::fs::rename(&from, &to).await?;
    /// assert_eq!(vitte::fs::read(&to).await?, b"hello");
    /// # std::fs::remove_dir_all(&folder)?;
    /// # Ok(())
    /// # }
    /// ```
    rename(from, to) -> ();

    /// What is known about a file, a directory, or a symbolic link itself.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let name = format!("vitte-doc-symlink-metadata-{}", std::process::id());
    /// # let folder = std::env::temp_dir().join(name);
    /// # std::fs::create_dir_all(&folder)?;
    /// assert!(vitte::fs::symlink_metadata(&folder).await?.is_dir());
    /// # std::fs::remove_dir_all(&folder)?;
    /// # Ok(())
    /// # }
    /// ```
    symlink_metadata(path) -> Metadata;
}

/// Sets the permissions of a file or directory; symbolic links are followed.
///
/// # Errors
///
/// See [`std::fs::set_permissions`] for when the operation itself fails;
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
/// # let name = format!("vitte-doc-set-permissions-{}", std::process::id());
/// # let folder = std::env::temp_dir().join(name);
/// # std::fs::create_dir_all(&folder)?;
/// let path = folder.join("config");
/// vitte::fs::write(&path, "").await?;
/// let mut permissions = vitte::fs::metadata(&path).await?.permissions();
/// permissions.set_readonly(true);
/// vitte::fs::set_permissions(&path, permissions).await?;
/// assert!(vitte::fs::metadata(&path).await?.permissions().readonly());
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok(())
/// # }
/// ```
pub async fn set_permissions(path: impl AsRef<Path>, perm: Permissions) -> io::Result<()> {
    let path = path.as_ref().to_owned();
    run(move || operation::set_permissions(&path, perm)).await
}

/// Whether something exists at a path; symbolic links are followed.
///
/// # Errors
///
/// When the answer cannot be determined, for example without permission to look into the parent;
/// see [`std::fs::exists`].
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
/// # let name = format!("vitte-doc-try-exists-{}", std::process::id());
/// # let folder = std::env::temp_dir().join(name);
/// # std::fs::create_dir_all(&folder)?;
/// assert!(vitte::fs::try_exists(&folder).await?);
/// assert!(!vitte::fs::try_exists(folder.join("missing")).await?);
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok(())
/// # }
/// ```
pub async fn try_exists(path: impl AsRef<Path>) -> io::Result<bool> {
    let path = path.as_ref().to_owned();
    run(move || operation::try_exists(&path)).await
}

/// Writes a whole file, which is made if it does not exist and replaced if it does.
///
/// # Errors
///
/// See [`std::fs::write`] for when the operation itself fails;
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
/// # let name = format!("vitte-doc-write-{}", std::process::id());
/// # let folder = std::env::temp_dir().join(name);
/// # std::fs::create_dir_all(&folder)?;
/// let path = folder.join("greeting");
/// vitte::fs::write(&path, "hello").await?;
/// assert_eq!(vitte::fs::read_to_string(&path).await?, "hello");
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok(())
/// # }
/// ```
pub async fn write(path: impl AsRef<Path>, contents: impl AsRef<[u8]>) -> io::Result<()> {
    let path = path.as_ref().to_owned();
    let contents = contents.as_ref().to_owned();
    run(move || operation::write(&path, &contents)).await
}
