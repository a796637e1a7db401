//! The file operations: the one place where vitte asks the operating system for anything about
//! files.
//!
//! Every function here blocks, and runs in a job on the blocking pool. A simulated disk stands
//! beside this module, with the same functions.

use std::fs::{self, File, FileTimes, FileType, Metadata, OpenOptions, Permissions};
use std::io::{self, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use crate::io::chunk::Chunk;

pub(super) fn open(options: &OpenOptions, path: &Path) -> io::Result<File> {
    options.open(path)
}

pub(super) fn read_chunk(mut file: &File, chunk: &mut Chunk, max: usize) -> io::Result<usize> {
    chunk.read_from(&mut file, max)
}

pub(super) fn write_chunk(mut file: &File, chunk: &mut Chunk) -> io::Result<()> {
    chunk.write_to(&mut file)
}

pub(super) fn seek(mut file: &File, position: SeekFrom) -> io::Result<u64> {
    file.seek(position)
}

pub(super) fn sync_all(file: &File) -> io::Result<()> {
    file.sync_all()
}

pub(super) fn sync_data(file: &File) -> io::Result<()> {
    file.sync_data()
}

pub(super) fn set_len(file: &File, size: u64) -> io::Result<()> {
    file.set_len(size)
}

pub(super) fn file_metadata(file: &File) -> io::Result<Metadata> {
    file.metadata()
}

pub(super) fn try_clone(file: &File) -> io::Result<File> {
    file.try_clone()
}

pub(super) fn set_file_permissions(file: &File, permissions: Permissions) -> io::Result<()> {
    file.set_permissions(permissions)
}

pub(super) fn set_times(file: &File, times: FileTimes) -> io::Result<()> {
    file.set_times(times)
}

pub(super) fn read(path: &Path) -> io::Result<Vec<u8>> {
    fs::read(path)
}

pub(super) fn read_to_string(path: &Path) -> io::Result<String> {
    fs::read_to_string(path)
}

pub(super) fn write(path: &Path, contents: &[u8]) -> io::Result<()> {
    fs::write(path, contents)
}

pub(super) fn copy(from: &Path, to: &Path) -> io::Result<u64> {
    fs::copy(from, to)
}

pub(super) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)
}

pub(super) fn hard_link(original: &Path, link: &Path) -> io::Result<()> {
    fs::hard_link(original, link)
}

#[cfg(unix)]
pub(super) fn symlink(original: &Path, link: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(original, link)
}

pub(super) fn read_link(path: &Path) -> io::Result<PathBuf> {
    fs::read_link(path)
}

pub(super) fn canonicalize(path: &Path) -> io::Result<PathBuf> {
    fs::canonicalize(path)
}

pub(super) fn metadata(path: &Path) -> io::Result<Metadata> {
    fs::metadata(path)
}

pub(super) fn symlink_metadata(path: &Path) -> io::Result<Metadata> {
    fs::symlink_metadata(path)
}

pub(super) fn try_exists(path: &Path) -> io::Result<bool> {
    fs::exists(path)
}

pub(super) fn set_permissions(path: &Path, permissions: Permissions) -> io::Result<()> {
    fs::set_permissions(path, permissions)
}

pub(super) fn remove_file(path: &Path) -> io::Result<()> {
    fs::remove_file(path)
}

pub(super) fn remove_dir(path: &Path) -> io::Result<()> {
    fs::remove_dir(path)
}

pub(super) fn remove_dir_all(path: &Path) -> io::Result<()> {
    fs::remove_dir_all(path)
}

/// How a directory is to be made.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct CreateDir {
    /// Whether its parents are made too, and it may exist already.
    pub(super) recursive: bool,
    /// Its permission bits, where there are such.
    #[cfg_attr(not(unix), allow(dead_code))]
    pub(super) mode: Option<u32>,
}

pub(super) fn create_dir(path: &Path, how: CreateDir) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(how.recursive);
    #[cfg(unix)]
    if let Some(mode) = how.mode {
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, mode);
    }
    builder.create(path)
}

pub(super) fn read_dir(path: &Path) -> io::Result<fs::ReadDir> {
    fs::read_dir(path)
}

pub(super) fn next_entry(directory: &mut fs::ReadDir) -> Option<io::Result<fs::DirEntry>> {
    directory.next()
}

pub(super) fn entry_metadata(entry: &fs::DirEntry) -> io::Result<Metadata> {
    entry.metadata()
}

pub(super) fn entry_file_type(entry: &fs::DirEntry) -> io::Result<FileType> {
    entry.file_type()
}
