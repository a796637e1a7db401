//! [`FileTimes`].

use std::time::SystemTime;

/// The times to set on a file, with [`File::set_times`](super::File::set_times).
///
/// A time that is not given stays as it is.
///
/// # Examples
///
/// ```
/// # #[vitte::main]
/// # async fn main() -> std::io::Result<()> {
/// # let name = format!("vitte-doc-times-{}", std::process::id());
/// # let folder = std::env::temp_dir().join(name);
/// # std::fs::create_dir_all(&folder)?;
/// use std::time::SystemTime;
/// use vitte::fs::{File, FileTimes};
///
/// let file = File::create(folder.join("entry")).await?;
/// let times = FileTimes::new().set_accessed(SystemTime::now());
/// file.set_times(times.set_modified(SystemTime::UNIX_EPOCH)).await?;
/// assert_eq!(file.metadata().await?.modified()?, SystemTime::UNIX_EPOCH);
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Default)]
#[must_use = "must be applied to a file via `File::set_times` to have any effect"]
pub struct FileTimes {
    times: std::fs::FileTimes,
}

impl FileTimes {
    /// No times.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the time of the last access.
    pub fn set_accessed(mut self, t: SystemTime) -> Self {
        self.times = self.times.set_accessed(t);
        self
    }

    /// Sets the time of the last modification.
    pub fn set_modified(mut self, t: SystemTime) -> Self {
        self.times = self.times.set_modified(t);
        self
    }

    pub(super) fn into_std(self) -> std::fs::FileTimes {
        self.times
    }
}
