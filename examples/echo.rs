//! A TCP echo server: it sends back what it receives on each connection.
//!
//! `cargo run --example echo -- 127.0.0.1:4000`, then `nc 127.0.0.1 4000`

use vitte::io;
use vitte::net::{TcpListener, TcpStream};

#[vitte::main]
async fn main() -> io::Result<()> {
    let address = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "127.0.0.1:4000".to_string());
    let listener = TcpListener::bind(address).await?;
    println!("echoing on {}", listener.local_addr()?);
    loop {
        let (stream, peer) = listener.accept().await?;
        vitte::spawn(async move {
            if let Err(error) = echo(stream).await {
                eprintln!("{peer}: {error}");
            }
        });
    }
}

async fn echo(mut stream: TcpStream) -> io::Result<u64> {
    let (mut reader, mut writer) = stream.split();
    io::copy(&mut reader, &mut writer).await
}
