//! The load: one thread, one loop over epoll, a request under way on each connection.
//!
//! A closed loop: the next request of a connection follows the answer to the one before. So the
//! server always has work, requests per second are what it can do, and latency is what that many
//! clients at once see.

use std::io;
use std::net::{SocketAddr, TcpStream};
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

use rustix::buffer::spare_capacity;
use rustix::event::Timespec;
use rustix::event::epoll::{self, EventData, EventFlags};
use rustix::io::Errno;
use rustix::net::{RecvFlags, SendFlags, recv, send};

use crate::protocol::{Conversation, Protocol};

const INPUT: usize = 128 * 1024;
const EVENTS: usize = 1024;

/// How long an answer may take before the run is given up.
const PATIENCE: Timespec = Timespec {
    tv_sec: 20,
    tv_nsec: 0,
};

/// The connections to one server.
pub struct Load {
    epoll: OwnedFd,
    connections: Vec<Connection>,
    events: Vec<epoll::Event>,
    input: Vec<u8>,
}

#[derive(Debug)]
struct Connection {
    stream: TcpStream,
    conversation: Conversation,
    /// What is still to be sent, from `sent` on.
    output: Vec<u8>,
    sent: usize,
    since: Instant,
    is_idle: bool,
}

/// What a stretch of load saw.
#[derive(Debug, Default)]
pub struct Seen {
    pub elapsed: Duration,
    /// How long each answer took, in nanoseconds.
    pub latencies: Vec<u32>,
}

impl Load {
    /// Connects that many times.
    pub fn connect(address: SocketAddr, protocol: Protocol, count: usize) -> io::Result<Load> {
        let epoll = epoll::create(epoll::CreateFlags::CLOEXEC)?;
        let mut connections = Vec::with_capacity(count);
        for index in 0..count {
            let stream = TcpStream::connect(address)?;
            stream.set_nodelay(true)?;
            stream.set_nonblocking(true)?;
            let flags = EventFlags::IN | EventFlags::OUT | EventFlags::RDHUP | EventFlags::ET;
            epoll::add(&epoll, &stream, EventData::new_u64(index as u64), flags)?;
            let (conversation, output) = Conversation::new(protocol);
            connections.push(Connection {
                stream,
                conversation,
                output,
                sent: 0,
                since: Instant::now(),
                is_idle: true,
            });
        }
        Ok(Load {
            epoll,
            connections,
            events: Vec::with_capacity(EVENTS),
            input: vec![0; INPUT],
        })
    }

    /// So many requests on each connection, and all the answers.
    pub fn requests(&mut self, count: usize) -> io::Result<()> {
        let all = count * self.connections.len();
        self.run_while(|_, started| started < all).map(drop)
    }

    /// Requests for that long. When it returns, every request was answered.
    pub fn run(&mut self, window: Duration) -> io::Result<Seen> {
        let end = Instant::now() + window;
        self.run_while(|now, _| now < end)
    }

    /// A request on each connection, and another one after each answer while `goes_on` says so of
    /// the moment and of the number of requests so far.
    fn run_while(&mut self, goes_on: impl Fn(Instant, usize) -> bool) -> io::Result<Seen> {
        let start = Instant::now();
        let mut latencies = Vec::new();
        let mut under_way = self.connections.len();
        for connection in &mut self.connections {
            connection.start_request(start)?;
        }
        let mut now = start;
        while under_way > 0 {
            self.events.clear();
            let space = spare_capacity(&mut self.events);
            match epoll::wait(&self.epoll, space, Some(&PATIENCE)) {
                Ok(0) => return Err(io::ErrorKind::TimedOut.into()),
                Ok(_) | Err(Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
            for event in &self.events {
                let connection = &mut self.connections[event.data.u64() as usize];
                if !connection.proceed(&mut self.input)? {
                    continue;
                }
                now = Instant::now();
                let latency = (now - connection.since).as_nanos();
                latencies.push(latency.try_into().unwrap_or(u32::MAX));
                if goes_on(now, latencies.len() + under_way - 1) {
                    connection.start_request(now)?;
                } else {
                    connection.is_idle = true;
                    under_way -= 1;
                }
            }
        }
        Ok(Seen {
            elapsed: now - start,
            latencies,
        })
    }
}

impl Connection {
    fn start_request(&mut self, now: Instant) -> io::Result<()> {
        self.since = now;
        self.is_idle = false;
        self.conversation.request(&mut self.output);
        self.flush()
    }

    /// Sends and receives what it can. Whether an answer is complete.
    fn proceed(&mut self, input: &mut [u8]) -> io::Result<bool> {
        self.flush()?;
        loop {
            let count = match recv(&self.stream, &mut *input, RecvFlags::empty()) {
                Ok((0, _)) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok((count, _)) => count,
                Err(Errno::AGAIN) => return Ok(false),
                Err(error) => return Err(error.into()),
            };
            let is_complete = self.conversation.receive(&input[..count], &mut self.output);
            self.flush()?;
            if is_complete && !self.is_idle {
                return Ok(true);
            }
            if count < input.len() {
                return Ok(false);
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        while self.sent < self.output.len() {
            match send(&self.stream, &self.output[self.sent..], SendFlags::NOSIGNAL) {
                Ok(count) => self.sent += count,
                Err(Errno::AGAIN) => return Ok(()),
                Err(error) => return Err(error.into()),
            }
        }
        self.output.clear();
        self.sent = 0;
        Ok(())
    }
}
