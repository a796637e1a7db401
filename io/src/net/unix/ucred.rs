//! [`UCred`].

use std::io;

use super::{gid_t, pid_t, uid_t};
use crate::net::socket::Socket;

/// Who is at the other end of a unix stream: what the system recorded when it was connected.
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
    pub fn uid(&self) -> uid_t {
        self.uid
    }

    /// The group of the process.
    pub fn gid(&self) -> gid_t {
        self.gid
    }

    /// The process, where the system says.
    pub fn pid(&self) -> Option<pid_t> {
        self.pid
    }
}
