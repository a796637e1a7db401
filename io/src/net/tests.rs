//! The sockets, on the loopback device and in temporary directories, with a reactor driven by hand.

use std::future::poll_fn;
use std::io::{self, ErrorKind, IoSlice};
use std::net::SocketAddr;
use std::os::fd::AsFd;
use std::path::PathBuf;
use std::pin::Pin;
use std::task::Poll;

use super::unix::pipe;
use super::{
    TcpListener, TcpSocket, TcpStream, UdpSocket, UnixDatagram, UnixListener, UnixSocket,
    UnixStream, lookup_host,
};
use crate::io::unix::AsyncFd;
use crate::io::{AsyncRead, AsyncWrite, Interest, ReadBuf};
use crate::testing::{both, run};

async fn read<R: AsyncRead + Unpin>(reader: &mut R, buf: &mut [u8]) -> io::Result<usize> {
    let mut buf = ReadBuf::new(buf);
    poll_fn(|cx| Pin::new(&mut *reader).poll_read(cx, &mut buf)).await?;
    Ok(buf.filled().len())
}

async fn write<W: AsyncWrite + Unpin>(writer: &mut W, buf: &[u8]) -> io::Result<usize> {
    poll_fn(|cx| Pin::new(&mut *writer).poll_write(cx, buf)).await
}

async fn shutdown<W: AsyncWrite + Unpin>(writer: &mut W) -> io::Result<()> {
    poll_fn(|cx| Pin::new(&mut *writer).poll_shutdown(cx)).await
}

async fn tcp_pair() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (client, accepted) = both(TcpStream::connect(address), listener.accept()).await;
    let (client, (server, peer)) = (client.unwrap(), accepted.unwrap());
    assert_eq!(client.local_addr().unwrap(), peer);
    (client, server)
}

/// An address that nothing else uses, in the abstract namespace where that exists.
fn unix_path(name: &str) -> PathBuf {
    format!("\0vitte-{}-{name}", std::process::id()).into()
}

#[test]
fn tcp_echoes() {
    run(async {
        let (mut client, mut server) = tcp_pair().await;
        let serve = async {
            let mut buf = [0; 64];
            loop {
                match read(&mut server, &mut buf).await.unwrap() {
                    0 => return shutdown(&mut server).await.unwrap(),
                    count => assert_eq!(write(&mut server, &buf[..count]).await.unwrap(), count),
                }
            }
        };
        let ask = async {
            let mut buf = [0; 64];
            for round in 0..100 {
                write(&mut client, &[round; 64]).await.unwrap();
                assert_eq!(read(&mut client, &mut buf).await.unwrap(), 64);
                assert_eq!(buf, [round; 64]);
            }
            shutdown(&mut client).await.unwrap();
            assert_eq!(read(&mut client, &mut buf).await.unwrap(), 0);
        };
        both(serve, ask).await;
    });
}

#[test]
fn much_data_passes_both_buffers() {
    const TOTAL: usize = 3 << 20;
    run(async {
        let (client, server) = tcp_pair().await;
        let (mut reader, _keep) = client.into_split();
        let (_keep, mut writer) = server.into_split();
        let send = async {
            let chunk = vec![7; 100_000];
            let mut sent = 0;
            while sent < TOTAL {
                sent += write(&mut writer, &chunk[..chunk.len().min(TOTAL - sent)])
                    .await
                    .unwrap();
            }
            drop(writer);
        };
        let receive = async {
            let mut buf = vec![0; 30_000];
            let mut received = 0;
            loop {
                match read(&mut reader, &mut buf).await.unwrap() {
                    0 => return received,
                    count => received += count,
                }
            }
        };
        assert_eq!(both(send, receive).await.1, TOTAL);
    });
}

#[test]
fn a_vectored_write_sends_its_buffers_in_order() {
    // None, one, a few that are sent as one, exactly as many as that, and more.
    for lengths in [
        &[][..],
        &[5],
        &[0, 120, 0, 13],
        &[1000, 24],
        &[1000, 25, 3],
        &[7, 40_000],
    ] {
        run(async {
            let (mut client, mut server) = tcp_pair().await;
            let buffers: Vec<Vec<u8>> = (0..).zip(lengths).map(|(i, n)| vec![i; *n]).collect();
            let slices: Vec<_> = buffers.iter().map(|buf| IoSlice::new(buf)).collect();
            let expected = buffers.concat();
            let write = poll_fn(|cx| Pin::new(&mut client).poll_write_vectored(cx, &slices));
            assert_eq!(write.await.unwrap(), expected.len(), "{lengths:?}");
            drop(client);
            let mut received = Vec::new();
            let mut buf = vec![0; 50_000];
            loop {
                match read(&mut server, &mut buf).await.unwrap() {
                    0 => break,
                    count => received.extend_from_slice(&buf[..count]),
                }
            }
            assert_eq!(received, expected, "{lengths:?}");
        });
    }
}

