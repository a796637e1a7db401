//! What only Unix has: the child's user and group, its process group, and code before it starts.

use std::ffi::OsStr;
use std::io;
use std::os::unix::process::CommandExt;

use super::Command;

impl Command {
    /// Sets the child's user.
    pub fn uid(&mut self, id: u32) -> &mut Command {
        self.std.uid(id);
        self
    }

    /// Sets the child's group.
    pub fn gid(&mut self, id: u32) -> &mut Command {
        self.std.gid(id);
        self
    }

    /// Sets what the child sees as its own name (the argument with the number 0).
    pub fn arg0<S>(&mut self, arg: S) -> &mut Command
    where
        S: AsRef<OsStr>,
    {
        self.std.arg0(arg);
        self
    }

    /// Sets the child's process group; 0 makes one of its own.
    pub fn process_group(&mut self, pgroup: i32) -> &mut Command {
        self.std.process_group(pgroup);
        self
    }

    /// Adds a closure that the child runs before it becomes the program.
    ///
    /// # Safety
    ///
    /// It runs in a copy of this process in which no other thread exists: locks that other
    /// threads hold are never released, and only async-signal-safe functions may be called. See
    /// [`CommandExt::pre_exec`].
    pub unsafe fn pre_exec<F>(&mut self, f: F) -> &mut Command
    where
        F: FnMut() -> io::Result<()> + Send + Sync + 'static,
    {
        // SAFETY: the caller's promise.
        unsafe { self.std.pre_exec(f) };
        self
    }
}
