//! [`Child`].

use std::future::{Future, poll_fn};
use std::io;
use std::pin::{Pin, pin};
use std::process::{ExitStatus, Output};
use std::task::{Context, Poll, ready};

use vitte_context::coop;

use super::exit::Watched;
use super::stdio::{ChildStderr, ChildStdin, ChildStdout};
use crate::io::{AsyncRead, ReadBuf};

/// A child process that runs, or has ended.
///
/// Dropping it does not end the process, unless
/// [`kill_on_drop`](super::Command::kill_on_drop) was set.
///
/// # Examples
///
/// ```
/// # #[vitte::main]
/// # async fn main() -> std::io::Result<()> {
/// use vitte::process::Command;
///
/// let mut child = Command::new("sleep").arg("1").spawn()?;
/// let status = child.wait().await?;
/// assert!(status.success());
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Child {
    state: State,
    /// The child's standard input, if it is a pipe.
    pub stdin: Option<ChildStdin>,
    /// The child's standard output, if it is a pipe.
    pub stdout: Option<ChildStdout>,
    /// The child's standard error, if it is a pipe.
    pub stderr: Option<ChildStderr>,
}

#[derive(Debug)]
enum State {
    Running(Running),
    Ended(ExitStatus),
}

/// A child that nobody has waited for successfully yet.
#[derive(Debug)]
struct Running {
    watched: Watched,
    kill_on_drop: bool,
}

impl Running {
    fn kill(&mut self) -> io::Result<()> {
        self.watched.child_mut().kill()?;
        self.kill_on_drop = false;
        Ok(())
    }

    fn try_wait(&mut self) -> io::Result<Option<ExitStatus>> {
        let status = self.watched.child_mut().try_wait()?;
        if status.is_some() {
            // The number may be another process's by now.
            self.kill_on_drop = false;
        }
        Ok(status)
    }

    fn poll_exit(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<ExitStatus>> {
        let coop = ready!(coop::poll_proceed(cx));
        let result = ready!(self.watched.poll_exit(cx));
        coop.made_progress();
        if result.is_ok() {
            self.kill_on_drop = false;
        }
        Poll::Ready(result)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.kill_on_drop {
            // It fails when the child has just ended by itself.
            let _ = self.kill();
        }
    }
}

impl Child {
    #[track_caller]
    pub(super) fn new(mut child: std::process::Child, kill_on_drop: bool) -> io::Result<Self> {
        let stdin = child.stdin.take().map(ChildStdin::from_std).transpose()?;
        let stdout = child.stdout.take().map(ChildStdout::from_std).transpose()?;
        let stderr = child.stderr.take().map(ChildStderr::from_std).transpose()?;
        let watched = Watched::new(child)?;
        Ok(Child {
            state: State::Running(Running {
                watched,
                kill_on_drop,
            }),
            stdin,
            stdout,
            stderr,
        })
    }

    /// The process's id; `None` once it was waited for, as another process may have it then.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// use vitte::process::Command;
    ///
    /// let mut child = Command::new("true").spawn()?;
    /// assert!(child.id().is_some());
    /// child.wait().await?;
    /// assert!(child.id().is_none());
    /// # Ok(())
    /// # }
    /// ```
    pub fn id(&self) -> Option<u32> {
        match &self.state {
            State::Running(running) => Some(running.watched.child().id()),
            State::Ended(_) => None,
        }
    }

    /// Kills the child (`SIGKILL`) and does not wait for it.
    ///
    /// # Errors
    ///
    /// When the signal cannot be sent, for example because the child runs as another user. A child
    /// that was waited for already is not an error.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// use vitte::process::Command;
    ///
    /// let mut child = Command::new("sleep").arg("60").spawn()?;
    /// child.start_kill()?;
    /// assert!(!child.wait().await?.success());
    /// # Ok(())
    /// # }
    /// ```
    pub fn start_kill(&mut self) -> io::Result<()> {
        match &mut self.state {
            State::Running(running) => running.kill(),
            State::Ended(_) => Ok(()),
        }
    }

    /// Kills the child and waits until it is gone.
    ///
    /// # Errors
    ///
    /// Those of [`start_kill`](Self::start_kill) and [`wait`](Self::wait).
    ///
    /// # Cancel safety
    ///
    /// Once polled, the child is killed; only the wait is cancelled.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// use vitte::process::Command;
    ///
    /// let mut child = Command::new("sleep").arg("60").spawn()?;
    /// child.kill().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn kill(&mut self) -> io::Result<()> {
        self.start_kill()?;
        self.wait().await?;
        Ok(())
    }