#[test]
fn dropped_writer_closes_and_reunited_one_does_not() {
    run(async {
        let (client, mut server) = tcp_pair().await;
        let (reader, writer) = client.into_split();
        let client = reader.reunite(writer).unwrap();
        assert_eq!(
            server.try_read(&mut [0]).unwrap_err().kind(),
            ErrorKind::WouldBlock
        );
        let (_reader, writer) = client.into_split();
        drop(writer);
        assert_eq!(read(&mut server, &mut [0]).await.unwrap(), 0);
    });
}

#[test]
fn halves_of_two_streams_do_not_reunite() {
    run(async {
        let (a, b) = UnixStream::pair().unwrap();
        let ((a_reader, _a), (_b, b_writer)) = (a.into_split(), b.into_split());
        let error = a_reader.reunite(b_writer).unwrap_err();
        assert_eq!(
            error.to_string(),
            "tried to reunite halves that are not from the same socket"
        );
    });
}

#[test]
fn peek_leaves_the_data() {
    run(async {
        let (mut client, mut server) = tcp_pair().await;
        write(&mut client, b"abc").await.unwrap();
        let mut buf = [0; 8];
        assert_eq!(server.peek(&mut buf).await.unwrap(), 3);
        assert_eq!(read(&mut server, &mut buf).await.unwrap(), 3);
    });
}

#[test]
fn half_close_is_reported_as_read_closed() {
    run(async {
        let (mut client, server) = tcp_pair().await;
        shutdown(&mut client).await.unwrap();
        loop {
            let ready = server.ready(Interest::READABLE).await.unwrap();
            if ready.is_read_closed() {
                break;
            }
            // Accepted sockets start as ready; this clears that. Nothing is read: an end of the
            // stream that shows only in a read does not count.
            let would_block = || Err::<(), _>(ErrorKind::WouldBlock.into());
            let _ = server.try_io(Interest::READABLE, would_block);
        }
    });
}

#[test]
fn refused_connection_is_an_error() {
    run(async {
        let address = {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            listener.local_addr().unwrap()
        };
        let error = TcpStream::connect(address).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
    });
}

#[test]
fn socket_options_are_kept_by_the_stream() {
    run(async {
        let listener = TcpSocket::new_v4().unwrap();
        listener.set_reuseaddr(true).unwrap();
        listener.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let listener = listener.listen(16).unwrap();
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_nodelay(true).unwrap();
        socket.set_keepalive(true).unwrap();
        let address = listener.local_addr().unwrap();
        let (stream, _) = both(socket.connect(address), listener.accept()).await;
        let stream = stream.unwrap();
        assert!(stream.nodelay().unwrap());
        stream.set_zero_linger().unwrap();
        assert_eq!(stream.linger().unwrap(), Some(std::time::Duration::ZERO));
        let std = stream.into_std().unwrap();
        assert!(TcpStream::from_std(std).is_ok());
    });
}

#[test]
fn udp_knows_its_senders() {
    run(async {
        let a = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let b = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let (a_address, b_address) = (a.local_addr().unwrap(), b.local_addr().unwrap());
        a.send_to(b"hello", b_address).await.unwrap();
        let mut buf = [0; 16];
        assert_eq!(b.peek_from(&mut buf).await.unwrap(), (5, a_address));
        assert_eq!(b.peek_sender().await.unwrap(), a_address);
        assert_eq!(b.recv_from(&mut buf).await.unwrap(), (5, a_address));
        assert_eq!(
            b.try_recv(&mut buf).unwrap_err().kind(),
            ErrorKind::WouldBlock
        );
        b.connect(a_address).await.unwrap();
        b.send(b"world").await.unwrap();
        let mut bytes = Vec::with_capacity(16);
        assert_eq!(a.recv_buf_from(&mut bytes).await.unwrap(), (5, b_address));
        assert_eq!(bytes, b"world");
    });
}

