//! quinn over UDP: streams both ways, datagrams, and how a connection ends.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use bytes::Bytes;
use quinn::crypto::rustls::{QuicClientConfig, QuicServerConfig};
use quinn::{ApplicationClose, ClientConfig, Connection, ConnectionError, Endpoint, ServerConfig};
use services::certificate::Identity;
use services::on_both_flavors;
use tokio::task::JoinSet;

const PROTOCOL: &str = "services";

fn any_port() -> SocketAddr {
    (Ipv4Addr::LOCALHOST, 0).into()
}

/// Two endpoints, and the two ends of a connection between them.
struct Pair {
    client: Endpoint,
    server: Endpoint,
    outgoing: Connection,
    incoming: Connection,
}

impl Pair {
    async fn connect() -> Pair {
        let identity = Identity::of_localhost();
        let tls = QuicServerConfig::try_from(identity.server(PROTOCOL)).unwrap();
        let server =
            Endpoint::server(ServerConfig::with_crypto(Arc::new(tls)), any_port()).unwrap();
        let tls = QuicClientConfig::try_from(identity.client(PROTOCOL)).unwrap();
        let mut client = Endpoint::client(any_port()).unwrap();
        client.set_default_client_config(ClientConfig::new(Arc::new(tls)));
        let (outgoing, incoming) = tokio::join!(
            async {
                let address = server.local_addr().unwrap();
                client.connect(address, "localhost").unwrap().await.unwrap()
            },
            async { server.accept().await.unwrap().await.unwrap() },
        );
        Pair {
            client,
            server,
            outgoing,
            incoming,
        }
    }

    async fn close(self) {
        self.outgoing.close(0_u32.into(), b"done");
        self.incoming.closed().await;
        self.client.wait_idle().await;
        self.server.wait_idle().await;
    }
}

/// Sends back what arrives on each stream, until the connection is closed.
async fn echo(connection: Connection) {
    let mut streams = JoinSet::new();
    while let Ok((mut send, mut receive)) = connection.accept_bi().await {
        streams.spawn(async move {
            tokio::io::copy(&mut receive, &mut send).await.unwrap();
            send.finish().unwrap();
        });
    }
    streams.join_all().await;
}

#[test]
fn fifty_streams_of_one_connection_come_back() {
    on_both_flavors(|| async {
        let pair = Pair::connect().await;
        let echoing = tokio::spawn(echo(pair.incoming.clone()));
        let mut streams = JoinSet::new();
        for stream in 0..50_u8 {
            let connection = pair.outgoing.clone();
            streams.spawn(async move {
                let (mut send, mut receive) = connection.open_bi().await.unwrap();
                let sent = vec![stream; 40_000];
                let (write, received) = tokio::join!(
                    async {
                        send.write_all(&sent).await?;
                        send.finish().unwrap();
                        Ok::<_, quinn::WriteError>(())
                    },
                    receive.read_to_end(sent.len()),
                );
                write.unwrap();
                assert!(received.unwrap() == sent);
            });
        }
        assert_eq!(streams.join_all().await.len(), 50);
        pair.close().await;
        echoing.await.unwrap();
    });
}

#[test]
fn a_stream_of_4_mib_arrives_whole() {
    on_both_flavors(|| async {
        let pair = Pair::connect().await;
        let (sent, received) = tokio::join!(
            async {
                let mut send = pair.outgoing.open_uni().await.unwrap();
                let bytes: Vec<u8> = (0..4 << 20).map(|byte: u32| (byte % 251) as u8).collect();
                send.write_all(&bytes).await.unwrap();
                send.finish().unwrap();
                bytes
            },
            async {
                let mut receive = pair.incoming.accept_uni().await.unwrap();
                receive.read_to_end(4 << 20).await.unwrap()
            },
        );
        assert!(sent == received);
        pair.close().await;
    });
}

#[test]
fn datagrams_are_answered() {
    on_both_flavors(|| async {
        let pair = Pair::connect().await;
        for count in 0..100 {
            let datagram = Bytes::from(format!("datagram {count}"));
            pair.outgoing.send_datagram(datagram.clone()).unwrap();
            let arrived = pair.incoming.read_datagram().await.unwrap();
            assert_eq!(arrived, datagram);
            pair.incoming.send_datagram(arrived).unwrap();
            assert_eq!(pair.outgoing.read_datagram().await.unwrap(), datagram);
        }
        pair.close().await;
    });
}

#[test]
fn a_close_tells_its_reason() {
    on_both_flavors(|| async {
        let pair = Pair::connect().await;
        pair.outgoing.close(42_u32.into(), b"enough");
        match pair.incoming.accept_uni().await.unwrap_err() {
            ConnectionError::ApplicationClosed(ApplicationClose { error_code, reason }) => {
                assert_eq!(error_code, 42_u32.into());
                assert_eq!(reason, "enough");
            }
            error => panic!("{error:?}"),
        }
        pair.client.wait_idle().await;
        pair.server.wait_idle().await;
    });
}
