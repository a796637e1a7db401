//! A server that runs out of file descriptors. The limit is the process's, hence this binary.

use std::net::TcpStream as StdTcpStream;

use vitte::io::{AsyncReadExt, AsyncWriteExt};
use vitte::net::TcpListener;

/// Sets how many descriptors this process may have, and returns what it was.
fn limit_descriptors(count: libc::rlim_t) -> libc::rlim_t {
    let mut limit = libc::rlimit {
        rlim_cur: 0,
        rlim_max: 0,
    };
    // SAFETY: the pointer is to a struct that lives through the call.
    let read = unsafe { libc::getrlimit(libc::RLIMIT_NOFILE, &mut limit) };
    assert_eq!(read, 0);
    let previous = limit.rlim_cur;
    limit.rlim_cur = count.min(limit.rlim_max);
    // SAFETY: as above.
    let written = unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &limit) };
    assert_eq!(written, 0);
    previous
}

#[test]
fn accept_fails_without_descriptors_and_works_again_with_them() {
    let runtime = vitte::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut waiting = StdTcpStream::connect(address).unwrap();
        let limit = limit_descriptors(3);
        let error = listener
            .accept()
            .await
            .expect_err("accepted without a descriptor");
        assert_eq!(error.raw_os_error(), Some(libc::EMFILE));
        limit_descriptors(limit);
        let (mut stream, _) = listener.accept().await.unwrap();
        std::io::Write::write_all(&mut waiting, b"x").unwrap();
        let mut byte = [0];
        stream.read_exact(&mut byte).await.unwrap();
        stream.write_all(&byte).await.unwrap();
        std::io::Read::read_exact(&mut waiting, &mut byte).unwrap();
        assert_eq!(&byte, b"x");
    });
}
