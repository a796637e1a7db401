//! Activities with descriptors.

use vitte::io::{AsyncReadExt, AsyncWriteExt};
use vitte::net::{TcpListener, TcpStream};
use vitte::task::JoinSet;
use vitte::time::timeout;

use crate::Place;
use crate::activities::{dither, holding};
use crate::random::Random;

/// Clients that send bytes of any number, and get them back.
pub(crate) async fn echo(place: Place, mut random: Random) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server_place = place.clone();
    let server = vitte::spawn(holding(place.held(), async move {
        let mut connections = JoinSet::new();
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            connections.spawn(holding(server_place.held(), async move {
                let (mut reader, mut writer) = stream.split();
                // The client may go in the middle.
                let _ = vitte::io::copy(&mut reader, &mut writer).await;
            }));
        }
    }));
    let mut clients = JoinSet::new();
    for _ in 0..random.range(1..8) {
        let mut random = random.fork();
        clients.spawn(holding(place.held(), async move {
            let mut stream = TcpStream::connect(address).await.unwrap();
            for _ in 0..random.range(1..10) {
                let sent = random.bytes(1..100_000);
                let mut received = vec![0; sent.len()];
                let (mut reader, mut writer) = stream.split();
                let exchange = async {
                    let (write, read) =
                        vitte::join!(writer.write_all(&sent), reader.read_exact(&mut received));
                    write.unwrap();
                    read.unwrap();
                };
                if random.one_in(20) {
                    let _ = timeout(random.micros(0..1_000), exchange).await;
                    return;
                }
                exchange.await;
                assert!(sent == received, "other bytes came back");
                dither(&mut random).await;
            }
        }));
    }
    while let Some(client) = clients.join_next().await {
        client.unwrap();
    }
    server.abort();
    assert!(server.await.unwrap_err().is_cancelled());
}

/// A file that is written, and read again.
pub(crate) async fn file(_place: Place, mut random: Random) {
    let name = format!(
        "vitte-soak-{}-{}",
        std::process::id(),
        random.range(0..1 << 40)
    );
    let path = std::env::temp_dir().join(name);
    let bytes = random.bytes(0..50_000);
    let mut file = vitte::fs::File::create(&path).await.unwrap();
    for chunk in bytes.chunks(random.range(1_000..20_000)) {
        file.write_all(chunk).await.unwrap();
        dither(&mut random).await;
    }
    file.flush().await.unwrap();
    drop(file);
    assert!(vitte::fs::read(&path).await.unwrap() == bytes);
    vitte::fs::remove_file(&path).await.unwrap();
}
