//! `vitte::net`: what a socket makes of odd numbers.

use crate::support::block_on;

/// tokio 8511: a backlog beyond `i32::MAX` became a negative one.
#[test]
fn a_socket_listens_with_the_largest_backlog() {
    block_on(async {
        let socket = vitte::net::TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let listener = socket.listen(u32::MAX).unwrap();
        let address = listener.local_addr().unwrap();
        let connected = vitte::net::TcpStream::connect(address);
        let (client, server) = vitte::join!(connected, listener.accept());
        client.unwrap();
        server.unwrap();
    });
}
