//! A server for the load to talk to: echo, or axum over HTTP/1.1 and HTTP/2.
//!
//! `server {echo|http} CORE WORKERS BUFFER`: says on standard output where it listens, and ends
//! when its standard input does. All of its threads stay on that core. `BUFFER` is what an echo
//! connection reads into.
//!
//! There is one source and two packages, which differ in what the name `tokio` means.

mod process;

use axum::Router;
use axum::routing::get;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

#[cfg(feature = "mimalloc")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [mode, core, workers, buffer] = &args[..] else {
        panic!("usage: server {{echo|http}} CORE WORKERS BUFFER");
    };
    process::stay_on(number(core)).expect("that core");
    process::end_with_stdin();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(number(workers))
        .enable_all()
        .build()
        .expect("a runtime");
    let buffer = number(buffer);
    let mode = mode.clone();
    // As a task: what `block_on` is given runs on a thread that is not a worker.
    let server = runtime.spawn(async move {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        println!("{}", listener.local_addr().expect("its address"));
        match mode.as_str() {
            "echo" => serve_echo(listener, buffer).await,
            "http" => serve_http(listener).await,
            other => panic!("no such mode: {other}"),
        }
    });
    runtime.block_on(server).expect("the server");
}

async fn serve_http(listener: TcpListener) {
    let app = Router::new().route("/", get(|| async { "Hello, world!" }));
    axum::serve(NoDelay(listener), app)
        .await
        .expect("a server that goes on");
}

/// A listener whose connections send at once, as a service's do.
struct NoDelay(TcpListener);

impl axum::serve::Listener for NoDelay {
    type Io = TcpStream;
    type Addr = std::net::SocketAddr;

    async fn accept(&mut self) -> (TcpStream, Self::Addr) {
        let (connection, address) = axum::serve::Listener::accept(&mut self.0).await;
        connection.set_nodelay(true).expect("no delay");
        (connection, address)
    }

    fn local_addr(&self) -> std::io::Result<Self::Addr> {
        self.0.local_addr()
    }
}

async fn serve_echo(listener: TcpListener, buffer: usize) {
    loop {
        let (connection, _) = listener.accept().await.expect("a client");
        connection.set_nodelay(true).expect("no delay");
        tokio::spawn(echo(connection, buffer));
    }
}

async fn echo(mut connection: TcpStream, buffer: usize) {
    let mut buffer = vec![0; buffer];
    loop {
        match connection.read(&mut buffer).await {
            Ok(0) | Err(_) => return,
            Ok(count) => {
                if connection.write_all(&buffer[..count]).await.is_err() {
                    return;
                }
            }
        }
    }
}

fn number(text: &str) -> usize {
    text.parse().expect("a number")
}
