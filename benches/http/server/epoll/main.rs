//! The floor of the rows for HTTP: unmodified hyper and axum on a bare loop over epoll.
//!
//! `server-on-epoll CORE`: says on standard output where it listens, and ends when its standard
//! input does. One thread, [tasks](tasks) without counters or budgets, [streams](stream) without
//! wakers. What it costs is the kernel's, hyper's, axum's and the allocator's part of a request,
//! and next to nothing else: what no runtime on epoll can go below.

#[path = "../process.rs"]
mod process;
mod stream;
mod tasks;

use std::cell::Cell;
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::rc::Rc;

use axum::Router;
use axum::routing::get;
use hyper::rt::Executor;
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use rustix::buffer::spare_capacity;
use rustix::event::epoll::{self, EventData, EventFlags};
use rustix::net::{SocketFlags, accept_with, sockopt};

use self::stream::{Readiness, Stream};

#[cfg(feature = "mimalloc")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const EVENTS: usize = 1024;

/// The listener's key; a connection's is the number of its task.
const LISTENER: u64 = u64::MAX;

fn main() -> io::Result<()> {
    let core = std::env::args().nth(1).and_then(|core| core.parse().ok());
    process::stay_on(core.expect("usage: server-on-epoll CORE"))?;
    process::end_with_stdin();
    let app = Router::new().route("/", get(|| async { "Hello, world!" }));
    serve(&app.with_state(()))
}

fn serve(app: &Router) -> io::Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    listener.set_nonblocking(true)?;
    println!("{}", listener.local_addr()?);
    let epoll = epoll::create(epoll::CreateFlags::CLOEXEC)?;
    let data = EventData::new_u64(LISTENER);
    epoll::add(&epoll, &listener, data, EventFlags::IN)?;
    // What is known of each connection, by the number of its task.
    let mut known: Vec<Rc<Cell<Readiness>>> = Vec::new();
    let mut events = Vec::with_capacity(EVENTS);
    loop {
        events.clear();
        epoll::wait(&epoll, spare_capacity(&mut events), None)?;
        for event in &events {
            let key = event.data.u64();
            if key != LISTENER {
                let task = key as usize;
                known[task].set(Readiness::ALL);
                tasks::run(task);
                continue;
            }
            let connection = accept_with(&listener, SocketFlags::NONBLOCK)?;
            sockopt::set_tcp_nodelay(&connection, true)?;
            let task = tasks::reserve();
            let readiness = Rc::new(Cell::new(Readiness::ALL));
            known.resize_with(known.len().max(task + 1), Rc::default);
            known[task] = readiness.clone();
            let flags = EventFlags::IN | EventFlags::OUT | EventFlags::RDHUP | EventFlags::ET;
            epoll::add(&epoll, &connection, EventData::new_u64(task as u64), flags)?;
            tasks::start(task, converse(Stream::new(connection, readiness), app));
        }
    }
}

/// A connection's conversation, as `axum::serve` has it, but for what stops a server.
fn converse(stream: Stream, app: &Router) -> impl Future<Output = ()> + use<> {
    let service = TowerToHyperService::new(app.clone());
    async move {
        let mut builder = Builder::new(Local);
        builder.http2().enable_connect_protocol();
        // A connection that fails is its client's business.
        let _ = builder.serve_connection(stream, service).await;
    }
}

/// Where hyper's tasks go: one for each request over HTTP/2.
#[derive(Debug, Clone, Copy)]
struct Local;

impl<F: Future<Output = ()> + 'static> Executor<F> for Local {
    fn execute(&self, future: F) {
        let task = tasks::reserve();
        tasks::start(task, future);
    }
}
