//! `tokio::fs`: files and directories, by way of the blocking pool.
//!
//! The operating system has no way to wait for a file, so each operation is a job: it is moved to a
//! thread of the blocking pool, blocks there, and comes back with its result. All real calls are
//! in `operation`; the rest of this module is about who waits for what.

mod blocking;
mod dir_builder;
mod file;
mod file_times;
mod open_options;
mod operation;
mod path;
mod read_dir;
#[cfg(unix)]
mod unix;

pub use dir_builder::DirBuilder;
pub use file::File;
pub use file_times::FileTimes;
pub use open_options::OpenOptions;
pub use path::{
    canonicalize, copy, create_dir, create_dir_all, hard_link, metadata, read, read_link,
    read_to_string, remove_dir, remove_dir_all, remove_file, rename, set_permissions,
    symlink_metadata, try_exists, write,
};
pub use read_dir::{DirEntry, ReadDir, read_dir};
#[cfg(unix)]
pub use unix::symlink;
