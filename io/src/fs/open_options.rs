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
    pub fn append(&mut self, append: bool) -> &mut OpenOptions {
        self.options.append(append);
        self
    }

    /// Whether a file that exists is emptied. It must be opened for writing.
    pub fn truncate(&mut self, truncate: bool) -> &mut OpenOptions {
        self.options.truncate(truncate);
        self
    }

    /// Whether a file that does not exist is made. It must be opened for writing.
    pub fn create(&mut self, create: bool) -> &mut OpenOptions {
        self.options.create(create);
        self
    }

    /// Whether the file must be a new one; if so, `create` and `truncate` do not matter.
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
