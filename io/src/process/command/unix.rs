//! What only Unix has: the child's user and group, its process group, and code before it starts.

use std::ffi::OsStr;
use std::io;
use std::os::unix::process::CommandExt;

use super::Command;

impl Command {
    /// Sets the child's user.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// use std::os::unix::fs::MetadataExt;
    /// use vitte::process::Command;
    ///
    /// # let name = format!("vitte-doc-uid-{}", std::process::id());
    /// # let folder = std::env::temp_dir().join(name);
    /// # std::fs::create_dir_all(&folder)?;
    /// // As the owner of a folder.
    /// let owner = std::fs::metadata(&folder)?.uid();
    /// let status = Command::new("true").uid(owner).status().await?;
    /// # std::fs::remove_dir_all(&folder)?;
    /// assert!(status.success());
    /// # Ok(())
    /// # }
    /// ```
    pub fn uid(&mut self, id: u32) -> &mut Command {
        self.std.uid(id);
        self
    }

    /// Sets the child's group.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// use std::os::unix::fs::MetadataExt;
    /// use vitte::process::Command;
    ///
    /// # let name = format!("vitte-doc-gid-{}", std::process::id());
    /// # let folder = std::env::temp_dir().join(name);
    /// # std::fs::create_dir_all(&folder)?;
    /// // As the owner of a folder.
    /// let owner = std::fs::metadata(&folder)?.gid();
    /// let status = Command::new("true").gid(owner).status().await?;
    /// # std::fs::remove_dir_all(&folder)?;
    /// assert!(status.success());
    /// # Ok(())
    /// # }
    /// ```
    pub fn gid(&mut self, id: u32) -> &mut Command {
        self.std.gid(id);
        self
    }

    /// Sets what the child sees as its own name (the argument with the number 0).
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// use vitte::process::Command;
    ///
    /// let output = Command::new("sh").arg0("shell").args(["-c", "echo $0"]).output().await?;
    /// assert_eq!(output.stdout, b"shell\n");
    /// # Ok(())
    /// # }
    /// ```
    pub fn arg0<S>(&mut self, arg: S) -> &mut Command
    where
        S: AsRef<OsStr>,
    {
        self.std.arg0(arg);
        self
    }

    /// Sets the child's process group; 0 makes one of its own.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// use vitte::process::Command;
    ///
    /// let mut child = Command::new("true").process_group(0).spawn()?;
    /// assert!(child.wait().await?.success());
    /// # Ok(())
    /// # }
    /// ```
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
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// use vitte::process::Command;
    ///
    /// let mut command = Command::new("true");
    /// // SAFETY: the closure does nothing that is not async-signal-safe.
    /// unsafe { command.pre_exec(|| Ok(())) };
    /// assert!(command.status().await?.success());
    /// # Ok(())
    /// # }
    /// ```
    pub unsafe fn pre_exec<F>(&mut self, f: F) -> &mut Command
    where
        F: FnMut() -> io::Result<()> + Send + Sync + 'static,
    {
        // SAFETY: the caller's promise.
        unsafe { self.std.pre_exec(f) };
        self
    }
}
