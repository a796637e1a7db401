//! A chat server: every line that a client sends goes to all the others.
//!
//! `cargo run --example chat -- 127.0.0.1:4001`, then `nc 127.0.0.1 4001` in several terminals

use std::net::SocketAddr;

use vitte::io::{self, AsyncBufReadExt, AsyncWriteExt, BufReader};
use vitte::net::{TcpListener, TcpStream};
use vitte::sync::broadcast::{self, Sender, error::RecvError};

type Message = (SocketAddr, String);

#[vitte::main]
async fn main() -> io::Result<()> {
    let address = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "127.0.0.1:4001".to_string());
    let listener = TcpListener::bind(address).await?;
    println!("chatting on {}", listener.local_addr()?);
    let (room, _) = broadcast::channel::<Message>(64);
    loop {
        let (stream, peer) = listener.accept().await?;
        let room = room.clone();
        vitte::spawn(async move {
            match talk(stream, peer, room).await {
                Ok(()) => println!("{peer} left"),
                Err(error) => println!("{peer}: {error}"),
            }
        });
    }
}

async fn talk(mut stream: TcpStream, peer: SocketAddr, room: Sender<Message>) -> io::Result<()> {
    let mut messages = room.subscribe();
    let (reader, mut writer) = stream.split();
    let mut lines = BufReader::new(reader).lines();
    loop {
        vitte::select! {
            line = lines.next_line() => match line? {
                // An error means only that there is no other client.
                Some(line) => drop(room.send((peer, line))),
                None => return Ok(()),
            },
            message = messages.recv() => match message {
                Ok((from, _)) if from == peer => {}
                Ok((from, line)) => writer.write_all(format!("{from}: {line}\n").as_bytes()).await?,
                Err(RecvError::Lagged(missed)) => {
                    writer.write_all(format!("({missed} messages missed)\n").as_bytes()).await?;
                }
                Err(RecvError::Closed) => return Ok(()),
            },
        }
    }
}
