//! Files and directories, by way of the blocking pool.
//!
//! The operating system has no general way to wait for a file, so each operation is a job: it is
//! moved to a thread of the blocking pool, blocks there, and comes back with its result. That
//! costs two context switches, which can be more than the operation itself. Therefore:
//!
//! - For a whole file use [`read()`], [`read_to_string()`] and [`write()`]: one job each.
//! - For a part of a file, or a large one, use [`File`], with a `BufReader` or a `BufWriter` around
//!   it where reads or writes are small. A write returns before it has happened: flush the file
//!   to be sure that it has, and to see its error.
//! - For many small operations in a row, such as a walk through a tree, one `spawn_blocking` with
//!   the functions of [`std::fs`] in it is faster.
//! - Before the runtime starts, use [`std::fs`].
//!
//! Dropping a future of this module does not stop an operation that has begun: a
//! [`remove_dir_all()`] that was cancelled still removes everything.

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

pub use dir_builder::{DirBuilder, create_dir, create_dir_all};
pub use file::File;
pub use file_times::FileTimes;
pub use open_options::OpenOptions;
pub use path::{
    canonicalize, copy, hard_link, metadata, read, read_link, read_to_string, remove_dir,
    remove_dir_all, remove_file, rename, set_permissions, symlink_metadata, try_exists, write,
};
pub use read_dir::{DirEntry, ReadDir, read_dir};
#[cfg(unix)]
pub use unix::symlink;
