//! tokio-rustls at both ends of a connection.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::Arc;

use services::certificate::Identity;
use services::on_both_flavors;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy, split};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::{TlsAcceptor, TlsConnector};

const PROTOCOL: &str = "echo";

/// Echoes on every connection, each until its client has finished.
async fn echo(identity: &Identity) -> (SocketAddr, JoinHandle<()>) {
    let acceptor = TlsAcceptor::from(Arc::new(identity.server(PROTOCOL)));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let accepting = tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                // Some of the clients break off the handshake.
                let Ok(stream) = acceptor.accept(stream).await else {
                    return;
                };
                let (mut read, mut write) = split(stream);
                copy(&mut read, &mut write).await.unwrap();
                write.shutdown().await.unwrap();
            });
        }
    });
    (address, accepting)
}

async fn connect(address: SocketAddr, trusted: &Identity) -> std::io::Result<TlsStream<TcpStream>> {
    let connector = TlsConnector::from(Arc::new(trusted.client(PROTOCOL)));
    let stream = TcpStream::connect(address).await?;
    connector
        .connect(ServerName::try_from("localhost").unwrap(), stream)
        .await
}

#[test]
fn four_mib_come_back_on_each_of_eight_connections() {
    on_both_flavors(|| async {
        let identity = Identity::of_localhost();
        let (address, accepting) = echo(&identity).await;
        let mut clients = JoinSet::new();
        for client in 0..8_u8 {
            let stream = connect(address, &identity).await.unwrap();
            assert_eq!(
                stream.get_ref().1.alpn_protocol(),
                Some(PROTOCOL.as_bytes())
            );
            clients.spawn(async move {
                let sent: Vec<u8> = (0..4 << 20).map(|byte| byte as u8 ^ client).collect();
                let (mut read, mut write) = split(stream);
                let mut received = Vec::new();
                let (write, read) = tokio::join!(
                    async {
                        write.write_all(&sent).await?;
                        write.shutdown().await
                    },
                    read.read_to_end(&mut received),
                );
                write.unwrap();
                assert_eq!(read.unwrap(), 4 << 20);
                assert!(received == sent);
            });
        }
        assert_eq!(clients.join_all().await.len(), 8);
        accepting.abort();
        assert!(accepting.await.unwrap_err().is_cancelled());
    });
}

#[test]
fn a_stranger_is_not_trusted() {
    on_both_flavors(|| async {
        let (address, accepting) = echo(&Identity::of_localhost()).await;
        let error = connect(address, &Identity::of_localhost())
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidData);
        assert!(
            error.to_string().contains("invalid peer certificate"),
            "{error}"
        );
        accepting.abort();
    });
}

#[test]
fn an_end_without_a_farewell_is_an_error() {
    on_both_flavors(|| async {
        let identity = Identity::of_localhost();
        let acceptor = TlsAcceptor::from(Arc::new(identity.server(PROTOCOL)));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = tokio::spawn(async move {
            let (stream, _) = listener.accept().await.unwrap();
            let mut stream = acceptor.accept(stream).await.unwrap();
            stream.write_all(b"half a mess").await.unwrap();
            stream.flush().await.unwrap();
            // Closes the connection beneath TLS.
            drop(stream);
        });
        let mut stream = connect(address, &identity).await.unwrap();
        server.await.unwrap();
        let mut received = String::new();
        let error = stream.read_to_string(&mut received).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnexpectedEof);
    });
}