#[test]
fn unix_streams_connect_by_name() {
    run(async {
        let path = unix_path("stream");
        let listener = UnixListener::bind(&path).unwrap();
        let (client, accepted) = both(UnixStream::connect(&path), listener.accept()).await;
        let (mut client, (mut server, peer)) = (client.unwrap(), accepted.unwrap());
        assert!(peer.is_unnamed());
        let credentials = server.peer_cred().unwrap();
        assert_eq!(credentials.pid(), Some(std::process::id() as i32));
        write(&mut client, b"ping").await.unwrap();
        let mut buf = [0; 8];
        assert_eq!(read(&mut server, &mut buf).await.unwrap(), 4);
        assert_eq!(
            format!("{:?}", listener.local_addr().unwrap()),
            format!("{:?}", listener.into_std().unwrap().local_addr().unwrap())
        );
    });
}

#[test]
fn unix_datagrams_have_addresses() {
    run(async {
        let path = unix_path("datagram");
        let server = UnixSocket::new_datagram().unwrap();
        server.bind(&path).unwrap();
        let server = server.datagram().unwrap();
        let client = UnixDatagram::unbound().unwrap();
        client.send_to(b"hello", &path).await.unwrap();
        let mut buf = [0; 16];
        let (count, sender) = server.recv_from(&mut buf).await.unwrap();
        assert_eq!(count, 5);
        assert!(sender.is_unnamed());
        let other_path = unix_path("other datagram");
        let named = UnixDatagram::bind(&other_path).unwrap();
        named.send_to(b"hello", &path).await.unwrap();
        let (_, sender) = server.recv_from(&mut buf).await.unwrap();
        let name = sender.as_abstract_name().map(Vec::from);
        let expected = other_path.as_os_str().as_encoded_bytes();
        assert_eq!(name.as_deref(), expected.strip_prefix(&[0]));
        assert!(UnixSocket::new_stream().unwrap().datagram().is_err());
    });
}

#[test]
fn pipe_ends_when_the_sender_is_gone() {
    run(async {
        let (mut sender, mut receiver) = pipe::pipe().unwrap();
        write(&mut sender, b"abc").await.unwrap();
        drop(sender);
        let mut buf = [0; 8];
        assert_eq!(read(&mut receiver, &mut buf).await.unwrap(), 3);
        assert_eq!(read(&mut receiver, &mut buf).await.unwrap(), 0);
        let file = std::fs::File::open("/dev/null").unwrap();
        let error = pipe::Receiver::from_file(file).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
    });
}

#[test]
fn pipe_breaks_when_the_receiver_is_gone() {
    run(async {
        let (mut sender, receiver) = pipe::pipe().unwrap();
        drop(receiver);
        let error = write(&mut sender, b"abc").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BrokenPipe);
    });
}

#[test]
fn async_fd_waits_after_would_block() {
    run(async {
        let (a, b) = std::os::unix::net::UnixStream::pair().unwrap();
        a.set_nonblocking(true).unwrap();
        // SAFETY: the stream owns its descriptor.
        let a = unsafe { AsyncFd::register(a) }.unwrap();
        let reading = async {
            loop {
                let mut guard = a.readable().await.unwrap();
                let mut buf = [0; 8];
                match guard.try_io(|a| io::Read::read(&mut a.get_ref(), &mut buf)) {
                    Ok(count) => break count.unwrap(),
                    Err(_) => continue,
                }
            }
        };
        let mut first = true;
        let writing = poll_fn(|cx| {
            if std::mem::take(&mut first) {
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            io::Write::write_all(&mut &b, b"x").unwrap();
            Poll::Ready(())
        });
        assert_eq!(both(reading, writing).await.0, 1);
        assert!(a.as_fd().try_clone_to_owned().is_ok());
    });
}

#[test]
fn literal_addresses_need_no_thread() {
    run(async {
        let found: Vec<_> = lookup_host("127.0.0.1:80").await.unwrap().collect();
        assert_eq!(found, ["127.0.0.1:80".parse::<SocketAddr>().unwrap()]);
        let found: Vec<_> = lookup_host(("::1", 80)).await.unwrap().collect();
        assert_eq!(found, ["[::1]:80".parse::<SocketAddr>().unwrap()]);
        let none: &[SocketAddr] = &[];
        let error = TcpStream::connect(none).await.unwrap_err();
        assert_eq!(error.to_string(), "could not resolve to any address");
    });
}

#[test]
#[cfg(debug_assertions)]
#[should_panic(expected = "Registering a blocking socket with the tokio runtime is unsupported.")]
fn blocking_socket_is_refused() {
    run(async {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let _ = TcpListener::from_std(listener);
    });
}

#[test]
#[should_panic(expected = "there is no reactor running")]
fn socket_outside_of_a_runtime_panics() {
    let _ = UnixStream::pair();
}