    /// Closes the child's standard input, if it is still here, and waits until it has ended.
    ///
    /// # Errors
    ///
    /// When the child cannot be waited for: other code of this process has already waited for it
    /// (`waitpid`), or the child cannot be registered with the runtime that waits now.
    ///
    /// # Cancel safety
    ///
    /// Cancelling it loses nothing, but the input stays closed.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// use vitte::process::Command;
    ///
    /// let mut child = Command::new("true").spawn()?;
    /// assert!(child.wait().await?.success());
    /// # Ok(())
    /// # }
    /// ```
    pub async fn wait(&mut self) -> io::Result<ExitStatus> {
        // A child that waits for more input would never end.
        drop(self.stdin.take());
        let status = match &mut self.state {
            State::Running(running) => poll_fn(|cx| running.poll_exit(cx)).await?,
            State::Ended(status) => return Ok(*status),
        };
        self.state = State::Ended(status);
        Ok(status)
    }

    /// How the child has ended; `None` while it runs. Does not wait.
    ///
    /// # Errors
    ///
    /// When other code of this process has already waited for the child (`waitpid`).
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// use vitte::process::Command;
    ///
    /// let mut child = Command::new("sleep").arg("60").kill_on_drop(true).spawn()?;
    /// assert!(child.try_wait()?.is_none());
    /// # Ok(())
    /// # }
    /// ```
    pub fn try_wait(&mut self) -> io::Result<Option<ExitStatus>> {
        let status = match &mut self.state {
            State::Running(running) => running.try_wait()?,
            State::Ended(status) => Some(*status),
        };
        if let Some(status) = status {
            self.state = State::Ended(status);
        }
        Ok(status)
    }

    /// Closes the child's standard input, reads its output and its errors as far as they are
    /// pipes, and waits until it has ended.
    ///
    /// # Errors
    ///
    /// Those of [`wait`](Self::wait), and the first error of reading a pipe.
    ///
    /// # Cancel safety
    ///
    /// Not cancel safe: the child is dropped with the future, and the output read so far is lost.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// use std::process::Stdio;
    /// use vitte::process::Command;
    ///
    /// let child = Command::new("echo").arg("hello").stdout(Stdio::piped()).spawn()?;
    /// let output = child.wait_with_output().await?;
    /// assert_eq!(output.stdout, b"hello\n");
    /// # Ok(())
    /// # }
    /// ```
    pub async fn wait_with_output(mut self) -> io::Result<Output> {
        let mut stdout_pipe = self.stdout.take();
        let mut stderr_pipe = self.stderr.take();
        let (status, stdout, stderr) = all_three(
            self.wait(),
            read_to_end(&mut stdout_pipe),
            read_to_end(&mut stderr_pipe),
        )
        .await?;
        // Not before the child has ended: it would be killed when it writes more.
        drop((stdout_pipe, stderr_pipe));
        Ok(Output {
            status,
            stdout,
            stderr,
        })
    }
}

/// How much room a read gets at least.
const READ_MIN: usize = 512;

/// Everything that a pipe has until its end.
async fn read_to_end<R: AsyncRead + Unpin>(pipe: &mut Option<R>) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let Some(pipe) = pipe else { return Ok(bytes) };
    loop {
        bytes.reserve(READ_MIN);
        let mut buf = ReadBuf::uninit(bytes.spare_capacity_mut());
        poll_fn(|cx| Pin::new(&mut *pipe).poll_read(cx, &mut buf)).await?;
        let count = buf.filled().len();
        if count == 0 {
            return Ok(bytes);
        }
        let filled = bytes.len() + count;
        // SAFETY: the buffer says that it filled so many bytes of the spare capacity.
        unsafe { bytes.set_len(filled) };
    }
}

/// Polls three futures until all are done, or one has failed.
async fn all_three<A, B, C>(
    a: impl Future<Output = io::Result<A>>,
    b: impl Future<Output = io::Result<B>>,
    c: impl Future<Output = io::Result<C>>,
) -> io::Result<(A, B, C)> {
    let (mut a, mut b, mut c) = (pin!(a), pin!(b), pin!(c));
    let (mut of_a, mut of_b, mut of_c) = (None, None, None);
    poll_fn(move |cx| {
        poll_once(&mut a, &mut of_a, cx)?;
        poll_once(&mut b, &mut of_b, cx)?;
        poll_once(&mut c, &mut of_c, cx)?;
        if of_a.is_none() || of_b.is_none() || of_c.is_none() {
            return Poll::Pending;
        }
        let outputs = of_a.take().zip(of_b.take()).zip(of_c.take());
        match outputs {
            Some(((a, b), c)) => Poll::Ready(Ok((a, b, c))),
            None => unreachable!("all three are done"),
        }
    })
    .await
}

/// Polls a future that is not done yet, and keeps its output.
fn poll_once<F, T>(
    future: &mut Pin<&mut F>,
    output: &mut Option<T>,
    cx: &mut Context<'_>,
) -> io::Result<()>
where
    F: Future<Output = io::Result<T>>,
{
    if output.is_none() {
        if let Poll::Ready(result) = future.as_mut().poll(cx) {
            *output = Some(result?);
        }
    }
    Ok(())
}
