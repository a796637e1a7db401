//! [`UCred`]: who is at the other end of a unix stream.

use std::io;

use super::{gid_t, pid_t, uid_t};
use crate::net::socket::Socket;

/// Which process, user and group is at the other end of a unix stream. The system recorded it when
/// the stream was connected.
///
/// # Examples
///
/// ```
/// use vitte::net::UnixStream;
///
/// # #[vitte::main]
/// # async fn main() -> std::io::Result<()> {
/// let (a, b) = UnixStream::pair()?;
/// // Both ends belong to this process.
/// assert_eq!(a.peer_cred()?, b.peer_cred()?);
/// # Ok(())
/// # }
/// ```
#[derive(Copy, Clone, Eq, PartialEq, Hash, Debug)]
pub struct UCred {
    pid: Option<pid_t>,
    uid: uid_t,
    gid: gid_t,
}

impl UCred {
    pub(super) fn of_peer(socket: &Socket) -> io::Result<Self> {
        let (pid, uid, gid) = socket.peer_credentials()?;
        Ok(UCred { pid, uid, gid })
    }

    /// The user of the process.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::net::UnixStream;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// let (stream, _peer) = UnixStream::pair()?;
    /// let is_root = stream.peer_cred()?.uid() == 0;
    /// # let _ = is_root;
    /// # Ok(())
    /// # }
    /// ```
    pub fn uid(&self) -> uid_t {
        self.uid
    }

    /// The group of the process.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::net::UnixStream;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// let (stream, _peer) = UnixStream::pair()?;
    /// println!("group {}", stream.peer_cred()?.gid());
    /// # Ok(())
    /// # }
    /// ```
    pub fn gid(&self) -> gid_t {
        self.gid
    }

    /// The process, on systems that report it (Linux and Android).
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::net::UnixStream;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// let (stream, _peer) = UnixStream::pair()?;
    /// if let Some(pid) = stream.peer_cred()?.pid() {
    ///     println!("process {pid}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn pid(&self) -> Option<pid_t> {
        self.pid
    }
}
