//! [`OpenOptions`].

use std::io;
use std::path::Path;

use super::File;
use super::blocking::run;
use super::operation;

/// How a file is opened: for what, and whether it is made or emptied.
///
/// The asynchronous form of [`std::fs::OpenOptions`], from which one can be made. It begins with
/// everything switched off.
///
/// # Examples
///
/// ```
/// use vitte::fs::OpenOptions;
///
/// # #[vitte::main]
/// # async fn main() -> std::io::Result<()> {
/// # let path = std::env::temp_dir().join(format!("vitte-doc-log-{}", std::process::id()));
/// let log = OpenOptions::new().append(true).create(true).open(&path).await?;
/// # std::fs::remove_file(&path)?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct OpenOptions {
    pub(super) options: std::fs::OpenOptions,
}

impl OpenOptions {
    /// Options with everything switched off.
    pub fn new() -> OpenOptions {
        OpenOptions {
            options: std::fs::OpenOptions::new(),
        }
    }

    /// Whether the file can be read.
    pub fn read(&mut self, read: bool) -> &mut OpenOptions {
        self.options.read(read);
        self
    }

    /// Whether the file can be written. It is not emptied by that.
    pub fn write(&mut self, write: bool) -> &mut OpenOptions {
        self.options.write(write);
        self
    }

    /// Whether the file can be written, always at its end.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let name = format!("vitte-doc-oo-append-{}", std::process::id());
    /// # let folder = std::env::temp_dir().join(name);
    /// # std::fs::create_dir_all(&folder)?;
    /// use vitte::fs::OpenOptions;
    /// use vitte::io::AsyncWriteExt;
    ///
    /// let path = folder.join("log");
    /// std::fs::write(&path, "one ")?;
    /// let mut log = OpenOptions::new().append(true).open(&path).await?;
    /// log.write_all(b"two").await?;
    /// log.flush().await?;
    /// assert_eq!(vitte::fs::read(&path).await?, b"one two");
    /// # std::fs::remove_dir_all(&folder)?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn append(&mut self, append: bool) -> &mut OpenOptions {
        self.options.append(append);
        self
    }

    /// Whether a file that exists is emptied. It must be opened for writing.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let name = format!("vitte-doc-oo-truncate-{}", std::process::id());
    /// # let folder = std::env::temp_dir().join(name);
    /// # std::fs::create_dir_all(&folder)?;
    /// use vitte::fs::OpenOptions;
    ///
    /// let path = folder.join("log");
    /// std::fs::write(&path, "old")?;
    /// OpenOptions::new().write(true).truncate(true).open(&path).await?;
    /// assert_eq!(vitte::fs::metadata(&path).await?.len(), 0);
    /// # std::fs::remove_dir_all(&folder)?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn truncate(&mut self, truncate: bool) -> &mut OpenOptions {
        self.options.truncate(truncate);
        self
    }

    /// Whether a file that does not exist is made. It must be opened for writing.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let name = format!("vitte-doc-oo-create-{}", std::process::id());
    /// # let folder = std::env::temp_dir().join(name);
    /// # std::fs::create_dir_all(&folder)?;
    /// use vitte::fs::OpenOptions;
    ///
    /// let path = folder.join("log");
    /// OpenOptions::new().write(true).create(true).open(&path).await?;
    /// assert!(path.exists());
    /// # std::fs::remove_dir_all(&folder)?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn create(&mut self, create: bool) -> &mut OpenOptions {
        self.options.create(create);
        self
    }

    /// Whether the file must be a new one; if so, `create` and `truncate` do not matter.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let name = format!("vitte-doc-oo-create-new-{}", std::process::id());
    /// # let folder = std::env::temp_dir().join(name);
    /// # std::fs::create_dir_all(&folder)?;
    /// use vitte::fs::OpenOptions;
    ///
    /// let path = folder.join("lock");
    /// OpenOptions::new().write(true).create_new(true).open(&path).await?;
    /// assert!(OpenOptions::new().write(true).create_new(true).open(&path).await.is_err());
    /// # std::fs::remove_dir_all(&folder)?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn create_new(&mut self, create_new: bool) -> &mut OpenOptions {
        self.options.create_new(create_new);
        self
    }

    /// Opens a file.
    ///
    /// # Errors
    ///
    /// See [`std::fs::OpenOptions::open`] for when the operation itself fails;
    /// `Other` when the runtime shuts down before the operation has begun.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future does not stop an operation that has begun: it goes on, on the blocking
    /// pool, and a file that it opened is closed again.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let name = format!("vitte-doc-oo-open-{}", std::process::id());
    /// # let folder = std::env::temp_dir().join(name);
    /// # std::fs::create_dir_all(&folder)?;
    /// use vitte::fs::OpenOptions;
    ///
    /// let path = folder.join("log");
    /// let file = OpenOptions::new().read(true).write(true).create(true).open(&path).await?;
    /// assert_eq!(file.metadata().await?.len(), 0);
    /// # std::fs::remove_dir_all(&folder)?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn open(&self, path: impl AsRef<Path>) -> io::Result<File> {
        let path = path.as_ref().to_owned();
        let options = self.options.clone();
        let file = run(move || operation::open(&options, &path)).await?;
        Ok(File::from_std(file))
    }
}

impl From<std::fs::OpenOptions> for OpenOptions {
    fn from(options: std::fs::OpenOptions) -> OpenOptions {
        OpenOptions { options }
    }
}

impl Default for OpenOptions {
    fn default() -> Self {
        Self::new()
    }
}
