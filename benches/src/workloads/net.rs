//! Sockets: the server is the runtime's, the client a plain thread that blocks.
//!
//! So the client costs the same whatever the runtime, and everything that differs is the server's.
//! What a server costs under a load from another process is measured by `benches/http`.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream, UdpSocket};
use std::os::unix::net::UnixStream;
use std::time::Instant;

use rustix::process::{Resource, getrlimit, setrlimit};

use super::rt;
use rt::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use rt::net::TcpListener;
use rt::runtime::Runtime;

use crate::neutral::per_operation;

const LOOPBACK: (Ipv4Addr, u16) = (Ipv4Addr::LOCALHOST, 0);

/// Messages of that size over so many TCP connections.
pub fn tcp_echo<const CONNECTIONS: u64, const SIZE: usize>(
    runtime: &Runtime,
    operations: u64,
) -> f64 {
    allow_descriptors();
    let (listener, address) = listen(runtime);
    let server = runtime.spawn(async move {
        for _ in 0..CONNECTIONS {
            let (connection, _) = listener.accept().await.expect("a client");
            connection.set_nodelay(true).expect("no delay");
            rt::spawn(echo::<SIZE>(connection));
        }
    });
    let connections = (0..CONNECTIONS).map(|_| connect(address)).collect();
    runtime.block_on(server).expect("the server");
    exchange::<SIZE>(connections, operations)
}

/// Messages of that size over so many unix streams.
pub fn unix_echo<const CONNECTIONS: u64, const SIZE: usize>(
    runtime: &Runtime,
    operations: u64,
) -> f64 {
    let _entered = runtime.enter();
    let connections = (0..CONNECTIONS).map(|_| {
        let (client, server) = UnixStream::pair().expect("two sockets");
        server
            .set_nonblocking(true)
            .expect("a socket that does not block");
        let server = rt::net::UnixStream::from_std(server).expect("a registered socket");
        runtime.spawn(echo::<SIZE>(server));
        client
    });
    exchange::<SIZE>(connections.collect(), operations)
}

/// Connections of one exchange each, one after the other.
pub fn tcp_churn(runtime: &Runtime, operations: u64) -> f64 {
    let (listener, address) = listen(runtime);
    let server = runtime.spawn(async move {
        loop {
            let (connection, _) = listener.accept().await.expect("a client");
            connection.set_nodelay(true).expect("no delay");
            rt::spawn(echo::<64>(connection));
        }
    });
    let start = Instant::now();
    for _ in 0..operations {
        let mut message = [7; 64];
        let mut connection = connect(address);
        connection.write_all(&message).expect("a request");
        connection.read_exact(&mut message).expect("a reply");
    }
    let cost = per_operation(start, operations);
    server.abort();
    let _ = runtime.block_on(server);
    cost
}

/// Datagrams of 64 bytes, `UNDER_WAY` at a time.
pub fn udp_echo<const UNDER_WAY: u64>(runtime: &Runtime, operations: u64) -> f64 {
    let socket = runtime
        .block_on(rt::net::UdpSocket::bind(LOOPBACK))
        .expect("a socket");
    let address = socket.local_addr().expect("its address");
    let server = runtime.spawn(async move {
        let mut message = [0; 1024];
        loop {
            let (size, client) = socket.recv_from(&mut message).await.expect("a message");
            let sent = socket.send_to(&message[..size], client).await;
            sent.expect("the client");
        }
    });
    let client = UdpSocket::bind(LOOPBACK).expect("a socket");
    client.connect(address).expect("the server");
    let start = Instant::now();
    for _ in 0..operations / UNDER_WAY {
        let mut message = [7; 64];
        for _ in 0..UNDER_WAY {
            client.send(&message).expect("a request");
        }
        for _ in 0..UNDER_WAY {
            client.recv(&mut message).expect("a reply");
        }
    }
    let cost = per_operation(start, operations);
    server.abort();
    let _ = runtime.block_on(server);
    cost
}

pub(super) fn listen(runtime: &Runtime) -> (TcpListener, SocketAddr) {
    let listener = runtime
        .block_on(TcpListener::bind(LOOPBACK))
        .expect("a listener");
    let address = listener.local_addr().expect("its address");
    (listener, address)
}

/// Lets this process have as many descriptors as it may: both ends of 1,000 connections are here.
fn allow_descriptors() {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    let _ = setrlimit(Resource::Nofile, limit);
}

pub(super) fn connect(address: SocketAddr) -> TcpStream {
    let connection = TcpStream::connect(address).expect("a connection");
    connection.set_nodelay(true).expect("no delay");
    connection
}

/// A connection's task, until the client closes it.
pub(super) async fn echo<const SIZE: usize>(mut connection: impl AsyncRead + AsyncWrite + Unpin) {
    // On the heap, as servers have them, and so that the large ones fit a task.
    let mut message = vec![0; SIZE];
    while connection.read_exact(&mut message).await.is_ok() {
        connection.write_all(&message).await.expect("the client");
    }
}

/// Writes to every connection and then reads from every one, over and over.
fn exchange<const SIZE: usize>(mut connections: Vec<impl Read + Write>, operations: u64) -> f64 {
    let mut message = vec![7; SIZE];
    let count = connections.len() as u64;
    let mut turn = || {
        for connection in &mut connections {
            connection.write_all(&message).expect("a request");
        }
        for connection in &mut connections {
            connection.read_exact(&mut message).expect("a reply");
        }
    };
    turn();
    let start = Instant::now();
    for _ in 0..operations / count {
        turn();
    }
    per_operation(start, operations)
}
