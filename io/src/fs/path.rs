//! The free functions: one operation on a path each.

use std::fs::{Metadata, Permissions};
use std::io;
use std::path::{Path, PathBuf};

use super::blocking::run;
use super::operation::{self, CreateDir};

macro_rules! path_operations {
    ($($(#[$attribute:meta])* $name:ident($($path:ident),+) -> $result:ty;)*) => {$(
        $(#[$attribute])*
        ///
        /// # Errors
        ///
        #[doc = concat!("As [`std::fs::", stringify!($name), "`].")]
        pub async fn $name($($path: impl AsRef<Path>),+) -> io::Result<$result> {
            $(let $path = $path.as_ref().to_owned();)+
            run(move || operation::$name($(&$path),+)).await
        }
    )*};
}

path_operations! {
    /// The absolute form of a path, with all symbolic links resolved.
    canonicalize(path) -> PathBuf;

    /// Copies a file with its permissions over another one, and returns how many bytes it was.
    copy(from, to) -> u64;

    /// Makes another name for a file.
    hard_link(original, link) -> ();

    /// What is known about a file or directory; symbolic links are followed.
    metadata(path) -> Metadata;

    /// Reads a whole file.
    read(path) -> Vec<u8>;

    /// Where a symbolic link leads.
    read_link(path) -> PathBuf;

    /// Reads a whole file of UTF-8.
    read_to_string(path) -> String;

    /// Removes an empty directory.
    remove_dir(path) -> ();

    /// Removes a directory and everything in it. Symbolic links are removed, not followed.
    remove_dir_all(path) -> ();

    /// Removes a file, or one of its names.
    remove_file(path) -> ();

    /// Gives a file or directory a new name, on the same file system. A file there is replaced.
    rename(from, to) -> ();

    /// What is known about a file, a directory, or a symbolic link itself.
    symlink_metadata(path) -> Metadata;
}

/// Makes a directory, whose parent must exist.
///
/// # Errors
///
/// As [`std::fs::create_dir`].
pub async fn create_dir(path: impl AsRef<Path>) -> io::Result<()> {
    let path = path.as_ref().to_owned();
    run(move || operation::create_dir(&path, CreateDir::default())).await
}

/// Makes a directory and its parents, as far as they do not exist.
///
/// # Errors
///
/// As [`std::fs::create_dir_all`].
pub async fn create_dir_all(path: impl AsRef<Path>) -> io::Result<()> {
    let path = path.as_ref().to_owned();
    let how = CreateDir {
        recursive: true,
        ..CreateDir::default()
    };
    run(move || operation::create_dir(&path, how)).await
}

/// Sets the permissions of a file or directory; symbolic links are followed.
///
/// # Errors
///
/// As [`std::fs::set_permissions`].
pub async fn set_permissions(path: impl AsRef<Path>, perm: Permissions) -> io::Result<()> {
    let path = path.as_ref().to_owned();
    run(move || operation::set_permissions(&path, perm)).await
}

/// Whether something exists at a path; symbolic links are followed.
///
/// # Errors
///
/// When it cannot be said, for want of permission for example; see [`std::fs::exists`].
pub async fn try_exists(path: impl AsRef<Path>) -> io::Result<bool> {
    let path = path.as_ref().to_owned();
    run(move || operation::try_exists(&path)).await
}

/// Writes a whole file, which is made if it does not exist and replaced if it does.
///
/// # Errors
///
/// As [`std::fs::write`].
pub async fn write(path: impl AsRef<Path>, contents: impl AsRef<[u8]>) -> io::Result<()> {
    let path = path.as_ref().to_owned();
    let contents = contents.as_ref().to_owned();
    run(move || operation::write(&path, &contents)).await
}
