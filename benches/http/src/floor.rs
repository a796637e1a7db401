//! The floor: echo by a bare loop over epoll, without tasks, wakers or a budget.
//!
//! What it costs is what the kernel asks for the system calls that no runtime on epoll can spare:
//! one read and one write per request, and a share of a wait. A request that arrives whole is
//! read with one call, since a short read says that there is no more.

use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::os::fd::{AsFd, OwnedFd};

use rustix::buffer::spare_capacity;
use rustix::event::epoll::{self, EventData, EventFlags};
use rustix::net::{RecvFlags, SendFlags, SocketFlags, accept_with, recv, send, sockopt};

use crate::process;

const EVENTS: usize = 1024;

/// The listener's number; connections count from 1.
const LISTENER: u64 = 0;

/// Serves on one core, with a buffer of that size, until standard input ends.
pub fn run(core: usize, buffer: usize) -> io::Result<()> {
    process::stay_on(core)?;
    process::end_with_stdin();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    listener.set_nonblocking(true)?;
    println!("{}", listener.local_addr()?);
    let epoll = epoll::create(epoll::CreateFlags::CLOEXEC)?;
    let data = EventData::new_u64(LISTENER);
    epoll::add(&epoll, &listener, data, EventFlags::IN)?;
    let mut connections: Vec<Option<OwnedFd>> = Vec::new();
    let mut events = Vec::with_capacity(EVENTS);
    let mut buffer = vec![0; buffer];
    loop {
        events.clear();
        epoll::wait(&epoll, spare_capacity(&mut events), None)?;
        for event in &events {
            let key = event.data.u64();
            if key == LISTENER {
                let connection = accept_with(&listener, SocketFlags::NONBLOCK)?;
                sockopt::set_tcp_nodelay(&connection, true)?;
                connections.push(Some(connection));
                let data = EventData::new_u64(connections.len() as u64);
                let connection = connections.last().and_then(Option::as_ref);
                let flags = EventFlags::IN | EventFlags::RDHUP | EventFlags::ET;
                epoll::add(&epoll, connection.expect("it is there"), data, flags)?;
            } else {
                let connection = &mut connections[key as usize - 1];
                if let Some(open) = connection {
                    if !echo(open, &mut buffer) {
                        *connection = None;
                    }
                }
            }
        }
    }
}

/// Sends back what has arrived; false if the connection is over.
fn echo(connection: &OwnedFd, buffer: &mut [u8]) -> bool {
    loop {
        let Ok((count, _)) = recv(connection.as_fd(), &mut *buffer, RecvFlags::empty()) else {
            return true;
        };
        if count == 0 || send(connection, &buffer[..count], SendFlags::NOSIGNAL).is_err() {
            return false;
        }
        if count < buffer.len() {
            return true;
        }
    }
}
