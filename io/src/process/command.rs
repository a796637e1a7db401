//! [`Command`]: describing a child, and the ways to start it.

mod unix;

use std::ffi::OsStr;
use std::future::Future;
use std::io;
use std::path::Path;
use std::process::{ExitStatus, Output, Stdio};

use super::Child;

/// What a child process is to be: [`std::process::Command`], with asynchronous ways to run it.
///
/// # Examples
///
/// ```
/// # #[vitte::main]
/// # async fn main() -> std::io::Result<()> {
/// use vitte::process::Command;
///
/// let output = Command::new("echo").arg("hello").output().await?;
/// assert_eq!(output.stdout, b"hello\n");
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Command {
    std: std::process::Command,
    kill_on_drop: bool,
}

impl Command {
    /// A command for the program, without arguments, with this process's environment, working
    /// directory and standard streams.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// use vitte::process::Command;
    ///
    /// assert!(Command::new("true").status().await?.success());
    /// # Ok(())
    /// # }
    /// ```
    pub fn new<S: AsRef<OsStr>>(program: S) -> Command {
        Self::from(std::process::Command::new(program))
    }

    /// The standard library's command in it.
    pub fn as_std(&self) -> &std::process::Command {
        &self.std
    }

    /// The standard library's command in it.
    pub fn as_std_mut(&mut self) -> &mut std::process::Command {
        &mut self.std
    }

    /// The standard library's command in it. Whether to kill on drop is lost.
    pub fn into_std(self) -> std::process::Command {
        self.std
    }

    /// Adds an argument.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// use vitte::process::Command;
    ///
    /// let output = Command::new("echo").arg("hello").output().await?;
    /// assert_eq!(output.stdout, b"hello\n");
    /// # Ok(())
    /// # }
    /// ```
    pub fn arg<S: AsRef<OsStr>>(&mut self, arg: S) -> &mut Command {
        self.std.arg(arg);
        self
    }

    /// Adds arguments.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// use vitte::process::Command;
    ///
    /// let output = Command::new("echo").args(["hello", "world"]).output().await?;
    /// assert_eq!(output.stdout, b"hello world\n");
    /// # Ok(())
    /// # }
    /// ```
    pub fn args<I, S>(&mut self, args: I) -> &mut Command
    where
        I: IntoIterator<Item = S>,
        S: AsRef<OsStr>,
    {
        self.std.args(args);
        self
    }

    /// Sets a variable of the child's environment.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// use vitte::process::Command;
    ///
    /// let mut command = Command::new("sh");
    /// command.args(["-c", "echo $NAME"]).env("NAME", "vitte");
    /// let output = command.output().await?;
    /// assert_eq!(output.stdout, b"vitte\n");
    /// # Ok(())
    /// # }
    /// ```
    pub fn env<K, V>(&mut self, key: K, val: V) -> &mut Command
    where
        K: AsRef<OsStr>,
        V: AsRef<OsStr>,
    {
        self.std.env(key, val);
        self
    }

    /// Sets variables of the child's environment.
    pub fn envs<I, K, V>(&mut self, vars: I) -> &mut Command
    where
        I: IntoIterator<Item = (K, V)>,
        K: AsRef<OsStr>,
        V: AsRef<OsStr>,
    {
        self.std.envs(vars);
        self
    }

    /// Takes a variable out of the child's environment.
    pub fn env_remove<K: AsRef<OsStr>>(&mut self, key: K) -> &mut Command {
        self.std.env_remove(key);
        self
    }

    /// Gives the child an empty environment.
    pub fn env_clear(&mut self) -> &mut Command {
        self.std.env_clear();
        self
    }

    /// Sets the child's working directory.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// use vitte::process::Command;
    ///
    /// let output = Command::new("pwd").current_dir("/").output().await?;
    /// assert_eq!(output.stdout, b"/\n");
    /// # Ok(())
    /// # }
    /// ```
    pub fn current_dir<P: AsRef<Path>>(&mut self, dir: P) -> &mut Command {
        self.std.current_dir(dir);
        self
    }

    /// Sets the child's standard input. [`Stdio::piped`] makes it [`Child::stdin`].
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// use std::process::Stdio;
    /// use vitte::io::AsyncWriteExt;
    /// use vitte::process::Command;
    ///
    /// let mut child = Command::new("cat").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    /// let mut stdin = child.stdin.take().expect("it is a pipe");
    /// stdin.write_all(b"hello").await?;
    /// drop(stdin);
    /// assert_eq!(child.wait_with_output().await?.stdout, b"hello");
    /// # Ok(())
    /// # }
    /// ```
    pub fn stdin<T: Into<Stdio>>(&mut self, cfg: T) -> &mut Command {
        self.std.stdin(cfg);
        self
    }

