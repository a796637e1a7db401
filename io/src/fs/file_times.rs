//! [`FileTimes`].

use std::time::SystemTime;

/// The times to set on a file, with [`File::set_times`](super::File::set_times).
///
/// A time that is not given stays as it is.
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
