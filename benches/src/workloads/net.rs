//! TCP echo: the server is the runtime's, the client a plain thread with blocking sockets.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Instant;

use super::rt;
use rt::io::{AsyncReadExt, AsyncWriteExt};
use rt::net::TcpListener;
use rt::runtime::Runtime;

use crate::neutral::per_operation;

const MESSAGE: usize = 64;

/// The client writes to every connection and then reads from every one, over and over.
pub fn echo<const CONNECTIONS: u64>(runtime: &Runtime, operations: u64) -> f64 {
    let listener = runtime
        .block_on(TcpListener::bind("127.0.0.1:0"))
        .expect("a listener");
    let address = listener.local_addr().expect("its address");
    let server = runtime.spawn(serve(listener, CONNECTIONS));
    let mut connections: Vec<_> = (0..CONNECTIONS)
        .map(|_| {
            let connection = TcpStream::connect(address).expect("a connection");
            connection.set_nodelay(true).expect("no delay");
            connection
        })
        .collect();
    runtime.block_on(server).expect("the server");

    let mut turn = || {
        let mut message = [7; MESSAGE];
        for connection in &mut connections {
            connection.write_all(&message).expect("a request");
        }
        for connection in &mut connections {
            connection.read_exact(&mut message).expect("a reply");
        }
    };
    turn();
    let start = Instant::now();
    for _ in 0..operations / CONNECTIONS {
        turn();
    }
    per_operation(start, operations)
}

/// Accepts so many connections, each served by a task until the client closes it.
async fn serve(listener: TcpListener, connections: u64) {
    for _ in 0..connections {
        let (mut connection, _) = listener.accept().await.expect("a client");
        connection.set_nodelay(true).expect("no delay");
        rt::spawn(async move {
            let mut message = [0; MESSAGE];
            while connection.read_exact(&mut message).await.is_ok() {
                connection.write_all(&message).await.expect("the client");
            }
        });
    }
}