    /// Sets the child's standard output. [`Stdio::piped`] makes it [`Child::stdout`].
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// use std::process::Stdio;
    /// use vitte::io::AsyncReadExt;
    /// use vitte::process::Command;
    ///
    /// let mut child = Command::new("echo").arg("hello").stdout(Stdio::piped()).spawn()?;
    /// let mut text = String::new();
    /// child.stdout.take().expect("it is a pipe").read_to_string(&mut text).await?;
    /// assert_eq!(text, "hello\n");
    /// child.wait().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn stdout<T: Into<Stdio>>(&mut self, cfg: T) -> &mut Command {
        self.std.stdout(cfg);
        self
    }

    /// Sets the child's standard error. [`Stdio::piped`] makes it [`Child::stderr`].
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// use std::process::Stdio;
    /// use vitte::io::AsyncReadExt;
    /// use vitte::process::Command;
    ///
    /// let mut command = Command::new("sh");
    /// let mut child = command.args(["-c", "echo oh >&2"]).stderr(Stdio::piped()).spawn()?;
    /// let mut text = String::new();
    /// child.stderr.take().expect("it is a pipe").read_to_string(&mut text).await?;
    /// assert_eq!(text, "oh\n");
    /// child.wait().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn stderr<T: Into<Stdio>>(&mut self, cfg: T) -> &mut Command {
        self.std.stderr(cfg);
        self
    }

    /// Sets whether dropping the [`Child`] kills the process; the default is no.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// use vitte::process::Command;
    ///
    /// let child = Command::new("sleep").arg("60").kill_on_drop(true).spawn()?;
    /// drop(child); // It is killed here.
    /// # Ok(())
    /// # }
    /// ```
    pub fn kill_on_drop(&mut self, kill_on_drop: bool) -> &mut Command {
        self.kill_on_drop = kill_on_drop;
        self
    }

    /// Whether dropping the [`Child`] kills the process.
    pub fn get_kill_on_drop(&self) -> bool {
        self.kill_on_drop
    }

    /// Starts the child. Its streams are this process's, unless set otherwise.
    ///
    /// # Errors
    ///
    /// When the child cannot be started, usually `NotFound`: there is no such program. Or when it,
    /// or one of its pipes, cannot be registered with the reactor.
    ///
    /// # Panics
    ///
    /// When it is called outside a runtime with io enabled.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// use vitte::process::Command;
    ///
    /// Command::new("true").spawn()?.wait().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[inline]
    #[track_caller]
    pub fn spawn(&mut self) -> io::Result<Child> {
        let child = self.std.spawn()?;
        Child::new(child, self.kill_on_drop)
    }

    /// Starts the child with a closure, for what the standard library's command cannot express.
    ///
    /// # Errors
    ///
    /// What the closure returns.
    ///
    /// # Panics
    ///
    /// When it is called outside a runtime with io enabled.
    #[inline]
    #[track_caller]
    pub fn spawn_with(
        &mut self,
        with: impl FnOnce(&mut std::process::Command) -> io::Result<std::process::Child>,
    ) -> io::Result<Child> {
        let child = with(&mut self.std)?;
        Child::new(child, self.kill_on_drop)
    }

    /// Starts the child, at once, and waits until it has ended. Streams that are pipes are closed.
    ///
    /// # Errors
    ///
    /// Those of [`spawn`](Self::spawn) and of waiting for the child; see [`Child::wait`].
    ///
    /// # Cancel safety
    ///
    /// The child has been started by the call itself. Dropping the future drops the [`Child`],
    /// which goes on unless [`kill_on_drop`](Self::kill_on_drop) was set.
    ///
    /// # Panics
    ///
    /// When it is called outside a runtime with io enabled.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// use vitte::process::Command;
    ///
    /// assert!(!Command::new("false").status().await?.success());
    /// # Ok(())
    /// # }
    /// ```
    pub fn status(&mut self) -> impl Future<Output = io::Result<ExitStatus>> + use<> {
        let child = self.spawn();
        async {
            let mut child = child?;
            // The child might wait for us to read them, while we wait for its end.
            drop((child.stdin.take(), child.stdout.take(), child.stderr.take()));
            child.wait().await
        }
    }

    /// Starts the child, at once, with pipes for its output and its errors, reads both, and waits
    /// until it has ended.
    ///
    /// # Errors
    ///
    /// Those of [`spawn`](Self::spawn) and of waiting for the child; see [`Child::wait`].
    ///
    /// # Cancel safety
    ///
    /// The child has been started by the call itself. Dropping the future drops the [`Child`],
    /// which goes on unless [`kill_on_drop`](Self::kill_on_drop) was set.
    ///
    /// # Panics
    ///
    /// When it is called outside a runtime with io enabled.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// use vitte::process::Command;
    ///
    /// let output = Command::new("echo").arg("hello").output().await?;
    /// assert_eq!(output.stdout, b"hello\n");
    /// # Ok(())
    /// # }
    /// ```
    pub fn output(&mut self) -> impl Future<Output = io::Result<Output>> + use<> {
        self.std.stdout(Stdio::piped());
        self.std.stderr(Stdio::piped());
        let child = self.spawn();
        async { child?.wait_with_output().await }
    }
}

impl From<std::process::Command> for Command {
    fn from(std: std::process::Command) -> Command {
        Command {
            std,
            kill_on_drop: false,
        }
    }
}
