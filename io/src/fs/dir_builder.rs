//! Making directories: [`DirBuilder`], and the two functions for its usual settings.

use std::io;
use std::path::Path;

use super::blocking::run;
use super::operation::{self, CreateDir};

/// Makes directories in one of several ways.
///
/// The asynchronous form of [`std::fs::DirBuilder`].
///
/// # Examples
///
/// ```
/// # #[vitte::main]
/// # async fn main() -> std::io::Result<()> {
/// # let name = format!("vitte-doc-dir-builder-{}", std::process::id());
/// # let folder = std::env::temp_dir().join(name);
/// # std::fs::create_dir_all(&folder)?;
/// use vitte::fs::DirBuilder;
///
/// DirBuilder::new().recursive(true).create(folder.join("a/b")).await?;
/// assert!(folder.join("a/b").is_dir());
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Default)]
pub struct DirBuilder {
    pub(super) how: CreateDir,
}

impl DirBuilder {
    /// A builder that makes one directory, with the permissions that the system gives.
    pub fn new() -> Self {
        DirBuilder::default()
    }

    /// Whether missing parents are made too. If so, a directory that exists already is no error.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let name = format!("vitte-doc-dir-builder-recursive-{}", std::process::id());
    /// # let folder = std::env::temp_dir().join(name);
    /// # std::fs::create_dir_all(&folder)?;
    /// use vitte::fs::DirBuilder;
    ///
    /// let mut builder = DirBuilder::new();
    /// assert!(builder.create(folder.join("a/b")).await.is_err());
    /// builder.recursive(true).create(folder.join("a/b")).await?;
    /// # std::fs::remove_dir_all(&folder)?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn recursive(&mut self, recursive: bool) -> &mut Self {
        self.how.recursive = recursive;
        self
    }

    /// Makes the directory.
    ///
    /// # Errors
    ///
    /// See [`std::fs::DirBuilder::create`] for when the operation itself fails;
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
    /// # let name = format!("vitte-doc-dir-builder-create-{}", std::process::id());
    /// # let folder = std::env::temp_dir().join(name);
    /// # std::fs::create_dir_all(&folder)?;
    /// use vitte::fs::DirBuilder;
    ///
    /// DirBuilder::new().create(folder.join("logs")).await?;
    /// assert!(folder.join("logs").is_dir());
    /// # std::fs::remove_dir_all(&folder)?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn create(&self, path: impl AsRef<Path>) -> io::Result<()> {
        let path = path.as_ref().to_owned();
        let how = self.how;
        run(move || operation::create_dir(&path, how)).await
    }
}

/// Makes a directory, whose parent must exist.
///
/// # Errors
///
/// See [`std::fs::create_dir`] for when the operation itself fails;
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
/// # let name = format!("vitte-doc-create-dir-{}", std::process::id());
/// # let folder = std::env::temp_dir().join(name);
/// # std::fs::create_dir_all(&folder)?;
/// vitte::fs::create_dir(folder.join("logs")).await?;
/// assert!(folder.join("logs").is_dir());
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok(())
/// # }
/// ```
pub async fn create_dir(path: impl AsRef<Path>) -> io::Result<()> {
    let path = path.as_ref().to_owned();
    run(move || operation::create_dir(&path, CreateDir::default())).await
}

/// Makes a directory and its parents, as far as they do not exist.
///
/// # Errors
///
/// See [`std::fs::create_dir_all`] for when the operation itself fails;
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
/// # let name = format!("vitte-doc-create-dir-all-{}", std::process::id());
/// # let folder = std::env::temp_dir().join(name);
/// # std::fs::create_dir_all(&folder)?;
/// vitte::fs::create_dir_all(folder.join("logs/today")).await?;
/// assert!(folder.join("logs/today").is_dir());
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok(())
/// # }
/// ```
pub async fn create_dir_all(path: impl AsRef<Path>) -> io::Result<()> {
    let path = path.as_ref().to_owned();
    let how = CreateDir {
        recursive: true,
        ..CreateDir::default()
    };
    run(move || operation::create_dir(&path, how)).await
}
