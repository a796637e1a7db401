//! tokio-tungstenite: an echo, a room where everybody hears everybody, and an end without a close.

use std::net::SocketAddr;

use futures_util::{SinkExt, StreamExt};
use services::on_both_flavors;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::broadcast;
use tokio::task::{JoinHandle, JoinSet};
use tokio_tungstenite::tungstenite::error::ProtocolError;
use tokio_tungstenite::tungstenite::{Bytes, Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, accept_async, connect_async};

type Client = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Serves each connection with `serve`, until it is aborted.
async fn serve<T, F>(serve: F) -> (SocketAddr, JoinHandle<()>)
where
    F: Fn(WebSocketStream<TcpStream>) -> T + Send + 'static,
    T: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let accepting = tokio::spawn(async move {
        let mut connections = JoinSet::new();
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let socket = accept_async(stream).await.unwrap();
            connections.spawn(serve(socket));
        }
    });
    (address, accepting)
}

async fn connect(address: SocketAddr) -> Client {
    connect_async(format!("ws://{address}/")).await.unwrap().0
}

async fn echo(socket: WebSocketStream<TcpStream>) {
    let (mut sink, mut messages) = socket.split();
    while let Some(Ok(message)) = messages.next().await {
        if message.is_text() || message.is_binary() {
            sink.send(message).await.unwrap();
        }
    }
}

#[test]
fn messages_come_back() {
    on_both_flavors(|| async {
        let (address, accepting) = serve(echo).await;
        let mut socket = connect(address).await;
        for count in 0..100 {
            let message = Message::text(format!("message {count}"));
            socket.send(message.clone()).await.unwrap();
            assert_eq!(socket.next().await.unwrap().unwrap(), message);
        }
        socket
            .send(Message::Ping(Bytes::from_static(b"there?")))
            .await
            .unwrap();
        let pong = socket.next().await.unwrap().unwrap();
        assert_eq!(pong, Message::Pong(Bytes::from_static(b"there?")));

        // More than the buffers of both sockets hold.
        let large = Message::binary(vec![42; 8 << 20]);
        socket.send(large.clone()).await.unwrap();
        assert!(socket.next().await.unwrap().unwrap() == large);

        socket.close(None).await.unwrap();
        assert!(socket.next().await.unwrap().unwrap().is_close());
        assert!(socket.next().await.is_none());
        accepting.abort();
    });
}

#[test]
fn everybody_in_a_room_hears_everything_in_one_order() {
    const GUESTS: usize = 10;
    const MESSAGES: usize = 20;

    on_both_flavors(|| async {
        let (room, _) = broadcast::channel::<Message>(GUESTS * MESSAGES);
        let (address, accepting) = serve(move |socket| {
            let (room, mut heard) = (room.clone(), room.subscribe());
            async move {
                let (mut sink, mut messages) = socket.split();
                sink.send(Message::text("welcome")).await.unwrap();
                loop {
                    tokio::select! {
                        said = messages.next() => match said {
                            Some(Ok(message)) if message.is_text() => drop(room.send(message)),
                            _ => return,
                        },
                        message = heard.recv() => {
                            sink.send(message.unwrap()).await.unwrap();
                        }
                    }
                }
            }
        })
        .await;

        let mut guests = Vec::new();
        for _ in 0..GUESTS {
            let mut guest = connect(address).await;
            assert_eq!(
                guest.next().await.unwrap().unwrap().to_text().unwrap(),
                "welcome"
            );
            guests.push(guest);
        }
        let mut talking = JoinSet::new();
        for (name, guest) in guests.into_iter().enumerate() {
            talking.spawn(async move {
                let (mut sink, messages) = guest.split();
                let say = async {
                    for count in 0..MESSAGES {
                        sink.send(Message::text(format!("{name}: {count}")))
                            .await
                            .unwrap();
                    }
                };
                let heard = messages
                    .take(GUESTS * MESSAGES)
                    .map(|message| message.unwrap().into_text().unwrap().to_string());
                tokio::join!(heard.collect::<Vec<_>>(), say).0
            });
        }
        let heard = talking.join_all().await;
        assert_eq!(heard.len(), GUESTS);
        assert!(heard.iter().all(|messages| *messages == heard[0]));
        accepting.abort();
    });
}

#[test]
fn an_end_without_a_close_is_an_error() {
    on_both_flavors(|| async {
        let (address, accepting) = serve(|socket| async { drop(socket) }).await;
        let error = connect(address).await.next().await.unwrap().unwrap_err();
        assert!(
            matches!(
                error,
                Error::Protocol(ProtocolError::ResetWithoutClosingHandshake)
            ),
            "{error:?}"
        );
        accepting.abort();
    });
}
